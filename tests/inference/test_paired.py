"""Paired differences and letters."""

import numpy as np
import pytest

from cisphys.inference import paired
from cisphys.inference.metrics import Judged
from cisphys.inference.paired import letters, paired_difference, paired_differences


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
    assert not found.told_apart


def test_interval_of_many_variants_is_that_of_the_normal_distribution():
    random = np.random.default_rng(1)
    shared = 10 * random.normal(size=2000)
    found = paired_difference({"a": judged(shared + random.normal(0.1, 1, 2000))}, {"a": judged(shared)})
    assert found.error == pytest.approx(np.sqrt(2000), rel=0.05)
    for end, sign in ((found.low95, -1), (found.high95, 1)):
        assert end == pytest.approx(found.nats + sign * 1.96 * found.error, abs=0.1 * found.error)
    assert found.told_apart == (found.low95 > 0)


def test_lots_of_variants_have_the_same_interval(monkeypatch):
    log_likelihood = np.random.default_rng(2).normal([0.1, 0.0, -0.1], 1, (3000, 3))
    single = paired_differences(log_likelihood, 3000)
    monkeypatch.setattr(paired, "_MOST", 500)
    in_lots = paired_differences(log_likelihood, 3000)
    assert list(single) == list(in_lots) == [(0, 1), (0, 2), (1, 2)]
    for pair, found in single.items():
        assert in_lots[pair].nats == found.nats
        assert in_lots[pair].low95 == pytest.approx(found.low95, abs=0.12 * found.error)
        assert in_lots[pair].high95 == pytest.approx(found.high95, abs=0.12 * found.error)


def test_other_variants_cannot_be_compared():
    with pytest.raises(ValueError, match="same variants"):
        paired_difference({"a": judged([1, 2])}, {"a": judged([1])})


@pytest.mark.parametrize(
    ("told_apart", "expected"),
    [
        ([], ["a", "a", "a", "a"]),
        ([(0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3)], ["a", "b", "c", "d"]),
        ([(0, 2), (0, 3), (1, 3)], ["a", "ab", "bc", "c"]),
        ([(0, 3), (1, 2)], ["ab", "ac", "bd", "cd"]),
    ],
)
def test_letters_by_hand(told_apart, expected):
    assert letters(4, told_apart) == expected
    assert letters(1, []) == ["a"]
