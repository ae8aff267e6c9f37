"""Single mutations and pairs of them as sparse columns, those that enough training variants have."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import scipy.sparse as sparse

LEAST = 20  # variants that have a mutation, for an effect of its own
MOST_COLUMNS = 40_000  # of pairs of bases; beyond it a pair of positions is mutated in both, or is not
_FINE = 5  # of the nine pairs of bases that are frequent enough: with fewer, both positions are mutated, or are not


class Mutations:
    """Which mutations the training variants have often enough to be tested: columns of single ones and of pairs.

    Parameters
    ----------
    letters : per dataset (variants, length)
    reference : (length,) bases whose effects are 0
    """

    def __init__(self, letters: Sequence[np.ndarray], reference: np.ndarray):
        self.reference, self.length = reference, len(reference)
        counts = sum(np.asarray(self._all_single(own).sum(0)).ravel() for own in letters)
        self._singles = np.flatnonzero(counts >= LEAST)
        pairs = np.stack(np.triu_indices(self.length, 1), 1)
        varied = np.isin(np.arange(self.length), self._singles // 3)
        self.pairs = pairs[varied[pairs].all(1)]
        self._map, self.pair_groups = self._pair_columns(letters)

    def singles(self, letters: np.ndarray) -> sparse.csr_matrix:
        """Return X (variants, columns), 1 where a variant has the mutation."""
        return self._all_single(letters)[:, self._singles]

    def single_groups(self) -> list[np.ndarray]:
        """Return the columns of each position, (length,)."""
        return [np.flatnonzero(self._singles // 3 == position) for position in range(self.length)]

    def both(self, letters: np.ndarray) -> sparse.csr_matrix:
        """Return X (variants, columns) of pairs of mutations."""
        return self._all_pairs(letters) @ self._map

    def _which(self, letters: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return letters != self.reference, (letters - (letters > self.reference)).astype(np.int64)

    def _all_single(self, letters: np.ndarray) -> sparse.csr_matrix:
        mutated, which = self._which(letters)
        rows, positions = np.nonzero(mutated)
        shape = (len(letters), 3 * self.length)
        return sparse.csr_matrix((np.ones(len(rows)), (rows, 3 * positions + which[mutated])), shape)

    def _all_pairs(self, letters: np.ndarray) -> sparse.csr_matrix:
        """Return 9 columns per pair of positions."""
        mutated, which = self._which(letters)
        left, right = self.pairs.T
        rows, pair = np.nonzero(mutated[:, left] & mutated[:, right])
        column = 9 * pair + 3 * which[rows, left[pair]] + which[rows, right[pair]]
        return sparse.csr_matrix((np.ones(len(rows)), (rows, column)), (len(letters), 9 * len(self.pairs)))

    def _pair_columns(self, letters: Sequence[np.ndarray]) -> tuple[sparse.csr_matrix, list[np.ndarray]]:
        """Return the 0/1 map (9 per pair, columns) and the columns of each pair: of bases where most are frequent, else one."""
        counts = sum(np.asarray(self._all_pairs(own).sum(0)).ravel() for own in letters).reshape(-1, 9)
        often = counts >= LEAST
        fine = (often.sum(1) >= _FINE) & (9 * len(counts) <= MOST_COLUMNS)
        once = ~fine & (counts.sum(1) >= LEAST)
        sizes = np.where(fine, often.sum(1), once.astype(int))
        first = np.concatenate([[0], np.cumsum(sizes)])
        within = np.where(fine[:, None], np.cumsum(often, 1) - 1, 0)
        kept = np.where(fine[:, None], often, once[:, None])
        rows = np.flatnonzero(kept)
        columns = (first[:-1, None] + within)[kept]
        shape = (counts.size, int(first[-1]))
        groups = [np.arange(a, b) for a, b in pairwise(first)]
        return sparse.csr_matrix((np.ones(len(rows)), (rows, columns)), shape), groups
