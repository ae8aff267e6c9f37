"""Fits compared by the tables of their test variants."""

import numpy as np
import pandas as pd
import pytest

from cisphys.inference.comparison import COMPARED, PAIRS, compare, table_of_tested
from cisphys.inference.metrics import Judged

BINS = {"kind": "sorted_bins"}
SUMMARY = {"datasets": {"a": BINS}, "replicates": {}, "parameters": 10, "predictive": {"a": None}, "intrinsic": {}}


def table_of(log_likelihood, observations=2.0, null=0.0, names=("AC", "CC", "GT"), dataset="a"):
    """The table of test variants of a fit to one dataset."""
    count = len(log_likelihood)
    own = Judged(np.full(count, observations), np.array(log_likelihood, float), np.full(count, null))
    return table_of_tested({dataset: own}, {dataset: list(names[:count])})


def compared(summaries=None, **tables):
    return compare(tables, {name: (summaries or {}).get(name, SUMMARY) for name in tables})


def test_fits_are_compared_with_the_best_of_the_same_variants():
    """Over 6 reads in 3 variants, -6 and -9 nats; a fit to other reads has no partner."""
    found = compared(poor=table_of([-4, -3, -2]), good=table_of([-2, -3, -1]), other=table_of([-2, -3, -1], 1.0))
    ranked = found.ranked
    assert list(ranked.columns) == COMPARED
    assert ranked["fit"].tolist() == ["good", "poor"]
    assert ranked["group"].tolist() == [1, 1]
    assert ranked["log_likelihood"].tolist() == pytest.approx([-1.0, -1.5])
    assert np.isnan(ranked.loc[0, "less_bits"])
    assert ranked.loc[1, "less_bits"] == pytest.approx(-3 / np.log(2) / 6)
    assert ranked.loc[1, "I_var_bits"] - ranked.loc[0, "I_var_bits"] == pytest.approx(ranked.loc[1, "less_bits"])
    assert ranked.loc[1, "less_se_bits"] == pytest.approx(np.sqrt(3 * np.var([-2, 0, -1])) / np.log(2) / 6)
    assert ranked.loc[1, "less_low95_bits"] <= ranked.loc[1, "less_bits"] <= ranked.loc[1, "less_high95_bits"]
    assert ranked["gained_bits_per_parameter"].tolist() == pytest.approx([-6 / np.log(2) / 10, -9 / np.log(2) / 10])


def test_every_pair_has_its_difference_or_the_reason_why_not():
    tables = {
        "good": table_of([-2, -3, -1]),
        "poor": table_of([-4, -5, -2]),
        "more_reads": table_of([-2, -3, -1], 4.0),
        "other_noise": table_of([-2, -3, -1], null=-1.0),
        "other_variants": table_of([-2, -3, -1], names=("AC", "CC", "TT")),
        "other_data": table_of([-2, -3, -1], dataset="b"),
    }
    found = compared(**tables).pairs
    assert list(found.columns) == PAIRS
    assert len(found) == 15
    first = found.iloc[0]
    assert (first["fit"], first["other"], first["told_apart"]) == ("good", "poor", "yes")
    assert (first["nats"], first["bits"]) == (5.0, pytest.approx(5 / np.log(2) / 6))
    assert 0 < first["low95_bits"] < first["bits"] < first["high95_bits"]
    apart = found[found["group"].isna()].set_index(["fit", "other"])["reason"]
    assert apart["good", "more_reads"] == "other observations of the same test variants"
    assert apart["good", "other_noise"].startswith("another noise")
    assert apart["good", "other_variants"] == "other test variants"
    assert apart["good", "other_data"] == "other datasets: a and b"
    assert len(apart) == 14


def test_letters_say_what_cannot_be_told_apart():
    random = np.random.default_rng(1)
    names = [f"{number:04d}".translate(str.maketrans("0123456789", "ACGTACGTAC")) + str(number) for number in range(400)]
    base = random.normal(-3, 2, 400)
    tables = {"best": base, "same": base - random.normal(0, 0.1, 400), "worse": base - random.normal(1, 0.1, 400)}
    found = compared(**{name: table_of(values, names=names) for name, values in tables.items()})
    assert dict(zip(found.ranked["fit"], found.ranked["letters"], strict=True)) == {"best": "a", "same": "a", "worse": "b"}


def test_a_variant_in_two_datasets_is_one_unit():
    """Gains of 1 and -1 that cancel within each variant leave no doubt; as units of their own they would."""

    def both(first, second):
        tables = (table_of(values, dataset=name) for name, values in (("a", first), ("b", second)))
        return pd.concat(list(tables), ignore_index=True)

    summary = SUMMARY | {"datasets": {"a": BINS, "b": BINS}, "predictive": {}}
    given = {"one": both([-1, -2, -3], [-3, -2, -1]), "two": both([-2, -1, -4], [-2, -3, 0])}
    found = compare(given, dict.fromkeys(given, summary))
    assert found.ranked["less_se_bits"].iloc[1] == 0
    assert found.ranked["variants"].tolist() == [3, 3]
    assert found.ranked["I_var_se_bits"].iloc[0] == pytest.approx(0, abs=1e-12)
    assert found.ranked["letters"].tolist() == ["a", "a"]


def test_i_var_is_of_sorted_bins_alone():
    values = SUMMARY | {"datasets": {"a": {"kind": "continuous"}}}
    tables = {"one": table_of([-2, -3, -1], null=-4.0), "two": table_of([-4, -3, -2], null=-4.0)}
    found = compare(tables, dict.fromkeys(tables, values)).ranked
    assert found[["I_var_bits", "I_var_se_bits"]].isna().all(axis=None)
    assert found["null_log_likelihood"].tolist() == [-2.0, -2.0]
    assert found["less_bits"].iloc[1] == pytest.approx(-3 / np.log(2) / 6)


def test_information_is_averaged_by_observations():
    """Datasets of 2 and 6 observations, two of them replicates of one experiment."""
    table = pd.concat([table_of([-1], 2.0, dataset="x.1"), table_of([-2], 6.0, dataset="x.2")], ignore_index=True)
    summary = {
        "datasets": {"x.1": BINS, "x.2": BINS},
        "replicates": {"x": ["x.1", "x.2"]},
        "parameters": 3,
        "predictive": {
            "x.1": {"I_pred_bits": 0.4, "I_pred_sd_bits": 0.4},
            "x.2": {"I_pred_bits": 0.8, "I_pred_sd_bits": 0.1},
        },
        "intrinsic": {"x": {"low_bits": None, "high_bits": 1.2}},
    }
    found = compare({"one": table, "two": table}, {"one": summary, "two": summary}).ranked.iloc[0]
    assert found["I_pred_bits"] == pytest.approx(0.7)
    assert found["I_pred_sd_bits"] == pytest.approx(np.hypot(0.1, 0.075))
    assert found["I_int_high_bits"] == 1.2
    assert np.isnan(found["I_int_low_bits"])


def test_a_lone_fit_is_not_compared():
    found = compared(one=table_of([-2, -3]))
    assert found.ranked.empty
    assert found.pairs.empty
