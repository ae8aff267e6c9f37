"""Distributions of a value about its location: normal, Cauchy, and the skewed t of Jones and Faddy (2003).

Each gives the log density of residuals r = y - location at a scale S, its exact derivatives by location, log S and shape, the
expected information about these at S = 1, draws and quantiles.
"""

from dataclasses import dataclass
from math import log, pi

import numpy as np
import scipy.stats
import torch
from torch import Tensor

_POINTS = 2001  # of the trapezoid rule
_USUAL_SHAPE = 2.5  # a = b = 2.5 is Student's t with 5 degrees of freedom
_MOST_SHAPE = 6.0


@dataclass(frozen=True)
class Density:
    """Log density (values,) and its derivatives by location, log S (values,) and shape (values, shapes)."""

    log: Tensor
    by_location: Tensor
    by_log_scale: Tensor
    by_shape: Tensor


class Gaussian:
    """Normal; S is the standard deviation."""

    name, shapes = "gaussian", 0

    def density(self, residual: Tensor, scale: Tensor, shape: Tensor) -> Density:
        """Return the log density and its derivatives."""
        x = residual / scale
        return Density(-0.5 * x**2 - scale.log() - 0.5 * log(2 * pi), x / scale, x**2 - 1, residual.new_zeros(len(x), 0))

    def information(self, shape: Tensor) -> Tensor:
        """Return the information (2, 2) about location and log S at S = 1."""
        return torch.tensor([[1.0, 0.0], [0.0, 2.0]], dtype=torch.float64)

    def standard(self, shape: np.ndarray):
        """Return the distribution at location 0 and S = 1 as one of scipy's."""
        return scipy.stats.norm()


class Cauchy:
    """Cauchy; S is half the width at half the height."""

    name, shapes = "cauchy", 0

    def density(self, residual: Tensor, scale: Tensor, shape: Tensor) -> Density:
        """Return the log density and its derivatives."""
        x = residual / scale
        pull = 2 * x / (1 + x**2)
        return Density(-torch.log1p(x**2) - scale.log() - log(pi), pull / scale, x * pull - 1, residual.new_zeros(len(x), 0))

    def information(self, shape: Tensor) -> Tensor:
        """Return the information (2, 2) about location and log S at S = 1."""
        return torch.tensor([[0.5, 0.0], [0.0, 0.5]], dtype=torch.float64)

    def standard(self, shape: np.ndarray):
        """Return the distribution at location 0 and S = 1 as one of scipy's."""
        return scipy.stats.cauchy()


class SkewedT:
    """Skewed t: the location is the mode; tails fall as |x|^-(2a+1) to the left and |x|^-(2b+1) to the right, a = b: Student's t.

    The shape parameters are log (a / 2.5) and log (b / 2.5), squeezed by 6 tanh(. / 6) into where sums do not lose their digits.
    """

    name, shapes = "skewed_t", 2

    def density(self, residual: Tensor, scale: Tensor, shape: Tensor) -> Density:
        """Return the log density and its derivatives."""
        a, b = _shapes(shape)
        mode, *by_mode = _mode(a, b)
        t = mode + residual / scale
        h = a + b
        q = (h + t**2).sqrt()
        far, near = (q + t.abs()) / q, h / (q + t.abs()) / q  # 1 + |w| and 1 - |w|, w = t / q, without cancellation
        left, right = torch.where(t > 0, far, near).log(), torch.where(t > 0, near, far).log()
        constant = (1 - h) * log(2) - 0.5 * h.log() + torch.lgamma(h) - torch.lgamma(a) - torch.lgamma(b)
        by_t = ((a - b) * q - (h + 1) * t) / q**2
        common = torch.digamma(h) - log(2) - 0.5 / h - t / (2 * h) * by_t
        by_a = common - torch.digamma(a) + left + by_t * by_mode[0]
        by_b = common - torch.digamma(b) + right + by_t * by_mode[1]
        value = constant + (a + 0.5) * left + (b + 0.5) * right - scale.log()
        return Density(value, -by_t / scale, -1 - by_t * (t - mode), torch.stack([by_a, by_b], 1) * _slopes_of_shapes(shape))

    def information(self, shape: Tensor) -> Tensor:
        """Return the information (4, 4) about location, log S and shape at S = 1, by quadrature.

        (1 + t / sqrt(a + b + t^2)) / 2 is Beta(a, b); over its logit the trapezoid rule is exact to rounding.
        """
        a, b = _shapes(shape)
        reach = 12 * (1 / a + 1 / b).sqrt() + 40 / torch.minimum(a, b)
        logit = (a / b).log() + reach * torch.linspace(-1, 1, _POINTS, dtype=torch.float64)
        log_weight = a * torch.nn.functional.logsigmoid(logit) + b * torch.nn.functional.logsigmoid(-logit)
        weight = (log_weight - log_weight.max()).exp()
        kept = weight > 1e-18 * weight.max()
        t = (a + b).sqrt() * torch.sinh(logit[kept] / 2)
        at = self.density(t - _mode(a, b)[0], torch.ones_like(t), shape)
        scores = torch.cat([torch.stack([at.by_location, at.by_log_scale], 1), at.by_shape], 1)
        weight = weight[kept] / weight.sum()
        return scores.T @ (scores * weight[:, None])

    def standard(self, shape: np.ndarray):
        """Return the distribution with its mode at 0 and S = 1 as one of scipy's."""
        a, b = _shapes(torch.as_tensor(shape))
        return scipy.stats.jf_skew_t(float(a), float(b), loc=-float(_mode(a, b)[0]))


def _shapes(shape: Tensor) -> Tensor:
    """Return a and b, (2,)."""
    return _USUAL_SHAPE * (_MOST_SHAPE * torch.tanh(shape / _MOST_SHAPE)).exp()


def _slopes_of_shapes(shape: Tensor) -> Tensor:
    """Return da / d its parameter and db / d its own, (2,)."""
    return _shapes(shape) * (1 - torch.tanh(shape / _MOST_SHAPE) ** 2)


def _mode(a: Tensor, b: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Return the mode of the skewed t and its derivatives by a and b."""
    h = a + b
    r = (h / ((2 * a + 1) * (2 * b + 1))).sqrt()
    by_a = r + (a - b) * r * (0.5 / h - 1 / (2 * a + 1))
    by_b = -r + (a - b) * r * (0.5 / h - 1 / (2 * b + 1))
    return (a - b) * r, by_a, by_b


NOISES = {noise.name: noise for noise in (Gaussian(), Cauchy(), SkewedT())}
