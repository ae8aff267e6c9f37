"""Which elements of an energy block a sequence is made of: single bases, neighbouring pairs of bases, or all pairs.

The elements are told against a reference (wild-type gauge): those that involve a reference base are zero and left out, so there
are 3 per position and 9 per pair of positions, and a variant near the reference has few. Element 3 i + j belongs to position i
and the j-th of its three other bases; after all single ones, element 3 L + 9 p + 3 j + k belongs to the p-th pair of positions.
For tables and for the ridge the same energies are told in the zero-sum (hierarchical) gauge: each element summed over any one
of its bases gives zero, so that single bases explain as much as they can.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
import scipy.sparse as sparse

from cisphys.dna import LETTERS
from cisphys.errors import InputError

KINDS = ("single", "neighbour", "pairwise")
MOST_ELEMENTS = 6000  # a dense information matrix of 290 MB, factored in some seconds
_CHUNK = 65_536  # variants


@dataclass(frozen=True)
class Features:
    """The elements of a block of `length` bases; `kind` is one of `KINDS`.

    Raises
    ------
    InputError : there are more elements than an information matrix can hold
    """

    kind: str
    length: int

    def __post_init__(self):
        if self.size > MOST_ELEMENTS:
            raise InputError(
                f"a {self.kind} matrix of {self.length} bases has {self.size:,} elements, a fit holds {MOST_ELEMENTS:,} at most",
                remedy="Give the matrix fewer bases (`start`, `stop`), or take `neighbour` or `additive`",
            )

    @cached_property
    def pairs(self) -> np.ndarray:
        """The pairs of positions, (pairs, 2), the left one first."""
        if self.kind == "pairwise":
            return np.stack(np.triu_indices(self.length, 1), 1)
        first = np.arange(self.length - 1 if self.kind == "neighbour" else 0)
        return np.stack([first, first + 1], 1)

    @property
    def size(self) -> int:
        """The number of elements."""
        return 3 * self.length + 9 * len(self.pairs)

    def count_terms(self, letters: np.ndarray, reference: np.ndarray) -> np.ndarray:
        """Return how many elements each variant's energy is the sum of, (variants,); it says what sparse products cost."""
        mutated = letters != reference
        single = mutated.sum(1)
        if self.kind == "pairwise":
            return single * (single + 1) // 2
        return single + (mutated[:, 1:] & mutated[:, :-1]).sum(1) if self.kind == "neighbour" else single

    def matrix(self, letters: np.ndarray, reference: np.ndarray) -> sparse.csr_matrix:
        """Return X (variants, elements), 1 where a variant holds an element.

        Parameters
        ----------
        letters : (variants, length) bases as 0..3, read as the block reads them
        reference : (length,)
        """
        chunks = [self._entries(letters[start : start + _CHUNK], reference) for start in range(0, len(letters), _CHUNK)]
        terms = np.concatenate([terms for terms, _ in chunks]) if chunks else np.zeros(0, np.int64)
        columns = np.concatenate([columns for _, columns in chunks]) if chunks else np.zeros(0, np.int32)
        starts = np.concatenate([[0], np.cumsum(terms)])
        return sparse.csr_matrix((np.ones(len(columns)), columns, starts), (len(letters), self.size))

    def _entries(self, letters: np.ndarray, reference: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the number of elements of each variant, and the columns of all of them, ascending within a variant."""
        mutated = letters != reference
        which = (letters - (letters > reference)).astype(np.int32)  # of the three other bases, where mutated
        left, right = self.pairs.T
        held = np.concatenate([mutated, mutated[:, left] & mutated[:, right]], 1)
        single = 3 * np.arange(self.length, dtype=np.int32) + which
        first = 3 * self.length + 9 * np.arange(len(left), dtype=np.int32)
        columns = np.concatenate([single, first + 3 * which[:, left] + which[:, right]], 1)
        return held.sum(1), columns[held]

    def embedding(self, reference: np.ndarray) -> sparse.csr_matrix:
        """Return the 0/1 map (all elements, elements) that puts zeros back in: 4 per position, then 16 per pair of positions."""
        other = np.arange(4) != reference[:, None]  # (length, 4)
        left, right = self.pairs.T
        both = other[left][:, :, None] & other[right][:, None, :]
        kept = np.flatnonzero(np.concatenate([other.ravel(), both.ravel()]))
        shape = (4 * self.length + 16 * len(left), self.size)
        return sparse.csr_matrix((np.ones(self.size), (kept, np.arange(self.size))), shape)

    def split(self, whole: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return all elements (all elements,) as those of single bases (length, 4) and of pairs (pairs, 4, 4)."""
        return whole[: 4 * self.length].reshape(-1, 4), whole[4 * self.length :].reshape(-1, 4, 4)

    def to_zero_sum(self, reference: np.ndarray, seen: np.ndarray | None = None) -> sparse.csr_matrix:
        """Return the map (all elements, elements) from the wild-type to the zero-sum gauge; the constant is left out.

        Bases that are not `seen` (length, 4) are left out of the sums; all bases are seen where None.
        """
        weight = np.ones((self.length, 4)) if seen is None else seen.astype(float)
        mean = (weight / weight.sum(1, keepdims=True))[:, None, :]  # (length, 1, 4)
        centre = np.eye(4) - mean
        (left, right), base = self.pairs.T, 4 * np.arange(self.length)
        pair = 4 * self.length + 16 * np.arange(len(self.pairs))
        parts = [
            _placed(centre, base, base),
            _placed(_kron(centre[left], mean[right]), base[left], pair),
            _placed(_kron(mean[left], centre[right]), base[right], pair),
            _placed(_kron(centre[left], centre[right]), pair, pair),
        ]
        values, rows, columns = (np.concatenate(each) for each in zip(*parts, strict=True))
        size = 4 * self.length + 16 * len(self.pairs)
        return sparse.csr_matrix((values, (rows, columns)), (size, size)) @ self.embedding(reference)

    @cached_property
    def penalty(self) -> np.ndarray:
        """The matrix K (elements, elements) of theta' K theta, the sum of squares in the zero-sum gauge (of any reference)."""
        zero_sum = self.to_zero_sum(np.zeros(self.length, int))
        return (zero_sum.T @ zero_sum).toarray()

    def pair_table(self, whole: np.ndarray, letters: str = LETTERS) -> pd.DataFrame:
        """Return the elements of pairs as ``position base second_position second_base energy``; positions count from 0.

        `whole` (all elements,) is in any gauge.
        """
        base, pairs = np.array(list(letters)), len(self.pairs)
        left, right = np.repeat(self.pairs, 16, axis=0).T
        return pd.DataFrame(
            {
                "position": left,
                "base": np.tile(np.repeat(base, 4), pairs),
                "second_position": right,
                "second_base": np.tile(base, 4 * pairs),
                "energy": self.split(whole)[1].ravel(),
            }
        )


def _kron(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Return the Kronecker products (n, ac, bd) of matrices (n, a, b) and (n, c, d), one by one."""
    product = np.einsum("nab,ncd->nacbd", left, right)
    return product.reshape(len(left), left.shape[1] * right.shape[1], left.shape[2] * right.shape[2])


def _placed(blocks: np.ndarray, row: np.ndarray, column: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return values, rows and columns of blocks (n, a, b) whose first elements lie at `row` and `column` (n,)."""
    _, high, wide = blocks.shape
    rows = np.broadcast_to(row[:, None, None] + np.arange(high)[:, None], blocks.shape)
    columns = np.broadcast_to(column[:, None, None] + np.arange(wide), blocks.shape)
    return blocks.ravel(), rows.ravel(), columns.ravel()
