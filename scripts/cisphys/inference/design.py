"""Variants as mutations from a reference: which matrix elements each variant's site energies are made of.

A site energy is linear in the energy matrix. With the reference's bases as zero, a variant of a mutagenised library has a few
non-zero terms per site, so energies, gradients and the Fisher information are sparse products (the last one over the pairs
of mutations that occur together). Where pairs outnumber what a dense product costs, the dense one is taken.
"""

import warnings
from collections.abc import Sequence
from functools import cached_property
from itertools import combinations_with_replacement, pairwise

import numpy as np
import scipy.sparse as sparse
import torch
from torch import Tensor

from cisphys.dna import on_strand
from cisphys.models.spec import Site

_DENSE_FLOPS_PER_PAIR = 40  # multiply-adds of a dense product that cost as much as one co-occurring pair
_MOST_PAIRS = 60_000_000  # about 1 GB of pairs
_CHUNK = 8192  # variants per dense block


def sparse_tensor(matrix: sparse.csr_matrix) -> Tensor:
    """Return a scipy CSR matrix as a torch one (float64)."""
    parts = [torch.as_tensor(part.astype(np.int64)) for part in (matrix.indptr, matrix.indices)]
    values = torch.as_tensor(matrix.data.astype(np.float64))
    with warnings.catch_warnings():  # torch says once per process that its CSR tensors are young
        warnings.simplefilter("ignore", UserWarning)
        return torch.sparse_csr_tensor(*parts, values, matrix.shape, check_invariants=False)


class SiteDesign:
    """One site: X (variants, 3 * length); X[n, 3 i + j] is 1 where base i of variant n is the j-th of the three mutant bases."""

    def __init__(self, site: Site, letters: np.ndarray, reference: np.ndarray):
        covered = on_strand(letters[:, site.start : site.stop], site.strand)
        own = on_strand(reference[site.start : site.stop], site.strand)
        self.is_mutant = np.arange(4) != own[:, None]  # (length, 4); its true entries, row by row, are the columns of X
        self.variant, position = np.nonzero(covered != own)
        base = covered[self.variant, position]
        self.column = 3 * position + base - (base > own[position])
        self.shape = (len(letters), 3 * len(site))
        matrix = sparse.coo_matrix((np.ones(len(base)), (self.variant, self.column)), self.shape).tocsr()
        self.matrix = matrix
        self.seen = np.bincount(self.column, minlength=self.shape[1]) > 0
        self._forward, self._backward = sparse_tensor(matrix), sparse_tensor(matrix.T.tocsr())
        self._torch_variant, self._torch_column = torch.as_tensor(self.variant), torch.as_tensor(self.column)

    def energies(self, free: Tensor) -> Tensor:
        """Return e (variants,) from the free matrix elements (3 * length,)."""
        return (self._forward @ free[:, None])[:, 0]

    def gather(self, weights: Tensor) -> Tensor:
        """Return X' weights (3 * length, k) for weights (variants, k)."""
        return self._backward @ weights

    def by_cell(self, weights: Tensor, cell: Tensor, cells: int) -> Tensor:
        """Return (3 * length, cells): the weights (variants,) summed per element and per cell that the variant lies in."""
        index = self._torch_column * cells + cell[self._torch_variant]
        return torch.bincount(index, weights[self._torch_variant], self.shape[1] * cells).reshape(-1, cells)


class Design:
    """All sites of a model over the variants of one dataset. The free elements of all sites follow one another."""

    def __init__(self, sites: Sequence[Site], letters: np.ndarray, reference: np.ndarray):
        self.sites = [SiteDesign(site, letters, reference) for site in sites]
        self.variants = len(letters)
        widths = [site.shape[1] for site in self.sites]
        stops = np.cumsum([0, *widths])
        self.blocks = [slice(int(a), int(b)) for a, b in pairwise(stops)]
        self.elements = int(stops[-1])

    def energies(self, free: Tensor) -> Tensor:
        """Return e (variants, sites) from all free elements (elements,)."""
        return torch.stack([site.energies(free[block]) for site, block in zip(self.sites, self.blocks, strict=True)], 1)

    def gather(self, slopes: Tensor, weights: Tensor) -> Tensor:
        """Return sum_n J_na weights_nk, (elements, k), where J_na = slopes[n, site of a] * X_na."""
        return torch.cat([site.gather(weights * slopes[:, k : k + 1]) for k, site in enumerate(self.sites)])

    def by_cell(self, slopes: Tensor, weights: Tensor, cell: Tensor, cells: int) -> Tensor:
        """Return (elements, cells): J_na weights_n summed over the variants of each cell."""
        return torch.cat([site.by_cell(weights * slopes[:, k], cell, cells) for k, site in enumerate(self.sites)])

    def fisher(self, slopes: Tensor, weights: Tensor) -> Tensor:
        """Return J' diag(weights) J, (elements, elements)."""
        return self._fisher_by_pairs(slopes, weights) if self.pairs_pay else self._fisher_dense(slopes, weights)

    @cached_property
    def pairs_pay(self) -> bool:
        """Whether summing over co-occurring mutations is cheaper than a dense product, by counted operations."""
        per_variant = sum(np.bincount(site.variant, minlength=self.variants) for site in self.sites)
        pairs = int((per_variant * (per_variant + 1) // 2).sum())
        return pairs <= _MOST_PAIRS and pairs * _DENSE_FLOPS_PER_PAIR < self.variants * self.elements**2

    @cached_property
    def _pairs(self) -> list[tuple[int, int, Tensor]]:
        indices = combinations_with_replacement(range(len(self.sites)), 2)
        return [(k, m, _pair_matrix(self.sites[k].matrix, self.sites[m].matrix, k == m)) for k, m in indices]

    def _fisher_by_pairs(self, slopes: Tensor, weights: Tensor) -> Tensor:
        total = torch.zeros(self.elements, self.elements, dtype=torch.float64)
        for k, m, pairs in self._pairs:
            product = (pairs @ (weights * slopes[:, k] * slopes[:, m])[:, None]).reshape(self.sites[k].shape[1], -1)
            total[self.blocks[k], self.blocks[m]] = product
            total[self.blocks[m], self.blocks[k]] = product.T + product - product.diag().diag() if k == m else product.T
        return total

    def _fisher_dense(self, slopes: Tensor, weights: Tensor) -> Tensor:
        total = torch.zeros(self.elements, self.elements, dtype=torch.float64)
        for start in range(0, self.variants, _CHUNK):
            rows = slice(start, start + _CHUNK)
            parts = [torch.as_tensor(site.matrix[rows].toarray()) * slopes[rows, k : k + 1] for k, site in enumerate(self.sites)]
            jacobian = torch.cat(parts, 1)
            total += jacobian.T @ (jacobian * weights[rows, None])
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
