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

from cisphys.inference.clusters import same_sequences
from cisphys.inference.dataset import Dataset
from cisphys.inference.design import Design
from cisphys.inference.lacking_candidates import Added, Candidate, Family
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
    """Return the sum of the sequences' differences (sequences,) and its interval."""
    total, error = float(differences.sum()), float(np.sqrt(len(differences)) * differences.std())
    return Gain(total, total - 1.96 * error, total + 1.96 * error)


@dataclass(frozen=True)
class Extended:
    """An extension of the model with the values of its parameters, (columns,)."""

    family: Family
    candidate: Candidate
    delta: np.ndarray


class Part:
    """The variants of one part of the split, per dataset, as a fit and its extensions see them."""

    def __init__(self, problem: Problem, datasets: Sequence[Dataset]):
        self.problem = problem
        network = problem.network
        self.letters = [dataset.letters for dataset in datasets]
        self.sequences = torch.cat(same_sequences(self.letters)).numpy(force=True)
        self.designs = [Design(network.placements, own, problem.reference, network.blocks) for own in self.letters]
        self.processes = [process_of(dataset, problem.functions) for dataset in datasets]

    @torch.no_grad()
    def latent(self, number: int, p: Tensor, extension: Extended | None) -> Tensor:
        """Return u (variants,) of one dataset."""
        problem, design = self.problem, self.designs[number]
        if extension is None:
            added = Added(design.energies(p[: problem.elements]), 0.0)
        else:
            family, own = extension.family, (extension.candidate, extension.delta)
            p = family.parameters(number, p, *own)
            added = family.add(self.letters[number], design.energies(p[: problem.elements]), *own)
        scalars = problem.terms[number].local_scalars(p)[None]
        return problem.network.latent(added.placed, scalars) + added.latent


class Gains:
    """Works out what extensions gain: `p` is the optimum of `problem`, `training` its variants, `held_out` others by name."""

    def __init__(self, problem: Problem, p: Tensor, training: Part, held_out: dict[str, Part]):
        self.problem, self.p, self.training, self.held_out = problem, p, training, held_out
        self._trained, standards = self._train(p, None)
        self._before = {name: self._log_likelihoods(part, p, None, standards) for name, part in held_out.items()}

    def of_step(self, family: Family, candidate: Candidate, tested: Tested) -> dict[str, np.ndarray]:
        """Return the differences of the held-out sequences' log likelihoods (sequences,), by part, after the test's step."""
        shrunk = shrinkage(tested)
        gained, standards = self._train(*self._moved(family, candidate, tested, shrunk))
        slope = 2 * tested.promised * shrunk
        missed = slope - (gained - self._trained)
        if shrunk and missed > slope - _GOOD_SHARE * (slope - tested.promised * shrunk**2):
            shrunk *= max(_FEWER, 0.5 * slope / missed)
            standards = None
        return self.at(*self._moved(family, candidate, tested, shrunk), standards)

    def at(self, p: Tensor, extension: Extended | None, standards=None) -> dict[str, np.ndarray]:
        """Return the differences (sequences,) at other parameters (size,), with an extension where there is one."""
        standards = standards or self._train(p, extension)[1]
        return {
            name: self._log_likelihoods(part, p, extension, standards) - self._before[name]
            for name, part in self.held_out.items()
        }

    def _moved(self, family: Family, candidate: Candidate, tested: Tested, factor: float) -> tuple[Tensor, Extended]:
        return self.p + factor * torch.as_tensor(tested.moved), Extended(family, candidate, factor * tested.step)

    def _train(self, p: Tensor, extension: Extended | None) -> tuple[float, list[tuple[Tensor, Tensor]]]:
        """Return the training variants' log likelihood, and the mean and sd of the latent over their reads, per dataset."""
        total, standards = 0.0, []
        for number, term in enumerate(self.problem.terms):
            u = self.training.latent(number, p, extension)
            mean = term.process.share @ u
            standards.append((mean, (term.process.share @ (u - mean) ** 2).sqrt()))
            total += term.process.evaluate(p[term.beta], (u - mean) / standards[-1][1]).log_likelihood
        return total, standards

    def _log_likelihoods(self, part: Part, p: Tensor, extension: Extended | None, standards) -> np.ndarray:
        found = []
        for number, (term, (mean, sd)) in enumerate(zip(self.problem.terms, standards, strict=True)):
            v = (part.latent(number, p, extension) - mean) / sd
            found.append(part.processes[number].log_likelihoods(p[term.beta], v).numpy(force=True))
        return np.bincount(part.sequences, np.concatenate(found))


def shrinkage(tested: Tested) -> float:
    """Return the part of a step that is worth taking: what is expected of noise alone is left out."""
    return max(0.0, 1 - tested.df / max(tested.statistic, 1e-12))
