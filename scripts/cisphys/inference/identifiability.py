"""Which parameters the reads inform at all, and by how much the reads of one variant depend on each other."""

from dataclasses import dataclass

import torch
from torch import Tensor

from cisphys.inference.newton import Optimum
from cisphys.inference.problem import Problem

_STEP = 1e-4  # largest change of a parameter in the numerical derivative along a direction
_NULL = 1e-9  # of the largest eigenvalue of the scaled information: a direction below it is not informed


@dataclass(frozen=True)
class Informed:
    """Per structural parameter, (structural,).

    `informed` : the reads say something about it; `absorbed` : it moves the latent of all variants alike, or not at all, so that
    p(bin | latent) takes up any change; `error` : the standard error that the likelihood alone gives it, kT
    """

    informed: Tensor
    absorbed: Tensor
    error: Tensor


def assess(problem: Problem, best: Optimum) -> Informed:
    """Return what the reads alone (no prior on the network) say about each structural parameter, (structural,)."""
    information = problem.information(best.p, best.at)
    cut = problem.structural
    measurement = information[cut:, cut:] + problem.prior[cut:, cut:]
    mixed = information[:cut, cut:]
    own = information[:cut, :cut] - mixed @ torch.linalg.solve(measurement, mixed.T)
    scale = information.diagonal()[:cut].clamp(min=0).sqrt()
    largest = float(scale.max())
    absorbed = scale < 1e-6 * largest
    scale = torch.where(absorbed, torch.full_like(scale, largest), scale)
    values, vectors = torch.linalg.eigh(own / scale[:, None] / scale)
    null = values < _NULL * values.max()
    informed = (vectors[:, null] ** 2).sum(1) < 1e-6
    kept = vectors[:, ~null]
    error = ((kept**2 / values[~null]).sum(1)).sqrt() / scale
    return Informed(informed & ~absorbed, absorbed, error)


def overdispersion(problem: Problem, best: Optimum, index: int) -> float:
    """Return by how much the variance of parameter `index` exceeds what independent reads would give, at least 1.

    The ratio of the sandwich variance, clustered by variant, to the inverse information (Huber 1967). Along the direction
    a = H^-1 e, the parameter's response to the scores, it is sum_n (a . s_n)^2 / a[index], s_n the score of variant n.
    """
    information = problem.information(best.p, best.at) + problem.prior
    unit = torch.zeros(problem.size, dtype=best.p.dtype)
    unit[index] = 1.0
    direction = torch.linalg.solve(information, unit)
    step = _STEP / direction.abs().max()
    ahead, behind = (_per_variant(problem, best.p + sign * step * direction) for sign in (1, -1))
    response = (ahead - behind) / (2 * step)
    return max(1.0, float((response**2).sum() / direction[index]))


def _per_variant(problem: Problem, p: Tensor) -> Tensor:
    """Return the log likelihood of each variant of all datasets, (variants,)."""
    parts = [
        term.reads.log_likelihoods(term.bins, problem.beta(p, term), term.latent(problem.network, p).v) for term in problem.terms
    ]
    return torch.cat(parts)
