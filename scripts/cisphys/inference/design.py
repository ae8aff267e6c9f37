"""Variants as mutations from a reference: which matrix elements each variant's site energies are made of.

A site energy is linear in the energy matrix. With the reference's bases as zero, a variant of a mutagenised library has a few
non-zero terms per site, so energies, gradients and the Fisher information are sparse products (the last one over the pairs
of mutations that occur together: summed as they come on a CPU, listed once on a GPU). Where pairs outnumber what a dense
product costs, the dense one is taken.
"""

import warnings
from collections.abc import Iterable, Sequence
from copy import copy
from functools import cached_property
from itertools import combinations_with_replacement, pairwise

import numpy as np
import scipy.sparse as sparse
import torch
from torch import Tensor

from cisphys.dna import on_strand
from cisphys.inference.pair_sums import add_by_cell, add_crossed, add_pairs
from cisphys.models.features import Features
from cisphys.models.sites import Block, Placement

_DENSE_FLOPS_PER_PAIR = 40  # multiply-adds of a dense product that cost as much as one co-occurring pair
_MOST_LISTED = 60_000_000  # pairs, about 1 GB
_CHUNK = 8192  # variants per dense block


def sparse_tensor(matrix: sparse.csr_matrix) -> Tensor:
    """Return a scipy CSR matrix as a torch one (float64)."""
    parts = [torch.as_tensor(part.astype(np.int32)) for part in (matrix.indptr, matrix.indices)]
    values = torch.as_tensor(matrix.data.astype(np.float64))
    with warnings.catch_warnings():  # torch says once per process that its CSR tensors are young
        warnings.simplefilter("ignore", UserWarning)
        return torch.sparse_csr_tensor(*parts, values, matrix.shape, check_invariants=False)


class PlacedDesign:
    """One placement: X (variants, elements), 1 where a variant holds an element of the block (`cisphys.models.features`).

    Parameters
    ----------
    place : where the energy matrix is read
    letters : (variants, length of the variant) bases as 0..3
    zero : (length of the block,) the bases that have zero energy, 5' to 3' on the strand
    features : the block's elements
    """

    def __init__(self, place: Placement, letters: np.ndarray, zero: np.ndarray, features: Features):
        self.block = place.block
        self._hold(features.matrix(on_strand(letters[:, place.start : place.stop], place.strand), zero))

    def _hold(self, matrix: sparse.csr_matrix) -> None:
        self.matrix, self.shape = matrix, matrix.shape
        self._forward, self._backward = sparse_tensor(matrix), sparse_tensor(matrix.T.tocsr())

    def only(self, kept: np.ndarray) -> "PlacedDesign":
        """Return the placement over some of the variants, a mask (variants,)."""
        other = copy(self)
        other._hold(self.matrix[np.flatnonzero(kept)])
        return other

    def energies(self, free: Tensor) -> Tensor:
        """Return e (variants,) from the free elements (elements,)."""
        return self._forward @ free

    def gather(self, weights: Tensor) -> Tensor:
        """Return X' weights (elements, k) for weights (variants, k)."""
        return self._backward @ weights

    def by_cell(self, weights: Tensor, cell: Tensor, cells: int) -> Tensor:
        """Return (elements, cells): the weights (variants,) summed per element and per cell that the variant lies in."""
        if not weights.is_cuda:
            total = np.zeros((self.shape[1], cells))
            add_by_cell(total, self.matrix.indptr, self.matrix.indices, weights.numpy(), cell.numpy())
            return torch.as_tensor(total)
        variant = torch.repeat_interleave(torch.as_tensor(np.diff(self.matrix.indptr)))
        index = torch.as_tensor(self.matrix.indices).long() * cells + cell[variant]
        return torch.bincount(index, weights[variant], self.shape[1] * cells).reshape(-1, cells)


