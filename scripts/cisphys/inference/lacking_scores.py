"""Score (Lagrange multiplier) tests of what a fitted model does not have, from its optimum alone: nothing is refitted.

An extension adds parameters delta that are 0 in the fit. With c = du/d delta (variants, columns) the log likelihood's gradient by
delta is U = c' g, and what the fitted parameters eta could take up of it is projected out (Rao 1948; robust: White 1982):

    R = H^-1 I_(eta,delta)     A = I_(delta,delta) - I_(delta,eta) R     V = sum_n s_n s_n',   s_n = s_n,delta - R' s_n,eta
    statistic = U' V^-1 U,  chi-squared           first step = A^-1 U,  while eta moves by -R times that

I is the expected information, H that of the fit with its priors, s_n the score of variant n: so reads of one variant may depend
on each other. Sums over variants are sparse products, in chunks.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import scipy.sparse as sparse
from scipy.linalg import cho_solve
from scipy.special import chdtrc
from torch import Tensor

from cisphys.inference.measurement import Evaluated
from cisphys.inference.newton import Optimum
from cisphys.inference.problem import Problem
from cisphys.inference.term import Latent, Term

CHUNK = 32_768  # variants
_NULL = 1e-4  # of a column's information: where less is left once eta has taken up its part, the data say nothing of it

_LEAST_SCALE = 1e-9  # of the largest: columns that no variant with reads has

Columns = Callable[[int, slice], sparse.csr_matrix]  # number of the dataset, variants -> du/d delta (variants, columns)


class Extension(Protocol):
    """What is tested: the numbers of its columns."""

    columns: np.ndarray


@dataclass(frozen=True)
class Tested:
    """The test of one extension: `df` directions that the data inform of, the step (columns,) and how eta moves, (size,)."""

    statistic: float
    p: float
    df: int
    promised: float
    step: np.ndarray
    moved: np.ndarray


class DatasetAtOptimum:
    """One dataset of a fit at its optimum: what each variant adds to gradient, information and scores."""

    def __init__(self, term: Term, latent: Latent, measured: Evaluated, beta: Tensor):
        fisher = term.process.information(beta, latent.v, measured.place)
        self.term, self._fisher = term, fisher
        self.index = np.concatenate([term.structural.numpy(force=True), np.arange(term.beta.start, term.beta.stop)])
        self.share, self.v, self.g, self.w = (
            part.numpy(force=True) for part in (term.process.share, latent.v, measured.by_v, fisher.w)
        )
        self.sd = float(latent.sd)
        self.slopes, self.extra = latent.slopes.numpy(force=True), latent.extra.numpy(force=True)
        self._by_beta = term.process.beta_scores(beta, latent.v).numpy(force=True)
        moments = sum(self.raw(rows).T @ self._standardising(rows) for rows in self.chunks())
        self._shift = moments / self.sd  # (structural, 2): what the standardisation takes off the slopes

    def chunks(self) -> list[slice]:
        """Return the variants in chunks."""
        return [slice(start, start + CHUNK) for start in range(0, len(self.v), CHUNK)]

    def _standardising(self, rows: slice) -> np.ndarray:
        return self.share[rows, None] * np.stack([np.ones_like(self.v[rows]), self.v[rows]], 1)

    def raw(self, rows: slice) -> np.ndarray:
        """Return du/d(structural parameters), (variants, structural)."""
        design = self.term.design
        total = np.zeros((len(self.v[rows]), design.elements + self.extra.shape[1]))
        for k, placed in enumerate(design.placed):
            total[:, design.slices[placed.block]] += self.slopes[rows, k, None] * placed.matrix[rows].toarray()
        total[:, design.elements :] = self.extra[rows]
        return total

    def _slopes_of_v(self, rows: slice) -> np.ndarray:
        raw = self.raw(rows) / self.sd
        return raw - self._shift[:, 0] - self.v[rows, None] * self._shift[:, 1]

    def scores(self, rows: slice, by_v: np.ndarray) -> np.ndarray:
        """Return each variant's score by the dataset's parameters (variants, eta); `by_v` is dv/d structural."""
        return np.concatenate([self.g[rows, None] * by_v, self._by_beta[rows]], 1)

    def weighted(self, rows: slice, by_v: np.ndarray) -> np.ndarray:
        """Return w dv/d eta (variants, eta): the information of each variant's v with the dataset's parameters."""
        cell = self._fisher.cell[rows].numpy(force=True)
        cross = sum(
            weight[rows].numpy(force=True)[:, None] * table.numpy(force=True)[cell] for weight, table in self._fisher.cross
        )
        return np.concatenate([self.w[rows, None] * by_v, np.broadcast_to(cross, self._by_beta[rows].shape)], 1)

    def meat(self) -> np.ndarray:
        """Return the sum of the outer products of the variants' scores, (eta, eta)."""
        parts = (self.scores(rows, self._slopes_of_v(rows)) for rows in self.chunks())
        return sum(part.T @ part for part in parts)

    def sums(self, columns: Callable[[slice], sparse.csr_matrix], exclusive: bool) -> "Sums":
        """Return the sums over the variants for extension columns (variants, columns); many columns in single precision."""
        precision = np.float32 if exclusive else np.float64
        few, by_eta, totals, gram, meat = 0.0, 0.0, 0.0, 0.0, 0.0
        for rows in self.chunks():
            c, by_v = columns(rows), self._slopes_of_v(rows)
            g, v, w, share = self.g[rows], self.v[rows], self.w[rows], self.share[rows]
            dense = np.concatenate([self.weighted(rows, by_v), g[:, None] * self.scores(rows, by_v)], 1)
            turned = c.T.tocsr()
            few = few + turned @ np.stack([share, share * v, g, w, w * v, g**2, g**2 * v], 1)
            by_eta = by_eta + turned.astype(precision) @ dense.astype(precision)
            totals = totals + np.stack([np.ones_like(v), v]) @ dense
            gram, meat = gram + _squares(c, w, exclusive), meat + _squares(c, g**2, exclusive)
        return self._standardised(few, by_eta, totals, gram, meat)

    def _standardised(self, few, by_eta, totals, gram, meat) -> "Sums":
        """Take off what the standardisation of the latent takes off each column: its mean, and v times its slope on v."""
        taken = few[:, :2]  # c'q and c'qv
        information = Squares(gram, few[:, 3:5], taken, _moments(self.w, self.v), self.sd)
        outer = Squares(meat, few[:, 5:7], taken, _moments(self.g**2, self.v), self.sd)
        gradient = (few[:, 2] - taken @ np.array([self.g.sum(), self.g @ self.v])) / self.sd
        mixed = (by_eta - taken @ totals) / self.sd
        return Sums(gradient, *np.split(mixed, 2, axis=1), information, outer)


