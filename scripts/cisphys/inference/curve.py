"""Functions of the latent v by B-splines in z = sigmoid(v / 0.8): free ones, and monotone ones.

A monotone curve is monotone by construction, so that no two latents read the same value by accident and the latent's order is the
measurement's:

    g(v) = low + rise * sum_i c_i B_i(z),   c_0 = 0,   c_i - c_{i-1} = softmax(delta)_i

A B-spline whose coefficients do not fall never falls. The curve goes up where `rise` is positive, else down. Beyond the data it
levels off, so one far variant cannot pull it. delta may be shifted as a whole: its prior says where it lies.
"""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from cisphys.inference.bspline import basis, roughness
from cisphys.inference.sorted_bins import WIDTH

_CELLS_PER_INTERVAL = 64
_STEEPNESS = 10.0  # times the smoothness: delta is a log slope, which changes less than a logit does


class SplinePlace:
    """Where variants lie on (0, 1), for `functions` splines: the values and slopes d/dv of the four that are not 0.

    Attributes
    ----------
    first : (variants,) the first of the four functions
    values, slopes : (variants, 4)
    """

    def __init__(self, functions: int, v: Tensor):
        z = torch.sigmoid(v / WIDTH)
        intervals = functions - 3
        self.functions = functions
        self.first = (z * intervals).long().clamp(max=intervals - 1)
        f = z * intervals - self.first
        g = 1 - f
        self.values = torch.stack([g**3, 3 * f**3 - 6 * f**2 + 4, -3 * f**3 + 3 * f**2 + 3 * f + 1, f**3], 1) / 6
        by_z = torch.stack([-3 * g**2, 9 * f**2 - 12 * f, -9 * f**2 + 6 * f + 3, 3 * f**2], 1) / 6 * intervals
        self.slopes = by_z * (z * (1 - z) / WIDTH)[:, None]
        self._index = self.first[:, None] + torch.arange(4)

    def read(self, coefficients: Tensor) -> tuple[Tensor, Tensor]:
        """Return the spline's values and its slopes d/dv, both (variants,)."""
        own = coefficients[self._index]
        return (self.values * own).sum(1), (self.slopes * own).sum(1)

    def gather(self, weights: Tensor) -> Tensor:
        """Return sum_n weights_n B_i(z_n), (functions,)."""
        return torch.bincount(self._index.flatten(), (self.values * weights[:, None]).flatten(), self.functions)


@dataclass(frozen=True)
class Reading:
    """A curve read at the variants: its values and its slopes d/dv, (variants,)."""

    value: Tensor
    slope: Tensor


class FreeCurve:
    """A spline whose parameters are its coefficients (functions,); with one function, a constant."""

    def __init__(self, functions: int):
        self.functions = self.size = functions

    def penalty(self, smoothness: float) -> Tensor:
        """Return the precision (size, size) that keeps the curve smooth; a constant is left free."""
        return smoothness * torch.as_tensor(roughness(self.size)) if self.size > 1 else torch.zeros(1, 1, dtype=torch.float64)

    def place(self, v: Tensor) -> SplinePlace | None:
        """Say where variants lie; a constant does not ask."""
        return SplinePlace(self.functions, v) if self.size > 1 else None

    def read(self, own: Tensor, place: SplinePlace | None, variants: int) -> Reading:
        """Return the curve at the variants."""
        if place is None:
            return Reading(own.expand(variants), torch.zeros(variants, dtype=own.dtype))
        return Reading(*place.read(own))

    def gradient(self, place: SplinePlace | None, by_value: Tensor) -> Tensor:
        """Return the gradient (size,) of a function with gradient by_value (variants,) by the curve's values."""
        return by_value.sum()[None] if place is None else place.gather(by_value)

    def table(self, nodes: int) -> Tensor:
        """Return d value / d parameters at equally spaced nodes of z, (nodes, size)."""
        return torch.as_tensor(_at_nodes(self.functions, nodes)) if self.size > 1 else torch.ones(nodes, 1, dtype=torch.float64)

    def mirrored(self, own: Tensor) -> Tensor:
        """Return the parameters of the same curve read at -v."""
        return own.flip(0)


class MonotoneCurve:
    """g(v) of the module's docstring; its parameters are low, rise, delta (functions - 1)."""

    def __init__(self, functions: int):
        self.functions, self.size = functions, functions + 1

    @property
    def nodes(self) -> int:
        """Equally spaced nodes of z that information is summed at."""
        return _CELLS_PER_INTERVAL * (self.functions - 3) + 1

    def start(self, low: float, high: float) -> Tensor:
        """Return the parameters of a straight line in z between two values."""
        return torch.tensor([low, high - low] + [0.0] * (self.functions - 1), dtype=torch.float64)

    def penalty(self, smoothness: float) -> Tensor:
        """Return the precision (size, size) of the prior on delta: smooth, and its mean near 0."""
        total = torch.zeros(self.size, self.size, dtype=torch.float64)
        steps = self.functions - 1
        total[2:, 2:] = _STEEPNESS * smoothness * torch.as_tensor(roughness(steps)) + 1.0 / steps
        return total

    def coefficients(self, own: Tensor) -> Tensor:
        """Return the spline coefficients of g, (functions,)."""
        return own[0] + own[1] * self._climbed(own)

    def place(self, v: Tensor) -> SplinePlace:
        """Say where variants lie."""
        return SplinePlace(self.functions, v)

    def read(self, own: Tensor, place: SplinePlace) -> Reading:
        """Return g at the variants."""
        return Reading(*place.read(self.coefficients(own)))

    def gradient(self, own: Tensor, place: SplinePlace, by_value: Tensor) -> Tensor:
        """Return the gradient (size,) of a function with gradient by_value (variants,) by the values of g."""
        return self._by_parameters(own).T @ place.gather(by_value)

    def table(self, own: Tensor) -> Tensor:
        """Return dg / d parameters at the nodes, (nodes, size)."""
        return torch.as_tensor(_at_nodes(self.functions, self.nodes)) @ self._by_parameters(own)

    def cell(self, v: Tensor) -> Tensor:
        """Return the node that is nearest to each variant, (variants,)."""
        return (torch.sigmoid(v / WIDTH) * (self.nodes - 1)).round().long()

    def mirrored(self, own: Tensor) -> Tensor:
        """Return the parameters of the same curve read at -v."""
        return torch.cat([own[:1] + own[1:2], -own[1:2], own[2:].flip(0)])

    def _climbed(self, own: Tensor) -> Tensor:
        steps = own[2:].softmax(0)
        return torch.cat([torch.zeros(1, dtype=own.dtype), steps.cumsum(0)])

    def _by_parameters(self, own: Tensor) -> Tensor:
        """Return d coefficients / d parameters, (functions, size)."""
        steps, climbed = own[2:].softmax(0), self._climbed(own)
        reached = torch.ones(self.functions, self.functions - 1, dtype=own.dtype).tril(-1)
        by_delta = own[1] * (reached - climbed[:, None]) * steps
        return torch.cat([torch.ones_like(climbed)[:, None], climbed[:, None], by_delta], 1)


def _at_nodes(functions: int, nodes: int) -> np.ndarray:
    return basis(np.linspace(0, 1, nodes), functions)[0]