class Design:
    """All placements of a model over the variants of one dataset.

    The free elements of all blocks (energy matrices) follow one another; several placements may read one block. A block's zero
    bases are those of the reference where its first placement lies.

    Attributes
    ----------
    slices : where each block's free elements lie among all
    features : each block's elements
    zeros : per block, (length,) the bases that have zero energy

    Parameters
    ----------
    blocks : what the placements read; matrices of single bases where None
    """

    def __init__(
        self,
        placements: Sequence[Placement],
        letters: np.ndarray,
        reference: np.ndarray,
        blocks: Sequence[Block] | None = None,
    ):
        zeros: dict[int, np.ndarray] = {}
        for place in placements:
            zeros.setdefault(place.block, on_strand(reference[place.start : place.stop], place.strand))
        self.zeros = [zeros[block] for block in range(len(zeros))]
        kinds = [block.features for block in blocks] if blocks else ["single"] * len(zeros)
        self.features = [Features(kind, len(zero)) for kind, zero in zip(kinds, self.zeros, strict=True)]
        self.placed = [PlacedDesign(place, letters, self.zeros[place.block], self.features[place.block]) for place in placements]
        self.variants = len(letters)
        stops = np.cumsum([0, *(features.size for features in self.features)])
        self.slices = [slice(int(a), int(b)) for a, b in pairwise(stops)]
        self.elements = int(stops[-1])

    def only(self, kept: np.ndarray) -> "Design":
        """Return the design over some of the variants, a mask (variants,)."""
        other = copy(self)
        for name in ("seen", "pairs_pay", "_pairs"):
            vars(other).pop(name, None)
        other.placed, other.variants = [placed.only(kept) for placed in self.placed], int(kept.sum())
        return other

    @cached_property
    def seen(self) -> np.ndarray:
        """(elements,) Whether any variant has the element, at any placement."""
        seen = np.zeros(self.elements, dtype=bool)
        for placed in self.placed:
            seen[self.slices[placed.block].start + np.unique(placed.matrix.indices)] = True
        return seen

    def energies(self, free: Tensor) -> Tensor:
        """Return e (variants, placements) from all free elements (elements,)."""
        return torch.stack([placed.energies(free[self.slices[placed.block]]) for placed in self.placed], 1)

    def first_energies(self, block: int, free: Tensor) -> Tensor:
        """Return e (variants,) where a block's first placement reads its free elements."""
        return next(placed for placed in self.placed if placed.block == block).energies(free)

    def gather(self, slopes: Tensor, weights: Tensor) -> Tensor:
        """Return sum_n J_na weights_nk, (elements, k), where J_na = sum over placements of slopes[n, placement] * X_na."""
        return self._by_block(placed.gather(weights * slopes[:, k : k + 1]) for k, placed in enumerate(self.placed))

    def by_cell(self, slopes: Tensor, weights: Tensor, cell: Tensor, cells: int) -> Tensor:
        """Return (elements, cells): J_na weights_n summed over the variants of each cell."""
        return self._by_block(placed.by_cell(weights * slopes[:, k], cell, cells) for k, placed in enumerate(self.placed))

    def _by_block(self, parts: Iterable[Tensor]) -> Tensor:
        """Return (elements, k): what the placements of each block give (elements of the block, k), added up."""
        totals: list[Tensor | None] = [None] * len(self.slices)
        for placed, part in zip(self.placed, parts, strict=True):
            known = totals[placed.block]
            totals[placed.block] = part if known is None else known + part
        return torch.cat(totals)

    def rows(self, slopes: Tensor, variants: Tensor) -> Tensor:
        """Return J_na of some variants, (variants, elements): dense."""
        index = variants.numpy(force=True)
        parts = (torch.as_tensor(each.matrix[index].toarray()).T * slopes[variants, k] for k, each in enumerate(self.placed))
        return self._by_block(parts).T

    def fisher(self, slopes: Tensor, weights: Tensor) -> Tensor:
        """Return J' diag(weights) J, (elements, elements)."""
        if not self.pairs_pay:
            return self._fisher_dense(slopes, weights)
        return self._fisher_by_listed(slopes, weights) if weights.is_cuda else self._fisher_by_pairs(slopes, weights)

    @cached_property
    def pairs_pay(self) -> bool:
        """Whether summing over co-occurring mutations is cheaper than a dense product, by counted operations."""
        per_variant = sum(np.diff(placed.matrix.indptr).astype(np.int64) for placed in self.placed)
        pairs = int((per_variant * (per_variant + 1) // 2).sum())
        fits = pairs <= _MOST_LISTED or torch.get_default_device().type == "cpu"
        return fits and pairs * _DENSE_FLOPS_PER_PAIR < self.variants * self.elements**2

    @cached_property
    def _pairs(self) -> list[tuple[int, int, Tensor]]:
        indices = combinations_with_replacement(range(len(self.placed)), 2)
        return [(k, m, _pair_matrix(self.placed[k].matrix, self.placed[m].matrix, k == m)) for k, m in indices]

    def _fisher_by_pairs(self, slopes: Tensor, weights: Tensor) -> Tensor:
        """Return the sum over pairs as they come; one thread."""
        total = np.zeros((self.elements, self.elements))
        for k, m in combinations_with_replacement(range(len(self.placed)), 2):
            rows, columns = (self.slices[self.placed[index].block] for index in (k, m))
            listed = [(self.placed[index].matrix.indptr, self.placed[index].matrix.indices) for index in (k, m)]
            own = (weights * slopes[:, k] * slopes[:, m]).numpy()
            if k == m:
                part = np.zeros((self.placed[k].shape[1],) * 2)
                add_pairs(part, *listed[0], own)
                total[rows, rows] += part + np.triu(part, 1).T
            else:
                part = np.zeros((self.placed[k].shape[1], self.placed[m].shape[1]))
                add_crossed(part, *listed[0], *listed[1], own)
                total[rows, columns] += part
                total[columns, rows] += part.T
        return torch.as_tensor(total)

    def _fisher_by_listed(self, slopes: Tensor, weights: Tensor) -> Tensor:
        total = torch.zeros(self.elements, self.elements, dtype=torch.float64)
        for k, m, pairs in self._pairs:
            rows, columns = (self.slices[self.placed[index].block] for index in (k, m))
            product = (pairs @ (weights * slopes[:, k] * slopes[:, m])).reshape(self.placed[k].shape[1], -1)
            if k == m:
                total[rows, rows] += product.T + product - product.diag().diag()
            else:
                total[rows, columns] += product
                total[columns, rows] += product.T
        return total

    def _fisher_dense(self, slopes: Tensor, weights: Tensor) -> Tensor:
        total = torch.zeros(self.elements, self.elements, dtype=torch.float64)
        for start in range(0, self.variants, _CHUNK):
            variants = torch.arange(start, min(start + _CHUNK, self.variants))
            jacobian = self.rows(slopes, variants).T
            total += (jacobian * weights[variants]) @ jacobian.T
        return total


def _pair_matrix(left: sparse.csr_matrix, right: sparse.csr_matrix, same: bool) -> Tensor:
    """Return (elements of left * elements of right, variants): 1 where a variant holds both; the upper triangle if `same`."""
    size_left, size_right = np.diff(left.indptr), np.diff(right.indptr)
    repeats = np.repeat(size_right, size_left)  # for each entry of left: the entries of right in its variant
    a = np.repeat(left.indices, repeats)
    variant = np.repeat(np.repeat(np.arange(left.shape[0]), size_left), repeats)
    within = np.arange(len(a)) - np.repeat(np.cumsum(repeats) - repeats, repeats)
    b = right.indices[right.indptr[variant] + within]
    if same:
        upper = a <= b
        a, b, variant = a[upper], b[upper], variant[upper]
    rows = a.astype(np.int64) * right.shape[1] + b
    shape = (left.shape[1] * right.shape[1], left.shape[0])
    return sparse_tensor(sparse.coo_matrix((np.ones(len(rows)), (rows, variant)), shape).tocsr())
