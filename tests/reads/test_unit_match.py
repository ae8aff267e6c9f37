"""Any layout: worked examples, and against a slow matcher that tries every place."""

import random
from collections import Counter

import dnaio
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from slow_match import CODES, as_text, read_unit, turn

from cisphys.errors import InputError
from cisphys.reads.batch_match import compile_batch_matcher
from cisphys.reads.demultiplex import Demultiplexing, check_indices
from cisphys.reads.elements import NAMES
from cisphys.reads.layout import parse_layout
from cisphys.reads.unit_match import compile_unit_matcher, letters_in_name, reaches
from cisphys.reads.units import RecordError

ALL = [("all", "")]
DEFAULT = Demultiplexing()


def matcher(layout, samples=ALL, how=DEFAULT):
    """Make a function of (sequence or (sequence, qualities)) for each read of a layout."""
    layout = parse_layout(layout, "x")
    check_indices(samples, layout, margin=how.margin)
    reads = [line.read for line in layout.lines if line.read not in NAMES] or ["read1"]
    match = compile_unit_matcher(layout, samples, reads, how)

    def read(*given, name="r1"):
        pairs = [pair if isinstance(pair, tuple) else (pair, "I" * len(pair)) for pair in given]
        return match([dnaio.SequenceRecord(name, *pair) for pair in pairs])

    return read


@pytest.mark.parametrize(
    ("layout", "read", "answer"),
    [
        ("barcode[2-4] GGG", "ACGGGTT", ("", ("AC",))),
        ("barcode[2-4] GGG", "ACGTGGGTT", ("", ("ACGT",))),
        ("barcode[2-4] GGG", "ACGTAGGGTT", ("constant_missing", ())),
        ("barcode[2-4] GGG", "AGGGTT", ("constant_missing", ())),
        ("barcode[2-4] GGG", "ACGG", ("bad_length", ())),
        ("barcode[2-4] GGG~1", "ACGCGGG", ("", ("ACGC",))),  # exact further on beats one mismatch
        ("barcode[2-4] GGG~1", "ACGCGTGCG", ("", ("AC",))),  # equal: leftmost
        ("variant[3-5]", "ACG", ("", ("ACG",))),
        ("variant[3-5]", "ACGTAC", ("bad_length", ())),
        ("variant[3-5]", "AC", ("bad_length", ())),
        ("variant[3-]", "ACGTACGT", ("", ("ACGTACGT",))),
        ("[2] variant[3]", "TTACGG", ("", ("ACG",))),
        ("[0-2] GG variant[3]", "GGACG", ("", ("ACG",))),
        ("[0-2] GG variant[3]", "TAGGACG", ("", ("ACG",))),
        ("[0-2] GG variant[3]", "TAAGGACG", ("constant_missing", ())),
        ("umi[3] barcode[2]", "TTTAC", ("", ("AC", "TTT"))),
        ("umi[3] barcode[2]", "TNTAC", ("has_n", ())),
        ("[1] barcode[2]", "NAC", ("", ("AC",))),
        ("GARNT barcode[2]", "GAACTAC", ("", ("AC",))),
        ("GARNT barcode[2]", "GAGNTAC", ("", ("AC",))),
        ("GARNT barcode[2]", "GACCTAC", ("constant_missing", ())),
        ("GARNT barcode[2]", "GANCTAC", ("constant_missing", ())),
        ("* GARN~1 barcode[2]", "TTGACAAC", ("", ("AC",))),
        ("rc(barcode[4])", "AACG", ("", ("CGTT",))),
        ("rc(GG barcode[4] TTG)", "CAAAACGCC", ("", ("CGTT",))),
        ({"rc(read1)": "GG barcode[4]"}, "AACGCC", ("", ("CGTT",))),
        ({"rc(read1)": "GG barcode[4]"}, "TAACGCC", ("", ("CGTT",))),
    ],
)
def test_one_read(layout, read, answer):
    sample, *found = matcher(layout)(read)
    assert (sample, tuple(found)) == ("all", answer)


@pytest.mark.parametrize(
    ("limit", "qualities", "fate"),
    [
        ("{q20}", "5555", ""),
        ("{q20}", "5545", "low_quality"),
        ("{q20}", "5N55", ""),
        ("{e0.4}", "++++", ""),  # four bases of quality 10: 0.4 expected errors
        ("{e0.39}", "++++", "low_quality"),
        ("{q10,e0.5}", "+++!", "low_quality"),
        ("{q0}", "!!!!", ""),
    ],
)
def test_quality(limit, qualities, fate):
    match = matcher(f"[1] barcode[4]{limit}")
    assert match(("TACGT", "!" + qualities)) == ("all", fate, () if fate else ("ACGT",))


