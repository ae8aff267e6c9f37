"""L-BFGS on top of a factorised curvature: for problems whose optimum is near that of another one.

Each step costs one evaluation and one gradient, a small part of a Gauss-Newton step; the differences of the gradients along the
way (Nocedal 1980) make up for what the shared curvature lacks, and also for what the expected information lacks of the Hessian,
so that convergence is faster than linear.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import torch
from torch import Tensor

from cisphys.inference.newton import Optimum, minimise
from cisphys.inference.problem import Problem

_MEMORY, _MOST, _HALVINGS = 12, 40, 4
_SUFFICIENT = 1e-4  # of the gain that the slope promises (Armijo)
_SLOW = 7  # steps from which on a new factorisation, which costs about two, pays at the next neighbour
_ROUNDS, _ROUND = 4, 12  # so many times the curvature is factorised anew, each after so many steps
_LEAST_DAMPING = 1e-10  # of the scaled curvature, whose diagonal is 1

Solver = Callable[[Tensor], Tensor]


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


@dataclass
class _Memory:
    """The last steps, and the changes of the gradient along them."""

    solve: Solver
    pairs: list[tuple[Tensor, Tensor]] = field(default_factory=list)

    def add(self, step: Tensor, change: Tensor) -> None:
        """Keep a pair where the objective curves upwards along it."""
        if float(step @ change) > 1e-12 * float(step.norm() * change.norm()):
            self.pairs = [*self.pairs, (step, change)][-_MEMORY:]

    def direction(self, ascent: Tensor) -> Tensor:
        """Return the step (size,) for minus the gradient (size,): the two-loop recursion."""
        q, weights = ascent, []
        for step, change in reversed(self.pairs):
            weight = float(step @ q) / float(step @ change)
            q = q - weight * change
            weights.append(weight)
        result = self.solve(q)
        for (step, change), weight in zip(self.pairs, reversed(weights), strict=True):
            result = result + (weight - float(change @ result) / float(step @ change)) * step
        return result


def follow(problem: Problem, start: Tensor, solve: Solver, tolerance: float) -> Optimum:
    """Return the optimum of a problem near `start` (size,), or where that fails of Levenberg-Marquardt's from there.

    It has converged where two steps in a row promise and bring no more than the tolerance (nats), or one no more than a tenth.
    """
    found = _descended(problem, start, _Memory(solve), tolerance)
    return found if found.converged else minimise(problem, found.p, tolerance=tolerance)


class Follower:
    """Finds the optima of problems that differ by little, one after another.

    They share the factorised curvature, and each takes over the changes of the gradient that the ones before it have met. Where
    that takes many steps, the curvature is computed and factorised anew.

    Parameters
    ----------
    curvature : (size, size) at an optimum near by
    """

    def __init__(self, curvature: Tensor):
        self._memory, self._slow = _Memory(solver_of(curvature)), False

    def optimum(
        self, problem: Problem, start: Tensor, tolerance: float, astray: Callable[[Tensor], bool] = lambda p: False
    ) -> Optimum:
        """Return the optimum near `start` (size,), as `follow` does; or, not converged, a point that is `astray`."""
        if self._slow:
            self._renew(problem, start)
        for _ in range(_ROUNDS):
            found = _descended(problem, start, self._memory, tolerance, _ROUND)
            self._slow = found.iterations > _SLOW
            if found.converged or astray(found.p):
                return found
            start = found.p
            self._renew(problem, start)
        return minimise(problem, start, tolerance=tolerance)

    def _renew(self, problem: Problem, p: Tensor) -> None:
        self._memory = _Memory(solver_of(problem.curvature(p, problem.evaluate(p))))


def _descended(problem: Problem, start: Tensor, memory: _Memory, tolerance: float, most: int = _MOST) -> Optimum:
    """Return where the descent from `start` (size,) ends, which may be before it has converged."""
    p, at, calm = start, problem.evaluate(start), 0
    ascent = problem.ascent(p, at)
    for iteration in range(1, most + 1):
        step = memory.direction(ascent)
        promised = float(ascent @ step)
        found = next(_shorter(problem, p, step, at.objective, promised), None) if promised > 0 else None
        if found is None:
            return Optimum(p, at, iteration, 0 <= promised < 0.1 * tolerance)
        moved, then = found
        then_ascent = problem.ascent(moved, then)
        memory.add(moved - p, ascent - then_ascent)
        gain = max(0.5 * promised, at.objective - then.objective)
        calm = calm + 1 if gain < tolerance else 0
        p, at, ascent = moved, then, then_ascent
        if calm == 2 or gain < 0.1 * tolerance:
            return Optimum(p, at, iteration, True)
    return Optimum(p, at, most, False)


def _shorter(problem: Problem, p: Tensor, step: Tensor, objective: float, promised: float):
    """Yield the points and evaluations of the step, its half, its quarter ... that descend enough."""
    for halving in range(_HALVINGS):
        moved = p + step / 2**halving
        at = problem.evaluate(moved)
        if at.objective < objective - _SUFFICIENT * promised / 2**halving:
            yield moved, at
