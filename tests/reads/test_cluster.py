"""Barcodes clustered without a list: against the rule applied pair by pair, and on reads whose barcodes are known."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from slow_ways import slow_parents

from cisphys.reads.cluster import cluster_barcodes, find_merges, join_merged
from cisphys.reads.codes import encode

LETTERS = np.array(list("ACGT"))


def decode(codes):
    return ["".join(row) for row in LETTERS[codes]]


barcodes = st.dictionaries(st.text("AC", min_size=3, max_size=4) | st.text("ACGT", min_size=3, max_size=3), st.integers(1, 60))


@settings(deadline=None)  # the first call compiles
@given(barcodes, st.sampled_from([1, 2, 3.5]))
def test_same_as_the_rule_pair_by_pair(reads, ratio):
    names = list(reads)
    parents = cluster_barcodes(names, np.array([reads[name] for name in names]), ratio)
    assert {name: names[parent] for name, parent in zip(names, parents, strict=True)} == slow_parents(reads, ratio)


def test_there_are_no_chains():
    """AAAC is a child of AAAA. AACC is near AAAC only, which is no parent any more."""
    names = ["AACC", "AAAC", "AAAA"]
    assert cluster_barcodes(names, np.array([1, 10, 100]), 5).tolist() == [0, 2, 2]


@pytest.mark.parametrize(("child", "joins"), [(1, True), (2, True), (3, False)])
def test_the_ratio_is_held(child, joins):
    assert (cluster_barcodes(["AAAA", "AAAT"], np.array([11, child]), 5).tolist() == [0, 0]) is joins


def test_the_most_abundant_parent_wins_then_the_first_in_the_alphabet():
    names, reads = ["CA", "AA", "AC", "GA"], np.array([90, 3, 80, 90])
    assert cluster_barcodes(names, reads, 5).tolist() == [0, 0, 2, 3]


@pytest.mark.parametrize(
    ("names", "ratio", "words"), [(["AC", "AC"], 5, "twice"), (["AN"], 5, "A, C, G and T"), (["AC"], 0.5, "1 or more")]
)
def test_what_cannot_be_clustered(names, ratio, words):
    with pytest.raises(ValueError, match=words):
        cluster_barcodes(names, np.ones(len(names)), ratio)


def test_no_barcodes():
    assert cluster_barcodes([], np.array([])).tolist() == []


def test_merges_and_counts_of_samples():
    rows = [("s1", "AAAA", 60), ("s1", "AAAT", 1), ("s2", "AAAA", 40), ("s2", "AAAT", 2), ("s2", "GGGG", 5)]
    counts = pd.DataFrame(rows, columns=["sample", "sequence", "reads"])
    merges = find_merges(counts)
    assert merges.to_numpy().tolist() == [["AAAT", 3, "AAAA", 100]]
    assert join_merged(counts, merges).to_numpy().tolist() == [["s1", "AAAA", 61], ["s2", "AAAA", 42], ["s2", "GGGG", 5]]
    assert find_merges(counts[:1]).empty
    assert join_merged(counts, merges[:0]).to_numpy().tolist() == [list(row) for row in rows]


@settings(deadline=None)
@given(st.dictionaries(st.tuples(st.sampled_from("xyz"), st.text("AC", min_size=3, max_size=4)), st.integers(1, 60), min_size=1))
def test_joined_counts_equal_the_slow_way_and_lose_no_read(reads):
    rows = [(sample, barcode, number) for (sample, barcode), number in reads.items()]
    counts = pd.DataFrame(rows, columns=["sample", "sequence", "reads"])
    totals: dict[str, int] = {}
    for _, barcode, number in rows:
        totals[barcode] = totals.get(barcode, 0) + number
    parents = slow_parents(totals, 2)
    expected: dict[tuple[str, str], int] = {}
    for sample, barcode, number in rows:
        key = sample, parents[barcode]
        expected[key] = expected.get(key, 0) + number
    merges = find_merges(counts, 2)
    joined = join_merged(counts, merges)
    assert {(sample, barcode): number for sample, barcode, number in joined.to_numpy().tolist()} == expected
    assert dict(zip(merges["barcode"], merges["parent"], strict=True)) == {a: b for a, b in parents.items() if a != b}
    assert (merges["parent_reads"] == merges["parent"].map(totals)).all()


def test_misread_barcodes_go_home():
    """2,000 barcodes of 20 bases, 40 reads each, 0.5 % of the bases misread: none is lost, few misreadings stay."""
    random = np.random.default_rng(3)
    true = random.integers(0, 4, (2000, 20), dtype=np.uint8)
    origins = np.repeat(np.arange(2000), random.poisson(40, 2000))
    read = true[origins]
    wrong = random.random(read.shape) < 0.005
    read[wrong] = (read[wrong] + random.integers(1, 4, wrong.sum())) % 4
    table = pd.DataFrame({"barcode": decode(read), "origin": origins})
    counts = table.groupby("barcode").agg(reads=("origin", "size"), origin=("origin", "first")).reset_index()
    parents = cluster_barcodes(counts["barcode"].tolist(), counts["reads"].to_numpy())
    children = parents != np.arange(len(parents))
    known = counts["barcode"].isin(decode(true))
    assert not (known & children).any()
    assert (counts["origin"][children].to_numpy() == counts["origin"].to_numpy()[parents[children]]).all()
    left = counts["reads"][~known & ~children].sum() / counts["reads"].sum()
    two_errors = 1 - 0.995**20 - 20 * 0.005 * 0.995**19
    assert left == pytest.approx(two_errors, rel=0.2)


def test_codes():
    assert encode(["ACGT", "TTTT"]).tolist() == [[0, 1, 2, 3], [3, 3, 3, 3]]
    with pytest.raises(ValueError, match="length"):
        encode(["AC", "A"])
