"""Tables of variants: joined from counts, with or without a library."""

import gzip

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cisphys.barcode_filters import BinFilters, filter_bins
from cisphys.errors import InputError
from cisphys.given_table import import_table
from cisphys.inference.dataset import load_dataset
from cisphys.tables import write_table
from cisphys.variants import join_experiment

SAMPLES = [("s1", 1), ("s0", 0), ("s10", 10)]


def text_of(path):
    return gzip.decompress(path.read_bytes()).decode()


@pytest.fixture
def counts(tmp_path):
    """Counts of two runs; the sample `other` belongs to another experiment."""
    first, second = tmp_path / "run1.tsv", tmp_path / "run2.tsv"
    first.write_text("sample\tsequence\treads\nother\tTTTT\t9\ns0\tCCCC\t2\ns1\tAAAA\t1\ns1\tCCCC\t4\n")
    second.write_text("sample\tsequence\treads\ns10\tAAAA\t7\n")
    return [first, second]


def test_join(tmp_path, counts):
    join_experiment("e", counts, SAMPLES, tmp_path / "out.tsv.gz")
    assert text_of(tmp_path / "out.tsv.gz") == "sequence\tct_0\tct_1\tct_10\nAAAA\t0\t1\t7\nCCCC\t2\t4\t0\n"


def test_a_bin_without_reads_keeps_its_column(tmp_path, counts):
    join_experiment("e", counts, [*SAMPLES, ("s2", 2)], tmp_path / "out.tsv.gz")
    assert text_of(tmp_path / "out.tsv.gz").splitlines()[:2] == ["sequence\tct_0\tct_1\tct_2\tct_10", "AAAA\t0\t1\t0\t7"]


def test_samples_of_one_bin_add_up(tmp_path, counts):
    join_experiment("e", counts, [("s0", 0), ("s1", 1), ("s10", 1)], tmp_path / "out.tsv.gz")
    assert text_of(tmp_path / "out.tsv.gz") == "sequence\tct_0\tct_1\nAAAA\t0\t8\nCCCC\t2\t4\n"


def test_library(tmp_path, counts):
    library = tmp_path / "lib.tsv"
    library.write_text("barcode\tsequence\nAAAA\tGATTACA\nCCCC\tGATTACA\nGGGG\tACATTAG\n")
    outputs = [tmp_path / "variants.tsv.gz", tmp_path / "barcodes.tsv.gz"]
    join_experiment("e", counts, SAMPLES, outputs[0], library=library, barcodes_out=outputs[1])
    assert text_of(outputs[0]) == "sequence\tct_0\tct_1\tct_10\tn_bc\nGATTACA\t2\t5\t7\t2\n"
    assert text_of(outputs[1]) == "barcode\tct_0\tct_1\tct_10\nAAAA\t0\t1\t7\nCCCC\t2\t4\t0\n"


COUNTS = {  # sample -> barcode -> reads
    "s0": {"AAAA": 5, "CCCC": 1, "GGGG": 2, "TTTT": 1},
    "s1": {"AAAA": 1, "CCCC": 1, "GTGT": 9},
    "s10": {"GGGG": 2},
}
LIBRARY = {"AAAA": "GATTACA", "CCCC": "GATTACA", "TTTT": "GATTACA", "GGGG": "ACATTAG", "GTGT": "ACCCCCA", "CACA": "TTTTTTT"}


@pytest.fixture
def join(tmp_path):
    """Join COUNTS to LIBRARY under filters; gives the tables of variants, barcodes and filters as text."""

    def join(**limits):
        rows = [f"{sample}\t{code}\t{reads}\n" for sample, own in COUNTS.items() for code, reads in own.items()]
        (tmp_path / "counts.tsv").write_text("sample\tsequence\treads\n" + "".join(rows))
        (tmp_path / "lib.tsv").write_text("barcode\tsequence\n" + "".join(f"{code}\t{seq}\n" for code, seq in LIBRARY.items()))
        out = [tmp_path / name for name in ("variants.tsv.gz", "barcodes.tsv.gz", "filters.tsv")]
        given = {"library": tmp_path / "lib.tsv", "barcodes_out": out[1], "filters_out": out[2]}
        join_experiment("e", [tmp_path / "counts.tsv"], SAMPLES, out[0], filters=BinFilters(**limits), **given)
        return *map(text_of, out[:2]), out[2].read_text()

    return join


def test_by_default_no_filter_takes_anything(join):
    variants, _, filters = join()
    assert variants == ("sequence\tct_0\tct_1\tct_10\tn_bc\nACATTAG\t2\t0\t2\t1\nACCCCCA\t0\t9\t0\t1\nGATTACA\t7\t2\t0\t3\n")
    assert filters == (
        "step\tlimit\tbarcodes\tvariants\treads\ncounted\t\t5\t3\t22\n"
        "min_counts\t1\t0\t0\t0\nbc_threshold\t1\t0\t0\t0\nkept\t\t5\t3\t22\n"
    )


