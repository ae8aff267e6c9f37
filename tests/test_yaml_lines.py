"""Lines of keys in YAML files, and errors that point at them."""

import string

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from cisphys.errors import InputError
from cisphys.yaml_lines import Lines, load_yaml, spelled

TEXT = """\
# a comment
version: 1

fits:
  - model: lac
    experiments: [a, b]
  - model: other
    experiments:
      - a
      - c
sites: {CRP: {start: 1}, RNAP: {start: 34}}
"""


@pytest.fixture
def written(tmp_path):
    def write(text: str | bytes):
        path = tmp_path / "file.yaml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


@pytest.mark.parametrize(
    ("keys", "line"),
    [
        (("version",), 2),
        (("fits",), 4),
        (("fits", 0), 5),
        (("fits", 0, "experiments"), 6),
        (("fits", 0, "experiments", 1), 6),
        (("fits", 1, "model"), 7),
        (("fits", 1, "experiments", 1), 10),
        (("sites", "RNAP", "start"), 11),
        (("fits", 1, "restarts"), 7),  # not there: the entry it would be in
        (("sits",), 2),  # not there at all: where the file's keys start
        ((), 2),
    ],
)
def test_line_of_each_key(written, keys, line):
    assert Lines(written(TEXT)).of(*keys) == line


def test_data_are_those_of_yaml(written):
    data, lines = load_yaml(written(TEXT))
    assert data == yaml.safe_load(TEXT)
    assert lines.data == data


def test_merge_keys_and_anchors_keep_their_lines(written):
    text = "base: &base\n  a: 1\n  b: 2\nown:\n  <<: *base\n  b: 3\n"
    data, lines = load_yaml(written(text))
    assert data["own"] == {"a": 1, "b": 3}
    assert lines.of("own", "b") == 6
    assert lines.of("own", "a") == 2  # it stands in the anchor


def test_error_names_file_line_and_remedy(written):
    path = written(TEXT)
    error = Lines(path).error("no such model", "fits", 1, "model", remedy="Name another")
    assert str(error) == f"{path}, line 7: no such model. Name another."


def test_error_about_a_key_from_the_command_line_names_the_option(written):
    lines = Lines(written(TEXT)).overridden(["version"])
    assert str(lines.error("wrong", "version")) == "--config version: wrong."
    assert "line 4" in str(lines.error("wrong", "fits"))


def test_error_without_a_file_spells_the_key():
    assert str(Lines.at(None).error("wrong", "fits", 0, "model")) == "fits > entry 1 > model: wrong."
    assert Lines.at(None).of("fits") is None


def test_values_that_stand_on_one_line():
    assert Lines.at("sheet.tsv", 5).of("bin") == 5
    assert str(Lines.at("sheet.tsv", 5).error("wrong", "bin")) == "sheet.tsv, line 5: wrong."


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("a: 1\nb: 2\na: 3\n", 3, "key 'a' is there twice, first on line 1"),
        ("a:\n  - x: 1\n    x: 2\n", 3, "key 'x' is there twice, first on line 2"),
        ("a: {x: 1, x: 2}\n", 1, "key 'x' is there twice"),
        ("a: 1\n b: 2\n", 2, "no YAML"),
        ("a: [1, 2\nb: 3\n", 2, "no YAML"),
        ("a:\n\tb: 1\n", 2, "spaces only, not tabs"),
        ("a: *nowhere\n", 1, "undefined alias"),
        ("a: &a\n  - *a\n", 1, "an alias that contains itself"),
        ("strand: -\n  start: 1\n", 1, "no YAML"),
        ("a: 1\n---\nb: 2\n", 2, "another document"),
        ("when: 2026-13-45\n", None, "no readable YAML"),
        ("a: !!python/object:os.system 1\n", 1, "could not determine a constructor"),
        ("a: !!bool maybe\n", None, "no readable YAML"),
        ("a: !!int ''\n", None, "no readable YAML"),
        ("[" * 2000, None, "no readable YAML"),
        ("", None, "the file is empty"),
        ("# nothing but a comment\n", None, "the file is empty"),
        (b"a: \xff\n", None, "not UTF-8"),
        (b"a: \x00\n", None, "no readable YAML"),
    ],
)
def test_each_fault_of_a_file_is_one_error(written, text, line, words):
    path = written(text)
    with pytest.raises(InputError) as caught:
        load_yaml(path)
    assert str(caught.value).startswith(f"{path}, line {line}" if line else f"{path}: ")
    assert words in str(caught.value)


@pytest.mark.parametrize("name", ["absent.yaml", "."])
def test_missing_file(tmp_path, name):
    with pytest.raises(InputError, match="there is no such file"):
        load_yaml(tmp_path / name)


def test_byte_order_mark_is_passed_over(written):
    assert load_yaml(written(b"\xef\xbb\xbfa: 1\n"))[0] == {"a": 1}


def test_key_paths_are_spelled_for_people():
    assert spelled(("fits", 0, "model")) == "fits > entry 1 > model"


names = st.text(string.ascii_letters, min_size=1, max_size=8)
trees = st.recursive(
    st.integers() | names,
    lambda below: st.lists(below, max_size=4) | st.dictionaries(names, below, max_size=4),
    max_leaves=20,
)


def _paths(value, above=()):
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, below in entries:
        yield (*above, key)
        yield from _paths(below, (*above, key))


@given(data=st.dictionaries(names, trees, min_size=1, max_size=5))
def test_every_key_of_any_file_is_found_on_its_line(tmp_path_factory, data):
    text = yaml.safe_dump(data, sort_keys=False)
    path = tmp_path_factory.mktemp("yaml") / "any.yaml"
    path.write_text(text)
    read, lines = load_yaml(path)
    assert read == yaml.safe_load(text)
    rows = text.splitlines()
    for keys in _paths(read):
        if isinstance(keys[-1], str):
            assert keys[-1] in rows[lines.of(*keys) - 1]


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(tmp_path_factory, text):
    path = tmp_path_factory.mktemp("yaml") / "any.yaml"
    path.write_text(text, encoding="utf-8")
    try:
        data, lines = load_yaml(path)
    except InputError:
        return
    assert data == yaml.safe_load(path.read_text(encoding="utf-8-sig"))
    assert lines.of() >= 1