def test_quality_follows_a_read_that_is_turned_round():
    match = matcher({"rc(read1)": "barcode[2]{q20} [2]"})
    assert match(("AACG", "!!II")) == ("all", "", ("CG",))
    assert match(("AACG", "II!I")) == ("all", "low_quality", ())


def test_an_n_is_named_before_low_quality():
    assert matcher("barcode[2]{q20}")(("AN", "!!")) == ("all", "has_n", ())


def test_quality_of_nothing_passes():
    assert reaches("", parse_layout("barcode[2]{q20,e0.1}", "x").counted.quality)


@pytest.mark.parametrize("letter", ["\x7f", " ", "\0"])
def test_a_letter_that_is_no_quality_is_an_error_for_sure(letter):
    limit = parse_layout("barcode[2]{e0.9}", "x").counted.quality
    assert reaches("~~", limit)
    assert not reaches("~" + letter, limit)


DUAL = {"read1": "variant[3]", "index1": "sample[4]~1", "index2": "rc(sample[4])"}
DUAL_SAMPLES = [("one", "AACC+ACGG"), ("two", "AACC+TTAC"), ("three", "GGTT+TTAC")]


@pytest.mark.parametrize(
    ("index1", "index2", "answer"),
    [
        ("AACC", "CCGT", ("one", "", ("GGG",))),
        ("AATC", "GTAA", ("two", "", ("GGG",))),
        ("GGTT", "GTAA", ("three", "", ("GGG",))),
        ("GGTT", "CCGT", ("-", "no_sample", ())),  # both known, not together
        ("GGAA", "CCGT", ("-", "no_sample", ())),
        ("AACC", "CCGA", ("-", "no_sample", ())),
        ("AAC", "CCGT", ("-", "bad_length", ())),
    ],
)
def test_dual_index(index1, index2, answer):
    assert matcher(DUAL, DUAL_SAMPLES)("GGG", index1, index2) == answer


def test_dual_index_of_a_header():
    match = matcher({"header": "sample[4]~1 + sample[4]", "read1": "variant[2]"}, DUAL_SAMPLES)
    assert match("CC", name="x 1:N:0:AACC+TTAC") == ("two", "", ("CC",))
    assert match("CC", name="x 1:N:0:NACC+TTAC") == ("two", "", ("CC",))
    assert match("CC", name="x 1:N:0:AACCTTAC") == ("-", "constant_missing", ())
    assert match("CC", name="x 1:N:0:AACC+") == ("-", "bad_length", ())
    assert match("CC", name="x 1:N:0:AACCATTAC") == ("-", "constant_missing", ())
    with pytest.raises(RecordError, match="'x y', 'the name holds no index"):
        match("CC", name="x y")


@pytest.mark.parametrize("name", ["x", "x 1:N:0:", "x 1:N:0:12", "x 1:N:0"])
def test_names_without_an_index(name):
    with pytest.raises(RecordError, match="1:N:0:ACGTACGT"):
        letters_in_name(name, "header")


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("A00:1:H:1:1101:1000:2000:ACGTN", "ACGTN"),
        ("A00:1:H:1:1101:1000:2000:acgt+TTGA 1:N:0:GGGG", "ACGT+TTGA"),
        ("SRR1.5_ACGT", "ACGT"),
        ("SRR1.5_CCCC_ACGT more words_AA", "ACGT"),
        ("x_ACGT/1", "ACGT"),
    ],
)
def test_umi_in_a_name(name, letters):
    assert letters_in_name(name, "name") == letters


@pytest.mark.parametrize("name", ["x", "A00:1:H:1:1101:1000:2000", "x words_ACGT", "x_ACGTX", "x_"])
def test_names_without_a_umi(name):
    with pytest.raises(RecordError, match="holds no UMI, which the layout reads"):
        letters_in_name(name, "name")


def test_umi_of_a_name_is_read_as_a_line():
    match = matcher({"name": "umi[3] + rc(umi[2])", "read1": "variant[2]"})
    assert match("CC", name="x:ACG+AC 1:N:0:AACC") == ("all", "", ("CC", "ACG", "GT"))
    assert match("CC", name="x:ACN+AC") == ("all", "has_n", ())
    assert match("CC", name="x:ACG+A") == ("all", "bad_length", ())
    assert match("CC", name="x:ACGTT") == ("all", "constant_missing", ())


