"""The measurement process of values: y scatters about a monotone curve g(v) of the latent.

A value lies about g(v_n) by one of `cisphys.inference.noise`, with a scale s that is the same everywhere or a smooth function of
v (`width`: constant, varying). Where an observation has a measured error dy, its scale is S = sqrt(s^2 + dy^2): exact for normal
noise, an approximation for the others.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from torch import Tensor

from cisphys.inference.alone import fit_alone
from cisphys.inference.channels import Channel, channel_information, own_information
from cisphys.inference.curve import ConstantCurve, FreeCurve, SplinePlace, monotone_or_constant, nearest_node
from cisphys.inference.measured import Values
from cisphys.inference.measurement import Evaluated, Fisher
from cisphys.inference.noise import NOISES

_WEAK = 0.1  # precision of the log shapes' prior
_LOW, _HIGH = 0.05, 0.95  # quantiles of y that the curve starts between


@dataclass(frozen=True)
class Place:
    """Where the variants lie for the curve and for the width, and their nearest nodes (variants,)."""

    curve: SplinePlace | int
    width: SplinePlace | int
    cell: Tensor


class ContinuousValues:
    """The values of one dataset, with the parameters of curve, log s and shape; see `cisphys.inference.measurement`.

    Parameters
    ----------
    data : values of the variants, any number of each
    functions : B-splines of the curve, and of a varying log s, 4 or more; 1 makes the curve a constant
    noise : gaussian, cauchy or skewed_t
    width : constant or varying
    """

    kind = "continuous"

    def __init__(self, data: Values, functions: int, noise: str = "gaussian", width: str = "constant"):
        self.data, self.noise, self.width_kind = data, noise, width
        self.density = NOISES[noise]
        self.curve = monotone_or_constant(functions)
        self.width = FreeCurve(functions) if width == "varying" else ConstantCurve()
        self.variant, self.y, self.dy = (torch.as_tensor(part) for part in (data.variant, data.y, data.dy))
        self.per_variant = torch.bincount(self.variant, minlength=len(data)).to(torch.float64)
        self.share = torch.as_tensor(data.weight / data.weight.sum())
        self.observations = float(len(self.y))
        self.size = self.curve.size + self.width.size + self.density.shapes

    def start(self) -> Tensor:
        """Return a straight line between low and high values, a width of half their scatter, and usual tails."""
        low, high = (float(torch.quantile(self.y, q)) for q in (_LOW, _HIGH))
        scatter = float(self.y.std()) / 2 if high == low else (high - low) / 6
        width = float(np.log(scatter))
        shape = torch.zeros(self.density.shapes, dtype=torch.float64)
        return torch.cat([self.curve.start(low, high), self.width.start(width, width), shape])

    def penalty(self, smoothness: float) -> Tensor:
        """Return the precision (size, size) of the priors that keep curve and width smooth and tails finite."""
        shape = _WEAK * torch.eye(self.density.shapes, dtype=torch.float64)
        return torch.block_diag(self.curve.penalty(smoothness), self.width.penalty(smoothness), shape)

    def evaluate(self, beta: Tensor, v: Tensor, place: Place | None = None) -> Evaluated:
        """Return the log likelihood (nats) and its gradients by v (variants,) and by beta (size,)."""
        place = self.place(v) if place is None else place
        curve, width, shape = self.split(beta)
        mean, log_width = self.curve.read(curve, place.curve), self.width.read(width, place.width)
        scale, share = self._scale(log_width.value[self.variant])
        at = self.density.density(self.y - mean.value[self.variant], scale, shape)
        by_mean = torch.bincount(self.variant, at.by_location, len(v))
        by_width = torch.bincount(self.variant, at.by_log_scale * share, len(v))
        by_beta = [self.curve.gradient(curve, place.curve, by_mean), self.width.gradient(width, place.width, by_width)]
        by_v = by_mean * mean.slope + by_width * log_width.slope
        return Evaluated(float(at.log.sum()), by_v, torch.cat([*by_beta, at.by_shape.sum(0)]), place)

    def information(self, beta: Tensor, v: Tensor, place: Place) -> Fisher:
        """Return the expected information, with beta's part at each variant's nearest node."""
        curve, width, _ = self.split(beta)
        mean, log_width = self.curve.read(curve, place.curve), self.width.read(width, place.width)
        nothing = torch.zeros_like(v)
        slopes = [mean.slope, log_width.slope, *[nothing] * self.density.shapes]
        channels = [Channel(slope, table) for slope, table in zip(slopes, self._tables(curve), strict=True)]
        return channel_information(channels, self._between(beta, log_width.value), place.cell)

    def own_information(self, beta: Tensor, v: Tensor, place: Place) -> Tensor:
        """Return the expected information of beta, (size, size)."""
        curve, width, _ = self.split(beta)
        log_width = self.width.read(width, place.width)
        return own_information(self._tables(curve), self._between(beta, log_width.value), place.cell)

    def log_likelihoods(self, beta: Tensor, v: Tensor) -> Tensor:
        """Return the log likelihood of each variant's values (variants,), nats."""
        curve, width, shape = self.split(beta)
        place = self.place(v)
        mean, log_width = self.curve.read(curve, place.curve), self.width.read(width, place.width)
        scale, _ = self._scale(log_width.value[self.variant])
        at = self.density.density(self.y - mean.value[self.variant], scale, shape)
        return torch.bincount(self.variant, at.log, len(v))

    def beta_scores(self, beta: Tensor, v: Tensor) -> Tensor:
        """Return the gradient by beta of each variant's log likelihood, (variants, size)."""
        curve, width, shape = self.split(beta)
        place = self.place(v)
        mean, log_width = self.curve.read(curve, place.curve), self.width.read(width, place.width)
        scale, share = self._scale(log_width.value[self.variant])
        at = self.density.density(self.y - mean.value[self.variant], scale, shape)
        by_mean, by_width, *by_shape = (
            torch.bincount(self.variant, part, len(v)) for part in (at.by_location, at.by_log_scale * share, *at.by_shape.T)
        )
        parts = [self.curve.scores(curve, place.curve, by_mean), self.width.scores(width, place.width, by_width)]
        return torch.cat([*parts, *(part[:, None] for part in by_shape)], 1)

    def condensed(self, v: Tensor) -> tuple["ContinuousValues", Tensor]:
        """Return the process itself."""
        return self, v

    def resampled(self, generator: np.random.Generator, unit: str) -> "ContinuousValues":
        """Return the process with observations drawn from its own: single ones (``reads``), or those of whole ``variants``."""
        data = self.data.resampled(generator, unit)
        return ContinuousValues(data, self.curve.functions, self.noise, self.width_kind)

    def repeated(self, times: np.ndarray) -> "ContinuousValues":
        """Return the process with the values of each variant `times` (variants,) over."""
        return ContinuousValues(self.data.repeated(times), self.curve.functions, self.noise, self.width_kind)

    def only(self, kept: np.ndarray) -> "ContinuousValues":
        """Return the process of some of the variants, a mask (variants,)."""
        return ContinuousValues(self.data.only(kept), self.curve.functions, self.noise, self.width_kind)

    def null_log_likelihoods(self) -> Tensor:
        """Return each variant's log likelihood (variants,) about the best constant, width and shape."""
        null = type(self)(self.data, 1, self.noise)
        nowhere = torch.zeros_like(self.share)
        return null.log_likelihoods(fit_alone(null, nowhere), nowhere)

    def refined(self, beta: Tensor, functions: int) -> Tensor:
        """Return the beta of about the same process with another number of B-splines."""
        curve, width, shape = self.split(beta)
        return torch.cat([self.curve.refined(curve, functions), self.width.refined(width, functions), shape])

    def mirrored(self, beta: Tensor) -> Tensor:
        """Return the beta of the same process read at -v."""
        curve, width, shape = self.split(beta)
        return torch.cat([self.curve.mirrored(curve), self.width.mirrored(width), shape])

    def response(self) -> tuple[Tensor, Tensor]:
        """Return each variant's mean value and 1, or 0 where it has none, both (variants,)."""
        total = torch.bincount(self.variant, self.y, len(self.share))
        return total / self.per_variant.clamp(min=1), (self.per_variant > 0).to(torch.float64)

    def simulate(self, beta: Tensor, v: Tensor, generator: np.random.Generator) -> Values:
        """Return as many values of each variant with the same measured errors, drawn at beta and v."""
        curve, width, shape = self.split(beta)
        place = self.place(v)
        mean, log_width = self.curve.read(curve, place.curve), self.width.read(width, place.width)
        scale, _ = self._scale(log_width.value[self.variant])
        draws = self.density.standard(shape.numpy(force=True)).rvs(size=len(self.y), random_state=generator)
        return replace(self.data, y=(mean.value[self.variant] + scale * torch.as_tensor(draws)).numpy(force=True))

    def description(self) -> dict[str, Any]:
        """Return the kind, the noise and its width."""
        return {"kind": self.kind, "noise": self.noise, "width": self.width_kind}

    def named(self, beta: Tensor) -> dict[str, Tensor]:
        """Return ``curve`` (functions,), spline coefficients of g; ``log_width`` (1 or functions,), of log s; ``shape``."""
        curve, width, shape = self.split(beta)
        return {"curve": self.curve.coefficients(curve), "log_width": width, "shape": shape}

    def expected(self, beta: Tensor, v: Tensor) -> Tensor:
        """Return the curve g at latents v, (points,)."""
        return self.curve.read(self.split(beta)[0], self.curve.place(v)).value

    def centre(self, beta: Tensor, v: Tensor) -> tuple[Tensor, bool]:
        """Return how far above g the mean of each variant's values is expected, (variants,); the median, and True, where the
        noise has no variance.
        """
        _, width, shape = self.split(beta)
        standard = self.density.standard(shape.numpy(force=True))
        use_median = not np.isfinite(standard.var())
        above = float(standard.median() if use_median else standard.mean())
        scale, _ = self._scale(self.width.read(width, self.width.place(v)).value[self.variant])
        mean_scale = torch.bincount(self.variant, scale, len(v)) / self.per_variant.clamp(min=1)
        return above * mean_scale, use_median

    def curves(self, beta: Tensor, v: Tensor) -> dict[str, Tensor]:
        """Return ``y``, the curve; and ``low68 high68 low95 high95`` between which values scatter (points,), no dy included."""
        _, width, shape = self.split(beta)
        place = self.place(v)
        y, scale = self.expected(beta, v), self.width.read(width, place.width).value.exp()
        standard = self.density.standard(shape.numpy(force=True))
        levels = {"low68": 0.16, "high68": 0.84, "low95": 0.025, "high95": 0.975}
        return {"y": y} | {name: y + scale * float(standard.ppf(level)) for name, level in levels.items()}

    def place(self, v: Tensor) -> Place:
        """Say where the variants with latent v (variants,) lie."""
        curve = self.curve.place(v)
        width = curve if self.width.functions == self.curve.functions else self.width.place(v)
        return Place(curve, width, nearest_node(v, self.curve.nodes))

    def split(self, beta: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return the parameters of curve, log width and shape."""
        return beta.split([self.curve.size, self.width.size, self.density.shapes])

    def _scale(self, log_width: Tensor) -> tuple[Tensor, Tensor]:
        """Return S of each value and d log S / d log s."""
        square = (2 * log_width).exp()
        total = square + self.dy**2
        return total.sqrt(), square / total

    def _tables(self, curve: Tensor) -> list[Tensor]:
        """Return per channel (mean, log width, shapes) its derivative by beta at the nodes, (nodes, size)."""
        nodes, at = self.curve.nodes, self.curve.size
        tables = [torch.zeros(nodes, self.size, dtype=torch.float64) for _ in range(2 + self.density.shapes)]
        tables[0][:, :at] = self.curve.table(curve, nodes)
        tables[1][:, at : at + self.width.size] = self.width.table(curve, nodes)
        for k in range(self.density.shapes):
            tables[2 + k][:, at + self.width.size + k] = 1.0
        return tables

    def _between(self, beta: Tensor, log_width: Tensor) -> dict[tuple[int, int], Tensor]:
        """Return the information (variants,) between the channels, summed over each variant's values."""
        unit = self.density.information(self.split(beta)[2])
        scale, share = self._scale(log_width[self.variant])
        factors = [1 / scale, share, *[torch.ones_like(scale)] * self.density.shapes]
        pairs = [(k, m) for k in range(len(unit)) for m in range(k, len(unit)) if unit[k, m] != 0]
        return {(k, m): torch.bincount(self.variant, unit[k, m] * factors[k] * factors[m], len(log_width)) for k, m in pairs}
