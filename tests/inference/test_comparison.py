"""Paired differences of held-out log likelihoods."""

import numpy as np
import pytest

from cisphys.inference.comparison import compare, paired_difference, table_of_tested
from cisphys.inference.metrics import Judged


def judged(log_likelihood):
    log_likelihood = np.asarray(log_likelihood, float)
    return Judged(np.full(len(log_likelihood), 2.0), log_likelihood, np.zeros(len(log_likelihood)))


def test_by_hand():
    """Differences 1, 2, 3, -2 over two datasets and 8 reads: 4 nats, and sqrt(4 x variance 3.5) of error."""
    better, worse = {"a": judged([-1, -2]), "b": judged([-3, -7])}, {"a": judged([-2, -4]), "b": judged([-6, -5])}
    found = paired_difference(better, worse)
    assert found.nats == pytest.approx(4)
    assert found.error == pytest.approx(np.sqrt(4 * 3.5))
    assert found.bits == pytest.approx(4 / np.log(2) / 8)
    assert paired_difference(worse, better).nats == pytest.approx(-4)


def test_interval_of_many_variants_is_that_of_the_normal_distribution():
    random = np.random.default_rng(1)
    shared = 10 * random.normal(size=2000)
    found = paired_difference({"a": judged(shared + random.normal(0.1, 1, 2000))}, {"a": judged(shared)})
    assert found.error == pytest.approx(np.sqrt(2000), rel=0.05)
    for end, sign in ((found.low95, -1), (found.high95, 1)):
        assert end == pytest.approx(found.nats + sign * 1.96 * found.error, abs=0.1 * found.error)


def test_other_variants_cannot_be_compared():
    with pytest.raises(ValueError, match="same variants"):
        paired_difference({"a": judged([1, 2])}, {"a": judged([1])})


def table_of(log_likelihood, observations=2.0):
    """The table of test variants of a fit to one dataset."""
    own = judged(log_likelihood)
    own.observations[:] = observations
    return table_of_tested({"a": own}, {"a": ["AC", "GT", "CC"][: len(log_likelihood)]})


def test_fits_are_compared_with_the_best_of_the_same_variants():
    """Over 6 reads in 3 variants, -6 and -9 nats; a fit to other reads has no partner and is left out."""
    found = compare({"poor": table_of([-4, -3, -2]), "good": table_of([-2, -3, -1]), "other": table_of([-2, -3, -1], 1.0)})
    assert found["fit"].tolist() == ["good", "poor"]
    assert found["group"].tolist() == [1, 1]
    assert found["log_likelihood"].tolist() == pytest.approx([-1.0, -1.5])
    assert np.isnan(found.loc[0, "less_bits"])
    assert found.loc[1, "less_bits"] == pytest.approx(-3 / np.log(2) / 6)
    assert found.loc[1, "I_var_bits"] - found.loc[0, "I_var_bits"] == pytest.approx(found.loc[1, "less_bits"])
    assert found.loc[1, "less_se_bits"] == pytest.approx(np.sqrt(3 * np.var([-2, 0, -1])) / np.log(2) / 6)
    assert found.loc[1, "less_low95_bits"] <= found.loc[1, "less_bits"] <= found.loc[1, "less_high95_bits"]
