"""A fit as an optimisation problem: objective, gradient and Fisher information of one network over one dataset or several.

    F(p) = - sum_d log L_d(p) + R(p) + 1/2 (log(s / 2 kT) / t)^2 + 1/2 p' Q p

p holds the free matrix elements (reference bases are zero), the chemical potentials, the interactions, and each dataset's spline
coefficients; R is the ridge (`cisphys.inference.ridge`) and Q keeps the rest in place. The latent is standardised within each
dataset, v = (u - mean) / sd over its reads, because p(bin | .) would absorb any shift and stretch of u; the standardisation is
differentiated with the rest: so fits converge. Where the reads do not tell the scale s of the latent, a prior of width t keeps it
near 2 kT.
"""

from collections.abc import Callable, Sequence
from copy import copy
from dataclasses import dataclass
from math import log

import numpy as np
import torch
from torch import Tensor

from cisphys.inference.dataset import Dataset
from cisphys.inference.design import Design
from cisphys.inference.measurement import Evaluated, Fisher, Process
from cisphys.inference.processes import process_of
from cisphys.inference.ridge import Ridge
from cisphys.models.network import Network

WEAK_PRECISION = 1e-4  # per squared kT, of all scalars of the network: keeps what the data leave open in place
SMOOTHNESS = 0.03
USUAL_SCALE, SCALE_WIDTH = 2.0, 1.5  # kT; a factor of e^1.5 either way is within a standard deviation


@dataclass(frozen=True)
class Latent:
    """The latent of one dataset's variants: v (variants,), what standardised it, and the Jacobian of u before that.

    `slopes` is du/d(energies of placements) (variants, placements), `extra` is du/d(local scalars) (variants, local).
    """

    v: Tensor
    mean: Tensor
    sd: Tensor
    slopes: Tensor
    extra: Tensor


@dataclass(frozen=True)
class Pull:
    """The height of the prior on the latent's log scale, and its slope there."""

    height: float
    slope: float


@dataclass(frozen=True)
class Evaluation:
    """The objective at one point, and what its derivatives need: each dataset's latent and measurement."""

    objective: float
    latents: tuple[Latent, ...]
    measured: tuple[Evaluated, ...]


