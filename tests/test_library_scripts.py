"""The scripts of the rules that build libraries and join RNA and DNA, each run as Snakemake runs it."""

import gzip
import runpy
from pathlib import Path
from types import SimpleNamespace

import pytest

from cisphys.tables import read_table

SCRIPTS = Path(__file__).parent.parent / "scripts"


class Named(SimpleNamespace):
    """Files or parameters by name, and the files also in order."""

    def __iter__(self):
        return iter(vars(self).values())

    def get(self, name):
        return vars(self).get(name)


@pytest.fixture
def run(tmp_path):
    """Run a script with the attributes of a rule."""

    def run(name, **given):
        stub = SimpleNamespace(log=[tmp_path / "log"], **{key: Named(**value) for key, value in given.items()})
        runpy.run_path(str(SCRIPTS / f"{name}.py"), init_globals={"snakemake": stub}, run_name="__main__")

    return run


@pytest.fixture
def library(run, tmp_path):
    """Build a library of two barcodes from reads; gives its paths."""
    reads = ["AAAAGGGACGT"] * 3 + ["CCCCGGGACGA"] * 3 + ["TTTTGGGTTTT"] * 3
    (tmp_path / "a.fastq").write_text("".join(f"@r\n{read}\n+\n{'I' * len(read)}\n" for read in reads))
    (tmp_path / "designed.fa").write_text(">wt\nACGT\n>m1\nACGA\n")
    names = {
        "library": "library.tsv.gz",
        "rejected": "rejected.tsv.gz",
        "sweep": "sweep.tsv",
        "summary": "summary.tsv",
        "fates": "f.tsv",
    }
    output = {key: tmp_path / name for key, name in names.items()}
    thresholds = {"min_support": 3, "fraction": 0.75, "min_runs": 1, "min_quality": 20, "distance": 0}
    params = {
        "runs": {"a": {"read1": [tmp_path / "a.fastq"]}},
        "layouts": {"a": "barcode[4] GGG variant[4]"},
        "thresholds": thresholds,
        "merging": {},
    }
    run("build_library", wildcards={"library": "lib"}, input={"designed": tmp_path / "designed.fa"}, params=params, output=output)
    return output


def test_build_library_from_two_reads(run, library, tmp_path):
    """The same library, where the barcode is in read1 and the variant in read2."""
    before = {name: path.read_bytes() for name, path in library.items()}
    records = (tmp_path / "a.fastq").read_text().splitlines()
    for read, part in ((1, slice(4)), (2, slice(7, None))):
        lines = [line[part] if number % 2 else line for number, line in enumerate(records)]
        (tmp_path / f"{read}.fastq").write_text("\n".join(lines) + "\n")
    thresholds = {"min_support": 3, "fraction": 0.75, "min_runs": 1, "min_quality": 20, "distance": 0}
    params = {
        "runs": {"a": {"read1": [tmp_path / "1.fastq"], "read2": [tmp_path / "2.fastq"]}},
        "layouts": {"a": "read1: barcode[4]\nread2: variant[4]"},
        "thresholds": thresholds,
        "merging": {},
    }
    run(
        "build_library", wildcards={"library": "lib"}, input={"designed": tmp_path / "designed.fa"}, params=params, output=library
    )
    after = {name: path.read_bytes() for name, path in library.items() if name != "fates"}
    assert after == {name: data for name, data in before.items() if name != "fates"}


def test_build_library(library):
    assert read_table(library["library"]).values.tolist() == [["AAAA", "ACGT", "wt", 3, 1], ["CCCC", "ACGA", "m1", 3, 1]]
    assert read_table(library["rejected"])[["barcode", "reason"]].values.tolist() == [["TTTT", "no_variant"]]
    fates = read_table(library["fates"])
    assert fates[fates["reads"] > 0].values.tolist() == [["a", "lib", "counted", 9]]


def test_plot_library_sweep(run, library, tmp_path):
    output = {name: tmp_path / f"sweep.{name}" for name in ("svg", "pdf", "png")}
    run("plot_library_sweep", input={"sweep": library["sweep"]}, params={"min_support": 3, "fraction": 0.75}, output=output)
    assert all(path.stat().st_size > 1000 for path in output.values())


def test_plot_library_barcodes(run, library, tmp_path):
    output = {name: tmp_path / f"barcodes.{name}" for name in ("svg", "pdf", "png")}
    given = {"library": library["library"], "summary": library["summary"]}
    run("plot_library_barcodes", wildcards={"library": "lib"}, input=given, output=output)
    assert "median 1" in output["svg"].read_text()
    assert all(path.stat().st_size > 1000 for path in output.values())


SAMPLES = [("d", "dna", "1"), ("r", "rna", "1")]
FILTERS = {"min_dna_counts": 1, "min_rna_counts": 0, "bc_threshold": 1}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("join_molecules", "sequence\tdna_1\trna_1\nAAAA\t2\t5\n"),
        ("join_barcoded_molecules", "sequence\tvariant\tdna_1\trna_1\tn_bc_1\nACGT\twt\t2\t5\t1\n"),
    ],
)
def test_join_molecules(run, library, tmp_path, name, expected):
    (tmp_path / "counts.tsv").write_text("sample\tsequence\treads\nd\tAAAA\t2\nr\tAAAA\t5\n")
    output = {"variants": tmp_path / "v.tsv.gz", "filters": tmp_path / "filters.tsv", "barcodes": tmp_path / "b.tsv.gz"}
    given = {"counts": [tmp_path / "counts.tsv"], "fates": [], "library": library["library"]}
    params = {"samples": SAMPLES, "filters": FILTERS}
    run(name, wildcards={"dataset": "e"}, input=given, params=params, output=output)
    assert gzip.decompress(output["variants"].read_bytes()).decode() == expected
    assert output["barcodes"].exists() == (name == "join_barcoded_molecules")
