"""The layout grammar: what it reads, and where its errors point."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cisphys.errors import InputError
from cisphys.reads.layout import Barcode, Constant, Gap, Sample, Variant, parse_layout

LAC = "sample[7]~1 TAGGCGTATCACGAGGCCCTTTCGTCTTC * AGCGCAACGC variant[75] AATTGTGAGC"


def test_lac_layout():
    layout = parse_layout(LAC, "sortseq")
    assert layout.elements == (
        Sample(7, 1),
        Constant("TAGGCGTATCACGAGGCCCTTTCGTCTTC"),
        Gap(),
        Constant("AGCGCAACGC"),
        Variant(75),
        Constant("AATTGTGAGC"),
    )
    assert (layout.has_sample, layout.sample_length, layout.counted) == (True, 7, Variant(75))
    assert layout.minimal_length == 7 + 29 + 10 + 75 + 10


def test_layout_without_sample():
    layout = parse_layout("  barcode[20]~1   ACGTAC~2 ", "bc")
    assert layout.elements == (Barcode(20, 1), Constant("ACGTAC", 2))
    assert (layout.sample, layout.has_sample, layout.sample_length) == (None, False, 0)
    assert layout.text == "barcode[20]~1 ACGTAC~2"


@pytest.mark.parametrize(
    ("text", "column", "words"),
    [
        ("", 1, "nothing is counted"),
        ("ACGT", 5, "nothing is counted"),
        ("sample[7] varant[75]", 11, "did you mean 'variant'"),
        ("[5] variant[7]", 1, "unknown element ''"),
        ("sample variant[75]", 7, "'sample' lacks its length"),
        ("variant[75", 1, "is not an element"),
        ("variant75]", 1, "is not an element"),
        ("variant[75]ACGT", 1, "is not an element"),
        ("variant[0]", 9, "the length is 0"),
        ("variant[]", 9, "the length '' is no whole number"),
        ("variant[-3]", 9, "no whole number"),
        ("variant[40-160]", 9, "no whole number"),
        ("variant[7]~1", 11, "'variant' takes no '~'"),
        ("barcode[20]~7", 12, "At most 6 of 20 bases may differ"),
        ("sample[7]~3 variant[7]", 10, "At most 2 of 7 bases may differ"),
        ("sample[7]~ variant[7]", 10, "no number of mismatches"),
        ("sample[7]~x variant[7]", 10, "no number of mismatches"),
        ("variant[7] ACGT~2", 16, "At most 1 of 4"),
        ("variant[7] ACGT[4]", 16, "a constant takes no length"),
        ("variant[7] ACNT", 14, "the letter 'N'"),
        ("variant[7] acgt", 12, "Write ACGT"),
        ("variant[7] barcode[7]", 12, "a second element to count"),
        ("sample[7] sample[7] variant[7]", 11, "a second sample element"),
        ("variant[7] *", 12, "'*' stands at the end"),
        ("* * ACGT variant[7]", 1, "'*' is not followed by a constant"),
        ("* variant[7]", 1, "'*' is not followed by a constant"),
        ("*~1 ACGT variant[7]", 2, "'*' takes no '~'"),
        ("umi[10] variant[7]", 1, "unknown element 'umi'"),
    ],
)
def test_errors_point_at_the_column(text, column, words):
    with pytest.raises(InputError) as caught:
        parse_layout(text, "x")
    message = str(caught.value)
    assert message.startswith(f"layout 'x', column {column}: ")
    assert words in message
    shown, caret = message.splitlines()[1:3]
    assert shown == f"    {text}"
    assert caret.index("^") == 4 + column - 1


@given(st.text(alphabet="ACGTNsamplevrintbcod[]~*0179 -", max_size=40))
def test_any_text_is_a_layout_or_a_clear_error(text):
    try:
        layout = parse_layout(text, "x")
    except InputError:
        return
    assert layout.counted in layout.elements
    assert parse_layout(layout.text, "x") == layout
