"""Measures of quality, each by hand or by a slower way."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cisphys.quality.measures import (
    activities,
    barcodes_per_variant,
    compare_replicates,
    correlation,
    gini,
    lorenz_curve,
    mutation_rates,
)


@pytest.mark.parametrize(
    ("reads", "missing", "expected"), [([5, 5, 5], 0, 0.0), ([1, 3], 0, 0.25), ([7], 3, 0.75), ([4, 4], 2, 0.5), ([], 9, None)]
)
def test_gini(reads, missing, expected):
    found = gini(np.array(reads), missing)
    assert found == pytest.approx(np.nan if expected is None else expected, nan_ok=True)


@given(st.lists(st.integers(1, 50), min_size=1, max_size=20), st.integers(0, 5))
def test_gini_is_the_mean_difference_and_the_area_above_the_lorenz_curve(reads, missing):
    all_reads = np.array(reads + [0] * missing, dtype=float)
    mean_difference = np.abs(all_reads[:, None] - all_reads).mean()
    assert gini(np.array(reads), missing) == pytest.approx(mean_difference / (2 * all_reads.mean()))
    x, y = lorenz_curve(np.array(reads), missing)
    assert gini(np.array(reads), missing) == pytest.approx(1 - 2 * np.trapezoid(y, x))


def test_mutation_rates_by_hand():
    rates = mutation_rates(pd.Series(["ACG", "ACT", "TCG", "AC"]), np.array([6, 3, 1, 1]))
    assert rates["wild_type"].tolist() == ["A", "C", "G"]
    assert rates["rate"].tolist() == pytest.approx([0.1, 0, 0.3])
    assert rates["T"].tolist() == pytest.approx([0.1, 0, 0.3])


@pytest.mark.parametrize(
    ("sequences", "reads"),
    [(["AC", "ACG"], [1, 1]), (["AAAA", "CCCC", "GGGG", "TTTT"], [1, 1, 1, 1]), (["AC"], [0]), ([], [])],
    ids=["two lengths", "nothing in common", "no reads", "no rows"],
)
def test_variants_without_a_common_wild_type_have_no_rates(sequences, reads):
    assert mutation_rates(pd.Series(sequences, dtype=str), np.array(reads)) is None


def test_mean_gate_corrects_for_the_depth_of_gates():
    """Gate 2 has twice the reads, so that 10 in gate 1 weigh as much as 20 in gate 2; the library says nothing."""
    table = pd.DataFrame({"sequence": ["a", "b", "few"], "ct_0": [9, 0, 99], "ct_1": [10, 20, 1], "ct_2": [20, 40, 1]})
    table.loc[1, ["ct_1", "ct_2"]] = [20, 41]
    found = activities(table)
    weights = [10 / 30, 20 / 61]
    assert list(found.index) == ["a", "b"]
    assert found["a"] == pytest.approx((weights[0] + 2 * weights[1]) / sum(weights))


@pytest.mark.parametrize("names", [("ct_1", "ct_0"), ("rna", "dna")])
def test_log_ratio_needs_reads_on_both_sides(names):
    table = pd.DataFrame({"sequence": ["a", "b", "zero"], names[0]: [30, 10, 0], names[1]: [10, 10, 20]})
    found = activities(table)
    assert list(found.index) == ["a", "b"]
    assert found["a"] == pytest.approx(np.log2((30 / 40) / (10 / 40)))
    assert found["b"] == pytest.approx(np.log2((10 / 40) / (10 / 40)))


def test_replicates_are_compared_where_both_tell():
    first = pd.DataFrame({"sequence": list("abcd"), "ct_1": [10, 20, 30, 40], "ct_2": [90, 80, 70, 60]})
    second = first.drop(index=3)
    pairs = compare_replicates(first, second)
    assert pairs["sequence"].tolist() == ["a", "b", "c"]
    assert correlation(pairs) == pytest.approx(1, abs=0.01)
    assert np.isnan(correlation(pairs.head(2)))


def test_barcodes_per_variant_keeps_variants_without_any():
    library = {"AA": "x", "AC": "x", "AG": "y", "AT": "z"}
    assert barcodes_per_variant(pd.Series(["AA", "AC", "AT"]), library).to_dict() == {"x": 2, "y": 0, "z": 1}
