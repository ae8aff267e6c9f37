"""Sorted bins whose reads are over-dispersed: those of one variant share an error of their own (Dirichlet-multinomial).

A variant's shares of the bins scatter about p(bin | v) as Dirichlet(A p), A > 0 the concentration, and its N reads fall by these
shares. Read by read, so that A -> infinity gives the log likelihood of `SortedBins`:

    log L_n = lgamma(A) - lgamma(A + N) + sum_b lgamma(A p_b + c_b) - lgamma(A p_b)

Any two reads of a variant correlate by 1 / (1 + A). Variants with one read say nothing of A.
"""

from copy import copy

import numpy as np
import torch
from torch import Tensor

from cisphys.errors import InputError
from cisphys.inference.alone import fit_alone
from cisphys.inference.bin_entries import Entries, Place, Table
from cisphys.inference.measured import BinCounts
from cisphys.inference.measurement import Evaluated, Fisher
from cisphys.inference.sorted_bins import SortedBins

USUAL_CONCENTRATION = 30.0
_WEAK = 0.01  # precision of the log concentration's prior: it stays finite where the reads are not over-dispersed


class DirichletBins(SortedBins):
    """`SortedBins` with one more parameter, the last of beta: log (A / 30)."""

    noise = "dirichlet_multinomial"

    def __init__(self, data: BinCounts, functions: int):
        super().__init__(data, functions)
        self.size += 1
        self.times = torch.ones_like(self.per_variant)  # how often each variant counts: 1 but in a resampled process

    def start(self) -> Tensor:
        """Return flat curves, and the usual concentration, (size,)."""
        return torch.cat([super().start(), torch.zeros(1, dtype=torch.float64)])

    def penalty(self, smoothness: float) -> Tensor:
        """Return the precision matrix (size, size): smooth logits, and a weak prior on the concentration."""
        return torch.block_diag(super().penalty(smoothness), torch.tensor([[_WEAK]], dtype=torch.float64))

    def evaluate(self, beta: Tensor, v: Tensor, place: Place | None = None) -> Evaluated:
        """Return the log likelihood (nats) and its gradients by v (variants,) and by beta (size,)."""
        place = self.place(v) if place is None else place
        concentration = self.concentration(beta)
        entries = Entries(self, self.table(beta[:-1]), place)
        alpha = concentration * entries.log_p.exp()
        times = self.times[self.variant]
        value = times @ (torch.lgamma(alpha + self.count) - torch.lgamma(alpha)) + self.times @ self._of_totals(concentration)
        by_log_p = times * alpha * (torch.digamma(alpha + self.count) - torch.digamma(alpha))
        by_log_concentration = by_log_p.sum() + self.times @ self._slope_of_totals(concentration)
        by_beta = torch.cat([entries.by_beta(by_log_p), by_log_concentration[None]])
        return Evaluated(float(value), entries.by_v(by_log_p), by_beta, place)

    def information(self, beta: Tensor, v: Tensor, place: Place) -> Fisher:
        """Return an approximate information: that of means and variances, N (1 + A) / (N + A) independent reads per variant.

        It is the expected one for N = 1 and for large A, and less than it else. That of the concentration is the sum of its
        squared scores, on its own.
        """
        table = self.table(beta[:-1])
        found = self._information(table, place, self._independent_reads(beta))
        cross = [(weight, torch.nn.functional.pad(mixed, (0, 1))) for weight, mixed in found.cross]
        return Fisher(found.w, found.cell, cross, self._with_concentration(found.own, beta, table, place))

    def own_information(self, beta: Tensor, v: Tensor, place: Place) -> Tensor:
        """Return the part of beta, (size, size)."""
        table = self.table(beta[:-1])
        own = self.information_at_nodes(table, self._at_nodes(place, self._independent_reads(beta)))
        return self._with_concentration(own, beta, table, place)

    def log_likelihoods(self, beta: Tensor, v: Tensor) -> Tensor:
        """Return the log likelihood of each variant's reads (variants,), nats, by the formula itself."""
        concentration = self.concentration(beta)
        alpha = concentration * self.log_probability(beta, v).exp()[self.variant, self.bin]
        rises = torch.lgamma(alpha + self.count) - torch.lgamma(alpha)
        return self.times * (torch.bincount(self.variant, rises, len(self.share)) + self._of_totals(concentration))

    def beta_scores(self, beta: Tensor, v: Tensor) -> Tensor:
        """Return the gradient by beta of each variant's log likelihood, (variants, size), by the formula itself."""
        concentration = self.concentration(beta)
        alpha = concentration * self.log_probability(beta, v).exp()[self.variant, self.bin]
        by_log_p = alpha * (torch.digamma(alpha + self.count) - torch.digamma(alpha))
        last = torch.bincount(self.variant, by_log_p, len(v)) + self._slope_of_totals(concentration)
        return self.times[:, None] * torch.cat([self._scores(beta, v, by_log_p), last[:, None]], 1)

    def condensed(self, v: Tensor) -> tuple["DirichletBins", Tensor]:
        """Return the process itself: the reads of one variant belong together."""
        return self, v

    def resampled(self, generator: np.random.Generator, unit: str) -> "DirichletBins":
        """Return the process with its ``variants`` drawn with replacement.

        Raises
        ------
        InputError : single reads are asked for, which depend on one another
        """
        if unit == "reads":
            problem = "single reads of over-dispersed bins cannot be drawn: those of one variant depend on one another"
            raise InputError(problem, remedy="Draw whole variants")
        seen = (self.per_variant > 0).numpy(force=True)
        return self.repeated(generator.multinomial(seen.sum(), seen / seen.sum()))

    def repeated(self, times: np.ndarray) -> "DirichletBins":
        """Return the process with the likelihood of each variant counted `times` (variants,) over."""
        other = copy(self)
        other.times = torch.as_tensor(times.astype(np.float64))
        return other

    def only(self, kept: np.ndarray) -> "DirichletBins":
        """Return the process of some of the variants, a mask (variants,)."""
        other = super().only(kept)
        other.times = self.times[torch.as_tensor(kept)]
        return other

    def null_log_likelihoods(self) -> Tensor:
        """Return each variant's log likelihood (variants,) where shares scatter about those of all reads together."""
        nowhere = torch.zeros_like(self.share)
        return self.log_likelihoods(fit_alone(self, nowhere, free=torch.tensor([self.size - 1])), nowhere)

    def log_probability(self, beta: Tensor, v: Tensor) -> Tensor:
        """Return log p(bin | v), (variants, bins), the mean over variants of one latent."""
        return super().log_probability(beta[:-1], v)

    def refined(self, beta: Tensor, functions: int) -> Tensor:
        """Return the beta of about the same process with another number of B-splines."""
        return torch.cat([super().refined(beta[:-1], functions), beta[-1:]])

    def mirrored(self, beta: Tensor) -> Tensor:
        """Return the beta of the same process read at -v."""
        return torch.cat([super().mirrored(beta[:-1]), beta[-1:]])

    def concentration(self, beta: Tensor) -> Tensor:
        """Return A, a number."""
        return USUAL_CONCENTRATION * beta[-1].exp()

    def simulate(self, beta: Tensor, v: Tensor, generator: np.random.Generator) -> BinCounts:
        """Return counts of as many reads per variant, drawn at beta and v."""
        alpha = (self.concentration(beta) * self.log_probability(beta, v).exp()).numpy(force=True)
        return self._drawn(generator.standard_gamma(alpha) + np.finfo(float).tiny, generator)

    def named(self, beta: Tensor) -> dict[str, Tensor]:
        """Return what predictions need: ``spline`` (functions, bins) and ``concentration``."""
        return super().named(beta) | {"concentration": self.concentration(beta)}

    def _of_totals(self, concentration: Tensor) -> Tensor:
        return torch.lgamma(concentration) - torch.lgamma(concentration + self.per_variant)

    def _slope_of_totals(self, concentration: Tensor) -> Tensor:
        return concentration * (torch.digamma(concentration) - torch.digamma(concentration + self.per_variant))

    def _independent_reads(self, beta: Tensor) -> Tensor:
        concentration = self.concentration(beta)
        return self.times * self.per_variant * (1 + concentration) / (self.per_variant + concentration)

    def _with_concentration(self, own: Tensor, beta: Tensor, table: Table, place: Place) -> Tensor:
        concentration = self.concentration(beta)
        alpha = concentration * Entries(self, table, place).log_p.exp()
        by_log_p = alpha * (torch.digamma(alpha + self.count) - torch.digamma(alpha))
        scores = torch.bincount(self.variant, by_log_p, len(self.share)) + self._slope_of_totals(concentration)
        return torch.block_diag(own, (self.times @ scores**2)[None, None])
