"""JSON schemas: defaults, and broken rules in plain words with their lines."""

import pytest
import yaml

from cisphys.errors import InputError
from cisphys.schema import filled_in, validate
from cisphys.yaml_lines import Lines, load_yaml

SCHEMA = """
title: recipe
type: object
additionalProperties: false
required: [version, dish]
properties:
  version: {const: 1, description: Version of the format.}
  dish: {type: string, description: What is cooked., pattern: "^[a-z]+$", errorMessage: take small letters only}
  heat: {enum: [low, medium, high, null], description: Heat., default: low}
  people: {type: integer, description: Eaters., minimum: 1, maximum: 9, default: 2}
  litres: {type: number, description: Water., exclusiveMinimum: 0, exclusiveMaximum: 5, default: 1.5}
  vegan: {type: boolean, description: No animals., default: false}
  wine: {type: [string, "null"], description: Wine., default: null}
  steps:
    type: array
    description: What to do.
    minItems: 1
    maxItems: 3
    uniqueItems: true
    items: {type: string, description: One step.}
    default: [boil]
  oven:
    type: object
    description: The oven.
    additionalProperties: false
    required: [degrees]
    properties:
      degrees: {type: integer, description: Temperature.}
      fan: {type: boolean, description: Fan., default: true}
  parts:
    type: object
    description: Parts by name.
    minProperties: 1
    propertyNames: {pattern: "^[a-z]+$", errorMessage: take small letters only}
    additionalProperties:
      type: object
      description: A part.
      additionalProperties: false
      properties:
        grams: {type: number, description: Mass., default: 100}
  taste:
    type: [string, object]
    description: Taste.
    oneOf:
      - const: plain
      - {type: object, required: [salt], properties: {salt: {type: integer}}}
    errorMessage: write `plain`, or say how much salt
    default: plain
"""


@pytest.fixture
def schema(tmp_path):
    path = tmp_path / "schema.yaml"
    path.write_text(SCHEMA)
    return path


@pytest.fixture
def checked(tmp_path, schema):
    """Write a file, check it, and give what came of it; errors name ``<folder>/recipe.yaml``."""

    def check(text: str):
        path = tmp_path / "recipe.yaml"
        path.write_text(text)
        data, lines = load_yaml(path)
        return validate(data, schema, lines=lines)

    return check


def test_defaults_are_filled_in_at_every_level(checked):
    data = checked("version: 1\ndish: soup\noven: {degrees: 200}\nparts: {leek: {}, salt: {grams: 3}}\n")
    assert data == {
        "version": 1,
        "dish": "soup",
        "heat": "low",
        "people": 2,
        "litres": 1.5,
        "vegan": False,
        "wine": None,
        "steps": ["boil"],
        "oven": {"degrees": 200, "fan": True},
        "parts": {"leek": {"grams": 100}, "salt": {"grams": 3}},
        "taste": "plain",
    }


def test_a_key_left_empty_is_a_key_left_out(checked):
    data = checked("version: 1\ndish: soup\npeople:\nparts: {leek: {grams: }}\n")
    assert (data["people"], data["parts"]) == (2, {"leek": {"grams": 100}})


