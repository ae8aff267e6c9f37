"""Where fits start: least squares for the matrices, random interactions, and the measurement by its own fit."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from cisphys.inference.newton import minimise
from cisphys.inference.problem import Evaluation, Problem
from cisphys.inference.term import Term
from cisphys.models.network import Network

_SPREAD = 1.5  # kT, standard deviation of a site's energies over the variants at the start
_NOISE = 0.3  # kT, standard deviation of what restarts differ by in each matrix element
_SHRINKAGE = 50.0  # reads' worth of ridge in the least squares


@dataclass(frozen=True)
class Effects:
    """The effect of each mutation on what is measured, `by_element` (elements,), where sites lie in the spacings of `register`.

    `explained` is how much of the weighted sum of squares of what is measured they explain.
    """

    by_element: Tensor
    register: tuple[int | None, ...]
    explained: float


def ranked_effects(problem: Problem) -> list[Effects]:
    """Return the effects in each of the network's registers, those that explain most first.

    A register that does not fit (boxes that are read beside the bases that act) is a start from which fits do not find back.
    """
    found = [least_squares(problem.network, problem.terms, register) for register in problem.network.registers()]
    return sorted(found, key=lambda effects: -effects.explained)


def least_squares(network: Network, terms: Sequence[Term], register: tuple[int | None, ...]) -> Effects:
    """Return the effects of mutations by one additive regression over all datasets."""
    elements = terms[0].design.elements
    left, right = torch.zeros(elements, elements, dtype=torch.float64), torch.zeros(elements, dtype=torch.float64)
    weights = torch.tensor(network.register_weights(register), dtype=torch.float64)
    for term in terms:
        y, weight = term.process.response()
        y, slopes = y - (y @ weight) / weight.sum(), weights.expand(term.design.variants, -1)
        sums = term.design.gather(slopes, torch.stack([weight, weight * y], 1))
        left += term.design.fisher(slopes, weight) - torch.outer(sums[:, 0], sums[:, 0]) / weight.sum()
        right += sums[:, 1]
    effects = torch.linalg.solve(left + _SHRINKAGE * torch.eye(elements, dtype=torch.float64), right)
    return Effects(effects, register, float(right @ effects))


def random_start(problem: Problem, effects: Effects, generator: np.random.Generator) -> Tensor:
    """Return a starting point p (size,).

    Scalars are drawn first, as the network says. A site whose binding then raises the latent gets matrices that follow the
    effects of mutations downwards, any other site upwards; a site is half occupied at the start.
    """
    p = torch.zeros(problem.size, dtype=torch.float64)
    network = problem.network
    p[problem.elements : problem.structural] = torch.as_tensor(network.draw_scalars(generator))
    for name, cost in network.spacer_costs(effects.register).items():
        p[problem.elements + network.scalar_names.index(name)] = cost
    signs = _signs_of_blocks(problem, p)
    noise = torch.as_tensor(generator.normal(0, _NOISE, problem.elements))
    for block, own in enumerate(problem.terms[0].design.slices):
        energies = torch.cat([term.design.first_energies(block, effects.by_element[own]) for term in problem.terms])
        p[own] = signs[block] * effects.by_element[own] * (_SPREAD / max(float(energies.std()), 1e-9)) + noise[own]
    for term in problem.terms:
        placed = term.design.energies(p[: problem.elements])
        half = -network.site_energies(placed, term.local_scalars(p)[None]).median(0).values
        mu = term.scalars[: len(half)]
        p[mu] = half[: len(mu)]
    return fit_measurement(problem, p)


def _signs_of_blocks(problem: Problem, p: Tensor) -> list[float]:
    """Return 1.0 for each block whose higher energy raises the latent where all energies are 0, else -1.0."""
    network, term = problem.network, problem.terms[0]
    neutral = torch.zeros(1, len(network.placements), dtype=torch.float64)
    _, slopes, _ = network.latent_and_slopes(neutral, p[term.scalars])
    totals = torch.zeros(len(network.blocks), dtype=torch.float64)
    totals.index_add_(0, torch.tensor([place.block for place in network.placements]), slopes[0])
    return [1.0 if total >= 0 else -1.0 for total in totals]


class MeasurementOnly:
    """A problem with the network held at p: the measurement's parameters are what is left."""

    def __init__(self, problem: Problem, p: Tensor):
        self.problem = problem
        self.cut, self.size = problem.structural, problem.size - problem.structural
        self.prior = problem.prior[self.cut :, self.cut :]
        self.parts = [term.process.condensed(term.latent(problem.network, p).v) for term in problem.terms]

    def _parts(self, p: Tensor):
        """Yield each dataset's process, its parameters, and its latents."""
        for term, (process, v) in zip(self.problem.terms, self.parts, strict=True):
            yield process, p[term.beta.start - self.cut : term.beta.stop - self.cut], v

    def evaluate(self, p: Tensor) -> Evaluation:
        """Return the objective at p (size,), the prior on the network left out."""
        measured = tuple(process.evaluate(beta, v) for process, beta, v in self._parts(p))
        objective = 0.5 * float(p @ self.prior @ p) - sum(each.log_likelihood for each in measured)
        return Evaluation(objective, (), measured)

    def ascent(self, p: Tensor, at: Evaluation) -> Tensor:
        """Return minus the gradient, (size,)."""
        return torch.cat([each.by_beta for each in at.measured]) - self.prior @ p

    def curvature(self, p: Tensor, at: Evaluation) -> Tensor:
        """Return the information about the measurement's parameters plus the prior, (size, size)."""
        parts = zip(self._parts(p), at.measured, strict=True)
        own = (process.own_information(beta, v, measured.place) for (process, beta, v), measured in parts)
        return torch.block_diag(*own) + self.prior


def fit_measurement(problem: Problem, p: Tensor) -> Tensor:
    """Return p with the measurement's parameters fitted from their own start, the network held."""
    alone = MeasurementOnly(problem, p)
    start = torch.cat([term.process.start() for term in problem.terms])
    return torch.cat([p[: alone.cut], minimise(alone, start, tolerance=1.0, most=15).p])