def test_parts_of_a_variant_are_joined_as_on_the_forward_strand():
    halves = matcher({"read1": "AC variant[3]", "read2": "rc(variant[2])"})
    assert halves("ACGGT", "TGCCC") == ("all", "", ("GGTCA",))
    turned = matcher({"rc(read1)": "variant[2] CC variant[3]"})
    assert turned("TACGGAG") == ("all", "", ("CTGTA",))
    one_by_one = matcher("rc(variant[2]) GG rc(variant[3])")
    assert one_by_one("AAGGTTC") == ("all", "", ("GAATT",))
    assert one_by_one("ANGGTTC") == ("all", "has_n", ())


def test_indices_of_several_lengths_end_by_themselves_or_at_a_constant():
    samples = [("short", "AACC"), ("long", "GGTTAC")]
    alone = matcher("sample[4-6]~1 barcode[3]", samples)
    assert alone("AACCTGA") == ("short", "", ("TGA",))
    assert alone("GGTTTCTGA") == ("long", "", ("TGA",))
    assert alone("GGTTA") == ("-", "no_sample", ())
    anchored = matcher("sample[4-6]~1 TTT barcode[3]", samples)
    assert anchored("AACGTTTTGA") == ("short", "", ("TGA",))
    assert anchored("AACCTAGTTTTGA") == ("-", "constant_missing", ())
    assert anchored("AACCTTTTTGA") == ("short", "", ("TTG",))


def test_margin():
    samples = [("a", "AAAAAA"), ("b", "AAACCC")]
    assert matcher("sample[6]~1 barcode[2]", samples)("AAAACATT")[0] == "a"
    assert matcher("sample[6]~1 barcode[2]", samples, Demultiplexing(margin=2))("AAAACATT") == ("-", "ambiguous_sample", ())
    assert matcher("sample[6]~1 barcode[2]", samples, Demultiplexing(margin=2))("TAAAAATT")[0] == "a"
    with pytest.raises(InputError, match="for a margin of 4, sample indices must differ at 4 positions"):
        matcher("sample[6]~1 barcode[2]", samples, Demultiplexing(margin=4))


@pytest.mark.parametrize(
    ("read", "answer"),
    [
        ("ACGTACTTT", ("a", "", ("TTT",))),
        ("CGTACTTTA", ("a", "", ("TTT",))),  # the first base is missing
        ("ACTGTACTTTA", ("a", "", ("TTT",))),  # a T too many
        ("ACGAACTTT", ("a", "", ("TTT",))),  # a mismatch goes first
        ("GGTTTTACC", ("-", "no_sample", ())),
    ],
)
def test_one_indel(read, answer):
    samples = [("a", "ACGTAC"), ("b", "TTGGCA")]
    assert matcher("sample[6]~1 variant[3]", samples, Demultiplexing(indels=True))(read) == answer


# Against the slow matcher.
PARTS = ["AACCG", "GGTTA", "CTGAC"]
LINES = [
    (["sample 5 5 1", "TTTAC 1", "barcode 2 5 0 - 20", "GRC 1"], PARTS),
    (["skip 0 3", "GATTA 1", "variant 4 7 0 rc"], [""]),
    (["umi 4 4 0 - 15", "*", "CANAC 1", "variant 3 3"], [""]),
    (["variant 3 9", "|", "sample 5 5 1", "|", "skip 2 2", "sample 5 5 1 rc"], ["AACCG+AACCG", "AACCG+GGTTA", "GGTTA+CTGAC"]),
    (["sample 3 5", "barcode 4 4 0 rc 20"], ["AAC", "GGTTA", "CTGA"]),
    (["sample 3 5 1", "TKT 0", "barcode 4 4", "umi 2 4"], ["AAC", "GGTTA"]),
    (["barcode 1 4", "AC 0", "variant 1 4", "ACG 1"], [""]),
    (["barcode 4 4 1 - 20 n", "AC 0", "umi 3 3 1"], [""]),
    (["variant 3 3", "ACG 1", "variant 2 2", "|", "GT 0", "variant 4 4 0 rc", "skip 1 1", "variant 1 1 0 rc"], [""]),
    (["*", "ACGACG 2", "barcode 2 2", "ACG 1", "*", "RYR 1", "variant 2 4"], [""]),
]


def lines_of(words):
    """Turn words into the lines of the slow matcher; `|` begins the next line."""
    lines = [[]]
    for word in words:
        kind, *rest = word.split()
        if kind == "|":
            lines.append([])
        elif kind == "*":
            lines[-1].append(("gap",))
        elif kind.isupper():
            lines[-1].append(("constant", kind, int(rest[0])))
        else:
            least, most, mismatches, strand, quality, with_n = [*rest, *["0", "-", "0", ""][len(rest) - 2 :]]
            lines[-1].append((kind, int(least), int(most), int(mismatches), strand == "rc", int(quality), with_n == "n"))
    return lines


