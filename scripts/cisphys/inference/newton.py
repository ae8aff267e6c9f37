"""Levenberg-Marquardt with the exact Fisher information: a Gauss-Newton step, shortened until it descends."""

from dataclasses import dataclass
from math import inf, log, nan
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from cisphys.inference.quasi_newton import Memory, Watch, descend, unwatched

if TYPE_CHECKING:
    from cisphys.inference.problem import Evaluation, Problem
    from cisphys.inference.traces import Trace

_FIRST_DAMPING, _MOST_DAMPING = 1e-3, 1e3
_SLOW_RATIO, _MANY_STEPS, _SLOW_STEPS = 1 / 3, 4, 3  # of gains; to go at this ratio; in a row
_MOST_QUASI = 40  # steps with one curvature
_GOOD_SHARE = 0.5  # of the promised gain: a step that brings less was too long


@dataclass(frozen=True)
class Optimum:
    """Where a minimisation ended.

    `converged` says that a nearly undamped step neither brought nor promised more than a tenth of the tolerance, or two in a row
    no more than the tolerance. `trace` tells how it was found, where that was noted.
    """

    p: Tensor
    at: "Evaluation"
    iterations: int
    converged: bool
    trace: "Trace | None" = None

    @property
    def objective(self) -> float:
        """Return the objective in nats."""
        return self.at.objective


def minimise(
    problem: "Problem",
    start: Tensor,
    free: Tensor | None = None,
    tolerance: float = 1e-3,
    most: int = 200,
    watch: Watch = unwatched,
) -> Optimum:
    """Minimise a problem's objective from `start` (size,).

    Where Newton steps gain little more than the ones before, their curvature is wrong rather than the step too long (the expected
    information is not the Hessian of a model that does not hold): then L-BFGS goes on with it (`cisphys.inference.quasi_newton`).

    Parameters
    ----------
    free : indices of the parameters that move; all if None
    tolerance : nats
    most : steps at most
    watch : is told the start and each step: what led there, p, its evaluation, and the gain (nats) that the step promised
    """
    free = torch.arange(problem.size) if free is None else free
    p, at, damping, calm, pace = start, problem.evaluate(start), _FIRST_DAMPING, 0, _Pace(tolerance)
    steepest, iteration = torch.zeros(len(free), dtype=start.dtype), 0
    watch("start", p, at, nan)
    while iteration < most:
        system = _System(problem, p, at, free, steepest)
        taken = _descend(problem, p, at, free, system.solve, damping, tolerance)
        if taken.at is None:
            return Optimum(p, at, iteration, taken.promised < tolerance)
        gained, iteration = at.objective - taken.at.objective, iteration + 1
        p, at, steepest, damping = taken.p, taken.at, system.steepest, max(taken.damping * 0.15, 1e-10)
        watch("Newton", p, at, taken.promised)
        calm = calm + 1 if max(gained, taken.promised) < tolerance and damping < 1e-2 else 0
        if calm == 2 or (calm and max(gained, taken.promised) < 0.1 * tolerance):
            return Optimum(p, at, iteration, True)
        if pace.is_slow(gained):
            found = descend(problem, p, at, free, Memory(system.again), tolerance, min(_MOST_QUASI, most - iteration), watch)
            p, at, iteration = found.p, found.at, iteration + found.steps
    return Optimum(p, at, most, False)


class _Pace:
    """Counts the steps in a row that gain less than the one before, but so little less that many more would be needed."""

    def __init__(self, tolerance: float):
        self.tolerance, self.before, self.slow = tolerance, inf, 0

    def is_slow(self, gained: float) -> bool:
        """Take note of a step's gain (nats); return whether it was the third slow one in a row, and begin to count anew."""
        ratio, self.before = gained / self.before, gained
        far = _SLOW_RATIO < ratio < 1 and self.tolerance < gained and log(gained / self.tolerance) > -_MANY_STEPS * log(ratio)
        self.slow = self.slow + 1 if far else 0
        if self.slow < _SLOW_STEPS:
            return False
        self.before, self.slow = inf, 0
        return True


@dataclass(frozen=True)
class _Step:
    """A step that descended (`at` is None: none did), with the damping it took and the gain that the quadratic model promised."""

    p: Tensor
    at: "Evaluation | None"
    damping: float
    promised: float


class _System:
    """The Newton system at one point, scaled by the largest curvature that each parameter has had so far (Moré 1978).

    By the present one, a parameter that has come to where nothing depends on it, such as a rate far above all others, would be
    free to run away, and drag the rest along. `steepest` (free,) is that curvature, the present one included.
    """

    def __init__(self, problem: "Problem", p: Tensor, at: "Evaluation", free: Tensor, steepest: Tensor):
        self.ascent = problem.ascent(p, at)[free]
        matrix = problem.curvature(p, at)
        matrix = matrix[free[:, None], free] if len(free) < problem.size else matrix
        self.steepest = torch.maximum(steepest, matrix.diagonal().clamp(min=1e-12))
        self.scale = self.steepest.sqrt()
        self.scaled = matrix / self.scale[:, None] / self.scale
        self.factor = self.scaled

    def solve(self, damping: float) -> tuple[Tensor, float] | None:
        """Return the step and the gain that it promises, None where the damped matrix is not definite."""
        damped = self.scaled.clone()
        damped.diagonal().add_(damping)
        self.factor, failed = torch.linalg.cholesky_ex(damped)
        if failed:
            return None
        step = self.again(self.ascent)
        return step, 0.5 * float(self.ascent @ step)

    def again(self, gradient: Tensor) -> Tensor:
        """Return the step for another gradient (free,), by the matrix and damping of the last one."""
        return torch.cholesky_solve((gradient / self.scale)[:, None], self.factor)[:, 0] / self.scale


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
