"""Standard errors by the curvature at the optimum: naive ones, and robust ones that let the reads of a variant err together.

    naive     H^-1                      H = I + Q: information of the reads, and curvature of ridge and priors
    sandwich  H^-1 (B + Q) H^-1         B = sum_n s_n s_n', s_n the score of variant n

Where the model is right and reads are independent B estimates I, and both agree; else B may be larger (Huber 1967).
Keeping Q in the middle counts what ridge and priors have filled in as not known (Marra & Wood 2012). The measurement's parameters
are unknown too: what is returned is the block of the network's parameters.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import torch
from torch import Tensor

from cisphys.inference.clusters import same_sequences
from cisphys.inference.dataset import Dataset
from cisphys.inference.newton import Optimum
from cisphys.inference.problem import Problem
from cisphys.inference.term import Latent, Term

_CHUNK = 4096  # variants whose scores are held at a time
_JITTER = 1e-10  # of the scaled curvature's diagonal, 1


@dataclass(frozen=True)
class Covariances:
    """What is not known of the structural parameters p, and what the ridge did to them.

    Attributes
    ----------
    naive, sandwich : (structural, structural) covariances, kT^2
    pull : (structural,) by how much the ridge has moved p, to first order: dp / d log ridge, kT
    informed : how many parameters' worth of the structural ones the reads determine, the trace of H^-1 I
    """

    naive: Tensor
    sandwich: Tensor
    pull: Tensor
    informed: float

    def errors(self, functionals: Tensor, robust: bool = True) -> Tensor:
        """Return the standard error of each functional' p, (functionals,), for functionals (functionals, structural)."""
        covariance = self.sandwich if robust else self.naive
        return ((functionals @ covariance) * functionals).sum(1).clamp(min=0).sqrt()


@torch.no_grad()
def covariances(problem: Problem, best: Optimum, clusters: Sequence[Tensor] | None = None) -> Covariances:
    """Return the covariances of the structural parameters at an optimum.

    Parameters
    ----------
    clusters : per dataset, (variants,) which cluster each variant is in (`clusters_of`); each variant its own where None
    """
    information = problem.information(best.p, best.at)
    curvature = problem.curvature(best.p, best.at)
    inverse = _inverse(curvature)
    middle = sum_of_squared_scores(problem, best, clusters) + curvature - information
    cut = problem.structural
    rows = inverse[:cut]
    pull = -rows @ problem.ridge.gradient(best.p)
    informed = float((rows * information[:cut]).sum())
    return Covariances(rows[:, :cut].clone(), rows @ middle @ rows.T, pull, informed)


def clusters_of(datasets: Sequence[Dataset]) -> list[Tensor]:
    """Return for each dataset which distinct sequence of them all each variant is, (variants,)."""
    return same_sequences([dataset.letters for dataset in datasets])


@torch.no_grad()
def sum_of_squared_scores(problem: Problem, best: Optimum, clusters: Sequence[Tensor] | None = None) -> Tensor:
    """Return B, (size, size): the outer products of the clusters' scores, summed."""
    total = torch.zeros(problem.size, problem.size, dtype=best.p.dtype)
    scored = [_Scores(problem, best, number) for number in range(len(problem.terms))]
    for one in scored:
        total[one.index[:, None], one.index] += one.squared()
    for a, b in combinations(range(len(scored)), 2) if clusters else ():
        crossed = _crossed(scored[a], scored[b], clusters[a], clusters[b])
        total[scored[a].index[:, None], scored[b].index] += crossed
        total[scored[b].index[:, None], scored[a].index] += crossed.T
    return total


class _Scores:
    """The scores of one dataset's variants: g_n (J_n - J' q - v_n J' q v) / sd by structural parameters, then those by beta.

    g is the gradient by v, q the reads' shares; the standardisation of the latent is differentiated, as in `Term.gradient`.
    """

    def __init__(self, problem: Problem, best: Optimum, number: int):
        self.term: Term = problem.terms[number]
        self.latent: Latent = best.at.latents[number]
        self.g = best.at.measured[number].by_v
        self.beta = self.term.process.beta_scores(best.p[self.term.beta], self.latent.v)
        share, v = self.term.process.share, self.latent.v
        self.shift = self.term.gather(self.latent, torch.stack([share, share * v], 1))
        self.index = torch.cat([self.term.structural, torch.arange(self.term.beta.start, self.term.beta.stop)])

    def squared(self) -> Tensor:
        """Return the sum of their outer products, by the sparse products of the information."""
        own = self.term.outer(self.latent, self.g**2)
        weighted = self.g[:, None] * self.beta
        moments = torch.stack([weighted.sum(0), self.latent.v @ weighted])
        mixed = (self.term.gather(self.latent, weighted) - self.shift @ moments) / self.latent.sd
        return torch.cat([torch.cat([own, mixed], 1), torch.cat([mixed.T, self.beta.T @ self.beta], 1)])

    def rows(self, variants: Tensor) -> Tensor:
        """Return the scores of some variants, (variants, structural + beta)."""
        v = self.latent.v[variants]
        slopes = self.term.design.rows(self.latent.slopes, variants)
        raw = torch.cat([slopes, self.latent.extra[variants]], 1) - self.shift[:, 0] - v[:, None] * self.shift[:, 1]
        return torch.cat([(self.g[variants] / self.latent.sd)[:, None] * raw, self.beta[variants]], 1)


def _crossed(a: _Scores, b: _Scores, cluster_a: Tensor, cluster_b: Tensor) -> Tensor:
    """Return the sum of s_a s_b' over the clusters that both have, one variant of each (rows of a, rows of b)."""
    _, in_a, in_b = np.intersect1d(cluster_a.numpy(force=True), cluster_b.numpy(force=True), return_indices=True)
    total = torch.zeros(len(a.index), len(b.index), dtype=a.g.dtype)
    for start in range(0, len(in_a), _CHUNK):
        chunk = slice(start, start + _CHUNK)
        total += a.rows(torch.as_tensor(in_a[chunk])).T @ b.rows(torch.as_tensor(in_b[chunk]))
    return total


def _inverse(matrix: Tensor) -> Tensor:
    """Return the inverse of a positive definite matrix whose diagonal spans many orders of magnitude."""
    scale = matrix.diagonal().clamp(min=1e-12).sqrt()
    identity = torch.eye(len(matrix), dtype=matrix.dtype)
    factor = torch.linalg.cholesky(matrix / scale[:, None] / scale + _JITTER * identity)
    return torch.cholesky_inverse(factor) / scale[:, None] / scale
