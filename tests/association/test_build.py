"""A library built from association reads, its sweep, its collisions."""

import gzip
import random
from collections import Counter

import pandas as pd
import pytest

from cisphys.association.build import LibraryOutputs, build_library
from cisphys.association.calls import Call, Thresholds
from cisphys.association.collisions import effective_barcodes, expected_collisions
from cisphys.association.sweep import sweep
from cisphys.errors import InputError
from cisphys.reads.library import read_library, read_names

GOOD = "I"  # Phred 40
DESIGNED = {"ACGTACGT": "wt", "ACGTACGA": "m1", "TTTTGGGG": "far"}


@pytest.fixture
def build(tmp_path):
    """Build a library of runs of (barcode, variant, times); gives the four tables."""

    def build(*runs, designed=None, **thresholds):
        out = LibraryOutputs(*(tmp_path / name for name in ("library.tsv.gz", "rejected.tsv.gz", "sweep.tsv", "summary.tsv")))
        triples = ([(barcode, v, GOOD * len(v)) for barcode, v, times in run for _ in range(times)] for run in runs)
        build_library("lib", triples, Thresholds(**thresholds), out, designed)
        tables = [pd.read_csv(path, sep="\t", keep_default_na=False) for path in (out.library, out.rejected, out.sweep)]
        return *tables, pd.read_csv(out.summary, sep="\t", index_col="quantity")["value"].to_dict()

    return build


def test_designed_library(build, tmp_path):
    reads = [
        ("CCC", "ACGTACGT", 3),
        ("AAA", "ACGTACGA", 5),
        ("GGG", "ACGTACGT", 2),
        ("TTT", "CCCCCCCC", 4),
        ("CAC", "TTTTGGGG", 3),
    ]
    reads += [("CAC", "ACGTACGT", 2)]
    _, rejected, _, summary = build(reads, designed=DESIGNED)
    assert gzip.decompress((tmp_path / "library.tsv.gz").read_bytes()).decode() == (
        "barcode\tsequence\tvariant\tsupport\tfraction\nAAA\tACGTACGA\tm1\t5\t1\nCCC\tACGTACGT\twt\t3\t1\n"
    )
    assert rejected.values.tolist() == [
        ["CAC", "low_fraction", "TTTTGGGG", 3, 5, 0.6, "ACGTACGT", 2, 0],
        ["GGG", "low_support", "ACGTACGT", 2, 2, 1.0, "", 0, 0],
        ["TTT", "no_variant", "", 0, 4, 0.0, "", 0, 0],
    ]
    told = {
        "reads": 19,
        "reads_unknown": 4,
        "reads_ambiguous": 0,
        "barcodes": 5,
        "called": 2,
        "variants": 2,
        "designed_variants": 3,
        "barcodes_per_variant": 1,
    }
    assert {name: summary[name] for name in told} == told
    assert {name: value for name, value in summary.items() if name.startswith("rejected")} == {
        "rejected_few_runs": 0,
        "rejected_no_variant": 1,
        "rejected_tie": 0,
        "rejected_low_support": 1,
        "rejected_low_fraction": 1,
    }
    assert read_library(tmp_path / "library.tsv.gz") == {"AAA": "ACGTACGA", "CCC": "ACGTACGT"}
    assert read_names(tmp_path / "library.tsv.gz") == {"ACGTACGA": "m1", "ACGTACGT": "wt"}


def test_many_reads_of_no_variant_are_warned_of(build, caplog):
    build([("CCC", "ACGTACGT", 8), ("AAA", "CCCCCCCC", 1)], designed=DESIGNED)
    assert "11 % of the reads are further than 0 edits from every designed variant" in caplog.text
    caplog.clear()
    build([("CCC", "ACGTACGT", 9), ("AAA", "CCCCCCCC", 1)], designed=DESIGNED)
    assert "further" not in caplog.text


