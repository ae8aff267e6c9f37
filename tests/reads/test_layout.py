"""The layout grammar: what it reads, and where its errors point."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cisphys.errors import InputError
from cisphys.reads.elements import Quality
from cisphys.reads.layout import Barcode, Constant, Gap, Sample, Skip, Umi, Variant, parse_layout

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
        ("sample variant[75]", 7, "'sample' lacks its length"),
        ("variant[75", 1, "is not an element"),
        ("variant75]", 1, "is not an element"),
        ("variant[75]ACGT", 1, "is not an element"),
        ("variant[0]", 9, "the length is 0"),
        ("variant[]", 9, "the length '' is no whole number"),
        ("variant[-3]", 9, "no whole number"),
        ("variant[7]~1", 11, "'variant' takes no '~'"),
        ("barcode[20]~7", 12, "At most 6 of 20 bases may differ"),
        ("sample[7]~3 variant[7]", 10, "At most 2 of 7 bases may differ"),
        ("sample[7]~ variant[7]", 10, "no number of mismatches"),
        ("sample[7]~x variant[7]", 10, "no number of mismatches"),
        ("variant[7] ACGT~2", 16, "At most 1 of 4"),
        ("variant[7] ACGT[4]", 16, "a constant takes no length"),
        ("variant[7] ACXT", 14, "the letter 'X'"),
        ("variant[7] variant[7]", 12, "a second variant"),
        ("barcode[7] variant[7] barcode[7]", 23, "a second barcode"),
        ("variant[160-40]", 9, "Write 40-160"),
        ("variant[0-4]", 9, "the length is 0"),
        ("[0] variant[4]", 2, "the length is 0"),
        ("barcode[4-]", 9, "has no end"),
        ("variant[4-] barcode[7]", 1, "'variant[4-]' is not followed by a constant"),
        ("barcode[4-6] * ACGT", 1, "'barcode[4-6]' is not followed by a constant"),
        ("variant[4] [0-2]", 12, "'[0-2]' stands at the end"),
        ("variant[4] [2]~1", 15, "takes no '~'"),
        ("umi[4]~1 variant[4]", 7, "'umi' takes no '~'"),
        ("variant[4]{x}", 11, "'x' is no limit of quality"),
        ("variant[4]{q20,q30}", 11, "'q30' is no limit of quality"),
        ("variant[4]{}", 11, "'' is no limit of quality"),
        ("variant[4]{q20", 1, "is not an element"),
        ("[4]{q20} variant[4]", 4, "passed over take no quality"),
        ("*{q20} ACGT variant[4]", 2, "'*' takes no '{'"),
        ("ACGT{q20} variant[4]", 5, "a constant takes no quality"),
        ("rc(variant[4]", 1, "'rc(' is not closed"),
        ("rc(AC rc(variant[4])", 7, "'rc(' inside 'rc('"),
        ("rc(* ACGT variant[4])", 4, "'*' stands at the end"),
        ("variant[4] + ACG", 12, "'+' stands between the indices of a header only"),
        ("xy[4] variant[4]", 1, "unknown element 'xy'"),
        ("variant[7] acgt", 12, "Write ACGT"),
        ("variant[7] *", 12, "'*' stands at the end"),
        ("* * ACGT variant[7]", 1, "'*' is not followed by a constant"),
        ("* variant[7]", 1, "'*' is not followed by a constant"),
        ("*~1 ACGT variant[7]", 2, "'*' takes no '~'"),
        ("fgbio: 8B2X", 10, "'2X' is no segment of a read structure"),
        ("fgbio: +T8B", 8, "'+' is for a last T or S"),
        ("fgbio: 8B+M", 10, "'+' is for a last T or S"),
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


def test_elements_of_one_line():
    layout = parse_layout("[0-3] GARN~1 umi[8]{q20} barcode[16-20]~2{q20,e0.5} GG variant[40-]", "x")
    assert layout.elements == (
        Skip(3, least=0),
        Constant("GARN", 1),
        Umi(8, quality=Quality(20)),
        Barcode(20, 2, 16, quality=Quality(20, 0.5)),
        Constant("GG"),
        Variant(1 << 30, least=40),
    )
    assert layout.minimal_length == 0 + 4 + 8 + 16 + 2 + 40
    assert not layout.plain


def test_elements_on_the_other_strand_stand_in_the_order_of_the_read():
    layout = parse_layout("ACG rc(AAC * barcode[4] GR~0) variant[3]", "x")
    assert layout.elements == (
        Constant("ACG"),
        Constant("YC"),
        Barcode(4, reverse=True),
        Gap(),
        Constant("GTT"),
        Variant(3),
    )


def test_lines_of_several_reads():
    given = {"index1": "sample[8]~1", "index2": "rc(sample[8])", "rc(read1)": "barcode[16]", "read2": "umi[10]"}
    layout = parse_layout(given, "x")
    assert [(line.read, line.reverse) for line in layout.lines] == [
        ("index1", False),
        ("index2", False),
        ("read1", True),
        ("read2", False),
    ]
    assert layout.samples == (Sample(8, 1), Sample(8, reverse=True))
    assert layout.text == "index1: sample[8]~1\nindex2: rc(sample[8])\nrc(read1): barcode[16]\nread2: umi[10]"
    assert parse_layout(layout.text, "x") == layout


def test_one_line_by_name_is_that_line():
    assert parse_layout({"read1": "variant[4]"}, "x").lines == parse_layout("variant[4]", "x").lines


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"read3": "variant[4]"}, "layout 'x': 'read3' is no read (did you mean 'read2'?"),
        ({"read1": "variant[4]", "rc(read1)": "umi[4]"}, "layout 'x': read1 has two lines"),
        ({"read1": "variant[4]", "read2": "umi[x]"}, "layout 'x', read2, column 5: the length 'x'"),
        ({"index1": "sample[4]"}, "layout 'x', index1, column 10: nothing is counted"),
        ({"read1": "variant[4]", "header": "sample[4]{q20}"}, "layout 'x', header, column 1: a header has no qualities"),
        ({"header": "variant[4]"}, "a header holds no variant"),
        ({"rc(header)": "sample[4]"}, "a header is not turned round"),
        ({}, "layout 'x': the layout is empty"),
    ],
)
def test_errors_name_the_read(given, words):
    with pytest.raises(InputError) as caught:
        parse_layout(given, "x")
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("structure", "line"),
    [
        ("8B75T", "sample[8] variant[75]"),
        (" 8B10M2S+T ", "sample[8] umi[10] [2] variant[1-]"),
        ("16C+S", "barcode[16]"),
    ],
)
def test_read_structures(structure, line):
    assert parse_layout(f"fgbio:{structure}", "x") == parse_layout(line, "x")
    assert parse_layout({"read2": f"fgbio:{structure}"}, "x") == parse_layout({"read2": line}, "x")


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        (LAC, True),
        ("barcode[20]~1", True),
        ("barcode[16-20]", False),
        ("barcode[16]{q20}", False),
        ("rc(barcode[16])", False),
        ("ACNT barcode[16]", False),
        ("umi[4] barcode[16]", False),
        ("[4] barcode[16]", False),
        ("sample[4] sample[4] barcode[16]", False),
        ("barcode[4] variant[4]", False),
        ({"rc(read1)": "variant[4]"}, False),
        ({"read2": "variant[4]"}, False),
        ({"read1": "variant[4]"}, True),
    ],
)
def test_plain_layouts(text, plain):
    assert parse_layout(text, "x").plain is plain


@given(st.text(alphabet="ACGTNsamplevrintbcod[]~*0179 -rc(){}qeu,+", max_size=40))
def test_any_text_is_a_layout_or_a_clear_error(text):
    try:
        layout = parse_layout(text, "x")
    except InputError:
        return
    assert layout.counted in layout.elements
    assert parse_layout(layout.text, "x") == layout
