"""Functions of the latent v by B-splines in z = sigmoid(v / 0.8): constant, free, and monotone ones, of one interface.

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

from cisphys.inference.bspline import basis, refined, roughness
from cisphys.inference.sorted_bins import WIDTH

_CELLS_PER_INTERVAL = 16  # of the information, which a step needs to a percent
_LEVEL = 0.1  # of the penalty on delta itself: where the data want a step or a plateau, delta stays within about +-10
_LEAST_STEP = 1e-5  # of a refined curve, relative to its climb
_STEEPNESS = 10.0  # times the smoothness: delta is a log slope, which changes less than a logit does


class SplinePlace:
    """Where variants lie on (0, 1), for `functions` splines: the values and slopes d/dv of the four that are not 0.

    Attributes
    ----------
    first : (variants,) the first of the four functions
    values, slopes : (4, variants)
    """

    def __init__(self, functions: int, v: Tensor):
        z = torch.sigmoid(v / WIDTH)
        intervals = functions - 3
        self.functions = functions
        scaled = z * intervals
        self.first = scaled.long().clamp_(max=intervals - 1)
        f = scaled - self.first
        g = 1 - f
        f2, g2 = f * f, g * g
        f3, g3 = f2 * f, g2 * g
        self.values = torch.stack([g3, 3 * f3 - 6 * f2 + 4, 3 * g3 - 6 * g2 + 4, f3]).div_(6)
        self.slopes = torch.stack([-g2, (3 * f - 4) * f, (4 - 3 * g) * g, f2]).mul_((z - z * z).mul_(intervals / 2 / WIDTH))

    def read(self, coefficients: Tensor) -> tuple[Tensor, Tensor]:
        """Return the spline's values and its slopes d/dv, both (variants,)."""
        own = coefficients.unfold(0, 4, 1).T.index_select(1, self.first)
        return (self.values * own).sum(0), (self.slopes * own).sum(0)

    def gather(self, weights: Tensor) -> Tensor:
        """Return sum_n weights_n B_i(z_n), (functions,)."""
        total = torch.zeros(self.functions, dtype=weights.dtype)
        for k, values in enumerate(self.values):
            total[k : self.functions - 3 + k] += torch.bincount(self.first, values * weights, self.functions - 3)
        return total

    def spread(self, weights: Tensor) -> Tensor:
        """Return weights_n B_i(z_n), (variants, functions)."""
        rows = torch.zeros(len(weights), self.functions, dtype=weights.dtype)
        return rows.scatter_(1, self.first[:, None] + torch.arange(4), (self.values * weights).T)


@dataclass(frozen=True)
class Reading:
    """A curve read at the variants: its values and its slopes d/dv, (variants,)."""

    value: Tensor
    slope: Tensor


class ConstantCurve:
    """The same value everywhere; the one parameter is that value."""

    functions = size = nodes = 1

    def start(self, low: float, high: float) -> Tensor:
        """Return the parameter in the middle of two values."""
        return torch.tensor([(low + high) / 2], dtype=torch.float64)

    def penalty(self, smoothness: float) -> Tensor:
        """Return no precision, (1, 1)."""
        return torch.zeros(1, 1, dtype=torch.float64)

    def coefficients(self, own: Tensor) -> Tensor:
        """Return the value, (1,)."""
        return own

    def place(self, v: Tensor) -> int:
        """Say how many variants there are."""
        return len(v)

    def read(self, own: Tensor, place: int) -> Reading:
        """Return the curve at the variants."""
        return Reading(own.expand(place), torch.zeros(place, dtype=own.dtype))

    def gradient(self, own: Tensor, place: int, by_value: Tensor) -> Tensor:
        """Return the gradient (1,) of a function with gradient by_value (variants,) by the curve's values."""
        return by_value.sum()[None]

    def scores(self, own: Tensor, place: int, by_value: Tensor) -> Tensor:
        """Return the summands of `gradient`, (variants, 1)."""
        return by_value[:, None]

    def table(self, own: Tensor, nodes: int) -> Tensor:
        """Return d value / d parameter at nodes, (nodes, 1)."""
        return torch.ones(nodes, 1, dtype=own.dtype)

    def refined(self, own: Tensor, functions: int) -> Tensor:
        """Return the parameters of the same curve."""
        return own

    def mirrored(self, own: Tensor) -> Tensor:
        """Return the parameters of the same curve read at -v."""
        return own


