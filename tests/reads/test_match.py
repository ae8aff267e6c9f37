"""Elements in reads: worked examples, and the two ways of matching against each other."""

import pytest

from cisphys.reads.demultiplex import SampleIndex
from cisphys.reads.layout import Constant, parse_layout
from cisphys.reads.match import compile_matcher
from cisphys.reads.search import find_constant

SAMPLES = [("one", "AACC"), ("two", "GGTT")]


def matcher(text):
    layout = parse_layout(text, "x")
    index = SampleIndex(SAMPLES, layout.sample.mismatches) if layout.has_sample else None
    return compile_matcher(layout, index, whole_run="all")


@pytest.mark.parametrize(
    ("read", "answer"),
    [
        ("AACCTTTACGTGG", ("one", "", "ACGT")),
        ("AACCTTTACGTGGAAAA", ("one", "", "ACGT")),
        ("aaccTTTacgtgg", ("one", "", "ACGT")),
        ("AACGTTTACGTGG", ("one", "", "ACGT")),
        ("AANCTTTACGTGG", ("one", "", "ACGT")),
        ("GGTTTTTCCCCGG", ("two", "", "CCCC")),
        ("AACCTCTACGTGG", ("one", "", "ACGT")),
        ("AACCTCCACGTGG", ("one", "constant_missing", "")),
        ("AACCTTTACGTGC", ("one", "constant_missing", "")),
        ("AAGGTTTACGTGG", ("-", "no_sample", "")),
        ("AAGGCCCACGTGC", ("-", "no_sample", "")),
        ("AACCTTTACNTGG", ("one", "has_n", "")),
        ("AACCTTTAC.TGG", ("one", "has_n", "")),
        ("AACCTTTACNTGC", ("one", "constant_missing", "")),
        ("AACCTTTACGTG", ("one", "bad_length", "")),
        ("AACCTT", ("one", "bad_length", "")),
        ("AAC", ("-", "bad_length", "")),
        ("", ("-", "bad_length", "")),
    ],
)
def test_fixed_places(read, answer):
    assert matcher("sample[4]~1 TTT~1 variant[4] GG")(read) == answer


@pytest.mark.parametrize(
    ("read", "answer"),
    [
        ("GATTACAACGT", ("all", "", "ACGT")),
        ("CCCCGATTACAACGT", ("all", "", "ACGT")),
        ("GATAACAACGTGATTACATTTT", ("all", "", "TTTT")),
        ("GATAACAACGTGATTAGATTTT", ("all", "", "ACGT")),
        ("CCCGATAACAACGT", ("all", "", "ACGT")),
        ("CCCGTTTACTACGT", ("all", "", "ACGT")),
        ("CCCGTTTTCTACGT", ("all", "constant_missing", "")),
        ("CCCGATTACAACG", ("all", "bad_length", "")),
        ("CCCCCC", ("all", "bad_length", "")),
        ("CCCCCCC", ("all", "constant_missing", "")),
        ("GATTACAACGNGATTACAACGT", ("all", "has_n", "")),
    ],
)
def test_searched_constant(read, answer):
    assert matcher("* GATTACA~2 variant[4]")(read) == answer


def test_the_first_exact_place_is_taken_for_good():
    """A second copy further on would let the read pass, but is not tried."""
    assert matcher("* GAT barcode[2] CC")("GATAATTGATAACC") == ("all", "constant_missing", "")


def test_small_letters_are_searched_as_well():
    assert matcher("* GATT barcode[2]")("gattTTGATTCC") == ("all", "", "TT")


def test_constants_before_the_sample_leave_it_unassigned():
    match = matcher("ACGT sample[4] variant[2]")
    assert match("ACGTAACCGG") == ("one", "", "GG")
    assert match("ACCTAACCGG") == ("-", "constant_missing", "")


def test_counted_before_the_sample():
    match = matcher("barcode[4] ACG sample[4]~1")
    assert match("TTTTACGAACC") == ("one", "", "TTTT")
    assert match("TTNTACGAACG") == ("one", "has_n", "")
    assert match("TTTTACGAAC") == ("-", "bad_length", "")


@pytest.mark.parametrize(
    ("read", "start", "place"),
    [
        ("ACGTACGT", 0, 0),
        ("ACGTACGT", 1, 4),
        ("ACCTACGA", 1, 4),
        ("TTACCTTT", 0, 2),
        ("TTTTTTTT", 0, -1),
        ("TTTACG", 3, 3),
    ],
)
def test_find_constant(read, start, place):
    assert find_constant(read, start, Constant("ACGT", 1)) == place
