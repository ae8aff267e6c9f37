"""What a user may get wrong, told by the workflow: file, place, what is wrong; no traceback, and nothing half-written."""

import gzip
import re

import pytest
from running import files_below, snakemake
from small_analysis import RUNS, change, reads, record, write_analysis

COUNTS = "results/tiny/counts/pool.tsv.gz"
VARIANTS = "results/tiny/variants/one.tsv.gz"


@pytest.fixture
def folder(tmp_path):
    return write_analysis(tmp_path / "work")


def told(folder, project, *arguments):
    """Run the workflow, which must fail; return its output, checked to hold no traceback."""
    done = snakemake(folder, *arguments, "-s", project / "Snakefile", "--cores", 1, "--configfile", "config.yaml")
    assert done.code == 1, done.output
    assert "Traceback" not in done.output
    return done.output


# the file, what stands there, what is put instead, and the message that it must give
FOUND_BEFORE_ANYTHING_RUNS = {
    "unknown key": ("config.yaml", "device:", "devise:", "line 3: unknown key 'devise' (did you mean 'device'?"),
    "newer version": ("config.yaml", "version: 1", "version: 2", "line 1: this config is of version 2"),
    "layout syntax": ("config.yaml", "variant[9]", "variant(9)", "line 7: layout 'pool', column 26: unknown element"),
    "indices too close": ("samples.tsv", "GGTT", "AAGG", "low (AACC) and high (AAGG) differ at 2"),
    "undefined layout": (
        "runs.tsv",
        "pool\tpool",
        "pool\tpol",
        "line 2: layout 'pol' of run 'pool' is not defined (did you mean",
    ),
    "undefined run": ("samples.tsv", "low\tpool", "low\tpol", "line 2: run 'pol' of sample 'low' is not in runs.tsv (did you"),
    "unknown column": ("samples.tsv", "\tbin", "\tbinn", "header: unknown column 'binn' (did you mean 'bin'?"),
    "duplicate sample": ("samples.tsv", "high\t", "low\t", "line 3: sample 'low' is there twice"),
    "duplicate index": (
        "samples.tsv",
        "GGTT",
        "AACC",
        "line 3: samples 'low' (line 2) and 'high' of run 'pool' have the same index",
    ),
    "one bin only": ("samples.tsv", "high\tpool\tGGTT\tone\t1\n", "", "line 2: 'one' has one bin only, 0"),
    "missing FASTQ": ("runs.tsv", "reads.", "raeds.", "line 2: there is no FASTQ file raeds.fastq.gz"),
    "unknown site in a state": ("net.yaml", "[A, P]\ntr", "[A, Q]\ntr", "line 12: state 'A+P' names 'Q', which is no site"),
    "unknown key of a model": ("net.yaml", "stop: 4", "end: 4", "line 4: unknown key 'end'"),
    "site outside the variant": ("net.yaml", "stop: 9", "stop: 10", "site P [5:10) reaches beyond the variants' 9 bases"),
    "variant length disagrees": ("net.yaml", "type:", "variant_length: 12\ntype:", "the variants have 9 bases, but the model's"),
    "condition not declared": ("net.yaml", "4}", "4, chemical_potential: {by: dose}}", "condition 'dose', of which 'one' has no"),
}


@pytest.mark.parametrize(("name", "old", "new", "message"), FOUND_BEFORE_ANYTHING_RUNS.values(), ids=FOUND_BEFORE_ANYTHING_RUNS)
def test_found_before_anything_runs(folder, project, name, old, new, message):
    change(folder / name, old, new)
    output = told(folder, project, "-n")
    (line,) = [line for line in output.splitlines() if message in line]
    assert line.partition(",")[0].partition(": ")[0].endswith("config.yaml" if "condition" in message else name)
    assert not (folder / "results").exists()


def test_empty_fastq(folder, project):
    (folder / "reads.fastq.gz").write_bytes(b"")
    assert "runs.tsv, line 2: the FASTQ file reads.fastq.gz is empty" in told(folder, project, "-n")


