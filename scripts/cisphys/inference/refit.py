"""The optimum of a problem near that of another one, whose curvature it shares: a replicate of an ensemble."""

import torch
from torch import Tensor

from cisphys.inference.newton import Optimum, minimise
from cisphys.inference.problem import Problem
from cisphys.inference.quasi_newton import Solver, descend

_MOST = 40  # steps


def shared_solver(problem: Problem, best: Optimum) -> Solver:
    """Return gradient (size,) -> step (size,) by the curvature at an optimum."""
    matrix = problem.curvature(best.p, best.at)
    scale = matrix.diagonal().clamp(min=1e-12).sqrt()
    factor = torch.linalg.cholesky(matrix / scale[:, None] / scale + 1e-10 * torch.eye(len(matrix), dtype=matrix.dtype))
    return lambda gradient: torch.cholesky_solve((gradient / scale)[:, None], factor)[:, 0] / scale


def follow(problem: Problem, start: Tensor, solve: Solver, tolerance: float) -> Optimum:
    """Return the optimum of a problem near `start` (size,), or where that fails of Levenberg-Marquardt's from there.

    It has converged where two steps in a row promise and bring no more than the tolerance (nats).
    """
    found = descend(problem, start, problem.evaluate(start), torch.arange(problem.size), solve, tolerance, _MOST)
    if found.calm:
        return Optimum(found.p, found.at, found.steps, True)
    return minimise(problem, found.p, tolerance=tolerance)
