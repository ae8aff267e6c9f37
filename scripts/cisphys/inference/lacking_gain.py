"""What an extension of a fitted model is worth on variants that it has not seen, after one step from the fit's optimum.

The step is that of the score test, shortened by 1 - df / statistic (where data say little, most of a step is noise) and, where
the training data fall short of what the step promised, to where the parabola through what is known has its top. Held-out
variants are then predicted by the extended model itself, no linear stand-in.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from cisphys.inference.dataset import Dataset
from cisphys.inference.design import Design
from cisphys.inference.lacking_candidates import Candidate, Family
from cisphys.inference.lacking_scores import Tested
from cisphys.inference.problem import Problem
from cisphys.inference.processes import process_of

_GOOD_SHARE = 0.5  # of the promised gain: a step that brings less was too long
_FEWER = 0.25  # a step is not shortened below this


@dataclass(frozen=True)
class Gain:
    """Nats that variants gain, with the 95 % interval over variants, which are the independent units."""

    nats: float
    low95: float
    high95: float


def gain_of(differences: np.ndarray) -> Gain:
    """Return the sum of the variants' differences (variants,) and its interval."""
    total, error = float(differences.sum()), float(np.sqrt(len(differences)) * differences.std())
    return Gain(total, total - 1.96 * error, total + 1.96 * error)


class Part:
    """The variants of one part of the split, per dataset, as a fit and its extensions see them."""

    def __init__(self, problem: Problem, datasets: Sequence[Dataset]):
        self.problem = problem
        network = problem.network
        self.letters = [dataset.letters for dataset in datasets]
        self.designs = [Design(network.placements, own, problem.reference, network.blocks) for own in self.letters]
        self.processes = [process_of(dataset, problem.functions) for dataset in datasets]

    @torch.no_grad()
    def latent(self, number: int, p: Tensor, family: Family, columns: np.ndarray, delta: np.ndarray) -> Tensor:
        """Return u (variants,) of one dataset with an extension's delta."""
        problem, design = self.problem, self.designs[number]
        p = family.parameters(number, p, columns, delta)
        placed = design.energies(p[: problem.elements])
        added = family.add(self.letters[number], placed, columns, delta) if len(columns) else None
        scalars = problem.terms[number].local_scalars(p)[None]
        if added is None:
            return problem.network.latent(placed, scalars)
        return problem.network.latent(added.placed, scalars) + added.latent


class Gains:
    """Works out what extensions gain: `p` is the optimum of `problem`, `training` its variants, `held_out` others by name."""

    def __init__(self, problem: Problem, p: Tensor, training: Part, held_out: dict[str, Part]):
        self.problem, self.p, self.training, self.held_out = problem, p, training, held_out
        nothing, none = np.zeros(0, int), np.zeros(0)
        still = Family.nothing()
        at_first = self._standards(p, still, nothing, none)
        self._before = {name: self._log_likelihoods(part, p, still, nothing, none, at_first) for name, part in held_out.items()}
        self._trained = self._trained_at(p, still, nothing, none)

    def of(self, family: Family, candidate: Candidate, tested: Tested) -> dict[str, np.ndarray]:
        """Return the differences of the variants' log likelihoods (variants,), by part."""
        restricts = len(candidate.removed) > 0
        shrunk = 1.0 if restricts else max(0.0, 1 - tested.df / max(tested.statistic, 1e-12))
        factor = shrunk if restricts else shrunk * self._shortened(family, candidate, tested, shrunk)
        p, delta = self._moved(tested, factor)
        standards = self._standards(p, family, candidate.columns, delta)
        return {
            name: self._log_likelihoods(part, p, family, candidate.columns, delta, standards) - self._before[name]
            for name, part in self.held_out.items()
        }

    def _moved(self, tested: Tested, factor: float) -> tuple[Tensor, np.ndarray]:
        return self.p + factor * torch.as_tensor(tested.moved), factor * tested.step

    def _shortened(self, family: Family, candidate: Candidate, tested: Tested, shrunk: float) -> float:
        """Return the part of the step after which the training data gain most, by the parabola through both its ends."""
        if shrunk == 0:
            return 1.0
        p, delta = self._moved(tested, shrunk)
        gained = self._trained_at(p, family, candidate.columns, delta) - self._trained
        slope = 2 * tested.promised * shrunk
        expected = slope - tested.promised * shrunk**2
        return 1.0 if gained > _GOOD_SHARE * expected else max(_FEWER, 0.5 * slope / (slope - gained))

    def _trained_at(self, p: Tensor, family: Family, columns: np.ndarray, delta: np.ndarray) -> float:
        """Return the training variants' log likelihood."""
        total = 0.0
        for number, term in enumerate(self.problem.terms):
            u = self.training.latent(number, p, family, columns, delta)
            mean, sd = _standard(u, term.process.share)
            total += term.process.evaluate(p[term.beta], (u - mean) / sd).log_likelihood
        return total

    def _standards(self, p: Tensor, family: Family, columns: np.ndarray, delta: np.ndarray) -> list[tuple[Tensor, Tensor]]:
        """Return the mean and sd of the latent over the training reads, per dataset."""
        latents = (self.training.latent(number, p, family, columns, delta) for number in range(len(self.problem.terms)))
        return [_standard(u, term.process.share) for u, term in zip(latents, self.problem.terms, strict=True)]

    def _log_likelihoods(self, part: Part, p: Tensor, family: Family, columns, delta, standards) -> np.ndarray:
        found = []
        for number, (term, (mean, sd)) in enumerate(zip(self.problem.terms, standards, strict=True)):
            v = (part.latent(number, p, family, columns, delta) - mean) / sd
            found.append(part.processes[number].log_likelihoods(p[term.beta], v).numpy(force=True))
        return np.concatenate(found)


def _standard(u: Tensor, share: Tensor) -> tuple[Tensor, Tensor]:
    mean = share @ u
    return mean, (share @ (u - mean) ** 2).sqrt()
