"""The optimum of a problem near the one of another, whose curvature it shares: a bootstrap replicate, a point of a profile."""

from collections.abc import Callable

import torch
from torch import Tensor

from cisphys.inference.newton import Optimum, minimise
from cisphys.inference.problem import Evaluation, Problem
from cisphys.inference.quasi_newton import Memory, Solver, descend

_MOST = 40  # steps
_LEAST_DAMPING = 1e-10  # of the scaled curvature, whose diagonal is 1
_SLOW = 7  # steps from which on a new factorisation, which costs about two, pays at the next neighbour
_ROUNDS, _ROUND = 4, 12  # so many times the curvature is factorised anew, each after so many steps


def shared_solver(problem: Problem, best: Optimum) -> Solver:
    """Return gradient (size,) -> step (size,) by the curvature at an optimum."""
    return solver_of(problem.curvature(best.p, best.at))


def solver_of(matrix: Tensor) -> Solver:
    """Return gradient (size,) -> step (size,) by a curvature (size, size), damped as much as it takes to be definite."""
    scale = matrix.diagonal().clamp(min=1e-12).sqrt()
    scaled, identity = matrix / scale[:, None] / scale, torch.eye(len(matrix), dtype=matrix.dtype)
    damping, failed = _LEAST_DAMPING, True
    while failed:
        factor, failed = torch.linalg.cholesky_ex(scaled + damping * identity)
        damping *= 100
    return lambda gradient: torch.cholesky_solve((gradient / scale)[:, None], factor)[:, 0] / scale


def follow(problem: Problem, start: Tensor, solve: Solver, tolerance: float) -> Optimum:
    """Return the optimum of a problem near `start` (size,), or where that fails of Levenberg-Marquardt's from there.

    It has converged where two steps in a row promise and bring no more than the tolerance (nats).
    """
    found = descend(problem, start, problem.evaluate(start), torch.arange(problem.size), Memory(solve), tolerance, _MOST)
    if found.calm:
        return Optimum(found.p, found.at, found.steps, True)
    return minimise(problem, found.p, tolerance=tolerance)


class Follower:
    """Finds the optima of problems that differ by little, one after another.

    They share the factorised curvature, and each takes over the changes of the gradient that the ones before it have met. Where
    that takes many steps, the curvature is computed and factorised anew.

    Parameters
    ----------
    curvature : (size, size) at an optimum near by
    """

    def __init__(self, curvature: Tensor):
        self._memory, self._slow = Memory(solver_of(curvature)), False

    def optimum(
        self, problem: Problem, start: Tensor, tolerance: float, astray: Callable[[Tensor], bool] = lambda p: False
    ) -> Optimum:
        """Return the optimum near `start` (size,), as `follow` does; or, not converged, a point that is `astray`."""
        p, at, free = start, problem.evaluate(start), torch.arange(problem.size)
        if self._slow:
            self._renew(problem, p, at)
        for _ in range(_ROUNDS):
            found = descend(problem, p, at, free, self._memory, tolerance, _ROUND)
            p, at, self._slow = found.p, found.at, found.steps > _SLOW
            if found.calm or astray(p):
                return Optimum(p, at, found.steps, found.calm)
            self._renew(problem, p, at)
        return minimise(problem, p, tolerance=tolerance)

    def _renew(self, problem: Problem, p: Tensor, at: Evaluation) -> None:
        self._memory = Memory(solver_of(problem.curvature(p, at)))