def random_unit(rng, lines, parts):
    """Write a unit that fits the lines, then often spoil it."""
    index = iter(rng.choice(parts).split("+"))
    return [_random_read(rng, line, index) for line in lines]


def _random_read(rng, line, index):
    read = ""
    for kind, *rest in line:
        if kind == "gap":
            read += "".join(rng.choices("ACGT", k=rng.choice([0, 0, 1, 4])))
        elif kind == "constant":
            read += "".join(rng.choice(CODES[code]) for code in rest[0])
        elif kind == "sample":
            part = next(index)
            read += turn(part) if rest[3] else part
        else:
            read += "".join(rng.choices("ACGT", k=rng.randint(rest[0], rest[1])))
    letters = list(read + "".join(rng.choices("ACGT", k=rng.choice([0, 0, 3]))))
    for _ in range(rng.choice([0, 0, 1, 1, 2])):
        letters[rng.randrange(len(letters))] = rng.choice("ACGTNacgt.+")
    if rng.random() < 0.2:
        del letters[rng.randrange(len(letters))]
    if rng.random() < 0.2:
        letters.insert(rng.randrange(len(letters) + 1), rng.choice("ACGT"))
    cut = rng.randrange(len(letters) + 1) if rng.random() < 0.1 else len(letters)
    return "".join(letters[:cut]), [rng.choice([40, 40, 40, 40, 40, 40, 40, 15, 2]) for _ in letters[:cut]]


@settings(max_examples=100, deadline=None)
@given(seed=st.integers(0, 1 << 30), case=st.sampled_from(LINES))
def test_equals_a_slow_matcher(seed, case):
    lines, parts = lines_of(case[0]), case[1]
    samples = {part: f"s{number}" for number, part in enumerate(parts)}
    reads = ["read1", "index1", "index2"][: len(lines)]
    layout = {read: as_text(line) for read, line in zip(reads, lines, strict=True)}
    match = matcher(layout, [(name, part) for part, name in samples.items()])
    rng = random.Random(seed)
    units = [random_unit(rng, lines, parts) for _ in range(30)]
    for unit in units:
        records = [(sequence, "".join(chr(33 + quality) for quality in qualities)) for sequence, qualities in unit]
        assert match(*records) == read_unit(lines, unit, samples)
    check_batch(parse_layout(layout, "x"), reads, lines, units, samples)


def check_batch(layout, reads, lines, units, samples):
    """The matcher of batches gives the same answers for the units that it takes."""
    match = compile_batch_matcher(layout, [(name, part) for part, name in samples.items()], reads)
    if match is None:
        return
    slow = {number: read_unit(lines, unit, samples) for number, unit in enumerate(units)}
    records = [
        tuple(dnaio.SequenceRecord(str(number), sequence, "I" * len(sequence)) for sequence, _ in unit)
        for number, unit in enumerate(units)
    ]
    found, others = match(records)
    left = {int(unit[0].name) for unit in others}
    taken = [answer for number, answer in slow.items() if number not in left]
    assert {(sample, contents): number for sample, contents, number in found} == Counter((name, held) for name, _, held in taken)
    assert not any(fate for _, fate, _ in taken)
    assert sum(number for *_, number in found) == len(taken)


def test_which_layouts_are_read_in_batches_and_which_units_are_left():
    """Lines of no span, reads of no base, skips and constants with N; a unit that is not exact is left."""
    layout = parse_layout({"read1": "ACG~1 [2] variant[2]", "index1": "GN"}, "x")
    match = compile_batch_matcher(layout, ALL, ("read1", "index1"))
    pairs = [
        ("ACGTTCC", "GA"),
        ("ACGAACC", "GN"),
        ("ATGTTCC", "GA"),
        ("ACGTTCC", "CA"),
        ("", "GA"),
        ("ACGTTCC", ""),
        ("ACGTTcC", "GA"),
    ]
    units = [tuple(dnaio.SequenceRecord("r", bases, "I" * len(bases)) for bases in pair) for pair in pairs]
    found, others = match(units)
    assert found == [("all", ("CC",), 2)]
    assert list(others) == units[2:]
    assert compile_batch_matcher(parse_layout("variant[2]{q20}", "x"), ALL, ("read1",)) is None
    assert compile_batch_matcher(parse_layout("sample[2-3] variant[2]", "x"), [("s", "AC")], ("read1",)) is None
