"""Intrinsic information: how much an observation tells of the variant, whatever the model; the ceiling of I_var and I_pred.

No number of reads gives it without bias, so it is bracketed. Sorted bins, with n_b of a variant's N reads in bin b:

    high = H(bin) - mean of sum_b (n_b / N) (psi(N) - psi(n_b)),   low = H(bin) - mean of - log q(bin | the other replicates)

The entropy of Zhang (2012; in this form Schuermann 2015) is never too large on average, and that of reads that share an error is
smaller still: high is never too low. A prediction q never says more than there is: low is never too high. Values and log
RNA/DNA y: I(y; y') of replicates is low (data processing inequality), and -1/2 log(1 - r), r their correlation, is high if
normal scatter of one width is all that parts them (of all signals of one variance, the normal one has the most information).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import log, sqrt

import numpy as np
import pandas as pd
from scipy.optimize import minimize_scalar
from scipy.special import digamma

from cisphys.dna import decode
from cisphys.inference.dataset import Dataset
from cisphys.inference.measured import MoleculeCounts, Values
from cisphys.inference.mutual_information import of_continuous, with_noise

_LEAST, _MOST = 50, 8  # variants with replicates; replicates that are looked at
_CONCENTRATIONS = 0.1, 1e4


@dataclass(frozen=True)
class Intrinsic:
    """Bounds of the intrinsic information, bits per read or value, with their standard errors; None where nothing bounds it."""

    low_bits: float | None
    low_se_bits: float | None
    high_bits: float | None
    high_se_bits: float | None


def intrinsic_information(
    datasets: Sequence[Dataset], replicates: Mapping[str, Sequence[str]], generator: np.random.Generator
) -> dict[str, Intrinsic]:
    """Return the bounds for each experiment that has them.

    Parameters
    ----------
    datasets : the variants that count
    replicates : experiment -> its datasets, where it has several; any other dataset is an experiment of its own
    """
    experiment = {name: whole for whole, names in replicates.items() for name in names}
    groups: dict[str, list[Dataset]] = {}
    for dataset in datasets:
        groups.setdefault(experiment.get(dataset.name, dataset.name), []).append(dataset)
    found = {name: _of_experiment(own, generator) for name, own in groups.items()}
    return {name: bounds for name, bounds in found.items() if bounds is not None}


def _of_experiment(datasets: Sequence[Dataset], generator: np.random.Generator) -> Intrinsic | None:
    if datasets[0].data.kind == "sorted_bins":
        return of_bins(_aligned(datasets) if len(datasets) > 1 else [datasets[0].counts])
    return of_replicates(_by_replicate(datasets[0].data), generator)  # all replicates are in one dataset


def _aligned(datasets: Sequence[Dataset]) -> list[np.ndarray]:
    """Return the counts of each dataset, (variants, bins), the variants of all of them in one order."""
    tables = [pd.DataFrame(each.counts, [decode(row) for row in each.letters], each.bins) for each in datasets]
    sequences, bins = sorted(set().union(*(t.index for t in tables))), sorted(set().union(*(t.columns for t in tables)))
    return [table.reindex(index=sequences, columns=bins, fill_value=0.0).to_numpy() for table in tables]


def of_bins(replicates: Sequence[np.ndarray]) -> Intrinsic | None:
    """Bracket the information of a read by the counts (variants, bins) of each replicate; `low` needs two or more.

    None where most reads are the only one of their variant: then nothing bounds the information but H(bin).
    """
    reads = [counts.sum(1) for counts in replicates]
    if sum(own[own > 1].sum() for own in reads) <= sum(own.sum() for own in reads) / 2:
        return None
    surprise = [_surprise(counts) for counts in replicates]
    high = _per_read([s - n * entropy_of_few(c) for s, n, c in zip(surprise, reads, replicates, strict=True)], reads)
    if len(replicates) < 2:
        return Intrinsic(None, None, *high)
    total = sum(replicates)
    pairs = [(counts, total - counts) for counts in replicates]
    loss = lambda log_a: -sum(_foretold(own, other, np.exp(log_a)).sum() for own, other in pairs)  # noqa: E731
    best = minimize_scalar(loss, bounds=np.log(_CONCENTRATIONS), method="bounded").x
    return Intrinsic(*_per_read([_foretold(own, other, np.exp(best)) for own, other in pairs], reads), *high)


def entropy_of_few(counts: np.ndarray) -> np.ndarray:
    """Return Zhang's estimate (variants,), nats, of the entropy that each variant's reads (variants, bins) are drawn from.

    It estimates the sum over k = 1 ... N - 1 of sum_b p_b (1 - p_b)^k / k without bias, all of the series but its end.
    """
    total = counts.sum(1, keepdims=True).clip(min=1)
    return (counts / total * (digamma(total) - digamma(counts.clip(min=1)))).sum(1)


def _surprise(counts: np.ndarray) -> np.ndarray:
    """Return minus the log likelihood (variants,) of the reads by the bins' shares of all reads."""
    share = counts.sum(0) / counts.sum()
    return -counts @ np.log(np.where(share > 0, share, 1.0))


