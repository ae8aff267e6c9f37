"""Calibration: what test variants show, against what a fit says of them, in ten groups by their latent.

Groups hold equally many variants. In each, observed - predicted has the variance of the measurements, clustered by variant, and
that of the measurement process, whose parameters beta were learnt from the training variants: J (I + Q)^-1 J', where J is
d predicted / d beta. The energies' own error is left out: it blurs the latent, and a fit that is too sure of itself shows here.
Two reads of a variant may share an error: their correlation rho, found by moments, makes N reads worth N / (1 + (N - 1) rho).
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import sqrt

import numpy as np
import pandas as pd
import torch
from scipy.stats import chi2
from torch import Tensor

from cisphys.inference.continuous import ContinuousValues
from cisphys.inference.measurement import Process
from cisphys.inference.rna_dna import RnaDna
from cisphys.inference.sorted_bins import SortedBins

GROUPS, _LEAST = 10, 20  # at most, and variants in each
_FEWEST = 5.0  # expected reads of a cell that has a z
COLUMNS = ["dataset", "decile", "latent", "variants", "observations", "measured", "observed", "predicted", "se", "z"]


@dataclass(frozen=True)
class Compared:
    """Observed and predicted (groups, quantities) and the covariance of their difference, both flattened row by row.

    `counted` (groups, quantities) says which cells are expected to hold enough; `rho` the correlation of a variant's reads.
    """

    names: list[str]
    observed: np.ndarray
    predicted: np.ndarray
    covariance: np.ndarray
    counted: np.ndarray
    rho: float | None = None

    @property
    def error(self) -> np.ndarray:
        """Standard errors of observed - predicted, (groups, quantities)."""
        return np.sqrt(np.diag(self.covariance)).reshape(self.observed.shape)


def groups_of(v: np.ndarray, seen: np.ndarray) -> np.ndarray:
    """Return the group (variants,) of each variant by its latent, from 0; -1 for those that were not measured."""
    number = min(GROUPS, max(int(seen.sum()) // _LEAST, 1))
    group = np.full(len(v), -1)
    order = np.flatnonzero(seen)[np.argsort(v[seen], kind="stable")]
    group[order] = np.arange(len(order)) * number // len(order)
    return group


def compare_groups(process: Process, beta: Tensor, v: Tensor, group: np.ndarray, spread: Tensor) -> Compared:
    """Compare the measurements of variants (variants,) with what beta (size,) and v say, group by group.

    Parameters
    ----------
    process : the measurements of these variants
    group : (variants,) from 0; variants with -1 are left out
    spread : covariance (size, size) of beta
    """
    if isinstance(process, SortedBins):
        return _bins(process, beta, v, group, spread)
    if isinstance(process, RnaDna):
        return _ratios(process, beta, v, group, spread)
    return _values(process, beta, v, group, spread)


def calibration_table(name: str, u: np.ndarray, observations: np.ndarray, group: np.ndarray, compared: Compared) -> pd.DataFrame:
    """Return the rows of one dataset; `u` is the latent and `observations` the number of reads or values (variants,)."""
    rows, seen = [], group >= 0
    mean = np.bincount(group[seen], u[seen]) / np.bincount(group[seen])
    for g, observed in enumerate(compared.observed):
        about = name, g + 1, mean[g], int((group == g).sum()), observations[group == g].sum()
        for q, measured in enumerate(compared.names):
            predicted, error = compared.predicted[g, q], compared.error[g, q]
            z = (observed[q] - predicted) / error if compared.counted[g, q] and error > 0 else np.nan
            rows.append((*about, measured, observed[q], predicted, error, z))
    return pd.DataFrame(rows, columns=COLUMNS)


def chi_square(compared: Compared) -> dict[str, float | int]:
    """Return the chi-square of all differences, their covariance respected, its degrees of freedom and its p.

    Shares add up to 1: the largest of each group is left out, and with it what cells of few expected reads hold.
    """
    used = compared.counted & (compared.error > 0)
    if len(compared.names) > 1:
        used[np.arange(len(used)), compared.predicted.argmax(1)] = False
    used = used.ravel()
    difference = (compared.observed - compared.predicted).ravel()[used]
    found = float(difference @ np.linalg.solve(compared.covariance[np.ix_(used, used)], difference))
    return {"chi_square": found, "degrees_of_freedom": int(used.sum()), "p": float(chi2.sf(found, max(used.sum(), 1)))}


def _bins(process: SortedBins, beta: Tensor, v: Tensor, group: np.ndarray, spread: Tensor) -> Compared:
    counts, seen = process.data.counts, group >= 0
    reads = counts.sum(1)
    into = _summing(group)
    total = into @ reads
    weights = torch.as_tensor(into * reads / total[:, None])
    p = process.log_probability(beta, v).exp().numpy(force=True)
    predicted, jacobian = _with_slopes(lambda b: weights @ process.log_probability(b, v).exp(), beta)
    rho = read_correlation(counts[seen], p[seen])
    size, bins = predicted.shape
    covariance = (jacobian @ spread.numpy(force=True) @ jacobian.T) * _clustered(reads, rho)
    for g in range(size):
        own = slice(g * bins, (g + 1) * bins)
        worth = (into[g] * reads * (1 + (reads - 1).clip(0) * rho)) / total[g] ** 2
        covariance[own, own] += np.diag(worth @ p) - (p * worth[:, None]).T @ p
    names = [f"p_{number}" for number in process.data.bins]
    observed = into @ counts / total[:, None]
    return Compared(names, observed, predicted, covariance, predicted * total[:, None] >= _FEWEST, rho)


def read_correlation(counts: np.ndarray, p: np.ndarray) -> float:
    """Return the correlation of two reads of a variant, by moments of counts about their means N p, both (variants, bins)."""
    reads = counts.sum(1, keepdims=True)
    spread = reads * p * (1 - p)
    beyond = ((counts - reads * p) ** 2 - spread).sum()
    possible = ((reads - 1) * spread).sum()
    return float(np.clip(beyond / possible, 0, 1)) if possible > 0 else 0.0


def _clustered(reads: np.ndarray, rho: float) -> float:
    """Return by how much shared errors inflate the variance of what is learnt from reads like these."""
    return 1 + (float((reads**2).sum() / reads.sum()) - 1) * rho


def _ratios(process: RnaDna, beta: Tensor, v: Tensor, group: np.ndarray, spread: Tensor) -> Compared:
    """Compare the mean log RNA/DNA of each group, each pair of counts weighted by its information.

    What is observed is one Newton step of the group's own log likelihood from what is predicted: the ratio of summed counts would
    follow the deepest variants, whose totals are large because their RNA is.
    """
    sums = torch.as_tensor(_summing(group))[:, process.variant]  # (groups, observations)
    score, information = process.by_log_ratio(beta, v)
    weights = sums * information
    total = weights.sum(1, keepdim=True)
    predicted, jacobian = _with_slopes(lambda b: (weights / total) @ process.log_ratios(b, v)[:, None], beta)
    by_variant = torch.bincount(process.variant, score, len(v)).numpy(force=True)
    into, total = _summing(group), total.numpy(force=True)
    error = np.sqrt(into @ by_variant**2) / total[:, 0]
    covariance = jacobian @ spread.numpy(force=True) @ jacobian.T + np.diag(error**2)
    observed = predicted + (into @ by_variant)[:, None] / total
    return Compared(["log_rna_per_dna"], observed, predicted, covariance, np.ones_like(observed, bool))


def _values(process: ContinuousValues, beta: Tensor, v: Tensor, group: np.ndarray, spread: Tensor) -> Compared:
    """Compare the mean of each group's variants; or the median, where the noise has no variance."""
    into = _summing(group)
    weights = torch.as_tensor(into / into.sum(1, keepdims=True))
    shift, use_median = process.centre(beta, v)
    predicted, jacobian = _with_slopes(lambda b: (weights @ (process.expected(b, v) + shift))[:, None], beta)
    residual = process.response()[0].numpy(force=True) - (process.expected(beta, v) + shift).numpy(force=True)
    found = np.array([_centre(residual[row > 0], use_median) for row in into])
    covariance = jacobian @ spread.numpy(force=True) @ jacobian.T + np.diag(found[:, 1] ** 2)
    observed = predicted + found[:, :1]
    return Compared(["y"], observed, predicted, covariance, np.ones_like(observed, bool))


def _centre(x: np.ndarray, use_median: bool) -> tuple[float, float]:
    """Return the mean or the median of x (n,) and its standard error; that of the median is between order statistics."""
    if not use_median:
        return float(x.mean()), float(x.std(ddof=1) / sqrt(len(x))) if len(x) > 1 else 0.0
    low, high = np.quantile(x, np.clip(0.5 + np.array([-0.5, 0.5]) / sqrt(len(x)), 0, 1))
    return float(np.median(x)), float(high - low) / 2


def _summing(group: np.ndarray) -> np.ndarray:
    """Return 1 where a variant is of a group, else 0, (groups, variants)."""
    return (np.arange(group.max() + 1)[:, None] == group).astype(float)


def _with_slopes(predict: Callable[[Tensor], Tensor], beta: Tensor) -> tuple[np.ndarray, np.ndarray]:
    """Return what is predicted, (groups, quantities), and its derivatives by beta, (groups * quantities, size)."""
    with torch.enable_grad():
        slopes = torch.autograd.functional.jacobian(predict, beta.detach())
    return predict(beta).numpy(force=True), slopes.flatten(0, 1).numpy(force=True)
