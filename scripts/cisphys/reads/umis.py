"""From reads to molecules by their UMIs, for each sample and sequence apart.

Errors (Smith, Heger, Sudbery 2017, Genome Research 27:491, method "directional"): a UMI leads to another that differs at one
position where reads(from) >= 2 reads(to) - 1. From the most abundant UMI down, each one that was not reached yet is a molecule,
and all that it reaches, directly or through others, are misreadings of it.

Collisions: n molecules that draw one of N = 4^L UMIs each show k = N (1 - (1 - 1/N)^n) of them, so that n = -N ln(1 - k/N)
(Kivioja et al. 2012, Nature Methods 9:72). It takes all UMIs to be equally frequent. Where all N are seen, n is what is
expected to have been drawn until then, N (ln N + 0.5772).

Where UMIs are crowded, the directional method joins true ones: with 3 L k / N = 0.06 neighbours per UMI it is right within 3 %,
with 0.37 it finds 12 % too few (simulated with 0 to 0.5 % errors per base, in tests/reads/test_umis.py). Then take ``exact``, or
longer UMIs.
"""

import numpy as np
import pandas as pd
from numba import njit

from cisphys.reads.codes import encode

DUPLICATE_UMI = "duplicate_umi"
CORRECTIONS = ("directional", "exact")
COLUMNS = ["sample", "sequence", "reads", "umis", "molecules"]
LONGEST = 31  # bases of a UMI
FEW = 24  # UMIs of a sequence up to which all pairs are compared


def count_molecules(reads: pd.DataFrame, correction: str = "directional", collisions: bool = True) -> pd.DataFrame:
    """Count the molecules of each sample and sequence.

    Parameters
    ----------
    reads : table with the columns sample, sequence, umi, reads; a UMI stands once for a sample and sequence, all have one length
    correction : ``directional``, or ``exact``: every distinct UMI is a molecule
    collisions : whether to correct for molecules that drew the same UMI

    Returns
    -------
    Table with the columns sample, sequence, reads, umis (distinct ones that were read), molecules (a whole number, at most
    the reads), sorted by sample and sequence. Reads less molecules are the reads with the fate ``duplicate_umi``.

    Raises
    ------
    ValueError : an unknown correction; UMIs that differ in length, are too long or hold letters other than A, C, G, T
    """
    if correction not in CORRECTIONS:
        raise ValueError(f"correction '{correction}' is none of {', '.join(CORRECTIONS)}")
    if reads.empty:
        return pd.DataFrame(columns=COLUMNS)
    groups = reads.groupby(["sample", "sequence"], sort=True)
    found = groups["reads"].agg(reads="sum", umis="size").reset_index()
    codes = encode(reads["umi"].tolist())
    directional = correction == "directional"
    distinct = (
        _directional(groups.ngroup().to_numpy(), codes, reads["reads"].to_numpy()) if directional else found["umis"].to_numpy()
    )
    drawn = molecules_of(distinct, codes.shape[1]).round() if collisions else distinct
    return found.assign(molecules=np.minimum(drawn, found["reads"]).astype("int64"))[COLUMNS]


def molecules_of(distinct: np.ndarray, length: int) -> np.ndarray:
    """Return how many molecules have drawn so many `distinct` UMIs of `length` bases: -N ln(1 - k/N).

    Raises
    ------
    ValueError : more UMIs than there can be
    """
    distinct, possible = np.asarray(distinct, dtype=float), 4.0**length
    if (distinct > possible).any():
        raise ValueError(f"there are only {possible:g} UMIs of {length} bases")
    all_seen = possible * (np.log(possible) + np.euler_gamma)
    rest = np.where(distinct < possible, 1 - distinct / possible, 1.0)
    return np.where(distinct < possible, -possible * np.log(rest), all_seen)


def duplicates(molecules: pd.DataFrame) -> pd.Series:
    """Return by sample the reads that are copies: its reads less its molecules."""
    return (molecules["reads"] - molecules["molecules"]).groupby(molecules["sample"]).sum()


def _directional(groups: np.ndarray, codes: np.ndarray, reads: np.ndarray) -> np.ndarray:
    """Return (groups,) the molecules of each group of UMIs (umis, length)."""
    if codes.shape[1] > LONGEST:
        raise ValueError(f"UMIs may have at most {LONGEST} bases")
    packed = np.zeros(len(codes), dtype=np.int64)
    for column in codes.T:
        packed = (packed << 2) | column
    order = np.lexsort((packed, groups))
    starts = np.concatenate([[0], np.cumsum(np.bincount(groups))])
    return _molecules_by_group(packed[order], reads[order].astype(np.int64), starts, codes.shape[1])


@njit(cache=True)
def _molecules_by_group(umis, reads, starts, length):
    molecules = np.zeros(len(starts) - 1, dtype=np.int64)
    for group in range(len(molecules)):
        first, last = starts[group], starts[group + 1]
        molecules[group] = 1 if last - first == 1 else _molecules(umis[first:last], reads[first:last], length)
    return molecules


@njit(cache=True)
def _molecules(umis, reads, length):
    """Count the molecules among the UMIs of one group, which ascend as numbers."""
    reached = np.zeros(len(umis), dtype=np.bool_)
    waiting = np.empty(len(umis), dtype=np.int64)
    molecules = 0
    for root in np.argsort(-reads, kind="mergesort"):
        if reached[root]:
            continue
        molecules += 1
        reached[root], waiting[0], left = True, root, 1
        while left:
            left -= 1
            left = _reach(waiting[left], umis, reads, length, reached, waiting, left)
    return molecules


@njit(cache=True)
def _reach(own, umis, reads, length, reached, waiting, left):
    """Mark all that `own` leads to, append them to those whose turn comes, and return how many there are."""
    most = (reads[own] + 1) // 2
    if len(umis) <= FEW:
        for other in range(len(umis)):
            if not reached[other] and reads[other] <= most and _one_apart(umis[own], umis[other]):
                reached[other], waiting[left] = True, other
                left += 1
        return left
    for position in range(length):
        for change in range(1, 4):
            wanted = umis[own] ^ (change << (2 * position))
            other = np.searchsorted(umis, wanted)
            if other < len(umis) and umis[other] == wanted and not reached[other] and reads[other] <= most:
                reached[other], waiting[left] = True, other
                left += 1
    return left


@njit(cache=True)
def _one_apart(first, second):
    """Tell whether two packed UMIs differ at exactly one base."""
    apart = first ^ second
    bases = (apart | (apart >> 1)) & 0x5555555555555555
    return bases != 0 and bases & (bases - 1) == 0
