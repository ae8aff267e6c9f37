"""A problem with one linear combination of its parameters held: the same problem in coordinates that are one fewer.

With weights' p = value, one parameter, the pivot, follows from the others q; gradient and curvature by q are those by p along
this plane. The derivative of the least objective by the value is the gradient along any line that leaves the plane by one unit
(envelope theorem), so an optimum tells the slope of the profile as well as its height.
"""

import torch
from torch import Tensor

from cisphys.inference.problem import Evaluation, Problem


class Held:
    """`problem` with weights' p held at `value`, by the coordinates q (size - 1,).

    Parameters
    ----------
    weights : (size of p,), not all zero
    """

    def __init__(self, problem: Problem, weights: Tensor, value: float = 0.0):
        self.problem, self.weights, self.value = problem, weights, value
        self.pivot = int(weights.abs().argmax())
        self.others = torch.tensor([i for i in range(problem.size) if i != self.pivot])
        self.ratios = weights[self.others] / weights[self.pivot]
        self.size = problem.size - 1

    def at_value(self, value: float) -> "Held":
        """Return the same with the combination held at another value."""
        return Held(self.problem, self.weights, value)

    def whole(self, q: Tensor) -> Tensor:
        """Return p (size of p,) of the coordinates."""
        p = q.new_empty(self.problem.size)
        p[self.others] = q
        p[self.pivot] = self.value / self.weights[self.pivot] - self.ratios @ q
        return p

    def evaluate(self, q: Tensor) -> Evaluation:
        """Return the problem's evaluation at q."""
        return self.problem.evaluate(self.whole(q))

    def ascent(self, q: Tensor, at: Evaluation) -> Tensor:
        """Return minus the gradient by q."""
        return self.within(self.problem.ascent(self.whole(q), at))

    def curvature(self, q: Tensor, at: Evaluation) -> Tensor:
        """Return the curvature by q, (size - 1, size - 1)."""
        return self.curvature_within(self.problem.curvature(self.whole(q), at))

    def within(self, gradient: Tensor) -> Tensor:
        """Return a gradient by q from that by p."""
        return gradient[self.others] - gradient[self.pivot] * self.ratios

    def curvature_within(self, matrix: Tensor) -> Tensor:
        """Return a curvature by q from that by p."""
        crossed = torch.outer(self.ratios, matrix[self.pivot, self.others])
        own = matrix[self.pivot, self.pivot] * torch.outer(self.ratios, self.ratios)
        return matrix[self.others[:, None], self.others] - crossed - crossed.T + own