def _foretold(own: np.ndarray, other: np.ndarray, concentration: float) -> np.ndarray:
    """Return by how much (variants,) the other replicates' reads, shrunk to the shares of all, foretell own reads, nats."""
    share, usual = own.sum(0) / own.sum(), other.sum(0) / other.sum()
    ratio = (concentration * usual + other) / ((concentration + other.sum(1, keepdims=True)) * np.where(usual > 0, usual, 1.0))
    raised = np.where(share > 0, share * np.where(usual > 0, ratio, 1.0), 0.0)
    raised /= raised.sum(1, keepdims=True)
    return (own * np.log(np.where(own > 0, raised / np.where(share > 0, share, 1.0), 1.0))).sum(1)


def _per_read(gains: Sequence[np.ndarray], reads: Sequence[np.ndarray]) -> tuple[float, float]:
    """Return the gain per read in bits, and its standard error clustered by variant."""
    gain, total = sum(gains) / log(2), sum(reads)
    mean = gain.sum() / total.sum()
    return float(mean), float(sqrt(((gain - mean * total) ** 2).sum()) / total.sum())


def _by_replicate(data: Values | MoleculeCounts) -> pd.DataFrame:
    """Return values, or log ratios with 0.5 added to a count: a row per variant, a column per replicate."""
    if isinstance(data, Values):
        table = pd.DataFrame({"variant": data.variant, "y": data.y})
        table["replicate"] = table.groupby("variant").cumcount()
    else:
        table = pd.DataFrame({"variant": data.variant, "replicate": data.replicate, "rna": data.rna, "dna": data.dna})
        table = table.groupby(["variant", "replicate"], as_index=False).sum()
        table["y"] = np.log((table["rna"] + 0.5) / (table["dna"] + 0.5))
    return table.pivot(index="variant", columns="replicate", values="y").iloc[:, :_MOST]


def of_replicates(table: pd.DataFrame, generator: np.random.Generator) -> Intrinsic | None:
    """Bracket the information of a value by a table of variants (rows) and replicates (columns), empty where there is none.

    None where no two replicates have 50 variants in common.
    """
    low, noise = [], []
    for replicate in table:
        others = table.drop(columns=replicate).mean(axis=1)
        pair = pd.concat([table[replicate], others], axis=1).dropna().to_numpy()
        if len(pair) >= _LEAST:
            found = with_noise(lambda of, xy=pair: of_continuous(*xy[of].T, generator), len(pair), generator)
            low, noise = [*low, found[0]], [*noise, found[1]]
    correlations = [(r, n) for r, n in _correlations(table) if n >= _LEAST]
    if not low or not correlations:
        return None
    r, n = np.mean(correlations, axis=0)
    high, error = -0.5 * log(1 - min(max(r, 0.0), 1 - 1e-9)) / log(2), (1 + r) / (2 * log(2) * sqrt(n))
    return Intrinsic(float(np.mean(low)), float(np.mean(noise)), high, float(error))


def _correlations(table: pd.DataFrame) -> list[tuple[float, int]]:
    """Return Pearson's correlation of each two replicates, and how many variants have both."""
    pairs = [table[list(names)].dropna().to_numpy() for names in combinations(table, 2)]
    return [(float(np.corrcoef(*pair.T)[0, 1]) if len(pair) >= _LEAST else 0.0, len(pair)) for pair in pairs]
