"""log p(bin | v) of single counts of sorted bins, interpolated between the nodes of a table, and its exact derivatives."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor

if TYPE_CHECKING:
    from cisphys.inference.sorted_bins import SortedBins


@dataclass(frozen=True)
class Table:
    """At each node of z: log p, its derivative and p, all (nodes, bins)."""

    log_p: Tensor
    slope: Tensor
    p: Tensor


@dataclass(frozen=True)
class Place:
    """Where variants lie: the node to the left, the fraction of the interval, dz/dv, and the nearest node; all (variants,)."""

    node: Tensor
    fraction: Tensor
    stretch: Tensor
    nearest: Tensor


class Entries:
    """log p of each non-zero count by interpolation, and the gradients of a sum over them with weights (entries,)."""

    def __init__(self, bins: "SortedBins", table: Table, place: Place):
        self.bins, self.table, self.place = bins, table, place
        self.left = place.node[bins.variant] * bins.bins + bins.bin
        self.right = self.left + bins.bins
        self.step = 1 / bins.intervals
        values = (table.log_p.flatten(), table.slope.flatten() * self.step)
        corners = (values[0][self.left], values[1][self.left], values[0][self.right], values[1][self.right])
        self.weights, slopes = _hermite(place.fraction[bins.variant])
        self.log_p = sum(w * c for w, c in zip(self.weights, corners, strict=True))
        self.by_fraction = sum(w * c for w, c in zip(slopes, corners, strict=True))

    def by_v(self, weight: Tensor) -> Tensor:
        """Return the gradient by v (variants,) of sum weight log p, weights held."""
        summed = torch.bincount(self.bins.variant, self.by_fraction * weight, len(self.bins.per_variant))
        return summed * self.place.stretch * self.bins.intervals

    def by_beta(self, weight: Tensor) -> Tensor:
        """Return its gradient by beta (size,).

        With psi = B beta and m = sum_b p_b psi'_b: log p_b = psi_b - log sum exp psi and slope_b = psi'_b - m, so that
        d slope_b / d psi_c = -p_c slope_c and d slope_b / d psi'_c = [b = c] - p_c.
        """
        table, size = self.table, self.table.p.numel()
        by_log_p, by_slope = (
            (
                torch.bincount(self.left, weight * self.weights[k], size)
                + torch.bincount(self.right, weight * self.weights[k + 2], size)
            ).view_as(table.p)
            for k in (0, 1)
        )
        by_slope = by_slope * self.step
        total = by_slope.sum(1, keepdim=True)
        by_psi = by_log_p - table.p * by_log_p.sum(1, keepdim=True) - total * table.p * table.slope
        by_psi_slope = by_slope - table.p * total
        return (self.bins.basis.T @ by_psi + self.bins.basis_slope.T @ by_psi_slope)[:, :-1].flatten()


def _hermite(t: Tensor) -> tuple[tuple[Tensor, ...], tuple[Tensor, ...]]:
    """Return the weights of (value, slope) to the left and to the right of t in [0, 1], and their derivatives."""
    t2, t3 = t * t, t * t * t
    weights = (2 * t3 - 3 * t2 + 1, t3 - 2 * t2 + t, 3 * t2 - 2 * t3, t3 - t2)
    slopes = (6 * t2 - 6 * t, 3 * t2 - 4 * t + 1, 6 * t - 6 * t2, 3 * t2 - 2 * t)
    return weights, slopes
