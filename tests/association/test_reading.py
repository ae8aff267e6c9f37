"""Association reads: what is found in them, and the fate of each."""

import gzip

import dnaio
import pytest

from cisphys.association.calls import Thresholds
from cisphys.association.reading import AssociationRun, association_fates, compile_pair_matcher
from cisphys.errors import InputError
from cisphys.reads.elements import turned
from cisphys.reads.fates import COUNTED
from cisphys.reads.layout import parse_layout
from cisphys.reads.merging import Merging

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
    return AssociationRun("a", {"read1": [path]}, LAYOUT)


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
    assert match([dnaio.SequenceRecord("r", "CAGATTTACGT", "1234IIIIIII")]) == ("", found)


def test_a_pair_of_low_quality():
    match = compile_pair_matcher(parse_layout("variant[4]{q17} TTT barcode[4]", "x"))
    assert match([dnaio.SequenceRecord("r", "CAGATTTACGT", "1234IIIIIII")]) == ("low_quality", ("", "", ""))


def write_fastq(path, bases, ends="", qualities=""):
    """Write records r0, r1, ... with these bases."""
    rows = enumerate(zip(bases, qualities or ["I" * len(each) for each in bases], strict=True))
    path.write_text("".join(f"@r{number}{ends}\n{each}\n+\n{scores}\n" for number, (each, scores) in rows))
    return path


TWO_READS = {"read1": "GG barcode[4]", "read2": "rc(variant[3]) TT"}
BARCODES, VARIANTS = ["GGACGT", "GGTTTT", "GGTTNT", "GG"], ["CATTT", "GGGTT", "AAATT", "AAATT"]


def test_barcode_and_variant_in_two_reads(tmp_path):
    """Two lanes; the variant and its qualities are turned round together, and each pair has one fate."""
    first = [write_fastq(tmp_path / f"{lane}.1.fastq", BARCODES, "/1") for lane in (1, 2)]
    scores = ["123II", "IIIII", "IIIII", "IIIII"]
    second = [write_fastq(tmp_path / f"{lane}.2.fastq", VARIANTS, "/2", scores) for lane in (1, 2)]
    run = AssociationRun("a", {"read1": first, "read2": second}, parse_layout(TWO_READS, "x"))
    assert list(run) == [("ACGT", "ATG", "321"), ("TTTT", "CCC", "III")] * 2
    assert run.fates == {COUNTED: 4, "has_n": 2, "bad_length": 2}


def test_barcode_in_an_index_read_and_mates_in_one_file(tmp_path):
    mates = [each for pair in zip(["AAAA"] * 4, VARIANTS, strict=True) for each in pair]
    both = write_fastq(tmp_path / "both.fastq", mates)
    both.write_text("".join(f"@r{number // 2}\n{each}\n+\n{'I' * len(each)}\n" for number, each in enumerate(mates)))
    index = write_fastq(tmp_path / "index.fastq", [each[2:] or "CCCC" for each in BARCODES])
    layout = parse_layout({"index1": "barcode[4]", "read2": "rc(variant[3]) TT"}, "x")
    run = AssociationRun("a", {"read1": [both], "read2": "interleaved", "index1": [index]}, layout)
    assert [pair[:2] for pair in run] == [("ACGT", "ATG"), ("TTTT", "CCC"), ("CCCC", "TTT")]


def test_mates_that_are_merged(tmp_path):
    """The variant of 16 bases is in both mates together, the barcode in the index read; one pair does not overlap."""
    variant = "ACGTTGCAAGGCTTAC"
    first = write_fastq(tmp_path / "1.fastq", [variant[:13], "ACACACGTGTTTT"], "/1")
    second = write_fastq(tmp_path / "2.fastq", [turned(variant[3:]), turned("GGATTCGATCCAG")], "/2")
    index = write_fastq(tmp_path / "i.fastq", ["CCAA", "CCAA"], "/1")
    files = {"read1": [first], "read2": [second], "index1": [index]}
    run = AssociationRun("a", files, parse_layout({"merged": "variant[16]", "index1": "barcode[4]"}, "x"))
    assert [pair[:2] for pair in run] == [("CCAA", variant)]
    table = association_fates("lib", [run])
    assert dict(zip(table["fate"], table["reads"], strict=True)) == {
        "no_overlap": 1,
        "ambiguous_overlap": 0,
        "bad_length": 0,
        "has_n": 0,
        COUNTED: 1,
    }
    stricter = AssociationRun("a", files, run.layout, Merging(least_overlap=11))
    assert not list(stricter)


def test_fates_that_do_not_add_up_are_no_table(run):
    list(run)
    run.records += 1
    with pytest.raises(RuntimeError, match="run 'a': 7 reads were read, but the fates sum to 6"):
        association_fates("lib", [run])


def test_reads_out_of_step_are_an_error_that_names_both(tmp_path):
    first, second = write_fastq(tmp_path / "1.fastq", BARCODES), write_fastq(tmp_path / "2.fastq", VARIANTS[1:])
    second.write_text(second.read_text().replace("@r1", "@r2"))
    run = AssociationRun("a", {"read1": [first], "read2": [second]}, parse_layout(TWO_READS, "x"))
    with pytest.raises(
        InputError, match=r"1\.fastq and .*2\.fastq: record 2 of the two files has different names, 'r1' and 'r2'"
    ):
        list(run)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("barcode[4]", "layout 'x' is that of an association run, and has no variant"),
        ("variant[4]", "layout 'x' is that of an association run, and has no barcode"),
        ("sample[4] barcode[4] variant[4]", "layout 'x' is that of an association run, and has a sample element"),
        ("umi[4] barcode[4] variant[4]", "layout 'x' is that of an association run, and has a UMI"),
        ("barcode[4]~1 variant[4]", "layout 'x' is that of an association run, and allows mismatches in its barcode"),
    ],
)
def test_layouts_that_tell_no_pairs(text, words):
    with pytest.raises(InputError, match=words):
        AssociationRun("a", {}, parse_layout(text, "x"))


def test_the_thresholds_of_the_config_are_those_of_the_library():
    import yaml
    from test_library_config import SCHEMAS

    schema = yaml.safe_load((SCHEMAS / "config.schema.yaml").read_text())
    keys = schema["properties"]["libraries"]["additionalProperties"]["properties"]
    assert {name: keys[name]["default"] for name in vars(Thresholds())} == vars(Thresholds())
