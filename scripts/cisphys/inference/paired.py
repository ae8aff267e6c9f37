"""Paired differences of the log likelihoods of fits, their bootstrap over variants, and letters for what they tell apart.

What variants have in common (their reads, how hard they are to predict) drops out of the paired difference, so its error is far
smaller than that of either log likelihood. Variants are the units that are drawn: the reads of one variant are not independent.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log
from string import ascii_lowercase

import numpy as np

from cisphys.inference.metrics import Judged

_REPLICATES, _SEED, _MOST = 4000, 1, 10_000  # variants beyond these are drawn in lots


@dataclass(frozen=True)
class Difference:
    """By how much one fit predicts variants better than another.

    `nats` over all observations with its standard error; `low95` and `high95` are percentiles of the paired bootstrap over
    variants; `bits` is the difference per observation.
    """

    nats: float
    error: float
    low95: float
    high95: float
    bits: float

    @property
    def told_apart(self) -> bool:
        """Tell whether the interval leaves out 0."""
        return self.low95 > 0 or self.high95 < 0


def paired_difference(better: Mapping[str, Judged], worse: Mapping[str, Judged]) -> Difference:
    """Compare two fits by what they say of the same variants, by dataset, in the same order.

    Raises
    ------
    ValueError : they were not judged on the same variants
    """
    if [(name, len(each.null)) for name, each in better.items()] != [(name, len(each.null)) for name, each in worse.items()]:
        raise ValueError("the fits were not judged on the same variants")
    pair = (np.concatenate([each.log_likelihood for each in own.values()]) for own in (better, worse))
    observations = sum(float(each.observations.sum()) for each in better.values())
    return paired_differences(np.stack(list(pair), 1), observations)[0, 1]


def paired_differences(log_likelihood: np.ndarray, observations: float) -> dict[tuple[int, int], Difference]:
    """Return the difference of fits i and j, i < j, by their log likelihoods (variants, fits); one bootstrap serves all pairs."""
    drawn, found = _drawn_totals(log_likelihood), {}
    for i in range(log_likelihood.shape[1]):
        for j in range(i + 1, log_likelihood.shape[1]):
            gained = log_likelihood[:, i] - log_likelihood[:, j]
            low, high = np.percentile(drawn[:, i] - drawn[:, j], [2.5, 97.5])
            error, nats = float(np.sqrt(len(gained)) * gained.std()), float(gained.sum())
            found[i, j] = Difference(nats, error, float(low), float(high), nats / log(2) / observations)
    return found


def _drawn_totals(log_likelihood: np.ndarray) -> np.ndarray:
    """Return the totals (replicates, fits) over as many variants, drawn with replacement."""
    random = np.random.default_rng(_SEED)
    units = log_likelihood - log_likelihood.mean(1, keepdims=True)
    if len(units) > _MOST:
        lot = random.permutation(np.arange(len(units)) % _MOST)
        units = np.stack([np.bincount(lot, column) for column in units.T], 1)
    count = len(units)
    draws = (np.bincount(random.integers(0, count, count), minlength=count) for _ in range(_REPLICATES))
    return np.stack([times @ units for times in draws])


def letters(fits: int, told_apart: Sequence[tuple[int, int]]) -> list[str]:
    """Return letters of each of `fits`, by rank: two that share a letter are not told apart (Piepho 2004).

    `told_apart` holds the pairs (i, j), i < j, that are.
    """
    alike = {i: {j for j in range(fits) if j != i and (min(i, j), max(i, j)) not in told_apart} for i in range(fits)}
    found = [""] * fits
    for number, clique in enumerate(sorted(_cliques(alike, set(), set(alike), set()))):
        for i in clique:
            found[i] += _letter(number)
    return found


def _cliques(alike: Mapping[int, set[int]], chosen: set[int], left: set[int], passed: set[int]) -> list[tuple[int, ...]]:
    """Return the largest sets of fits that are all alike (Bron and Kerbosch 1973)."""
    if not left and not passed:
        return [tuple(sorted(chosen))]
    found = []
    for i in sorted(left):
        found += _cliques(alike, chosen | {i}, left & alike[i], passed & alike[i])
        left, passed = left - {i}, passed | {i}
    return found


def _letter(number: int) -> str:
    """Return a, b, ... z, then a1, b1, ..."""
    return ascii_lowercase[number % 26] + (str(number // 26) if number >= 26 else "")
