"""Counting a run: against a slow independent count, and against published counts."""

import gzip
from collections import Counter

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cisphys.errors import InputError
from cisphys.reads.count import check_barcode_lengths, count_run, takes_blocks
from cisphys.reads.demultiplex import Demultiplexing
from cisphys.reads.engine import Engine
from cisphys.reads.fates import FATES, collect_fates
from cisphys.reads.index_tables import count_indices
from cisphys.reads.layout import parse_layout
from cisphys.reads.layout_check import check_layout

SAMPLES = [("b", "AACC"), ("a", "GGTT")]


def fastq(sequences):
    return "".join(f"@r{number}\n{bases}\n+\n{'I' * len(bases)}\n" for number, bases in enumerate(sequences)).encode()


def count(folder, sequences, text, samples=SAMPLES, **options):
    """Count sequences; give {(sample, sequence): reads} and {(sample, fate): reads}."""
    (folder / "reads.fastq").write_bytes(fastq(sequences))
    count_run(
        "run1",
        [folder / "reads.fastq"],
        parse_layout(text, "x"),
        samples,
        folder / "counts.tsv.gz",
        folder / "fates.tsv",
        **options,
    )
    counts, fates = (pd.read_csv(folder / name, sep="\t") for name in ("counts.tsv.gz", "fates.tsv"))
    return (
        {(row.sample, row.sequence): row.reads for row in counts.itertuples(index=False)},
        {(row.sample, row.fate): row.reads for row in fates.itertuples(index=False)},
    )


TEXT = "sample[4]~1 TTT variant[4]"


def test_tables_by_hand(tmp_path):
    sequences = [
        "AACCTTTACGT",
        "AACCTTTACGT",
        "aacgTTTacgtCC",
        "GGTTTTTAAAA",
        "GGTTTTTAANA",
        "CCAATTTACGT",
        "AACCTTAACGT",
        "AACCTT",
    ]
    count(tmp_path, sequences, TEXT)
    assert gzip.decompress((tmp_path / "counts.tsv.gz").read_bytes()).decode() == (
        "sample\tsequence\treads\na\tAAAA\t1\nb\tACGT\t3\n"
    )
    assert (tmp_path / "fates.tsv").read_text() == (
        "run\tsample\tfate\treads\n"
        "run1\tb\tbad_length\t1\nrun1\tb\tconstant_missing\t1\nrun1\tb\thas_n\t0\nrun1\tb\tcounted\t3\n"
        "run1\ta\tbad_length\t0\nrun1\ta\tconstant_missing\t0\nrun1\ta\thas_n\t1\nrun1\ta\tcounted\t1\n"
        "run1\t-\tbad_length\t0\nrun1\t-\tno_sample\t1\n"
    )


def test_whole_run_is_one_sample(tmp_path):
    counts, fates = count(tmp_path, ["TTTACGT", "TTTACGT", "TTTAC", "AAAACGT", "TTTNNNN"], "TTT barcode[4]", [("s", "")])
    assert counts == {("s", "ACGT"): 2}
    assert fates == {("s", "bad_length"): 1, ("s", "constant_missing"): 1, ("s", "has_n"): 1, ("s", "counted"): 2}


def test_library_per_sample(tmp_path):
    reads = ["AACCACGT", "AACCACGT", "AACCTTTT", "AACCNTTT", "GGTTTTTT", "GGTTACGT"]
    counts, fates = count(tmp_path, reads, "sample[4] barcode[4]", libraries={"b": {"ACGT", "CCCC"}})
    assert counts == {("b", "ACGT"): 2, ("a", "TTTT"): 1, ("a", "ACGT"): 1}
    assert (fates["b", "not_in_library"], fates["b", "has_n"], fates["b", "counted"], fates["a", "counted"]) == (1, 1, 2, 2)
    assert ("a", "not_in_library") not in fates


def test_no_read_counted(tmp_path):
    counts, fates = count(tmp_path, ["CCCCCCCCCCC"], TEXT)
    assert counts == {}
    assert fates["-", "no_sample"] == 1


def test_fastq_per_sample(tmp_path):
    sequences = ["AACCTTTACGT", "GGTTTTTAAAA", "CCAATTTACGT", "AACCTTAACGT", "aaccTTTACGN"]
    count(tmp_path, sequences, TEXT, fastq_folder=tmp_path / "fastq")
    assert sorted(path.name for path in (tmp_path / "fastq").iterdir()) == ["a.fastq.gz", "b.fastq.gz"]
    copied = gzip.decompress((tmp_path / "fastq" / "b.fastq.gz").read_bytes()).decode().splitlines()
    assert copied[0::4] == ["@r0", "@r3", "@r4"]
    assert copied[1::4] == [sequences[0], sequences[3], sequences[4]]


