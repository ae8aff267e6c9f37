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
        self._number = np.full((self.length, self.length), -1)
        self._number[tuple(self.pairs.T)] = np.arange(len(self.pairs))
        self._others = np.stack([np.delete(np.arange(4), base) for base in reference])
        self._column, self.pair_groups = self._pair_columns(letters)

    def singles(self, letters: np.ndarray) -> sparse.csr_matrix:
        """Return X (variants, columns), 1 where a variant has the mutation."""
        return self._all_single(letters)[:, self._singles]

    def single_groups(self) -> list[np.ndarray]:
        """Return the columns of each position, (length,)."""
        return [np.flatnonzero(self._singles // 3 == position) for position in range(self.length)]

    def both(self, letters: np.ndarray) -> sparse.csr_matrix:
        """Return X (variants, columns) of pairs of mutations."""
        rows, held = self._held_pairs(letters)
        columns = self._column[held]
        known = columns >= 0
        shape = (len(letters), int(self._column.max(initial=-1)) + 1)
        return sparse.csr_matrix((np.ones(int(known.sum())), (rows[known], columns[known])), shape)

    def _which(self, letters: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return letters != self.reference, (letters - (letters > self.reference)).astype(np.int64)

    def _all_single(self, letters: np.ndarray) -> sparse.csr_matrix:
        mutated, which = self._which(letters)
        rows, positions = np.nonzero(mutated)
        shape = (len(letters), 3 * self.length)
        return sparse.csr_matrix((np.ones(len(rows)), (rows, 3 * positions + which[mutated])), shape)

    def _held_pairs(self, letters: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return variant and number, 9 per pair of positions, of each mutation of a variant with each that follows it."""
        mutated, which = self._which(letters)
        rows, positions = np.nonzero(mutated)
        bases = which[mutated]
        following = np.cumsum(mutated.sum(1))[rows] - np.arange(len(rows)) - 1
        left = np.repeat(np.arange(len(rows)), following)
        right = left + 1 + np.arange(len(left)) - np.repeat(np.cumsum(following) - following, following)
        pair = self._number[positions[left], positions[right]]
        known = pair >= 0
        return rows[left[known]], (9 * pair + 3 * bases[left] + bases[right])[known]

    def single_energy(self, letters: np.ndarray, columns: np.ndarray, delta: np.ndarray) -> np.ndarray:
        """Return the energy (variants,) of single mutations, the columns' energies being delta."""
        total = np.zeros(len(letters))
        for column, value in zip(self._singles[columns], delta, strict=True):
            position, which = divmod(int(column), 3)
            total += value * (letters[:, position] == self._others[position, which])
        return total

    def pair_energy(self, letters: np.ndarray, pair: tuple[int, ...], columns: np.ndarray, delta: np.ndarray) -> np.ndarray:
        """Return the energy (variants,) of one pair of positions, the columns' energies being delta."""
        left, right = pair
        first = 9 * self._number[left, right]
        table = np.zeros((4, 4))
        own = (self._column[first : first + 9, None] == columns) @ delta
        table[np.ix_(self._others[left], self._others[right])] = own.reshape(3, 3)
        return table[letters[:, left], letters[:, right]]

    def _pair_columns(self, letters: Sequence[np.ndarray]) -> tuple[np.ndarray, list[np.ndarray]]:
        """Return the column of each of 9 per pair, -1 where left out, and the columns of each pair.

        Each pair of bases has its own where most are frequent, else all nine share one.
        """
        size = 9 * len(self.pairs)
        counts = sum(np.bincount(self._held_pairs(own)[1], minlength=size) for own in letters).reshape(-1, 9)
        often = counts >= LEAST
        fine = (often.sum(1) >= _FINE) & (size <= MOST_COLUMNS)
        once = ~fine & (counts.sum(1) >= LEAST)
        first = np.concatenate([[0], np.cumsum(np.where(fine, often.sum(1), once))])
        within = np.where(fine[:, None], np.cumsum(often, 1) - 1, 0)
        kept = np.where(fine[:, None], often, once[:, None])
        return np.where(kept, first[:-1, None] + within, -1).ravel(), [np.arange(a, b) for a, b in pairwise(first)]
