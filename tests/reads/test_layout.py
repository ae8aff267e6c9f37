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
        ("barcode[4] variant[7] variant[7]", 23, "a second variant"),
        ("variant[7] variant[3-5]", 12, "a part of a variant has several lengths"),
        ("barcode[7] variant[7] barcode[7]", 23, "a second barcode"),
        ("variant[160-40]", 9, "Write 40-160"),
        ("variant[0-4]", 9, "the length is 0"),
        ("[0] variant[4]", 2, "the length is 0"),
        ("barcode[4-]", 9, "has no end"),
        ("variant[4-] barcode[7]", 1, "'variant[4-]' is not followed by a constant"),
        ("barcode[4-6] * ACGT", 1, "'barcode[4-6]' is not followed by a constant"),
        ("variant[4] [0-2]", 12, "'[0-2]' stands at the end"),
        ("variant[4] [2]~1", 15, "takes no '~'"),
        ("umi[6]~2 variant[4]", 7, "no more than '~1'"),
        ("umi[2]~1 variant[4]", 7, "At most 0 of 2"),
        ("umi[6-8]~1 AC variant[4]", 9, "a UMI of several lengths takes no '~'"),
        ("umi[6]~1 umi[5] variant[4]", 10, "write it behind all or none"),
        ("umi[16]~1 umi[16]~1 variant[4]", 11, "up to 31 bases"),
        ("barcode[20]{n}", 12, "'barcode' takes no 'n'"),
        ("sample[8]~1{n} barcode[20]", 12, "'sample' takes no 'n'"),
        ("barcode[20]~1{n,n}", 14, "'n' is no limit"),
        ("variant[4]{x}", 11, "'x' is no limit of quality"),
        ("variant[4]{q20,q30}", 11, "'q30' is no limit of quality"),
        ("variant[4]{}", 11, "'' is no limit of quality"),
        ("variant[4]{q94}", 11, "no base has a quality of 94"),
        ("variant[4]{q20", 1, "is not an element"),
        ("[4]{q20} variant[4]", 4, "passed over take no quality"),
        ("*{q20} ACGT variant[4]", 2, "'*' takes no '{'"),
        ("ACGT{q20} variant[4]", 5, "a constant takes no quality"),
        ("rc(variant[4]", 1, "'rc(' is not closed"),
        ("rc(AC rc(variant[4])", 7, "'rc(' inside 'rc('"),
        ("rc(* ACGT variant[4])", 4, "'*' stands at the end"),
        ("variant[4] + ACG", 12, "'+' stands between the parts of a header or name only"),
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
    layout = parse_layout("[0-3] GARN~1 umi[8]~1{q20} barcode[16-20]~2{q20,n,e0.5} GG variant[40-]", "x")
    assert layout.elements == (
        Skip(3, least=0),
        Constant("GARN", 1),
        Umi(8, 1, quality=Quality(20)),
        Barcode(20, 2, 16, quality=Quality(20, 0.5), n_differs=True),
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
        ({"rc(name)": "umi[4]"}, "a name is not turned round"),
        ({"read1": "variant[4]", "name": "umi[4]{q20}"}, "layout 'x', name, column 1: a name has no qualities"),
        ({"name": "barcode[4]"}, "layout 'x', name, column 1: a name holds no barcode"),
        ({"read1": "barcode[4] variant[4]", "read2": "variant[4]"}, "layout 'x', read2, column 1: a second variant"),
        ({"read1": "umi[8]~1 variant[4]", "index1": "umi[8]"}, "layout 'x', index1, column 1: one UMI has a '~1'"),
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
        ("barcode[16]~1{n}", False),
        ("variant[4] variant[4]", False),
        ({"merged": "variant[4]"}, False),
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
    parts = [element for element in layout.elements if isinstance(element, Variant)]
    assert layout.counted in layout.elements or layout.counted == Variant(sum(part.length for part in parts))
    assert parse_layout(layout.text, "x") == layout


def test_a_variant_in_parts_counts_as_one():
    layout = parse_layout({"read1": "variant[40]", "rc(read2)": "AC variant[30]"}, "x")
    assert layout.counted == Variant(70)
    assert not layout.pairs


def test_how_many_umis_there_can_be():
    assert parse_layout("umi[2] umi[1-2] AC variant[4]", "x").possible_umis == 16 * (4 + 16)
    assert parse_layout("umi[10]~1 variant[4]", "x").umis_corrected
    assert not parse_layout("umi[10] variant[4]", "x").umis_corrected