def test_neither_data_nor_defaults_are_shared(schema):
    given = {"version": 1, "dish": "soup", "parts": {"leek": {}}}
    first = validate(given, schema)
    first["steps"].append("burn")
    first["parts"]["leek"]["grams"] = 0
    assert given == {"version": 1, "dish": "soup", "parts": {"leek": {}}}
    assert validate(given, schema)["steps"] == ["boil"]


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("peeple: 3", 3, "unknown key 'peeple' (did you mean 'people'? Valid: version, dish,"),
        ("oven:\n  degrees: 1\n  fann: true", 5, "unknown key 'fann' in oven (did you mean 'fan'?"),
        ("parts:\n  leek:\n    gram: 1", 5, "unknown key 'gram' in parts > leek (did you mean 'grams'?"),
        ("oven:\n  fan: true", 3, "key 'degrees' is missing in oven: Temperature"),
        ("people: three", 3, "people must be a whole number, not the text 'three'"),
        ("people: 2.5", 3, "people must be a whole number, not 2.5"),
        ("people: true", 3, "people must be a whole number, not true"),
        ("people: [1]", 3, "people must be a whole number, not a list"),
        ("people: {a: 1}", 3, "people must be a whole number, not a group of keys"),
        ("litres: 1e-1", 3, "litres must be a number, not the text '1e-1' (write 0.1, without quotes)"),
        ("vegan: perhaps", 3, "vegan must be true or false, not the text 'perhaps'"),
        ("litres: much", 3, "litres must be a number, not the text 'much'."),
        ("litres: .nan", 3, "litres must be a finite number, not nan"),
        ("litres: .inf", 3, "litres must be a finite number, not inf"),
        ("wine: 7", 3, "wine must be text or empty, not 7 (put quotes around it)"),
        ("wine: 2010-05-01", 3, "wine must be text or empty, not 2010-05-01 (put quotes around it)"),
        ("wine: [red]", 3, "wine must be text or empty, not a list."),
        ("steps: boil", 3, "steps must be a list, not the text 'boil'"),
        ("steps:\n- boil\n- 7", 5, "steps > entry 2 must be text, not 7"),
        ("steps:\n- boil\n-", 5, "steps > entry 2 must be text, not empty"),
        ("steps: []", 3, "steps must hold at least 1 entry, and holds 0"),
        ("steps: [a, b, c, d]", 3, "steps must hold at most 3 entries, and holds 4"),
        ("steps: [a, b, a]", 3, "steps names the text 'a' twice"),
        ("people: 0", 3, "people must be at least 1, not 0"),
        ("people: 12", 3, "people must be at most 9, not 12"),
        ("litres: 0", 3, "litres must be more than 0, not 0"),
        ("litres: 5", 3, "litres must be less than 5, not 5"),
        ("heat: hihg", 3, "heat cannot be the text 'hihg' (did you mean 'high'? Valid: low, medium, high)"),
        ("parts: {}", 3, "parts must hold at least 1 entry, and holds 0"),
        ("parts:\n  Leek: {}", 4, "parts > Leek is the text 'Leek': take small letters only"),
        ("parts:\n  no: {}", 3, "false cannot be a name in parts. Put quotes around it"),
        ("parts:\n  7: {}", 3, "7 cannot be a name in parts. Put quotes around it"),
        ("taste: sweet", 3, "taste is the text 'sweet': write `plain`, or say how much salt"),
        ("taste: {pepper: 1}", 3, "taste is a group of keys: write `plain`, or say how much salt"),
        ("vegan: 7\npeople: many", 3, "vegan must be"),
    ],
)
def test_each_broken_rule_names_line_and_words(checked, tmp_path, text, line, words):
    with pytest.raises(InputError) as caught:
        checked(f"version: 1\ndish: soup\n{text}\n")
    assert str(caught.value).startswith(f"{tmp_path / 'recipe.yaml'}, line {line}: {words}")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("dish: soup", "key 'version' is missing: Version of the format"),
        ("version: 1\ndish:", "key 'dish' is missing: What is cooked"),
        ("version: 1\ndish: Soup", "dish is the text 'Soup': take small letters only"),
        ("version: 0\ndish: soup", "version must be 1, not 0"),
        ("version: true\ndish: soup", "version must be 1, not true"),
        ("version: '1'\ndish: soup", "version must be 1, not the text '1'"),
        ("version: 2\nnew: key", "this recipe is of version 2, this program reads version 1. Update the program"),
        ("- version: 1", "a recipe is a group of keys, not a list"),
        ("soup", "a recipe is a group of keys, not the text 'soup'"),
    ],
)
def test_each_fault_of_the_whole_file(checked, text, words):
    with pytest.raises(InputError) as caught:
        checked(text)
    assert words in str(caught.value)


def test_without_lines_the_error_names_file_and_key(schema):
    with pytest.raises(InputError) as caught:
        validate({"version": 1, "dish": "soup", "people": 0}, schema, path="recipe.yaml")
    assert str(caught.value) == "recipe.yaml, people: people must be at least 1, not 0."


def test_a_row_of_a_sheet_gives_its_line(schema):
    with pytest.raises(InputError, match=r"^sheet\.tsv, line 4: dish is"):
        validate({"version": 1, "dish": "Soup"}, schema, lines=Lines.at("sheet.tsv", 4))


def test_filling_in_leaves_other_values_alone():
    schema = yaml.safe_load(SCHEMA)
    assert filled_in("text", schema) == "text"
    assert filled_in({"version": 3, "other": None}, schema)["other"] is None
