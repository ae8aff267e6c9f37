"""How much a fit tells of the measurement: log likelihood, variational and predictive information, of variants seen or not."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import spearmanr

from cisphys.inference.measured import BinCounts
from cisphys.inference.measurement import Process
from cisphys.inference.mutual_information import MOST, of_continuous, of_discrete, with_noise

_LEAST = 100  # observations that I_pred is estimated from


@dataclass(frozen=True)
class Judged:
    """One dataset's variants as a fit predicts them, each (variants,).

    `observations` counts a variant's reads or values; `log_likelihood` (nats) is by the fit, `null` by the best model that
    does not see the sequence. `expected` and `measured` are log RNA/DNA or values, of the variants that have one; None for
    sorted bins. `latent` is v, standardised as in training.
    """

    observations: np.ndarray
    log_likelihood: np.ndarray
    null: np.ndarray
    expected: np.ndarray | None = None
    measured: np.ndarray | None = None
    latent: np.ndarray | None = None


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


@dataclass(frozen=True)
class Predictive:
    """I_pred of so many observations, in bits, with the standard deviation of the estimate."""

    observations: int
    I_pred_bits: float
    I_pred_sd_bits: float


def variational_information(judged: Sequence[Judged]) -> Information:
    """Return I_var, what the fit gains over the null model per observation, pooled over datasets by their observations.

    For sorted bins that is H(bin) - cross-entropy, H the entropy of each dataset's own bin totals (Tareen et al. 2022). The
    standard error is that of the influence of each variant, since the reads of one variant are not independent.
    """
    total = float(sum(each.observations.sum() for each in judged))
    value = float(sum((each.log_likelihood - each.null).sum() for each in judged)) / np.log(2) / total
    error = float(np.sqrt((np.concatenate(influences(judged)) ** 2).sum()))
    log_likelihood = float(sum(each.log_likelihood.sum() for each in judged))
    variants, null = sum(len(each.null) for each in judged), float(sum(each.null.sum() for each in judged))
    return Information(round(total), variants, log_likelihood, null, value, error, *_correlations(judged))


def influences(judged: Sequence[Judged]) -> list[np.ndarray]:
    """Return, per dataset, by how much each variant moves I_var (bits) from what its dataset has on average, (variants,)."""
    total, found = float(sum(each.observations.sum() for each in judged)), []
    for each in judged:
        gain = (each.log_likelihood - each.null) / np.log(2)
        found.append((gain - gain.sum() / each.observations.sum() * each.observations) / total)
    return found


def predictive_information(process: Process, v: np.ndarray, generator: np.random.Generator) -> Predictive | None:
    """Return I_pred, the mutual information of measurement and latent v (variants,); None for too few observations.

    Of sorted bins that of a read, else that of a variant's mean value or log RNA/DNA; from 10,000 of them at most.
    """
    if isinstance(process.data, BinCounts):
        variant, label = _some_reads(process.data.counts, generator)
        x, estimate = v[variant], of_discrete
    else:
        measured, weight = (part.numpy(force=True) for part in process.response())
        label, x, estimate = measured[weight > 0], v[weight > 0], of_continuous
    if len(x) < _LEAST:
        return None
    found = with_noise(lambda of: estimate(label[of], x[of], generator), len(x), generator)
    return Predictive(min(len(x), MOST), *found)


def _some_reads(counts: np.ndarray, generator: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Return variant and bin of single reads."""
    variant, label = np.nonzero(counts)
    last = counts[variant, label].astype(int).cumsum()
    drawn = np.sort(generator.choice(last[-1], min(last[-1], MOST), replace=False))
    cell = np.searchsorted(last, drawn, "right")
    return variant[cell], label[cell]


def _correlations(judged: Sequence[Judged]) -> tuple[float | None, float | None]:
    """Return r2 and Spearman's correlation; None where they have no meaning, or one side does not vary."""
    if len(judged) > 1 or judged[0].expected is None:
        return None, None
    pair = judged[0].expected, judged[0].measured
    if min(len(np.unique(side)) for side in pair) < 2:
        return None, None
    return float(np.corrcoef(*pair)[0, 1] ** 2), float(spearmanr(*pair).statistic)
