"""How much a fit tells of the measurement: log likelihood and variational information on variants it has or has not seen."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Judged:
    """One dataset's variants as a fit predicts them, each (variants,).

    `observations` counts a variant's reads or values; `log_likelihood` (nats) is by the fit, `null` by the best model that
    does not see the sequence.
    """

    observations: np.ndarray
    log_likelihood: np.ndarray
    null: np.ndarray


@dataclass(frozen=True)
class Information:
    """What a model tells of the observations of a set of variants.

    `log_likelihood` in nats over all; `I_var_bits` per observation (a read, where reads are sorted) with its standard error
    clustered by variant.
    """

    reads: int
    variants: int
    log_likelihood: float
    I_var_bits: float
    I_var_se_bits: float


def variational_information(judged: Sequence[Judged]) -> Information:
    """Return I_var, what the fit gains over the null model per observation, pooled over datasets by their observations.

    For sorted bins that is H(bin) - cross-entropy, H the entropy of each dataset's own bin totals (Tareen et al. 2022). The
    standard error is that of the influence of each variant, since the reads of one variant are not independent.
    """
    total = float(sum(each.observations.sum() for each in judged))
    value, influences = 0.0, []
    for each in judged:
        gain = (each.log_likelihood - each.null) / np.log(2)
        value += gain.sum() / total
        influences.append((gain - gain.sum() / each.observations.sum() * each.observations) / total)
    error = float(np.sqrt((np.concatenate(influences) ** 2).sum()))
    log_likelihood = float(sum(each.log_likelihood.sum() for each in judged))
    return Information(round(total), sum(len(each.null) for each in judged), log_likelihood, value, error)
