"""How much a fit tells of the measurement: log likelihood and variational information on variants it has or has not seen."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import spearmanr


@dataclass(frozen=True)
class Judged:
    """One dataset's variants as a fit predicts them, each (variants,).

    `observations` counts a variant's reads or values; `log_likelihood` (nats) is by the fit, `null` by the best model that
    does not see the sequence. `expected` and `measured` are log RNA/DNA or values, of the variants that have one; None for
    sorted bins.
    """

    observations: np.ndarray
    log_likelihood: np.ndarray
    null: np.ndarray
    expected: np.ndarray | None = None
    measured: np.ndarray | None = None


@dataclass(frozen=True)
class Information:
    """What a model tells of the observations of a set of variants.

    `log_likelihood` in nats over all, and the null model's; `I_var_bits` per observation (a read, where reads are sorted) with
    its standard error clustered by variant. `r2` and `spearman` are the squared correlation and the rank correlation of expected
    and measured log RNA/DNA or values of one dataset's variants, None for sorted bins and for several datasets.
    """

    reads: int
    variants: int
    log_likelihood: float
    null_log_likelihood: float
    I_var_bits: float
    I_var_se_bits: float
    r2: float | None
    spearman: float | None


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
    variants, null = sum(len(each.null) for each in judged), float(sum(each.null.sum() for each in judged))
    return Information(round(total), variants, log_likelihood, null, value, error, *_correlations(judged))


def _correlations(judged: Sequence[Judged]) -> tuple[float | None, float | None]:
    """Return r2 and Spearman's correlation; None where they have no meaning, or one side does not vary."""
    if len(judged) > 1 or judged[0].expected is None:
        return None, None
    pair = judged[0].expected, judged[0].measured
    if min(len(np.unique(side)) for side in pair) < 2:
        return None, None
    return float(np.corrcoef(*pair)[0, 1] ** 2), float(spearmanr(*pair).statistic)