class Term:
    """One dataset's part: its design, its measurement process, and where its parameters lie in p."""

    def __init__(self, network: Network, dataset: Dataset, reference: np.ndarray, functions: int):
        self.name = dataset.name
        self.design = Design(network.placements, dataset.letters, reference, network.blocks)
        self.process = process_of(dataset, functions)
        self.usual = torch.as_tensor(network.usual_weights()).double().expand(self.design.variants, -1)
        self.offset = network.scalar_offset(dataset.conditions)
        self.scalars = [self.design.elements + index for index in network.scalar_index(dataset.conditions)]
        self.structural = torch.tensor([*range(self.design.elements), *self.scalars])
        self.beta = slice(0, 0)

    def measuring(self, process: Process) -> "Term":
        """Return the same term with other data of the same variants."""
        other = copy(self)
        other.process = process
        return other

    def local_scalars(self, p: Tensor) -> Tensor:
        """Return the network's scalars as this dataset sees them, (local,)."""
        return p[self.scalars] + self.offset

    def latent(self, network: Network, p: Tensor) -> Latent:
        """Return the standardised latent and its derivatives, one backward pass for all variants."""
        placed = self.design.energies(p[: self.design.elements])
        u, slopes, extra = network.latent_and_slopes(placed, self.local_scalars(p))
        mean = self.process.share @ u
        sd = (self.process.share @ (u - mean) ** 2).sqrt()
        return Latent((u - mean) / sd, mean, sd, slopes, extra)

    def gather(self, latent: Latent, weights: Tensor) -> Tensor:
        """Return J' weights, (structural, k), where J is du/d(structural parameters)."""
        return torch.cat([self.design.gather(latent.slopes, weights), latent.extra.T @ weights])

    def gradient(self, latent: Latent, by_v: Tensor) -> Tensor:
        """Return the gradient by the structural parameters, of a function with gradient by_v (variants,)."""
        share = self.process.share
        weights = torch.stack([by_v, share, share * latent.v], 1)
        raw, mean, stretch = self.gather(latent, weights).T
        return (raw - by_v.sum() * mean - (by_v @ latent.v) * stretch) / latent.sd

    def slope_of_sd(self, latent: Latent) -> Tensor:
        """Return d sd / d(structural parameters), the latent's standard deviation over the data."""
        return self.gather(latent, (self.process.share * latent.v)[:, None])[:, 0]

    def information(self, latent: Latent, measured: Evaluated, beta: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return the Fisher information: structural x structural, structural x beta, beta x beta."""
        fisher = self.process.information(beta, latent.v, measured.place)
        share, v, w = self.process.share, latent.v, fisher.w
        sums = self.gather(latent, torch.stack([share, share * v, w, w * v], 1))
        shift, by_w = sums[:, :2], sums[:, 2:]  # J' q and J' q v;  J' w and J' w v
        moments = torch.stack([torch.stack([w.sum(), w @ v]), torch.stack([w @ v, w @ v**2])])
        raw = self._raw_information(latent, w)
        structural = (raw - by_w @ shift.T - shift @ by_w.T + shift @ moments @ shift.T) / latent.sd**2
        return structural, self._mixed(latent, fisher, shift), fisher.own

    def _raw_information(self, latent: Latent, w: Tensor) -> Tensor:
        mixed = self.design.gather(latent.slopes, w[:, None] * latent.extra)
        corner = latent.extra.T @ (w[:, None] * latent.extra)
        top = torch.cat([self.design.fisher(latent.slopes, w), mixed], 1)
        return torch.cat([top, torch.cat([mixed.T, corner], 1)])

    def _mixed(self, latent: Latent, fisher: Fisher, shift: Tensor) -> Tensor:
        """Return the information of structural parameters with beta, the standardisation differentiated."""
        total = torch.zeros(len(shift), self.process.size, dtype=shift.dtype)
        for weight, table in fisher.cross:
            cells = len(table)
            moved = torch.stack([torch.bincount(fisher.cell, weight * x, cells) for x in (torch.ones_like(latent.v), latent.v)])
            by_cell = (self._by_cell(latent, weight, fisher.cell, cells) - shift @ moved) / latent.sd
            total += by_cell @ table
        return total

    def _by_cell(self, latent: Latent, weights: Tensor, cell: Tensor, cells: int) -> Tensor:
        extra = [torch.bincount(cell, weights * column, cells)[None] for column in latent.extra.T]
        return torch.cat([self.design.by_cell(latent.slopes, weights, cell, cells), *extra])


class Problem:
    """One network over the training variants of its datasets.

    Parameters
    ----------
    network : gives structure and physics; its own parameter values are not used
    datasets : the training variants
    reference : (length,) bases that have zero energy in p, the wild type
    ridge : strength of the ridge on the energy matrices
    functions : B-splines per bin
    """

    def __init__(
        self,
        network: Network,
        datasets: Sequence[Dataset],
        reference: np.ndarray,
        ridge: float,
        functions: int,
        smoothness: float = SMOOTHNESS,
    ):
        self.network, self.reference = network, reference
        self.functions, self.smoothness = functions, smoothness
        self.terms = [Term(network, dataset, reference, functions) for dataset in datasets]
        self.elements = self.terms[0].design.elements
        self.structural = self.elements + len(network.scalar_names)
        self.scale_centre, self.scale_width = log(USUAL_SCALE), SCALE_WIDTH
        design = self.terms[0].design
        penalties = [torch.as_tensor(features.penalty) for features in design.features]
        self.ridge = Ridge(ridge, design.slices, self._covariances(), penalties)
        self._lay_out()

    def _lay_out(self) -> None:
        stop = self.structural
        for term in self.terms:
            term.beta = slice(stop, stop + term.process.size)
            stop = term.beta.stop
        self.size = stop
        self.prior = torch.zeros(stop, stop, dtype=torch.float64)
        weak = range(self.elements, self.structural)
        self.prior[weak, weak] = WEAK_PRECISION
        for term in self.terms:
            self.prior[term.beta, term.beta] = term.process.penalty(self.smoothness)

    def _covariances(self) -> list[Tensor]:
        """Return, per block, the covariance of its elements over all data, (elements, elements)."""
        total = sum(term.process.observations for term in self.terms)
        second, first = 0.0, 0.0
        for term in self.terms:
            weights = term.process.share * (term.process.observations / total)
            second = second + term.design.fisher(term.usual, weights)
            first = first + term.design.gather(term.usual, weights[:, None])[:, 0]
        whole = second - torch.outer(first, first)
        return [whole[block, block] for block in self.terms[0].design.slices]

    def resampled(self, draw: Callable[[Process], Process]) -> "Problem":
        """Return the same problem with the data that `draw` makes of each process; the ridge's covariances stay."""
        other = copy(self)
        other.terms = [term.measuring(draw(term.process)) for term in self.terms]
        return other

    def set_ridge(self, strength: float) -> None:
        """Change the strength of the ridge."""
        self.ridge = self.ridge.stronger(strength)

    def evaluate(self, p: Tensor) -> Evaluation:
        """Return the objective at p (size,) and its gradients by latent and beta."""
        latents = tuple(term.latent(self.network, p) for term in self.terms)
        pairs = zip(self.terms, latents, strict=True)
        measured = tuple(term.process.evaluate(p[term.beta], latent.v) for term, latent in pairs)
        penalty = self.ridge.value(p) + self.pull_of_scale(self.log_scale(latents)).height + 0.5 * float(p @ self.prior @ p)
        return Evaluation(penalty - sum(each.log_likelihood for each in measured), latents, measured)

    def ascent(self, p: Tensor, at: Evaluation) -> Tensor:
        """Return minus the gradient of the objective, (size,)."""
        total = -(self.prior @ p) - self.ridge.gradient(p)
        total[: self.structural] -= self.pull_of_scale(self.log_scale(at.latents)).slope * self.slope_of_scale(at)
        for k, term in enumerate(self.terms):
            total.index_add_(0, term.structural, term.gradient(at.latents[k], at.measured[k].by_v))
            total[term.beta] += at.measured[k].by_beta
        return total

    def log_scale(self, latents: Sequence[Latent]) -> float:
        """Return log s, s^2 the variance of the latent averaged over the datasets' observations, kT^2."""
        reads = [term.process.observations for term in self.terms]
        variance = sum(n * float(latent.sd) ** 2 for n, latent in zip(reads, latents, strict=True)) / sum(reads)
        return 0.5 * log(variance)

    def pull_of_scale(self, log_scale: float) -> Pull:
        """Return the prior on log s, normal about `scale_centre` with the standard deviation `scale_width`."""
        off = (log_scale - self.scale_centre) / self.scale_width
        return Pull(0.5 * off**2, off / self.scale_width)

    def slope_of_scale(self, at: Evaluation) -> Tensor:
        """Return d log s / d(structural parameters), (structural,)."""
        total, variance = torch.zeros(self.structural, dtype=torch.float64), 0.0
        for term, latent in zip(self.terms, at.latents, strict=True):
            reads = term.process.observations
            total.index_add_(0, term.structural, reads * latent.sd * term.slope_of_sd(latent))
            variance = variance + reads * latent.sd**2
        return total / variance

    def curvature(self, p: Tensor, at: Evaluation) -> Tensor:
        """Return the matrix of a Gauss-Newton step: information, ridge and prior, (size, size)."""
        total = self.information(p, at) + self.prior
        self.ridge.add_curvature(total, p)
        slope = self.slope_of_scale(at) / self.scale_width
        total[: self.structural, : self.structural] += torch.outer(slope, slope)
        return total

    def information(self, p: Tensor, at: Evaluation) -> Tensor:
        """Return the expected Fisher information of the reads, without ridge and prior, (size, size)."""
        total = torch.zeros(self.size, self.size, dtype=torch.float64)
        for k, term in enumerate(self.terms):
            structural, mixed, own = term.information(at.latents[k], at.measured[k], p[term.beta])
            rows = term.structural[:, None]
            total[rows, term.structural] += structural
            total[rows, torch.arange(term.beta.start, term.beta.stop)] += mixed
            total[term.beta, term.beta] = own
        below = total[: self.structural, self.structural :].T
        total[self.structural :, : self.structural] = below
        return total
