"""Association reads: what is found in them, and the fate of each."""

import gzip

import dnaio
import pytest

from cisphys.association.calls import Thresholds
from cisphys.association.reading import AssociationRun, association_fates, compile_pair_matcher
from cisphys.errors import InputError
from cisphys.reads.fates import COUNTED
from cisphys.reads.layout import parse_layout

LAYOUT = parse_layout("GGG~1 barcode[4] * TTTT variant[5] CC", "assoc")
READS = [
    ("GGGACGTATTTTAAAAACC", "+" * 10 + "!" * 2 + "+IIII" + "+" * 2),
    ("gcgacgtTTTTaaaaaCCGG", "I" * 20),
    ("GGGACGTATTTTAAANACC", "I" * 19),
    ("GGGACGTATTATAAAAACC", "I" * 19),
    ("CCCACGTATTTTAAAAACC", "I" * 19),
    ("GGGACGTATTTTAAA", "I" * 15),
]


@pytest.fixture
def run(tmp_path):
    path = tmp_path / "a.fastq.gz"
    path.write_bytes(gzip.compress("".join(f"@r\n{s}\n+\n{q}\n" for s, q in READS).encode()))
    return AssociationRun("a", [path], LAYOUT)


def test_reads_and_their_fates(run):
    assert list(run) == [("ACGT", "AAAAA", "+IIII"), ("ACGT", "AAAAA", "IIIII")]
    assert association_fates("lib", [run]).values.tolist() == [
        ["a", "lib", "bad_length", 1],
        ["a", "lib", "constant_missing", 2],
        ["a", "lib", "has_n", 1],
        ["a", "lib", COUNTED, 2],
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("variant[3-5] TTT barcode[4]", ("ACGT", "CAGA", "1234")),
        ("rc(variant[4]) TTT barcode[4]", ("ACGT", "TCTG", "4321")),
        ("rc(read1): barcode[4] AAA variant[4]", ("ACGT", "TCTG", "4321")),
        ("[1] variant[3]{q16} TTT rc(barcode[4])", ("ACGT", "AGA", "234")),
    ],
)
def test_pairs_of_any_line(text, found):
    match = compile_pair_matcher(parse_layout(text, "x"))
    assert match(dnaio.SequenceRecord("r", "CAGATTTACGT", "1234IIIIIII")) == ("", found)


def test_a_pair_of_low_quality():
    match = compile_pair_matcher(parse_layout("variant[4]{q17} TTT barcode[4]", "x"))
    assert match(dnaio.SequenceRecord("r", "CAGATTTACGT", "1234IIIIIII")) == ("low_quality", ("", "", ""))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("barcode[4]", "layout 'x' is that of an association run, and has no variant"),
        ("variant[4]", "layout 'x' is that of an association run, and has no barcode"),
        ("sample[4] barcode[4] variant[4]", "layout 'x' is that of an association run, and has a sample element"),
        ("read1: barcode[4]\nread2: variant[4]", "layout 'x' is that of an association run, and has a line of read2"),
        ("umi[4] barcode[4] variant[4]", "layout 'x' is that of an association run, and has a UMI"),
        ("barcode[4]~1 variant[4]", "layout 'x' is that of an association run, and allows mismatches in its barcode"),
    ],
)
def test_layouts_that_tell_no_pairs(text, words):
    with pytest.raises(InputError, match=words):
        AssociationRun("a", [], parse_layout(text, "x"))


def test_the_thresholds_of_the_config_are_those_of_the_library():
    import yaml
    from test_library_config import SCHEMAS

    schema = yaml.safe_load((SCHEMAS / "config.schema.yaml").read_text())
    keys = schema["properties"]["libraries"]["additionalProperties"]["properties"]
    assert {name: keys[name]["default"] for name in vars(Thresholds())} == vars(Thresholds())
