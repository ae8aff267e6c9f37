"""Barcodes without a list: rare ones that are probably misreadings of a frequent one are joined to it.

A barcode is a child of another where they differ at one position and parent >= ratio * child + 1 in reads. It joins the most
abundant such parent (of equals, the first in the alphabet). Barcodes are settled from the most to the least abundant, a child is
never a parent, and children stay within one difference of their parent: there are no chains. A misreading has about p/3 of its
parent's reads, where p is the chance that a base is misread, so that a ratio of 5 (that of starcode, Zorita et al. 2015,
Bioinformatics 31:1913) joins it wherever the parent has enough reads to tell.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numba import njit

from cisphys.reads.codes import build_table, distance_within, encode, hash_range, may_be, random_numbers, row_of

RATIO = 5.0
COLUMNS = ["barcode", "reads", "parent", "parent_reads"]


def cluster_barcodes(barcodes: Sequence[str], reads: np.ndarray, ratio: float = RATIO) -> np.ndarray:
    """Return (barcodes,) the row of each barcode's parent, or its own where it has none.

    Parameters
    ----------
    barcodes : distinct sequences of A, C, G, T; those of different lengths are never joined
    reads : (barcodes,) their reads
    ratio : how many times the reads of the child a parent must have, 1 or more

    Raises
    ------
    ValueError : a barcode holds other letters or is there twice, or the ratio is below 1
    """
    if ratio < 1:
        raise ValueError(f"the ratio must be 1 or more, not {ratio:g}")
    parents, reads = np.arange(len(barcodes)), np.asarray(reads, dtype=np.int64)
    lengths = np.fromiter(map(len, barcodes), dtype=np.int64, count=len(barcodes))
    for length in np.unique(lengths):
        rows = np.flatnonzero(lengths == length)
        codes = encode([barcodes[row] for row in rows])
        parents[rows] = rows[_parents_of(codes, reads[rows], ratio)]
    return parents


def _parents_of(codes: np.ndarray, reads: np.ndarray, ratio: float) -> np.ndarray:
    order = np.lexsort((*codes.T[::-1], -reads))
    numbers = random_numbers(codes.shape[1])
    ordered = codes[order]
    hashes = hash_range(ordered, numbers, 0, codes.shape[1])
    if (ordered[1:] == ordered[:-1]).all(axis=1).any():
        raise ValueError("a barcode is there twice")
    found = _settle(ordered, reads[order].astype(float), hashes, build_table(hashes), numbers, ratio)
    parents = np.empty(len(order), dtype=np.int64)
    parents[order] = order[found]
    return parents


@njit(cache=True)
def _settle(codes, reads, hashes, table, numbers, ratio):
    """Give each row its parent's; rows (barcodes, length) are in the order in which they are settled."""
    parents = np.arange(len(codes))
    if not len(codes):
        return parents
    mask, most = np.uint64(len(table) - 1), reads[0]
    for row in range(len(codes)):
        needed = ratio * reads[row] + 1
        if needed > most:
            continue
        best = row
        for position in range(codes.shape[1]):
            own = codes[row, position]
            without = hashes[row] ^ numbers[position, own]
            for base in range(4):
                if base == own:
                    continue
                other = _find(without ^ numbers[position, base], codes, row, table, mask)
                if 0 <= other < best and parents[other] == other and reads[other] >= needed:
                    best = other
        parents[row] = best
    return parents


@njit(cache=True, inline="always")
def _find(wanted, codes, row, table, mask):
    """Return the row that has the wanted hash and differs from `row` at one position, or -1."""
    place = wanted & mask
    while table[place] >= 0:
        entry = table[place]
        if may_be(entry, wanted) and distance_within(codes[row_of(entry)], codes[row], 1) == 1:
            return row_of(entry)
        place = (place + np.uint64(1)) & mask
    return -1


def find_merges(counts: pd.DataFrame, ratio: float = RATIO) -> pd.DataFrame:
    """Find the barcodes of an experiment that are joined to others, the same ones in all its samples.

    Parameters
    ----------
    counts : table with the columns sample, sequence, reads
    ratio : see `cluster_barcodes`; it is held against the reads of all samples together

    Returns
    -------
    The barcodes that are joined: columns barcode, reads, parent, parent_reads (before anything is joined), sorted by parent and
    barcode
    """
    totals = counts.groupby("sequence")["reads"].sum()
    barcodes, reads = totals.index.to_numpy(dtype=object), totals.to_numpy()
    parents = cluster_barcodes(barcodes.tolist(), reads, ratio)
    children = np.flatnonzero(parents != np.arange(len(parents)))
    joined = parents[children]
    columns = barcodes[children], reads[children], barcodes[joined], reads[joined]
    table = pd.DataFrame(dict(zip(COLUMNS, columns, strict=True)))
    return table.sort_values(["parent", "barcode"], ignore_index=True)


def join_merged(counts: pd.DataFrame, merges: pd.DataFrame) -> pd.DataFrame:
    """Give the reads of joined barcodes to their parents: the table of counts with the same columns, sorted, and the same sum."""
    parent_of = dict(zip(merges["barcode"], merges["parent"], strict=True))
    joined = [parent_of.get(barcode, barcode) for barcode in counts["sequence"]]
    return counts.assign(sequence=joined).groupby(["sample", "sequence"], as_index=False)["reads"].sum()
