"""Two fits compared on the same held-out variants: the difference of their log likelihoods, with its interval.

What variants have in common (their reads, how hard they are to predict) drops out of the paired difference, so its error is far
smaller than that of either log likelihood. Variants are the units that are drawn: the reads of one variant are not independent.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import log

import numpy as np

from cisphys.inference.metrics import Judged

_REPLICATES, _SEED = 4000, 1


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


def paired_difference(better: Mapping[str, Judged], worse: Mapping[str, Judged]) -> Difference:
    """Compare two fits by what they say of the same variants, by dataset, in the same order.

    Raises
    ------
    ValueError : they were not judged on the same variants
    """
    if [(name, len(each.null)) for name, each in better.items()] != [(name, len(each.null)) for name, each in worse.items()]:
        raise ValueError("the fits were not judged on the same variants")
    gained = np.concatenate([better[name].log_likelihood - worse[name].log_likelihood for name in better])
    observations = sum(float(each.observations.sum()) for each in better.values())
    random = np.random.default_rng(_SEED)
    drawn = [gained[random.integers(0, len(gained), len(gained))].sum() for _ in range(_REPLICATES)]
    low, high = np.percentile(drawn, [2.5, 97.5])
    error = float(np.sqrt(len(gained)) * gained.std())
    return Difference(float(gained.sum()), error, float(low), float(high), float(gained.sum()) / log(2) / observations)