def test_distance_takes_reads_with_errors_and_keeps_neighbours_apart(build):
    reads = [("CCC", "ACGTACGT", 2), ("CCC", "ACGGACGT", 1), ("AAA", "ACGTACGC", 3)]
    exact = build(reads, designed=DESIGNED, fraction=0.5, min_support=2)[0]
    assert exact[["barcode", "support"]].values.tolist() == [["CCC", 2]]
    library, rejected, *_ = build(reads, designed=DESIGNED, distance=1)
    assert library[["barcode", "variant", "support"]].values.tolist() == [["CCC", "wt", 3]]
    assert rejected[["barcode", "reason", "reads"]].values.tolist() == [["AAA", "no_variant", 3]]


def test_observed_library_has_no_names(build):
    library, rejected, *_ = build([("CCC", "ACGT", 2)], [("CCC", "ACGT", 1), ("AAA", "ACGT", 3)], min_runs=2)
    assert library.values.tolist() == [["CCC", "ACGT", 3, 1.0]]
    assert rejected[["barcode", "reason", "left_out"]].values.tolist() == [["AAA", "few_runs", 3]]


def test_observed_two_well_supported_variants_of_one_barcode_are_counted(build):
    *_, summary = build([("CCC", "ACGT", 9), ("CCC", "TTTT", 8), ("AAA", "ACGT", 9), ("AAA", "TTTT", 1)])
    assert (summary["two_variants_seen"], summary["called"]) == (1, 1)


def test_the_order_of_reads_changes_no_byte(build, tmp_path):
    rng = random.Random(1)
    reads = [(rng.choice(["AAA", "CCC", "GGG"]), rng.choice(["ACGT", "ACGA", "TTTT"]), 1) for _ in range(60)]
    build(reads, min_support=1, fraction=0)
    first = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    build(rng.sample(reads, len(reads)), min_support=1, fraction=0)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == first


@pytest.mark.parametrize(
    ("runs", "words"),
    [
        ([], "library 'lib' has no association reads"),
        ([[]], "library 'lib' has no association reads"),
        ([[("CCC", "ACGT", 2)]], "no barcode of library 'lib' is called: low_support took 1"),
    ],
)
def test_nothing_to_call(build, runs, words, tmp_path):
    with pytest.raises(InputError, match=words):
        build(*runs)
    assert not list(tmp_path.iterdir())


def test_sweep():
    calls = [Call("A", "x", 3, 4), Call("C", "x", 5, 5), Call("G", "y", 1, 1), Call("T", "z", 5, 10, problem="tie")]
    table = sweep(calls, supports=[1, 3], fractions=[0.5, 0.8])
    assert table.values.tolist() == [
        [1, 0.5, 3, 2, 9, 1.5],
        [1, 0.8, 2, 2, 6, 1.0],
        [3, 0.5, 2, 1, 8, 2.0],
        [3, 0.8, 1, 1, 5, 1.0],
    ]
    assert sweep([], [1], [0.5]).values.tolist() == [[1, 0.5, 0, 0, 0, 0]]


def test_effective_barcodes():
    """Two positions: the first A or C, equally often, the second A in three of four."""
    assert effective_barcodes(["AA", "CA", "AA", "CC"]) == pytest.approx(1 / (0.5 * (0.75**2 + 0.25**2)))
    assert effective_barcodes([a + b for a in "ACGT" for b in "ACGT"]) == pytest.approx(16)


@pytest.mark.parametrize("weights", [(1, 1, 1, 1), (4, 2, 1, 1)])
def test_expected_collisions_against_drawing(weights):
    """5,000 molecules with barcodes of 7 bases; with unequal bases, equally likely barcodes are an approximation."""
    rng = random.Random(7)
    drawn = Counter("".join(rng.choices("ACGT", weights, k=7)) for _ in range(5_000))
    seen = sum(count > 1 for count in drawn.values())
    assert expected_collisions(drawn) == pytest.approx(seen, rel=0.1 if len(set(weights)) == 1 else 0.35)


def test_collisions_of_all_barcodes_and_of_several_lengths():
    everything = [a + b for a in "ACGT" for b in "ACGT"]
    assert expected_collisions(everything) == pytest.approx(16)
    assert expected_collisions([*everything, "AAAAAAAAAAAA"]) == pytest.approx(17)
