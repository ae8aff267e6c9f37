"""The measurement process of sorted bins: p(bin | v), a flexible function of the standardised latent v.

    z = sigmoid(v / 0.8),   psi_b(z) = sum_i B_i(z) beta_ib,   p(b | v) = exp(psi_b) / sum_c exp(psi_c)

B_i are cubic B-splines on [0, 1]; the last bin's logit is fixed at 0. A read of a variant falls into bin b with p(b | v), so
the log likelihood is sum_n sum_b c_nb log p(b | v_n). log p is tabulated at nodes and interpolated by cubic Hermite polynomials,
with the exact derivatives at the nodes: smooth, and within 1e-8 nat per read of the formula.
"""

from copy import copy
from dataclasses import replace
from typing import Any

import numpy as np
import torch
from torch import Tensor

from cisphys.inference.bin_entries import Entries, Place, Table
from cisphys.inference.bspline import basis, refined, roughness
from cisphys.inference.measured import BinCounts
from cisphys.inference.measurement import Evaluated, Fisher

WIDTH = 0.8  # of the sigmoid that maps v to (0, 1)
_NODES_PER_INTERVAL = 64


class SortedBins:
    """The reads of one dataset, and p(bin | v) with `functions` B-splines per free bin; see `cisphys.inference.measurement`.

    beta (size,) holds the spline coefficients (functions, bins - 1), row by row.

    Parameters
    ----------
    data : reads; those counts that are not 0 are kept as a list
    functions : B-splines, 4 or more
    """

    kind, noise = "sorted_bins", "multinomial"

    def __init__(self, data: BinCounts, functions: int):
        counts = data.counts
        self.data, self.functions, self.bins = data, functions, counts.shape[1]
        self.intervals = _NODES_PER_INTERVAL * (functions - 3)
        nodes = np.arange(self.intervals + 1) / self.intervals
        self.basis, self.basis_slope = (torch.as_tensor(part) for part in basis(nodes, functions))
        self.size = functions * (self.bins - 1)
        variant, bin_ = np.nonzero(counts)
        self.variant, self.bin = torch.as_tensor(variant), torch.as_tensor(bin_)
        self.count = torch.as_tensor(counts[variant, bin_].astype(np.float64))
        self.variants = len(counts)
        self._sum_up()

    def _sum_up(self) -> None:
        """Set what follows from the counts of single reads."""
        self.per_variant = torch.bincount(self.variant, self.count, self.variants)
        self.observations = float(self.per_variant.sum())
        self.share = self.per_variant / self.observations

    def start(self) -> Tensor:
        """Return flat curves: each bin's share of the reads whatever the latent, (size,)."""
        totals = torch.bincount(self.bin, self.count, self.bins).clamp(min=0.5).log()
        return (totals[:-1] - totals[-1]).repeat(self.functions)

    def penalty(self, smoothness: float) -> Tensor:
        """Return the precision matrix (size, size) of the prior that keeps the logits smooth."""
        return smoothness * torch.kron(torch.as_tensor(roughness(self.functions)), torch.eye(self.bins - 1, dtype=torch.float64))

    def place(self, v: Tensor) -> Place:
        """Say where the variants with latent v (variants,) lie among the nodes."""
        z = torch.sigmoid(v / WIDTH)
        scaled = z * self.intervals
        node = scaled.long().clamp(max=self.intervals - 1)
        return Place(node, scaled - node, z * (1 - z) / WIDTH, scaled.round().long())

    def table(self, beta: Tensor) -> Table:
        """Tabulate log p for beta (size,)."""
        full = with_last_bin(beta.view(self.functions, -1))
        log_p = (self.basis @ full).log_softmax(1)
        p = log_p.exp()
        raw = self.basis_slope @ full
        return Table(log_p, raw - (p * raw).sum(1, keepdim=True), p)

    def evaluate(self, beta: Tensor, v: Tensor, place: Place | None = None) -> Evaluated:
        """Return the log likelihood (nats) and its gradients by v (variants,) and by beta (size,)."""
        place = self.place(v) if place is None else place
        entries = Entries(self, self.table(beta), place)
        return Evaluated(float(self.count @ entries.log_p), entries.by_v(self.count), entries.by_beta(self.count), place)

    def information(self, beta: Tensor, v: Tensor, place: Place) -> Fisher:
        """Return the expected information of the reads, each at its variant's nearest node."""
        return self._information(self.table(beta), place, self.per_variant)

    def own_information(self, beta: Tensor, v: Tensor, place: Place) -> Tensor:
        """Return the expected information of beta, (size, size)."""
        return self.information_at_nodes(self.table(beta), self._at_nodes(place, self.per_variant))

    def log_likelihoods(self, beta: Tensor, v: Tensor) -> Tensor:
        """Return the log likelihood of each variant's reads (variants,), nats, by the formula itself."""
        log_p = self.log_probability(beta, v)[self.variant, self.bin]
        return torch.bincount(self.variant, self.count * log_p, len(self.per_variant))

    def beta_scores(self, beta: Tensor, v: Tensor) -> Tensor:
        """Return the gradient by beta of each variant's log likelihood, (variants, size), by the formula itself."""
        return self._scores(beta, v, self.count)

    def _scores(self, beta: Tensor, v: Tensor, by_log_p: Tensor) -> Tensor:
        """Return by the spline coefficients what has the gradient by_log_p (entries,) by log p of the counts that are not 0."""
        by_bin = torch.bincount(self.variant * self.bins + self.bin, by_log_p, len(v) * self.bins).view(-1, self.bins)
        by_psi = by_bin - by_bin.sum(1, keepdim=True) * self.log_probability(beta, v).exp()
        values = torch.as_tensor(basis(torch.sigmoid(v / WIDTH).numpy(force=True), self.functions)[0])
        return (values[:, :, None] * by_psi[:, None, :-1]).flatten(1)

    def condensed(self, v: Tensor) -> tuple["SortedBins", Tensor]:
        """Return the reads summed at the nodes of the table, each variant's at the nearest, and the nodes' latents."""
        cells = self.place(v).nearest[self.variant] * self.bins + self.bin
        at_nodes = torch.bincount(cells, self.count, (self.intervals + 1) * self.bins).view(-1, self.bins)
        z = torch.arange(self.intervals + 1, dtype=v.dtype) / self.intervals
        data = replace(self.data, counts=at_nodes.numpy(force=True))
        return SortedBins(data, self.functions), WIDTH * torch.logit(z)

    def resampled(self, generator: np.random.Generator, unit: str) -> "SortedBins":
        """Return the process with reads drawn from its own, with replacement: single ``reads``, or ``variants`` whole."""
        if unit == "variants":
            seen = (self.per_variant > 0).numpy(force=True)
            return self.repeated(generator.multinomial(seen.sum(), seen / seen.sum()))
        count = self.count.numpy(force=True)
        return self._counting(generator.multinomial(round(count.sum()), count / count.sum()).astype(np.float64))

    def repeated(self, times: np.ndarray) -> "SortedBins":
        """Return the process with the reads of each variant counted `times` (variants,) over."""
        return self._counting((self.count * torch.as_tensor(times.astype(np.float64))[self.variant]).numpy(force=True))

    def only(self, kept: np.ndarray) -> "SortedBins":
        """Return the process of some of the variants, a mask (variants,)."""
        other, number = copy(self), torch.as_tensor(np.cumsum(kept) - 1)
        own = (self.count > 0) & torch.as_tensor(kept)[self.variant]
        other.data, other.variants = self.data.only(kept), int(kept.sum())
        other.variant, other.bin, other.count = number[self.variant[own]], self.bin[own], self.count[own]
        other._sum_up()
        return other

    def _counting(self, count: np.ndarray) -> "SortedBins":
        other = copy(self)
        other.count = torch.as_tensor(count)
        other._sum_up()
        return other

    def null_log_likelihoods(self) -> Tensor:
        """Return the log likelihood of each variant's reads (variants,) where every read falls as all reads together do."""
        totals = torch.bincount(self.bin, self.count, self.bins)
        log_share = (totals / totals.sum()).clamp(min=torch.finfo(totals.dtype).tiny).log()
        return torch.bincount(self.variant, self.count * log_share[self.bin], len(self.per_variant))

    def log_probability(self, beta: Tensor, v: Tensor) -> Tensor:
        """Return log p(bin | v), (variants, bins), of any v by the formula itself."""
        return log_p_bins(with_last_bin(beta.view(self.functions, -1)), v)

    def refined(self, beta: Tensor, functions: int) -> Tensor:
        """Return the beta of about the same process with another number of B-splines."""
        free = beta.view(self.functions, -1).numpy(force=True)
        return torch.as_tensor(refined(free, functions)).flatten()

    def mirrored(self, beta: Tensor) -> Tensor:
        """Return the beta of the same p(bin | .) read at -v."""
        return beta.view(self.functions, -1).flip(0).flatten()

    def response(self) -> tuple[Tensor, Tensor]:
        """Return each variant's mean sorted bin and the reads it rests on, both (variants,)."""
        is_sorted = torch.tensor([number > 0 for number in self.data.bins], dtype=torch.float64)
        rank = is_sorted * (is_sorted.cumsum(0) - 1)
        pair = (torch.bincount(self.variant, self.count * factor[self.bin], len(self.share)) for factor in (is_sorted, rank))
        reads, total = pair
        return total / reads.clamp(min=1), reads

    def simulate(self, beta: Tensor, v: Tensor, generator: np.random.Generator) -> BinCounts:
        """Return counts of as many reads per variant, drawn at beta and v."""
        p = self.log_probability(beta, v).exp().numpy(force=True)
        return self._drawn(p, generator)

    def _drawn(self, p: np.ndarray, generator: np.random.Generator) -> BinCounts:
        counts = generator.multinomial(self.per_variant.numpy(force=True).astype(int), p / p.sum(1, keepdims=True))
        return replace(self.data, counts=counts.astype(np.float64))

    def description(self) -> dict[str, Any]:
        """Return the kind, the noise, and the bins' numbers."""
        return {"kind": self.kind, "noise": self.noise, "bins": list(self.data.bins)}

    def named(self, beta: Tensor) -> dict[str, Tensor]:
        """Return what predictions need, by saved name: ``spline`` (functions, bins)."""
        return {"spline": with_last_bin(beta[: self.functions * (self.bins - 1)].view(self.functions, -1))}

    def curves(self, beta: Tensor, v: Tensor) -> dict[str, Tensor]:
        """Return p(bin | v) as columns ``p_<bin>`` (points,)."""
        p = self.log_probability(beta, v).exp()
        return {f"p_{number}": p[:, index] for index, number in enumerate(self.data.bins)}

    def _at_nodes(self, place: Place, reads: Tensor) -> Tensor:
        return torch.bincount(place.nearest, reads, self.intervals + 1)

    def _information(self, table: Table, place: Place, reads: Tensor) -> Fisher:
        """Return the information of so many independent reads per variant, (variants,)."""
        w = reads * (table.p * table.slope**2).sum(1)[place.nearest] * place.stretch**2
        mixed = (self.basis[:, :, None] * (table.p * table.slope)[:, None, :-1]).flatten(1)
        own = self.information_at_nodes(table, self._at_nodes(place, reads))
        return Fisher(w, place.nearest, [(reads * place.stretch, mixed)], own)

    def information_at_nodes(self, table: Table, reads_at_node: Tensor) -> Tensor:
        """Return the information of beta, (size, size), of reads that lie at the nodes (nodes,)."""
        free = table.p[:, :-1]
        scaled = (self.basis[:, :, None] * (free * reads_at_node.sqrt()[:, None])[:, None, :]).flatten(1)
        information = -(scaled.T @ scaled).view(self.functions, self.bins - 1, self.functions, self.bins - 1)
        for b in range(self.bins - 1):
            information[:, b, :, b] += self.basis.T @ (self.basis * (reads_at_node * free[:, b])[:, None])
        return information.flatten(2).flatten(0, 1)


def with_last_bin(free: Tensor) -> Tensor:
    """Return spline coefficients (functions, bins) from those of the free bins, the last bin's being 0."""
    return torch.cat([free, torch.zeros(len(free), 1, dtype=free.dtype)], 1)


def log_p_bins(spline: Tensor, v: Tensor) -> Tensor:
    """Return log p(bin | v), (variants, bins), for spline coefficients (functions, bins)."""
    values, _ = basis(torch.sigmoid(v / WIDTH).numpy(force=True), len(spline))
    return (torch.as_tensor(values) @ spline).log_softmax(1)
