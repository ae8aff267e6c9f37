"""Which parameters the reads inform at all, and by how much the reads of one variant depend on each other."""

from dataclasses import dataclass

import torch
from torch import Tensor

from cisphys.inference.newton import Optimum
from cisphys.inference.problem import Problem

_STEP = 1e-4  # largest change of a parameter in the numerical derivative along a direction
_LOST = 1e-3  # of the scale's slope that may lie in directions that are not informed
_HIDDEN = 1e-3  # of a combination of parameters that may lie in directions that are not informed
_NULL = 1e-9  # of the largest eigenvalue of the scaled information: a direction below it is not informed


@dataclass(frozen=True)
class Informed:
    """Per structural parameter, (structural,).

    `informed` : the reads say something about it; `absorbed` : it moves the latent of all variants alike, or not at all, so that
    p(bin | latent) takes up any change; `error` : the standard error that the likelihood alone gives it, kT.
    `scale_error` is the relative standard error of the energies' common scale, infinite where the reads say nothing about it.
    `hidden` (structural, directions) spans the changes of parameters times `scale` that the reads do not inform.
    """

    informed: Tensor
    absorbed: Tensor
    error: Tensor
    scale_error: float
    scale: Tensor
    hidden: Tensor

    def tells(self, weights: Tensor) -> bool:
        """Say whether the reads inform weights' p, for weights (structural,): whether no hidden change moves it."""
        scaled = weights / self.scale
        return float((scaled @ self.hidden).norm()) < _HIDDEN * float(scaled.norm())


def assess(problem: Problem, best: Optimum) -> Informed:
    """Return what the reads alone (no prior on the network) say about each structural parameter, (structural,)."""
    information = problem.information(best.p, best.at)
    own = without_measurement(problem, information)
    scale = information.diagonal()[: problem.structural].clamp(min=0).sqrt()
    largest = float(scale.max())
    absorbed = scale < 1e-6 * largest
    scale = torch.where(absorbed, torch.full_like(scale, largest), scale)
    values, vectors = torch.linalg.eigh(own / scale[:, None] / scale)
    null = values < _NULL * values.max()
    informed = (vectors[:, null] ** 2).sum(1) < 1e-6
    kept = vectors[:, ~null]
    error = ((kept**2 / values[~null]).sum(1)).sqrt() / scale
    log_slope = problem.slope_of_scale(best.at) / scale
    lost = (vectors[:, null].T @ log_slope).norm() > _LOST * log_slope.norm()
    scale_error = float("inf") if lost else float((((kept.T @ log_slope) ** 2) / values[~null]).sum().sqrt())
    return Informed(informed & ~absorbed, absorbed, error, scale_error, scale, vectors[:, null])


def without_measurement(problem: Problem, information: Tensor) -> Tensor:
    """Return the information about the structural parameters once the measurement's follow them, (structural, structural).

    That is the Schur complement of the information (size, size), in nats per squared kT; there is no prior on the network in it.
    """
    cut = problem.structural
    measurement = information[cut:, cut:] + problem.prior[cut:, cut:]
    mixed = information[:cut, cut:]
    return information[:cut, :cut] - mixed @ torch.linalg.solve(measurement, mixed.T)


def overdispersion(problem: Problem, best: Optimum, functional: Tensor) -> float:
    """Return by how much the variance of functional' p exceeds what independent reads would give, at least 1.

    The ratio of the sandwich variance, clustered by sequence, to the inverse information (Huber 1967). Along the direction
    a = H^-1 f, the response to the scores, it is sum_n (a . s_n)^2 / (f . a), s_n the score of a sequence. `functional` f is
    (size,), a unit vector for one parameter.
    """
    direction = torch.linalg.solve(problem.curvature(best.p, best.at), functional)
    step = _STEP / direction.abs().max()
    ahead, behind = (_per_variant(problem, best.p + sign * step * direction) for sign in (1, -1))
    response = problem.by_sequence((ahead - behind) / (2 * step))
    return max(1.0, float((response**2).sum() / (functional @ direction)))


def _per_variant(problem: Problem, p: Tensor) -> Tensor:
    """Return the log likelihood of each variant of all datasets, (variants,)."""
    parts = (term.process.log_likelihoods(p[term.beta], term.latent(problem.network, p).v) for term in problem.terms)
    return torch.cat(list(parts))


def unvaried_blocks(problem: Problem) -> list[bool]:
    """Say of each energy matrix whether all training variants are the wild type there."""
    design = problem.terms[0].design
    return [not any(term.design.seen[own].any() for term in problem.terms) for own in design.slices]