class FreeCurve:
    """A spline whose parameters are its coefficients (functions,)."""

    def __init__(self, functions: int):
        self.functions = self.size = functions

    def start(self, low: float, high: float) -> Tensor:
        """Return the parameters of a constant in the middle of two values."""
        return torch.full((self.size,), (low + high) / 2, dtype=torch.float64)

    def penalty(self, smoothness: float) -> Tensor:
        """Return the precision (size, size) that keeps the curve smooth."""
        return smoothness * torch.as_tensor(roughness(self.size))

    def place(self, v: Tensor) -> SplinePlace:
        """Say where variants lie."""
        return SplinePlace(self.functions, v)

    def read(self, own: Tensor, place: SplinePlace) -> Reading:
        """Return the curve at the variants."""
        return Reading(*place.read(own))

    def gradient(self, own: Tensor, place: SplinePlace, by_value: Tensor) -> Tensor:
        """Return the gradient (size,) of a function with gradient by_value (variants,) by the curve's values."""
        return place.gather(by_value)

    def scores(self, own: Tensor, place: SplinePlace, by_value: Tensor) -> Tensor:
        """Return the summands of `gradient`, (variants, size)."""
        return place.spread(by_value)

    def table(self, own: Tensor, nodes: int) -> Tensor:
        """Return d value / d parameters at equally spaced nodes of z, (nodes, size)."""
        return torch.as_tensor(_at_nodes(self.functions, nodes))

    def refined(self, own: Tensor, functions: int) -> Tensor:
        """Return the parameters of about the same curve by another number of functions."""
        return torch.as_tensor(refined(own.numpy(force=True), functions))

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
        total[2:, 2:] = _STEEPNESS * smoothness * torch.as_tensor(roughness(steps, _LEVEL)) + 1.0 / steps
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

    def scores(self, own: Tensor, place: SplinePlace, by_value: Tensor) -> Tensor:
        """Return the summands of `gradient`, (variants, size)."""
        return place.spread(by_value) @ self._by_parameters(own)

    def table(self, own: Tensor, nodes: int) -> Tensor:
        """Return dg / d parameters at equally spaced nodes of z, (nodes, size)."""
        return torch.as_tensor(_at_nodes(self.functions, nodes)) @ self._by_parameters(own)

    def refined(self, own: Tensor, functions: int) -> Tensor:
        """Return the parameters of about the same curve by another number of functions."""
        climbed = torch.as_tensor(refined(self._climbed(own).numpy(force=True), functions))
        steps = climbed.diff().clamp(min=_LEAST_STEP)
        delta = steps.log()
        return torch.cat([own[:1] + own[1:2] * climbed[0], own[1:2] * steps.sum(), delta - delta.mean()])

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


def monotone_or_constant(functions: int) -> MonotoneCurve | ConstantCurve:
    """Return the curve with so many B-splines; 1 stands for a constant, that of a model that sees no sequence."""
    return MonotoneCurve(functions) if functions > 1 else ConstantCurve()


def read_spline(coefficients: Tensor, v: Tensor) -> Tensor:
    """Return the spline with coefficients (functions,) at latents v, (variants,)."""
    return SplinePlace(len(coefficients), v).read(coefficients)[0]


def nearest_node(v: Tensor, nodes: int) -> Tensor:
    """Return which of so many equally spaced nodes of z is nearest to each latent, (variants,)."""
    return (torch.sigmoid(v / WIDTH) * (nodes - 1)).round().long()


def _at_nodes(functions: int, nodes: int) -> np.ndarray:
    return basis(np.linspace(0, 1, nodes), functions)[0]