def test_filters_of_barcodes(join):
    """Of GATTACA's barcodes TTTT has 1 read; ACATTAG and ACCCCCA have one barcode each. Barcodes are told before the filters."""
    variants, barcodes, filters = join(min_counts=2, bc_threshold=2)
    assert variants == "sequence\tct_0\tct_1\tct_10\tn_bc\nGATTACA\t6\t2\t0\t2\n"
    assert barcodes == join()[1]
    assert filters == (
        "step\tlimit\tbarcodes\tvariants\treads\ncounted\t\t5\t3\t22\n"
        "min_counts\t2\t1\t0\t1\nbc_threshold\t2\t2\t2\t13\nkept\t\t2\t1\t8\n"
    )


def test_filters_that_take_everything(join, tmp_path):
    words = "no variant of experiment 'e' passes its filters: min_counts 6 took 3 barcodes, bc_threshold 2 took 2 barcodes"
    with pytest.raises(InputError, match=words):
        join(min_counts=6, bc_threshold=2)
    assert not (tmp_path / "variants.tsv.gz").exists()


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(1, 4)), max_size=12), st.integers(1, 5), st.integers(1, 3))
def test_filters_of_bins_against_a_slow_way(rows, least, threshold):
    codes, reads = (np.array([row[place] for row in rows], np.int64) for place in (0, 1))
    kept = filter_bins(reads, codes, 4, BinFilters(least, threshold))
    good = [[number for number, (code, own) in enumerate(rows) if code == variant and own >= least] for variant in range(4)]
    assert kept.barcodes.tolist() == [len(own) for own in good]
    assert kept.variants.tolist() == [len(own) >= threshold for own in good]
    assert np.flatnonzero(kept.rows).tolist() == sorted(number for own in good if len(own) >= threshold for number in own)
    counted, *taken, left = ((step.barcodes, step.variants, step.reads["reads"]) for step in kept.steps)
    assert counted == tuple(np.sum([*taken, left], axis=0))


def test_a_table_with_numbers_of_barcodes_can_be_fitted_and_used_again(join, tmp_path):
    join()
    import_table(tmp_path / "variants.tsv.gz", tmp_path / "again.tsv")
    assert (tmp_path / "again.tsv").read_text().splitlines()[:2] == ["sequence\tct_0\tct_1\tct_10", "ACATTAG\t2\t0\t2"]
    table = pd.read_csv(tmp_path / "variants.tsv.gz", sep="\t").assign(set=["training", "validation", "test"])
    write_table(table, tmp_path / "split.tsv")
    dataset = load_dataset(tmp_path / "split.tsv", "e", {}, 1, {})
    assert (dataset.bins, dataset.counts.tolist()) == ((0, 1, 10), [[2, 0, 2], [0, 9, 0], [7, 2, 0]])


def test_barcodes_of_another_library(tmp_path, counts):
    (tmp_path / "lib.tsv").write_text("barcode\tsequence\nAAAA\tGATTACA\n")
    with pytest.raises(InputError, match=r"lib\.tsv: 1 counted barcodes of experiment 'e' are not in its library, such as CCCC"):
        join_experiment("e", counts, SAMPLES, tmp_path / "out.tsv.gz", library=tmp_path / "lib.tsv")


@pytest.mark.parametrize(("samples", "words"), [([("s1", 3)], "only bin 3"), ([], "no bins")])
def test_too_few_bins(tmp_path, counts, samples, words):
    with pytest.raises(InputError, match=f"experiment 'e' has {words}"):
        join_experiment("e", counts, samples, tmp_path / "out.tsv.gz")


def test_no_reads_left_says_what_took_them(tmp_path):
    counts, fates = tmp_path / "counts.tsv", tmp_path / "fates.tsv"
    counts.write_text("sample\tsequence\treads\nother\tAAAA\t5\n")
    fates.write_text(
        "run\tsample\tfate\treads\nr\ts0\tconstant_missing\t1200\nr\ts1\thas_n\t0\n"
        "r\tother\tbad_length\t9\nr\tother\tcounted\t5\nr\t-\tno_sample\t3000\n"
    )
    samples = [("s0", 0), ("s1", 1)]
    with pytest.raises(InputError, match=r"for experiment 'e': no_sample took 3,000, constant_missing took 1,200\. Check"):
        join_experiment("e", [counts], samples, tmp_path / "out.tsv.gz", fates=[fates])
    with pytest.raises(InputError, match=r"no reads are left for experiment 'e'\. Check the layout"):
        join_experiment("e", [counts], samples, tmp_path / "out.tsv.gz")
    assert not (tmp_path / "out.tsv.gz").exists()