def test_table_that_is_not_given(folder, project):
    change(folder / "config.yaml", "{variants: observed}", "{table: }")
    message = "config.yaml, line 9: experiment 'one' starts from a table that is not given. Add --config table=PATH"
    assert message in told(folder, project, "-n")


def test_fit_of_experiments_with_variants_of_two_lengths(folder, project):
    change(folder / "config.yaml", "experiments:\n", '  long: "variant[12]"\nexperiments:\n  two: {variants: observed}\n')
    change(folder / "config.yaml", "[one]", "[one, two]")
    for name, rows in {"runs": "{0}\tlong\t{0}.fastq.gz\n", "samples": "{0}\t{0}\t\ttwo\t{1}\n"}.items():
        with open(folder / f"{name}.tsv", "a") as out:
            out.write("".join(rows.format(run, number) for number, run in enumerate("ab")))
    for run in "ab":
        (folder / f"{run}.fastq.gz").write_bytes(PACKED)
    message = "config.yaml, line 16: experiment 'two' has variants of 12 bases, and 'one' of 9: a fit covers one length"
    assert message in told(folder, project, "-n")


PACKED = gzip.compress(reads().encode())
BAD_FASTQ = {
    "packed nothing": (gzip.compress(b""), "the file holds no reads"),
    "truncated gzip": (PACKED[: len(PACKED) // 2], "the compressed file ends too early"),
    "not gzip": (reads().encode(), "the name ends in .gz, but this is not a gzip file"),
    "quality length": (gzip.compress(reads().replace("IIII\n", "III\n", 1).encode()), "record 1, line 4"),
    "cut record": (gzip.compress(reads().encode()[:-35]), "the file ends inside a record"),
}


@pytest.mark.parametrize(("content", "message"), BAD_FASTQ.values(), ids=BAD_FASTQ)
def test_reads_that_cannot_be_read(folder, project, content, message):
    (folder / "reads.fastq.gz").write_bytes(content)
    output = told(folder, project, COUNTS)
    log = (folder / "logs/tiny/check_reads/pool.log").read_text()
    for text in (output, log):
        assert re.search(rf"reads\.fastq\.gz.*{re.escape(message)}", text)
    assert "Traceback" not in log
    assert files_below(folder / "results") == {}


def test_no_reads_left_for_an_experiment(folder, project):
    change(folder / "config.yaml", "device: cpu", "device: cpu\ncheck: {least: 0}")
    (folder / "reads.fastq.gz").write_bytes(gzip.compress("".join(record(n, "ACGT" * 8) for n in range(5)).encode()))
    output = told(folder, project, VARIANTS)
    message = "no reads are left for experiment 'one': no_sample took 5"
    assert message in output
    assert message in (folder / "logs/tiny/join_variants/one.log").read_text()
    assert not (folder / VARIANTS).exists()
    assert all(not name.startswith("variants/") for name in files_below(folder / "results/tiny"))


def test_library_with_a_barcode_of_two_sequences(folder, project):
    change(folder / "config.yaml", "{variants: observed}", "{library: library.tsv}")
    change(folder / "config.yaml", "variant[9]", "barcode[9]")
    (folder / "library.tsv").write_text("barcode\tsequence\nACGTACGAA\tACGT\nACGTACGAA\tACGG\n")
    output = told(folder, project, COUNTS)
    assert "library.tsv" in output
    assert "barcode ACGTACGAA stands for one sequence in line 2 and for another in line 3" in output
    assert all(name.startswith("tiny/checks/") for name in files_below(folder / "results"))


def test_run_sheet_that_names_a_file_twice(folder, project):
    (folder / "runs.tsv").write_text(RUNS.replace("reads.fastq.gz", "reads.fastq.gz;reads.fastq.gz"))
    assert "runs.tsv, line 2: run 'pool' reads reads.fastq.gz" in told(folder, project, "-n")
