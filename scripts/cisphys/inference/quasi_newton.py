"""L-BFGS on top of a factorised curvature: where a new curvature at each step would not pay.

Each step costs one evaluation and one gradient, a small part of a Gauss-Newton step; the differences of the gradients along the
way (Nocedal 1980) make up for what the curvature lacks, also for what the expected information lacks of the Hessian, so that
convergence is faster than linear.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from torch import Tensor

if TYPE_CHECKING:
    from cisphys.inference.problem import Evaluation, Problem

_MEMORY, _TRIES = 30, 5
_SUFFICIENT = 1e-4  # of the gain that the slope promises (Armijo)

Solver = Callable[[Tensor], Tensor]
Watch = Callable[[str, Tensor, "Evaluation", float], None]


def unwatched(method: str, p: Tensor, at: "Evaluation", promised: float) -> None:
    """Note nothing of a step."""


@dataclass(frozen=True)
class Descent:
    """Where a descent ended; `calm` says that its last two steps promised and brought no more than the tolerance."""

    p: Tensor
    at: "Evaluation"
    steps: int
    calm: bool


@dataclass
class Memory:
    """The last steps, and the changes of the gradient along them; `solve` is gradient -> step by a curvature near by."""

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


def descend(
    problem: "Problem",
    p: Tensor,
    at: "Evaluation",
    free: Tensor,
    memory: Memory,
    tolerance: float,
    most: int,
    watch: Watch = unwatched,
) -> Descent:
    """Descend from p (size,), evaluated `at`, until calm, out of steps, or where no step descends.

    Parameters
    ----------
    free : indices of the parameters that move
    memory : of the free parameters; it takes over what was met before, and keeps what is met now
    tolerance : nats
    watch : is told each step, as by `cisphys.inference.newton.minimise`
    """
    calm, ascent = 0, problem.ascent(p, at)[free]
    for taken in range(most):
        step = memory.direction(ascent)
        slope = float(ascent @ step)
        found = _descended(problem, p, at.objective, free, step, slope) if slope > 0 else None
        if found is None:
            return Descent(p, at, taken, False)
        moved, then = found
        then_ascent = problem.ascent(moved, then)[free]
        memory.add((moved - p)[free], ascent - then_ascent)
        calm = calm + 1 if max(0.5 * slope, at.objective - then.objective) < tolerance else 0
        p, at, ascent = moved, then, then_ascent
        watch("L-BFGS", p, at, 0.5 * slope)
        if calm == 2:
            return Descent(p, at, taken + 1, True)
    return Descent(p, at, most, False)


def _descended(problem, p: Tensor, objective: float, free: Tensor, step: Tensor, slope: float):
    """Return where the step, or the part of it that a parabola through what is known suggests, descends enough, or None."""
    share = 1.0
    for _ in range(_TRIES):
        moved = p.index_add(0, free, share * step)
        at = problem.evaluate(moved)
        gained = objective - at.objective
        if gained > _SUFFICIENT * slope * share:
            return moved, at
        share *= max(0.1, min(0.5, 0.5 * slope * share / (slope * share - gained)))
    return None
