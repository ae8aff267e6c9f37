"""config/README.md: it documents every key and column that the schemas know, and its examples are right."""

import re
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

from cisphys.config import load_settings
from cisphys.models.language import load_spec
from cisphys.reads.fates import FATES
from cisphys.reads.layout import parse_layout
from cisphys.schema import validate

ROOT = Path(__file__).parent.parent
SCHEMAS = sorted((ROOT / "workflow/schemas").glob("*.schema.yaml"))
README = (ROOT / "config/README.md").read_text()
BLOCKS = [re.sub(f"(?m)^{indent}", "", block) for indent, block in re.findall(r"(?ms)^( *)```yaml\n(.*?)^ *```$", README)]


def keys_of(schema: dict, above: tuple[str, ...] = ()):
    """Give every key of a schema at every level: its path, its own schema, and whether it is required."""
    for name, below in schema.get("properties", {}).items():
        yield (*above, name), below, name in schema.get("required", [])
        yield from keys_of(below, (*above, name))
    for keyword in ("additionalProperties", "items"):
        if isinstance(schema.get(keyword), dict):
            yield from keys_of(schema[keyword], (*above, keyword))
    for choice in schema.get("oneOf", []):
        yield from keys_of(choice, above)


KEYS = [
    pytest.param(below, keys, required, id=f"{path.name.partition('.')[0]}:{'.'.join(keys)}")
    for path in SCHEMAS
    for keys, below, required in keys_of(yaml.safe_load(path.read_text()))
]


def test_all_schemas_are_found():
    assert [path.name.partition(".")[0] for path in SCHEMAS] == ["config", "model", "runs", "samples"]
    assert len(KEYS) > 80


@pytest.mark.parametrize("path", SCHEMAS, ids=lambda path: path.name)
def test_schemas_are_schemas(path):
    schema = yaml.safe_load(path.read_text())
    Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"


@pytest.mark.parametrize(("schema", "keys", "required"), KEYS)
def test_readme_documents_each_key(schema, keys, required):
    assert f"`{keys[-1]}`" in README


@pytest.mark.parametrize(("schema", "keys", "required"), KEYS)
def test_each_key_has_a_description_and_a_default_unless_required(schema, keys, required):
    assert len(schema["description"]) > 10
    assert required != ("default" in schema)


@pytest.mark.parametrize(("schema", "keys", "required"), KEYS)
def test_each_default_is_valid(schema, keys, required):
    if not required:
        Draft202012Validator({"properties": {"key": schema}, "type": "object"}).validate({"key": schema["default"]})
    if schema.get("enum"):
        assert all(f"`{value}`" in README or f'`"{value}"`' in README for value in schema["enum"] if value is not None)


def objects_of(schema: dict):
    """Give every schema of a group of keys that has names of its own."""
    if "properties" in schema:
        yield schema
    for below in schema.get("properties", {}).values():
        yield from objects_of(below)
    for keyword in ("additionalProperties", "items"):
        if isinstance(schema.get(keyword), dict):
            yield from objects_of(schema[keyword])


@pytest.mark.parametrize("path", SCHEMAS, ids=lambda path: path.name)
def test_no_unknown_key_passes_at_any_level(path):
    found = list(objects_of(yaml.safe_load(path.read_text())))
    assert found
    assert all(schema["additionalProperties"] is False for schema in found)


def test_fates_are_those_of_the_program_in_its_order():
    table = README.partition("## The fate of a read")[2].partition("## Tables")[0]
    assert re.findall(r"(?m)^\| `(\w+)` \|", table) == list(FATES)


def test_layouts_of_the_readme_can_be_read():
    section = README.partition("## The layout of a read")[2].partition("## The fate")[0]
    lines = re.findall(r"(?m)^    (\S.*)$", section)
    assert len(lines) == 1
    assert parse_layout(lines[0], "of the readme").counted.length == 75
    assert parse_layout("rc(AAC barcode[16] GGT)", "x").lines == parse_layout("ACC rc(barcode[16]) GTT", "x").lines


def test_yaml_examples_of_the_readme_are_right(tmp_path):
    steps, experiments, libraries, quality, layouts, *models = BLOCKS
    sheets = "version: 1\nanalysis: mine\nruns: r\nsamples: s\n"
    with_limits = f"version: 1\nanalysis: mine\nexperiments: {{given: {{table: t.tsv}}}}\n{quality}"
    with_layouts = f"{sheets}experiments: {{a: {{variants: observed}}}}\n{layouts}"
    for text in (steps, f"{sheets}{experiments}", f"{sheets}{libraries}", with_limits, with_layouts):
        path = tmp_path / "config.yaml"
        path.write_text(text)
        assert load_settings(yaml.safe_load(text), path, ROOT / "workflow/schemas/config.schema.yaml").analysis == "mine"
    specs = []
    for model in models:
        (tmp_path / "model.yaml").write_text(model)
        specs.append(load_spec(tmp_path / "model.yaml", ROOT / "workflow/schemas/model.schema.yaml"))
    assert specs[0].sites[1].condition == "strain"
    assert [len(site.modes) for site in specs[1].sites] == [6, 5]
    assert [spec.family for spec in specs] == ["thermodynamic", "thermodynamic", "kinetic", "additive"]


def test_links_of_the_readme_lead_somewhere():
    links = re.findall(r"\]\(([^)]+)\)", README)
    headings = {
        "#" + re.sub(r"[^\w -]", "", line).strip().lower().replace(" ", "-") for line in re.findall(r"(?m)^#+ (.*)$", README)
    }
    assert [link for link in links if link.startswith("#") and link not in headings] == []
    assert [link for link in links if not link.startswith("#") and not (ROOT / "config" / link).exists()] == []


@pytest.mark.parametrize("path", sorted((ROOT / "config/models").glob("*.yaml")), ids=lambda path: path.name)
def test_shipped_models_fit_the_schema_and_say_what_they_claim(path):
    text = path.read_text()
    data = validate(yaml.safe_load(text), ROOT / "workflow/schemas/model.schema.yaml", path=path)
    assert data["description"]
    assert text.startswith("#")


def test_lac_sites_have_the_published_coordinates():
    """CRP at -74..-49 and RNAP at -41..-1 (Kinney et al. 2010), where the variant's first base is -75."""
    sites = yaml.safe_load((ROOT / "config/models/lac_thermodynamic.yaml").read_text())["sites"]
    found = {name: (site["start"] - 75, site["stop"] - 1 - 75) for name, site in sites.items()}
    assert found == {"CRP": (-74, -49), "RNAP": (-41, -1)}
