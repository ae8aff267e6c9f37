"""The measurement process of sorted bins: p(bin | v), a flexible function of the standardised latent v.

    z = sigmoid(v / 0.8),   psi_b(z) = sum_i B_i(z) beta_ib,   p(b | v) = exp(psi_b) / sum_c exp(psi_c)

B_i are cubic B-splines on [0, 1]; the last bin's logit is fixed at 0. A read of a variant falls into bin b with p(b | v), so
the log likelihood is sum_n sum_b c_nb log p(b | v_n). log p is tabulated at nodes and interpolated by cubic Hermite polynomials,
with the exact derivatives at the nodes: smooth, and within 1e-8 nat per read of the formula.
"""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from cisphys.inference.bspline import basis, roughness

_WIDTH = 0.8  # of the sigmoid that maps v to (0, 1)
_NODES_PER_INTERVAL = 64


@dataclass(frozen=True)
class Table:
    """At each node of z: log p, its derivative and p, all (nodes, bins)."""

    log_p: Tensor
    slope: Tensor
    p: Tensor


class SortedBins:
    """p(bin | v) with `functions` B-splines per free bin.

    Parameters are beta (functions, bins - 1).
    """

    def __init__(self, functions: int, bins: int):
        self.functions, self.bins = functions, bins
        self.intervals = _NODES_PER_INTERVAL * (functions - 3)
        nodes = np.arange(self.intervals + 1) / self.intervals
        self.basis, self.basis_slope = (torch.as_tensor(part) for part in basis(nodes, functions))
        self.size = functions * (bins - 1)

    def penalty(self, smoothness: float) -> Tensor:
        """Return the precision matrix (size, size) of the prior that keeps the logits smooth."""
        return smoothness * torch.kron(torch.as_tensor(roughness(self.functions)), torch.eye(self.bins - 1, dtype=torch.float64))

    def table(self, beta: Tensor) -> Table:
        """Tabulate log p for beta (functions, bins - 1)."""
        full = torch.cat([beta, torch.zeros(self.functions, 1, dtype=beta.dtype)], 1)
        log_p = (self.basis @ full).log_softmax(1)
        p = log_p.exp()
        raw = self.basis_slope @ full
        return Table(log_p, raw - (p * raw).sum(1, keepdim=True), p)

    def place(self, v: Tensor) -> "Place":
        """Say where the variants with latent v (variants,) lie among the nodes."""
        z = torch.sigmoid(v / _WIDTH)
        scaled = z * self.intervals
        node = scaled.long().clamp(max=self.intervals - 1)
        return Place(node, scaled - node, z * (1 - z) / _WIDTH, scaled.round().long())

    def log_probability(self, v: Tensor, beta: Tensor) -> Tensor:
        """Return log p(bin | v), (variants, bins), by the formula itself (no nodes)."""
        values, _ = basis(torch.sigmoid(v / _WIDTH).numpy(force=True), self.functions)
        full = torch.cat([beta, torch.zeros(self.functions, 1, dtype=beta.dtype)], 1)
        return (torch.as_tensor(values) @ full).log_softmax(1)

    def mirrored(self, beta: Tensor) -> Tensor:
        """Return the beta of the same p(bin | .) read at -v."""
        return beta.flip(0)


@dataclass(frozen=True)
class Place:
    """Where variants lie: the node to the left, the fraction of the interval, dz/dv, and the nearest node; all (variants,)."""

    node: Tensor
    fraction: Tensor
    stretch: Tensor
    nearest: Tensor


