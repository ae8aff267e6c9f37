"""Libraries: a table without mistakes is read the quick way, and the quick way never answers otherwise than the strict one."""

import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cisphys.errors import InputError
from cisphys.reads import library

DNA = st.text("ACGTacgt", min_size=1, max_size=6)
ODD = st.sampled_from(["", " A", "A ", '"A"', "N", "é", "A\r", "\t", "\n", "A\tC", "\x0b", "#"])


@st.composite
def tables(draw):
    """A table, mostly as it should be: three columns in any order, more or less good fields, with or without the last newline."""
    header = draw(st.permutations(["barcode", "sequence", "note"]))
    rows = draw(st.lists(st.tuples(DNA, DNA, st.one_of(DNA, st.text("xyz", max_size=3))), max_size=12))
    lines = ["\t".join(row) for row in (header, *rows)]
    if draw(st.booleans()):
        lines.insert(draw(st.integers(0, len(lines))), draw(st.one_of(ODD, st.tuples(DNA, ODD, DNA).map("\t".join))))
    return "\n".join(lines) + draw(st.sampled_from(["", "\n", "\n\n"]))


def answer(path):
    """Read a library; give its rows, or what is wrong with it."""
    try:
        return list(library.read_library(path).items())
    except InputError as error:
        return str(error)


@pytest.mark.parametrize("part", [1, 20, 1 << 22])
@given(text=tables())
def test_quick_way_equals_the_strict_one(tmp_path_factory, part, text):
    path = tmp_path_factory.getbasetemp() / "library.tsv"
    path.write_text(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(library, "PART", part)
        quick = answer(path)
        patch.setattr(library, "_read_plainly", lambda _: {})
        assert quick == answer(path)


@pytest.mark.parametrize(("name", "delimiter"), [("l.tsv", "\t"), ("l.csv", ","), ("l.tsv.gz", "\t"), ("l.csv.gz", ",")])
def test_good_tables_are_read_the_quick_way(tmp_path, monkeypatch, name, delimiter):
    monkeypatch.setattr(library, "read_text_rows", None)
    text = "sequence,n,barcode\nacgt,1,AA\nTTTT,,CC\n".replace(",", delimiter).encode()
    (tmp_path / name).write_bytes(gzip.compress(text) if name.endswith("gz") else text)
    assert library.read_library(tmp_path / name) == {"AA": "ACGT", "CC": "TTTT"}
