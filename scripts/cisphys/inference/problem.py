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

from cisphys.inference.clusters import same_sequences
from cisphys.inference.dataset import Dataset
from cisphys.inference.measurement import Evaluated, Process
from cisphys.inference.ridge import Ridge
from cisphys.inference.term import Latent, Term
from cisphys.models.network import Network

WEAK_PRECISION = 1e-4  # per squared kT, of all scalars of the network: keeps what the data leave open in place
SMOOTHNESS = 0.03
USUAL_SCALE, SCALE_WIDTH = 2.0, 1.5  # kT; a factor of e^1.5 either way is within a standard deviation


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
        self._letters, self._sequences = [dataset.letters for dataset in datasets], None
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

    def by_sequence(self, values: Tensor) -> Tensor:
        """Sum values of all datasets' variants, (variants,), over the variants that are the same sequence, (sequences,)."""
        if len(self.terms) == 1:
            return values
        if self._sequences is None:
            self._sequences = torch.cat(same_sequences(self._letters)).to(values.device)
        return torch.bincount(self._sequences, values)

    def resampled(self, draw: Callable[[Process], Process]) -> "Problem":
        """Return the same problem with the data that `draw` makes of each process; the ridge's covariances stay."""
        other = copy(self)
        other.terms = [term.measuring(draw(term.process)) for term in self.terms]
        return other

    @property
    def free_parameters(self) -> int:
        """How many numbers are fitted: elements of bases that some variant has, scalars, and those of each process."""
        seen = np.any([term.design.seen for term in self.terms], axis=0)
        return int(seen.sum()) + self.size - self.elements

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