class BinnedReads:
    """The reads of one dataset: c_nb as a list of its non-zero entries.

    Parameters
    ----------
    counts : (variants, bins)
    """

    def __init__(self, counts: np.ndarray):
        variant, bin_ = np.nonzero(counts)
        self.variant, self.bin = torch.as_tensor(variant), torch.as_tensor(bin_)
        self.count = torch.as_tensor(counts[variant, bin_].astype(np.float64))
        self.per_variant = torch.as_tensor(counts.sum(1).astype(np.float64))
        self.share = self.per_variant / self.per_variant.sum()
        self.bins = counts.shape[1]

    def evaluate(self, bins: SortedBins, beta: Tensor, place: Place) -> tuple[float, Tensor, Tensor]:
        """Return the log likelihood (nats), its gradient by v (variants,) and by beta (functions, bins - 1)."""
        table = bins.table(beta)
        left = place.node[self.variant] * self.bins + self.bin
        right = left + self.bins
        t, step = place.fraction[self.variant], 1 / bins.intervals
        values = (table.log_p.flatten(), table.slope.flatten() * step)
        corners = (values[0][left], values[1][left], values[0][right], values[1][right])
        weights, weight_slopes = _hermite(t)
        log_p = sum(w * c for w, c in zip(weights, corners, strict=True))
        by_t = sum(w * c for w, c in zip(weight_slopes, corners, strict=True)) * self.count
        by_v = torch.bincount(self.variant, by_t, len(self.per_variant)) * place.stretch * bins.intervals
        at_nodes = [
            torch.bincount(left, self.count * weights[k], table.p.numel())
            + torch.bincount(right, self.count * weights[k + 2], table.p.numel())
            for k in (0, 1)
        ]
        by_beta = _gradient_by_beta(bins, table, at_nodes[0].view_as(table.p), at_nodes[1].view_as(table.p) * step)
        return float(self.count @ log_p), by_v, by_beta

    def log_likelihoods(self, bins: SortedBins, beta: Tensor, v: Tensor) -> Tensor:
        """Return the log likelihood of each variant's reads (variants,), nats, by the formula itself."""
        log_p = bins.log_probability(v, beta)[self.variant, self.bin]
        return torch.bincount(self.variant, self.count * log_p, len(self.per_variant))


def _hermite(t: Tensor) -> tuple[tuple[Tensor, ...], tuple[Tensor, ...]]:
    """Return the weights of (value, slope) to the left and to the right of t in [0, 1], and their derivatives."""
    t2, t3 = t * t, t * t * t
    weights = (2 * t3 - 3 * t2 + 1, t3 - 2 * t2 + t, 3 * t2 - 2 * t3, t3 - t2)
    slopes = (6 * t2 - 6 * t, 3 * t2 - 4 * t + 1, 6 * t - 6 * t2, 3 * t2 - 2 * t)
    return weights, slopes


def _gradient_by_beta(bins: SortedBins, table: Table, by_log_p: Tensor, by_slope: Tensor) -> Tensor:
    """Chain the gradients by the tabulated log p and slope, both (nodes, bins), to beta (functions, bins - 1).

    With psi = B beta and m = sum_b p_b psi'_b: log p_b = psi_b - log sum exp psi and slope_b = psi'_b - m, so that
    d slope_b / d psi_c = -p_c slope_c and d slope_b / d psi'_c = [b = c] - p_c.
    """
    total = by_slope.sum(1, keepdim=True)
    by_psi = by_log_p - table.p * by_log_p.sum(1, keepdim=True) - total * table.p * table.slope
    by_psi_slope = by_slope - table.p * total
    return (bins.basis.T @ by_psi + bins.basis_slope.T @ by_psi_slope)[:, :-1]


def expected_information(bins: SortedBins, table: Table, reads_at_node: Tensor) -> Tensor:
    """Return the Fisher information of beta, (size, size), of reads that lie at the nodes (nodes,)."""
    free = table.p[:, :-1]
    scaled = (bins.basis[:, :, None] * (free * reads_at_node.sqrt()[:, None])[:, None, :]).flatten(1)
    information = -(scaled.T @ scaled).view(bins.functions, bins.bins - 1, bins.functions, bins.bins - 1)
    for b in range(bins.bins - 1):
        information[:, b, :, b] += bins.basis.T @ (bins.basis * (reads_at_node * free[:, b])[:, None])
    return information.reshape(bins.size, bins.size)
