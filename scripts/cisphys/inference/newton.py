"""Levenberg-Marquardt with the exact Fisher information: a Gauss-Newton step, shortened until it descends."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor

if TYPE_CHECKING:
    from cisphys.inference.problem import Evaluation, Problem

_FIRST_DAMPING, _MOST_DAMPING = 1e-3, 1e3
_GOOD_SHARE = 0.5  # of the promised gain: a step that brings less was too long


@dataclass(frozen=True)
class Optimum:
    """Where a minimisation ended.

    `converged` says that a nearly undamped step neither brought nor promised more than a tenth of the tolerance, or two in a row
    no more than the tolerance.
    """

    p: Tensor
    at: "Evaluation"
    iterations: int
    converged: bool

    @property
    def objective(self) -> float:
        """Return the objective in nats."""
        return self.at.objective


def minimise(
    problem: "Problem",
    start: Tensor,
    free: Tensor | None = None,
    tolerance: float = 1e-3,
    most: int = 100,
    report: Callable[[int, float], None] = lambda iteration, objective: None,
) -> Optimum:
    """Minimise a problem's objective from `start` (size,).

    Parameters
    ----------
    free : indices of the parameters that move; all if None
    tolerance : nats
    most : iterations at most
    """
    free = torch.arange(problem.size) if free is None else free
    p, at, damping, calm = start, problem.evaluate(start), _FIRST_DAMPING, 0
    steepest = torch.zeros(len(free), dtype=start.dtype)
    for iteration in range(most):
        solve, steepest = _scaled_solver(problem, p, at, free, steepest)
        taken = _descend(problem, p, at, free, solve, damping, tolerance)
        if taken.at is None:
            return Optimum(p, at, iteration, taken.promised < tolerance)
        gained = at.objective - taken.at.objective
        p, at, damping = taken.p, taken.at, max(taken.damping * 0.15, 1e-10)
        report(iteration, at.objective)
        calm = calm + 1 if max(gained, taken.promised) < tolerance and damping < 1e-2 else 0
        if calm == 2 or (calm and max(gained, taken.promised) < 0.1 * tolerance):
            return Optimum(p, at, iteration + 1, True)
    return Optimum(p, at, most, False)


@dataclass(frozen=True)
class _Step:
    """A step that descended (`at` is None: none did), with the damping it took and the gain that the quadratic model promised."""

    p: Tensor
    at: "Evaluation | None"
    damping: float
    promised: float


def _scaled_solver(
    problem: "Problem", p: Tensor, at: "Evaluation", free: Tensor, steepest: Tensor
) -> tuple[Callable[[float], tuple[Tensor, float] | None], Tensor]:
    """Return damping -> (step, promised gain) for the Newton system, None where it is not definite, and what scales the damping.

    Each parameter is damped by the largest curvature that it has had (Moré 1978). By the present one, a parameter that has come
    to where nothing depends on it, such as a rate far above all others, would be free to run away, and drag the rest along.
    """
    ascent = problem.ascent(p, at)[free]
    matrix = problem.curvature(p, at)[free[:, None], free]
    steepest = torch.maximum(steepest, matrix.diagonal().clamp(min=1e-12))
    scale = steepest.sqrt()
    scaled = matrix / scale[:, None] / scale
    identity = torch.eye(len(free), dtype=p.dtype)

    def solve(damping: float) -> tuple[Tensor, float] | None:
        factor, failed = torch.linalg.cholesky_ex(scaled + damping * identity)
        if failed:
            return None
        step = torch.cholesky_solve((ascent / scale)[:, None], factor)[:, 0] / scale
        return step, 0.5 * float(ascent @ step)

    return solve, steepest


def _descend(problem, p, at, free, solve, damping, tolerance) -> _Step:
    promised = float("inf")
    while damping < _MOST_DAMPING:
        solution = solve(damping)
        if solution is not None:
            step, promised = solution
            moved = p.index_add(0, free, step)
            then = problem.evaluate(moved)
            if then.objective < at.objective:
                return _Step(*_shortened(problem, p, at, free, step, (moved, then), promised), damping, promised)
            if promised < 0.1 * tolerance:
                break
        damping = max(damping * 6, 1e-6)
    return _Step(p, None, damping, promised)


def _shortened(problem, p, at, free, step, found: tuple[Tensor, "Evaluation"], promised: float) -> tuple[Tensor, "Evaluation"]:
    """Return where a step that brought much less than it promised descends most, by the parabola through what is known of it."""
    gained, slope = at.objective - found[1].objective, 2 * promised
    if gained > _GOOD_SHARE * promised:
        return found
    shorter = p.index_add(0, free, step * (0.5 * slope / (slope - gained)))
    then = problem.evaluate(shorter)
    return (shorter, then) if then.objective < found[1].objective else found
