"""Checks a config or a model against its JSON schema, fills in the defaults, and says in plain words what is wrong and where.

Schemas are JSON Schema (draft 2020-12) without references. A key that is left empty counts as left out. The keyword
``errorMessage`` (as in ajv) holds the words for a rule that has no plain ones, such as a pattern; ``title`` names what is read.
"""

import copy
import math
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from cisphys.errors import InputError, nearest
from cisphys.yaml_lines import Lines, spelled

_TYPES = {
    "object": "a group of keys",
    "array": "a list",
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "null": "empty",
}


def validate(data: Any, schema_path: str | Path, *, path: str | Path | None = None, lines: Lines | None = None) -> dict:
    """Return a copy of the data with defaults filled in, or raise for the first line that breaks the schema.

    Parameters
    ----------
    data : what was read from the YAML file (and merged with the command line)
    schema_path : the schema, a YAML file
    path : the file that errors name where `lines` is left out
    lines : the lines of the file's keys

    Raises
    ------
    InputError : names file, line, what is wrong, and the nearest valid key or value
    """
    schema = read_schema(Path(schema_path))
    lines = lines or Lines.at(path)
    if not isinstance(data, dict):
        raise lines.error(f"a {schema['title']} is a group of keys, not {_shown(data)}")
    _check_version(data, schema, lines)
    _check_keys_and_numbers(data, (), lines)
    filled = filled_in(data, schema)
    problems = list(Draft202012Validator(schema).iter_errors(filled))
    if problems:
        raise min((_explained(problem, lines) for problem in problems), key=lambda found: found[0])[1]
    return filled


@cache
def read_schema(path: Path) -> dict:
    """Read a schema file. The same object is given each time: do not change it."""
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def filled_in(value: Any, schema: dict) -> Any:
    """Copy a value, take out the keys left empty, and put in the defaults at every level."""
    if isinstance(value, dict):
        return _filled_mapping(value, schema)
    if isinstance(value, list):
        return [filled_in(entry, schema.get("items", {})) for entry in value]
    return value


def _filled_mapping(value: dict, schema: dict) -> dict:
    named, other = schema.get("properties", {}), schema.get("additionalProperties")
    other = other if isinstance(other, dict) else {}
    filled = {
        key: filled_in(entry, named.get(key, other)) for key, entry in value.items() if entry is not None or key not in named
    }
    for key, below in named.items():
        if key not in filled and "default" in below:
            filled[key] = filled_in(copy.deepcopy(below["default"]), below)
    return filled


def _check_version(data: dict, schema: dict, lines: Lines) -> None:
    known, given = schema["properties"].get("version", {}).get("const"), data.get("version")
    if known is not None and isinstance(given, int) and given > known:
        problem = f"this {schema['title']} is of version {given}, this program reads version {known}"
        raise lines.error(problem, "version", remedy="Update the program")


def _check_keys_and_numbers(value: Any, above: tuple, lines: Lines) -> None:
    """Refuse what YAML can say and JSON cannot: names that are no text, and numbers that are not finite."""
    if isinstance(value, float) and not math.isfinite(value):
        raise lines.error(f"{spelled(above)} must be a finite number, not {value}", *above)
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, below in entries:
        if isinstance(value, dict) and not isinstance(key, str):
            raise lines.error(f"{_shown(key)} cannot be a name{_inside(above)}", *above, remedy="Put quotes around it")
        _check_keys_and_numbers(below, (*above, key), lines)


def _explained(problem: ValidationError, lines: Lines) -> tuple[int, InputError]:
    """Give the line of a broken rule, to sort by, and the error that tells the user."""
    keys = tuple(problem.absolute_path)
    if "propertyNames" in problem.absolute_schema_path:
        keys = (*keys, problem.instance)
    if problem.validator == "additionalProperties":
        keys = (*keys, _unknown_key(problem))
    words = _WORDS.get(problem.validator, _other)(problem, keys)
    return lines.of(*keys) or 0, lines.error(words, *keys)


def _unknown_key(problem: ValidationError) -> str:
    return next(key for key in problem.instance if key not in problem.schema["properties"])


def _additional(problem: ValidationError, keys: tuple) -> str:
    return f"unknown key '{keys[-1]}'{_inside(keys[:-1])} ({nearest(keys[-1], problem.schema['properties'])})"


def _required(problem: ValidationError, keys: tuple) -> str:
    missing = next(key for key in problem.validator_value if key not in problem.instance)
    return f"key '{missing}' is missing{_inside(keys)}: {problem.schema['properties'][missing]['description'].rstrip('.')}"


def _type(problem: ValidationError, keys: tuple) -> str:
    wanted = problem.validator_value
    wanted = [wanted] if isinstance(wanted, str) else wanted
    words = " or ".join(_TYPES[name] for name in wanted)
    return f"{spelled(keys)} must be {words}, not {_shown(problem.instance)}{_quotes_hint(problem.instance, wanted)}"


def _quotes_hint(value: Any, wanted: list[str]) -> str:
    """Tell how YAML wants numbers such as 1e-3, which it takes for text, and text that looks like a number or a date."""
    if "string" in wanted:
        return "" if value is None or isinstance(value, dict | list) else " (put quotes around it)"
    try:
        return f" (write {float(value)!r}, without quotes)" if isinstance(value, str) and "number" in wanted else ""
    except ValueError:
        return ""


def _enum(problem: ValidationError, keys: tuple) -> str:
    valid = [value for value in problem.validator_value if value is not None]
    return f"{spelled(keys)} cannot be {_shown(problem.instance)} ({nearest(problem.instance, valid)})"


def _const(problem: ValidationError, keys: tuple) -> str:
    return f"{spelled(keys)} must be {problem.validator_value}, not {_shown(problem.instance)}"


def _bound(words: str):
    def explain(problem: ValidationError, keys: tuple) -> str:
        return f"{spelled(keys)} must be {words} {problem.validator_value}, not {_shown(problem.instance)}"

    return explain


def _size(limit: str):
    def explain(problem: ValidationError, keys: tuple) -> str:
        number = problem.validator_value
        words = "entry" if number == 1 else "entries"
        return f"{spelled(keys)} must hold {limit} {number} {words}, and holds {len(problem.instance)}"

    return explain


def _unique(problem: ValidationError, keys: tuple) -> str:
    twice = next(entry for entry in problem.instance if problem.instance.count(entry) > 1)
    return f"{spelled(keys)} names {_shown(twice)} twice"


def _other(problem: ValidationError, keys: tuple) -> str:
    return f"{spelled(keys)} is {_shown(problem.instance)}: {problem.schema.get('errorMessage', problem.message)}"


_WORDS = {
    "additionalProperties": _additional,
    "required": _required,
    "type": _type,
    "enum": _enum,
    "const": _const,
    "minimum": _bound("at least"),
    "maximum": _bound("at most"),
    "exclusiveMinimum": _bound("more than"),
    "exclusiveMaximum": _bound("less than"),
    "minItems": _size("at least"),
    "maxItems": _size("at most"),
    "minProperties": _size("at least"),
    "uniqueItems": _unique,
}


def _inside(keys: tuple) -> str:
    return f" in {spelled(keys)}" if keys else ""


def _shown(value: Any) -> str:
    if value is None:
        return "empty"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f"the text '{value}'"
    if isinstance(value, dict):
        return "a group of keys"
    return "a list" if isinstance(value, list) else str(value)