def test_an_error_leaves_nothing_behind(tmp_path):
    (tmp_path / "reads.fastq").write_bytes(fastq(["AACCTTTACGT"] * 3)[:-3])
    outputs = [tmp_path / "out" / "counts.tsv.gz", tmp_path / "out" / "fates.tsv"]
    with pytest.raises(InputError, match="record 3"):
        count_run("r", [tmp_path / "reads.fastq"], parse_layout(TEXT, "x"), SAMPLES, *outputs, fastq_folder=tmp_path / "out")
    assert list((tmp_path / "out").iterdir()) == []


def test_a_name_without_an_index_is_an_error_that_names_file_and_record(tmp_path):
    path, layout = tmp_path / "reads.fastq", parse_layout({"header": "sample[4]", "read1": "barcode[4]"}, "x")
    path.write_text("@r1 1:N:0:AACC\nACGT\n+\nIIII\n@r2 1:N:0:\nACGT\n+\nIIII\n")
    words = r"reads\.fastq, record 'r2 1:N:0:': the name holds no index"
    with pytest.raises(InputError, match=words):
        count_run("r", [path], layout, SAMPLES, tmp_path / "counts.tsv", tmp_path / "fates.tsv")
    with pytest.raises(InputError, match=words):
        check_layout("r", {"read1": [path]}, layout, SAMPLES, Demultiplexing())
    with pytest.raises(InputError, match=words):
        count_indices({"read1": [path]}, layout, 10)


def test_fates_that_do_not_add_up_are_never_written(tmp_path, monkeypatch):
    monkeypatch.setattr(Engine, "add_files", lambda *_: 1)
    with pytest.raises(RuntimeError, match="1 reads were read, but the fates sum to 0"):
        count(tmp_path, ["AACCTTTACGT"], TEXT)
    assert not (tmp_path / "counts.tsv.gz").exists()


def test_same_bytes_again(tmp_path):
    count(tmp_path, ["AACCTTTACGT", "GGTTTTTAAAA"], TEXT)
    first = (tmp_path / "counts.tsv.gz").read_bytes()
    count(tmp_path, ["GGTTTTTAAAA", "AACCTTTACGT"], TEXT)
    assert (tmp_path / "counts.tsv.gz").read_bytes() == first


@pytest.mark.parametrize(
    ("text", "library", "words"),
    [
        ("barcode[4]", {"ACGT", "ACG"}, "barcode ACG of 3 bases"),
        ("variant[4]", {"ACGT"}, "layout 'x' reads variants"),
        ("barcode[2-3]", {"ACGT", "ACG"}, "barcode ACGT of 4 bases"),
        ("barcode[4]~1", None, "allows mismatches in its barcode, but no sample of the run has a library"),
    ],
)
def test_libraries_that_do_not_fit(text, library, words):
    with pytest.raises(InputError, match=words):
        check_barcode_lengths({"s": library} if library else {}, parse_layout(text, "x"))


@pytest.mark.parametrize(
    ("layout", "reads", "how", "answer"),
    [
        ("sample[4]~1 TTGAC~1 barcode[10]~1", ["read1"], Demultiplexing(), True),
        ("* ACG~1 variant[10] * GGA", ["read1"], Demultiplexing(), True),
        ("read1: barcode[10]", ["read1"], Demultiplexing(), True),
        ("barcode[10]", ["read1", "read2"], Demultiplexing(), False),
        ("sample[4] barcode[10]", ["read1"], Demultiplexing(margin=2), False),
        ("sample[4]~1 barcode[10]", ["read1"], Demultiplexing(indels=True), False),
        ("sample[4] A sample[4] barcode[10]", ["read1"], Demultiplexing(), False),
        ("sample[4-5] A barcode[10]", ["read1"], Demultiplexing(), False),
        ("barcode[8-10]", ["read1"], Demultiplexing(), False),
        ("barcode[10]{q20}", ["read1"], Demultiplexing(), False),
        ("umi[4] barcode[10]", ["read1"], Demultiplexing(), False),
        ("[4] barcode[10]", ["read1"], Demultiplexing(), False),
        ("ACN barcode[10]", ["read1"], Demultiplexing(), False),
        ("rc(barcode[10])", ["read1"], Demultiplexing(), False),
        ("rc(read1): barcode[10]", ["read1"], Demultiplexing(), False),
        ("header: sample[4]\nread1: barcode[10]", ["read1"], Demultiplexing(), False),
        ("read2: barcode[10]", ["read1", "read2"], Demultiplexing(), False),
    ],
)
def test_which_runs_are_counted_in_blocks(layout, reads, how, answer):
    assert takes_blocks({read: ["x"] for read in reads}, parse_layout(layout, "x"), how) is answer


