"""Mutual information by nearest neighbours: two continuous quantities (Kraskov et al. 2004), or a discrete and a continuous one
(Ross 2014).

Both are estimates whose own noise is not small, so `with_noise` says how much they scatter from one half of the data to another.
Only the order of continuous quantities matters: they are replaced by normal scores, which leave mutual information as it is.
"""

from collections.abc import Callable
from math import log, sqrt

import numpy as np
from scipy.spatial import cKDTree
from scipy.special import digamma
from scipy.stats import norm, rankdata

NEIGHBOURS = 5
_JITTER = 1e-6  # of the standard deviation: equal values have no order
_ROUNDING = 1e-9  # so much less than a distance is surely nearer
HALVES, MOST = 20, 10_000


def normal_scores(x: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    """Return the standard normal quantiles (n,) of the ranks of x (n,); equal values are told apart at random."""
    x = np.asarray(x, float)
    noisy = rankdata(x) + _JITTER * len(x) * generator.standard_normal(len(x))
    return norm.ppf((rankdata(noisy, "ordinal") - 0.5) / len(x))


def of_continuous(x: np.ndarray, y: np.ndarray, generator: np.random.Generator, neighbours: int = NEIGHBOURS) -> float:
    """Return I(x; y) in bits of two continuous quantities (n,), n > `neighbours` (Kraskov et al. 2004, equation 8)."""
    points = np.stack([normal_scores(x, generator), normal_scores(y, generator)], 1)
    radius = cKDTree(points).query(points, [neighbours + 1], p=np.inf)[0][:, 0]
    counts = [_nearer(np.sort(side), side, radius) for side in points.T]  # the point itself stands for the 1 of psi(n + 1)
    return float(digamma(neighbours) + digamma(len(x)) - sum(digamma(count).mean() for count in counts)) / log(2)


def of_discrete(label: np.ndarray, x: np.ndarray, generator: np.random.Generator, neighbours: int = NEIGHBOURS) -> float:
    """Return I(label; x) in bits of integer labels (n,) and a continuous quantity x (n,) (Ross 2014, equation 2).

    A label that one point has tells nothing of the neighbourhood: such points are left out.
    """
    label = np.asarray(label)
    size = np.bincount(label)[label]
    x, label = normal_scores(x, generator)[size > 1], label[size > 1]
    radius, own, k = np.zeros(len(x)), np.zeros(len(x)), np.zeros(len(x))
    for each in np.unique(label):
        chosen = np.flatnonzero(label == each)
        near = min(neighbours, len(chosen) - 1)
        radius[chosen] = cKDTree(x[chosen, None]).query(x[chosen, None], [near + 1])[0][:, 0]
        own[chosen], k[chosen] = len(chosen), near
    found = digamma(len(x)) - digamma(own).mean() + digamma(k).mean() - digamma(_nearer(np.sort(x), x, radius)).mean()
    return float(found) / log(2)


def with_noise(estimate: Callable[[np.ndarray], float], size: int, generator: np.random.Generator) -> tuple[float, float]:
    """Return an estimate from `size` points, and its standard deviation: that over random halves, over root 2.

    `estimate` takes the indices of the points; of more than 10,000, so many are drawn.
    """
    chosen = np.sort(generator.choice(size, min(size, MOST), replace=False))
    halves = [estimate(np.sort(generator.permutation(chosen)[: len(chosen) // 2])) for _ in range(HALVES)]
    return estimate(chosen), float(np.std(halves, ddof=1)) / sqrt(2)


def _nearer(ordered: np.ndarray, at: np.ndarray, radius: np.ndarray) -> np.ndarray:
    """Count the points of `ordered` that are nearer to each point of `at` than its radius, itself included."""
    inside = radius * (1 - _ROUNDING)
    return np.searchsorted(ordered, at + inside, "right") - np.searchsorted(ordered, at - inside, "left")
