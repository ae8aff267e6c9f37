"""Barcodes with a list: each one read goes to the known one that is nearest, if it is near enough and the only one so near.

Of two sequences that differ at k positions at most, one of k + 1 pieces is equal (pigeonhole principle): only known barcodes that
share a piece are compared in full.
"""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numba import njit

from cisphys.reads.codes import distance_within, encode, hash_range, random_numbers
from cisphys.reads.fates import NOT_IN_LIBRARY

AMBIGUOUS_BARCODE = "ambiguous_barcode"
FAR, TIED = -1, -2  # in place of a row: nothing near enough, several equally near
REASONS = {FAR: NOT_IN_LIBRARY, TIED: AMBIGUOUS_BARCODE}


class KnownBarcodes:
    """Finds the known barcode that a read one stands for. The answer is exact: as if all were compared with all.

    Parameters
    ----------
    known : distinct barcodes of one length, letters A, C, G, T
    mismatches : how many positions may differ, from 0

    Raises
    ------
    ValueError : lengths differ, other letters, a barcode twice, or as many mismatches as bases
    """

    def __init__(self, known: Sequence[str], mismatches: int):
        self.codes, self.mismatches = encode(known), mismatches
        self.length = self.codes.shape[1]
        if not 0 <= mismatches < max(self.length, 1):
            raise ValueError(f"{mismatches} mismatches make no sense for barcodes of {self.length} bases")
        if len(set(known)) != len(known):
            raise ValueError("a barcode is there twice")
        self.cuts = np.linspace(0, self.length, mismatches + 2).round().astype(np.int64)
        self.numbers = random_numbers(self.length)
        self.bits = len(known).bit_length() + 1
        buckets = [self._buckets(self.codes, piece) for piece in range(mismatches + 1)]
        self.rows = np.array([np.argsort(bucket, kind="stable") for bucket in buckets], dtype=np.int64)
        sizes = np.array([np.bincount(bucket, minlength=1 << self.bits) for bucket in buckets])
        self.starts = np.concatenate([np.zeros((len(buckets), 1), np.int64), sizes.cumsum(axis=1)], axis=1)

    def _buckets(self, codes: np.ndarray, piece: int) -> np.ndarray:
        """Return (sequences,) the bucket that the sequence's piece falls into."""
        start, stop = list(pairwise(self.cuts))[piece]
        return (hash_range(codes, self.numbers, start, stop) >> np.uint64(64 - self.bits)).astype(np.int64)

    def assign(self, barcodes: Sequence[str]) -> np.ndarray:
        """Return (barcodes,) the row of the known barcode, `FAR` or `TIED` (see `REASONS`).

        Barcodes of another length are `FAR`.

        Raises
        ------
        ValueError : a barcode holds letters other than A, C, G, T
        """
        found = np.full(len(barcodes), FAR, dtype=np.int64)
        fitting = np.flatnonzero(np.fromiter((len(barcode) == self.length for barcode in barcodes), bool, len(barcodes)))
        if not len(fitting) or not len(self.codes):
            return found
        codes = encode([barcodes[row] for row in fitting])
        buckets = np.array([self._buckets(codes, piece) for piece in range(self.mismatches + 1)])
        found[fitting] = _nearest(codes, buckets, self.codes, self.rows, self.starts, self.mismatches)
        return found


@njit(cache=True)
def _nearest(codes, buckets, known, rows, starts, mismatches):
    """Return (sequences,) the row of the nearest known barcode, -1 or -2; `buckets` is (pieces, sequences)."""
    found = np.full(len(codes), -1, dtype=np.int64)
    for number in range(len(codes)):
        nearest = mismatches + 1
        for piece in range(len(buckets)):
            bucket = buckets[piece, number]
            for place in range(starts[piece, bucket], starts[piece, bucket + 1]):
                row = rows[piece, place]
                distance = distance_within(codes[number], known[row], nearest)
                if distance < nearest:
                    nearest, found[number] = distance, row
                elif distance == nearest and nearest <= mismatches and found[number] != row:
                    found[number] = -2
            if nearest == 0:
                break
    return found


def assign_counts(counts: dict[str, int], known: KnownBarcodes, names: Sequence[str]) -> tuple[dict[str, int], dict[str, int]]:
    """Move the reads of one sample's barcodes to the known ones.

    Parameters
    ----------
    counts : reads of each barcode that was read
    known : the known barcodes, in the order of `names`
    names : their sequences

    Returns
    -------
    Reads of each known barcode that has any, and reads of each reason (``not_in_library``, ``ambiguous_barcode``) for those
    that could not be placed; together they sum to the reads given
    """
    placed, failed = {}, dict.fromkeys(REASONS.values(), 0)
    for (_, reads), row in zip(counts.items(), known.assign(list(counts)).tolist(), strict=True):
        if row >= 0:
            placed[names[row]] = placed.get(names[row], 0) + reads
        else:
            failed[REASONS[row]] += reads
    return placed, failed
