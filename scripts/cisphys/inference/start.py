"""Where fits start: least squares for the matrices, random interactions, and spline logits by their own fit."""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from cisphys.inference.dataset import Dataset
from cisphys.inference.newton import minimise
from cisphys.inference.problem import Evaluation, Problem, Term
from cisphys.inference.sorted_bins import expected_information

_SPREAD = 1.5  # kT, standard deviation of a site's energies over the variants at the start
_SHRINKAGE = 50.0  # reads' worth of ridge in the least squares


def mean_bin(dataset: Dataset) -> tuple[np.ndarray, np.ndarray]:
    """Return each variant's mean sorted bin and the reads it rests on, both (variants,); the unsorted library is left out."""
    sorted_ = [index for index, number in enumerate(dataset.bins) if number > 0]
    counts = dataset.counts[:, sorted_]
    reads = counts.sum(1)
    return counts @ np.arange(len(sorted_)) / np.maximum(reads, 1), reads


def least_squares(terms: Sequence[Term], datasets: Sequence[Dataset]) -> Tensor:
    """Return (elements,): the effect of each mutation on the mean sorted bin, in one additive regression over all datasets."""
    elements = terms[0].design.elements
    left, right = torch.zeros(elements, elements, dtype=torch.float64), torch.zeros(elements, dtype=torch.float64)
    for term, dataset in zip(terms, datasets, strict=True):
        y, reads = (torch.as_tensor(values) for values in mean_bin(dataset))
        y = y - (y @ reads) / reads.sum()
        ones = torch.ones(len(y), len(term.design.sites), dtype=torch.float64)
        sums = term.design.gather(ones, torch.stack([reads, reads * y], 1))
        left += term.design.fisher(ones, reads) - torch.outer(sums[:, 0], sums[:, 0]) / reads.sum()
        right += sums[:, 1]
    return torch.linalg.solve(left + _SHRINKAGE * torch.eye(elements, dtype=torch.float64), right)


def random_start(problem: Problem, effects: Tensor, generator: np.random.Generator) -> Tensor:
    """Return a starting point p (size,).

    Interactions are drawn first, 1 kT or more from zero, where a site would act through nothing and the fit run away. A site
    whose binding then raises the latent gets matrices that follow the effects of mutations downwards, any other site upwards; a
    site is half occupied at the start.
    """
    p = torch.zeros(problem.size, dtype=torch.float64)
    network, term = problem.network, problem.terms[0]
    drawn = generator.normal(0, 2, len(network.spec.interactions))
    interactions = torch.as_tensor(drawn + np.sign(drawn))
    p[problem.structural - len(interactions) : problem.structural] = interactions
    neutral = torch.zeros(1, term.sites, dtype=torch.float64, requires_grad=True)
    (response,) = torch.autograd.grad(network.latent(neutral, interactions[None]).sum(), neutral)
    noise = torch.as_tensor(generator.normal(0, 0.3, problem.elements))
    for k, block in enumerate(term.design.blocks):
        own = effects[block]
        spread = max(float(torch.cat([t.design.sites[k].energies(own) for t in problem.terms]).std()), 1e-9)
        sign = 1.0 if response[0, k] >= 0 else -1.0
        p[block] = sign * own * (_SPREAD / spread) + noise[block]
    for each in problem.terms:
        energies = each.design.energies(p[: problem.elements])
        mu = each.structural[problem.elements : problem.elements + each.sites]
        p[mu] = -energies.median(0).values
    return fit_measurement(problem, p)


class MeasurementOnly:
    """A problem with the network held at p: the spline coefficients are what is left (a convex problem)."""

    def __init__(self, problem: Problem, p: Tensor):
        self.problem, self.held = problem, p
        self.cut, self.size = problem.structural, problem.size - problem.structural
        self.prior = problem.prior[self.cut :, self.cut :]
        at = problem.evaluate(p)
        self.places = at.places
        reads = [term.reads.per_variant for term in problem.terms]
        pairs = zip(problem.terms, at.places, reads, strict=True)
        self.at_node = [torch.bincount(place.nearest, own, term.bins.intervals + 1) for term, place, own in pairs]

    def _blocks(self, p: Tensor):
        """Yield each dataset's term, its coefficients (functions, bins - 1), and where they lie in p."""
        for term in self.problem.terms:
            block = slice(term.beta.start - self.cut, term.beta.stop - self.cut)
            yield term, p[block].view(term.bins.functions, -1), block

    def evaluate(self, p: Tensor) -> Evaluation:
        """Return the objective at p (size,), the prior on the network left out."""
        parts = [
            term.reads.evaluate(term.bins, beta, place)
            for (term, beta, _), place in zip(self._blocks(p), self.places, strict=True)
        ]
        log_likelihoods, by_v, by_beta = zip(*parts, strict=True)
        return Evaluation(0.5 * float(p @ self.prior @ p) - sum(log_likelihoods), log_likelihoods, (), self.places, by_v, by_beta)

    def ascent(self, p: Tensor, at: Evaluation) -> Tensor:
        """Return minus the gradient, (size,)."""
        return torch.cat([own.flatten() for own in at.by_beta]) - self.prior @ p

    def curvature(self, p: Tensor, at: Evaluation) -> Tensor:
        """Return the expected Fisher information of the reads plus the prior, (size, size)."""
        blocks = zip(self._blocks(p), self.at_node, strict=True)
        own = (expected_information(term.bins, term.bins.table(beta), n) for (term, beta, _), n in blocks)
        return torch.block_diag(*own) + self.prior


def fit_measurement(problem: Problem, p: Tensor) -> Tensor:
    """Return p with its spline coefficients fitted, the network held."""
    alone = MeasurementOnly(problem, p)
    return torch.cat([p[: alone.cut], minimise(alone, p[alone.cut :], tolerance=1.0, most=15).p])