def test_barcodes_within_a_mismatch_of_the_library(tmp_path):
    reads = ["ACGTA", "ACGTC", "ACGCC", "GGGTA", "NCGTA", "ACGTA"]
    counts, fates = count(tmp_path, reads, "barcode[5]~1", [("s", "")], libraries={"s": {"ACGTA", "ACGCG"}})
    assert counts == {("s", "ACGTA"): 3, ("s", "ACGCG"): 1}
    assert (fates["s", "not_in_library"], fates["s", "ambiguous_barcode"], fates["s", "has_n"]) == (1, 0, 1)
    counts, fates = count(tmp_path, ["ACGAG"], "barcode[5]~1", [("s", "")], libraries={"s": {"ACGTG", "ACGCG"}})
    assert (counts, fates["s", "ambiguous_barcode"]) == ({}, 1)


def test_molecules_count_once(tmp_path):
    reads = ["AACCTTACGT", "AACCTTACGT", "AACCTAACGT", "GGTTTTACGT", "AACCTTACGA", "AACCTTACGN"]
    counts, fates = count(tmp_path, reads, "sample[4]~1 umi[2]{q20} variant[4]")
    assert counts == {("b", "ACGT"): 2, ("a", "ACGT"): 1, ("b", "ACGA"): 1}
    assert {key: reads for key, reads in fates.items() if reads} == {
        ("b", "counted"): 3,
        ("b", "duplicate_umi"): 1,
        ("b", "has_n"): 1,
        ("a", "counted"): 1,
    }
    assert fates["b", "low_quality"] == 0


def test_several_reads_and_their_copies(tmp_path):
    for read, bases in {"read1": ["ACGT", "AAAA", "CCCC"], "index1": ["AACC", "GGTT", "CCCC"]}.items():
        (tmp_path / f"{read}.fastq").write_bytes(fastq(bases))
    files = {read: [tmp_path / f"{read}.fastq"] for read in ("read1", "index1")}
    layout = parse_layout({"index1": "sample[4]~1", "read1": "variant[4]"}, "x")
    outputs = [tmp_path / "counts.tsv.gz", tmp_path / "fates.tsv"]
    count_run("r", files, layout, SAMPLES, *outputs, fastq_folder=tmp_path / "fastq")
    assert gzip.decompress(outputs[0].read_bytes()).decode() == "sample\tsequence\treads\na\tAAAA\t1\nb\tACGT\t1\n"
    assert pd.read_csv(outputs[1], sep="\t")["reads"].sum() == 3
    assert {path.name for path in (tmp_path / "fastq").iterdir()} == {
        f"{sample}.{read}.fastq.gz" for sample in "ab" for read in ("read1", "index1")
    }
    assert gzip.decompress((tmp_path / "fastq/b.index1.fastq.gz").read_bytes()) == b"@r0\nAACC\n+\nIIII\n"


def test_a_layout_with_a_barcode_and_a_variant_counts_neither(tmp_path):
    with pytest.raises(InputError, match="layout 'x' has a barcode and a variant"):
        count(tmp_path, ["ACGT"], "barcode[2] variant[2]", [("s", "")])


def test_ambiguous_samples_are_a_fate_where_there_is_a_margin(tmp_path):
    how = Demultiplexing(margin=2)
    _, fates = count(tmp_path, ["ACCACC"], "sample[4]~1 variant[2]", [("a", "AACA"), ("b", "CCCC")], demultiplexing=how)
    assert (fates["-", "ambiguous_sample"], fates["-", "no_sample"]) == (1, 0)