@dataclass(frozen=True)
class Squares:
    """c' diag(weight) c of standardised columns: `raw` the same of raw ones, (columns, columns) or its diagonal.

    `weighted` c' weight (1, v), `taken` c' share (1, v), both (columns, 2); `moments` (2, 2) of the weights and v.
    """

    raw: np.ndarray
    weighted: np.ndarray
    taken: np.ndarray
    moments: np.ndarray
    sd: float

    def block(self, columns: np.ndarray) -> np.ndarray:
        """Return the square block of some columns."""
        raw = np.diag(self.raw[columns]) if self.raw.ndim == 1 else self.raw[np.ix_(columns, columns)]
        weighted, taken = self.weighted[columns], self.taken[columns]
        crossed = weighted @ taken.T
        return (raw - crossed - crossed.T + taken @ self.moments @ taken.T) / self.sd**2


@dataclass(frozen=True)
class Sums:
    """One dataset's sums for extension columns: gradient (columns,), with eta (columns, eta), and blocks of columns."""

    gradient: np.ndarray
    crossed: np.ndarray
    scored: np.ndarray
    information: Squares
    outer: Squares


class ScoreTests:
    """Tests extensions of one fit: `best` is the optimum of `problem`."""

    def __init__(self, problem: Problem, best: Optimum):
        self.problem, self.best = problem, best
        at = best.at
        self.datasets = [
            DatasetAtOptimum(term, latent, measured, best.p[term.beta])
            for term, latent, measured in zip(problem.terms, at.latents, at.measured, strict=True)
        ]
        self.curvature = problem.curvature(best.p, at).numpy(force=True)
        self._factor = np.linalg.cholesky(self.curvature)
        self.meat = np.zeros_like(self.curvature)
        for each in self.datasets:
            self.meat[np.ix_(each.index, each.index)] += each.meat()

    def respond(self, vectors: np.ndarray) -> np.ndarray:
        """Return H^-1 vectors, (size, k)."""
        return cho_solve((self._factor, True), vectors)

    def overdispersion(self, elements: np.ndarray) -> float:
        """Return by how much the robust variance of some fitted parameters exceeds H^-1, on average over their directions."""
        unit = np.zeros((self.problem.size, len(elements)))
        unit[elements, np.arange(len(elements))] = 1.0
        towards = self.respond(unit)
        return float(np.trace(np.linalg.solve(towards[elements], towards.T @ self.meat @ towards))) / len(elements)

    def test(self, columns: Columns, extensions: Sequence[Extension], exclusive: bool = False) -> list[Tested]:
        """Test each extension.

        Parameters
        ----------
        columns : (number of the dataset, variants) -> du/d delta, (variants, columns)
        exclusive : no variant has two columns of one extension
        """
        sums = [each.sums(lambda rows, k=k: columns(k, rows), exclusive) for k, each in enumerate(self.datasets)]
        gradient = sum(each.gradient for each in sums)
        crossed, scored = (np.zeros((len(gradient), self.problem.size)) for _ in range(2))
        for data, each in zip(self.datasets, sums, strict=True):
            crossed[:, data.index] += each.crossed
            scored[:, data.index] += each.scored
        response = self.respond(crossed.T).T  # (columns, size)
        with_meat = response @ self.meat
        return [self._test(each, sums, gradient, crossed, scored, response, with_meat) for each in extensions]

    def _test(self, extension: Extension, sums, gradient, crossed, scored, response, with_meat) -> Tested:
        own = extension.columns
        informed = sum(each.information.block(own) for each in sums)
        mixed = scored[own] @ response[own].T
        variance = sum(each.outer.block(own) for each in sums) - mixed - mixed.T + with_meat[own] @ response[own].T
        left = informed - crossed[own] @ response[own].T
        return _tested(gradient[own], informed, left, variance, response[own])


def _tested(gradient, informed, left, variance, response) -> Tested:
    """Return the test of one extension; directions that the data say nothing of are left out."""
    scale = np.sqrt(informed.diagonal())
    scale = np.where(scale > _LEAST_SCALE * scale.max(initial=0.0), scale, np.inf)
    values, vectors = np.linalg.eigh((left + left.T) / 2 / np.outer(scale, scale))
    kept = vectors[:, values > _NULL] / scale[:, None]
    df, u = kept.shape[1], kept.T @ gradient
    step = kept @ np.linalg.solve(kept.T @ left @ kept, u)
    statistic = float(u @ np.linalg.solve(kept.T @ variance @ kept, u)) if df else 0.0
    p = float(chdtrc(df, statistic)) if df else 1.0
    return Tested(statistic, p, df, 0.5 * float(gradient @ step), step, -step @ response)


def _squares(c: sparse.csr_matrix, weight: np.ndarray, exclusive: bool) -> np.ndarray:
    if exclusive:
        return c.multiply(c).T @ weight
    return (c.T @ sparse.diags(weight) @ c).toarray()


def _moments(weight: np.ndarray, v: np.ndarray) -> np.ndarray:
    return np.array([[weight.sum(), weight @ v], [weight @ v, weight @ v**2]])
