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

Solver = Callable[[Tensor], Tensor]


def shared_solver(problem: Problem, best: Optimum) -> Solver:
    """Return gradient (size,) -> step (size,) by the curvature at an optimum."""
    matrix = problem.curvature(best.p, best.at)
    scale = matrix.diagonal().clamp(min=1e-12).sqrt()
    factor = torch.linalg.cholesky(matrix / scale[:, None] / scale + 1e-10 * torch.eye(len(matrix), dtype=matrix.dtype))
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

    It has converged where two steps in a row promise and bring no more than the tolerance (nats).
    """
    p, at, memory, calm = start, problem.evaluate(start), _Memory(solve), 0
    ascent = problem.ascent(p, at)
    for iteration in range(1, _MOST + 1):
        step = memory.direction(ascent)
        promised = float(ascent @ step)
        found = next(_shorter(problem, p, step, at.objective, promised), None) if promised > 0 else None
        if found is None:
            break
        moved, then = found
        then_ascent = problem.ascent(moved, then)
        memory.add(moved - p, ascent - then_ascent)
        calm = calm + 1 if max(0.5 * promised, at.objective - then.objective) < tolerance else 0
        p, at, ascent = moved, then, then_ascent
        if calm == 2:
            return Optimum(p, at, iteration, True)
    return minimise(problem, p, tolerance=tolerance)


def _shorter(problem: Problem, p: Tensor, step: Tensor, objective: float, promised: float):
    """Yield the points and evaluations of the step, its half, its quarter ... that descend enough."""
    for halving in range(_HALVINGS):
        moved = p + step / 2**halving
        at = problem.evaluate(moved)
        if at.objective < objective - _SUFFICIENT * promised / 2**halving:
            yield moved, at