# The slow count: elements as tuples, every place tried, nothing shared with the library.
LAYOUTS = [
    [("sample", 4, 1), ("constant", "TTTAC", 1), ("variant", 5), ("constant", "GG", 0)],
    [("constant", "CA", 0), ("sample", 4, 0), ("gap",), ("constant", "GATTACA", 2), ("variant", 3)],
    [("variant", 4), ("constant", "ACG", 1), ("gap",), ("constant", "GAT", 0), ("sample", 4, 1), ("constant", "CC", 0)],
    [("gap",), ("constant", "ACGACG", 2), ("variant", 2), ("constant", "ACG", 1)],
]


def as_text(elements):
    names = {
        "sample": lambda n, k: f"sample[{n}]~{k}",
        "constant": lambda letters, k: f"{letters}~{k}",
        "variant": lambda n: f"variant[{n}]",
        "gap": lambda: "*",
    }
    return " ".join(names[kind](*rest) for kind, *rest in elements)


def differ(first, second):
    return sum(1 for a, b in zip(first, second, strict=True) if a != b)


def slow_fate(read, elements, samples):
    """Say (sample, fate, sequence) of one read, element by element."""
    read = read.upper()
    sample, variant, at = ("-" if any(e[0] == "sample" for e in elements) else samples[0][0]), None, 0
    for number, (kind, *rest) in enumerate(elements):
        if kind == "gap":
            continue
        size = len(rest[0]) if kind == "constant" else rest[0]
        if len(read) - at < size:
            return sample, "bad_length", None
        if number and elements[number - 1][0] == "gap":
            at = min(range(at, len(read) - size + 1), key=lambda p: (differ(read[p : p + size], rest[0]), p))
        letters = read[at : at + size]
        at += size
        if kind == "constant" and differ(letters, rest[0]) > rest[1]:
            return sample, "constant_missing", None
        if kind == "sample":
            near = [name for name, index in samples if differ(letters, index) <= rest[1]]
            if not near:
                return sample, "no_sample", None
            sample = near[0]
        if kind == "variant":
            variant = letters
    return (sample, "counted", variant) if set(variant) <= set("ACGT") else (sample, "has_n", None)


def random_read(rng, elements):
    """Write a read that fits the layout, then often spoil it."""
    parts = []
    for kind, *rest in elements:
        letters = {
            "sample": lambda: rng.choice(SAMPLES)[1],
            "constant": lambda rest=rest: rest[0],
            "variant": lambda rest=rest: "".join(rng.choices("ACGT", k=rest[0])),
            "gap": lambda: "".join(rng.choices("ACGT", k=rng.choice([0, 0, 1, 4]))),
        }[kind]
        parts.append(letters())
    read = list("".join(parts) + "".join(rng.choices("ACGT", k=rng.choice([0, 3]))))
    for _ in range(rng.choice([0, 0, 1, 1, 2, 3])):
        read[rng.randrange(len(read))] = rng.choice("ACGTNacgt.")
    if rng.random() < 0.2:
        del read[rng.randrange(len(read))]
    return "".join(read[: rng.randrange(len(read) + 1)] if rng.random() < 0.1 else read)


@settings(max_examples=200, deadline=None)
@given(rng=st.randoms(use_true_random=False), elements=st.sampled_from(LAYOUTS), number=st.integers(1, 60))
def test_equals_a_slow_independent_count(tmp_path_factory, rng, elements, number):
    has_sample = any(element[0] == "sample" for element in elements)
    samples = SAMPLES if has_sample else [("whole", "")]
    reads = [random_read(rng, elements) for _ in range(number)]
    answers = [slow_fate(read, elements, samples) for read in reads]
    counts, fates = count(tmp_path_factory.mktemp("slow"), reads, as_text(elements), samples)
    assert counts == Counter((sample, variant) for sample, fate, variant in answers if fate == "counted")
    assert {key: reads for key, reads in fates.items() if reads} == Counter((sample, fate) for sample, fate, _ in answers)
    assert sum(fates.values()) == number


def test_collect_fates(tmp_path):
    for run, rows in {"r2": "r2\ts\tcounted\t3\n", "r1": "r1\t-\tno_sample\t1\n"}.items():
        (tmp_path / f"{run}.tsv").write_text("run\tsample\tfate\treads\n" + rows)
    table = collect_fates([tmp_path / "r2.tsv", tmp_path / "r1.tsv"])
    assert table.values.tolist() == [["r2", "s", "counted", 3], ["r1", "-", "no_sample", 1]]


def test_every_fate_has_a_meaning():
    assert all(meaning.endswith(".") for meaning in FATES.values())
    assert list(FATES)[-1] == "counted"
