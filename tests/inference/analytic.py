"""Objectives in closed form, in the shape that the minimiser takes, so that optima and intervals are known by hand."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class Value:
    """What an evaluation returns."""

    objective: float


class Analytic:
    """A smooth function of p (size,) as a problem."""

    def __init__(self, function: Callable[[Tensor], Tensor], size: int):
        self.function, self.size = function, size

    def evaluate(self, p: Tensor) -> Value:
        return Value(float(self.function(p)))

    def ascent(self, p: Tensor, at: Value) -> Tensor:
        free = p.clone().requires_grad_()
        (gradient,) = torch.autograd.grad(self.function(free), free)
        return -gradient

    def curvature(self, p: Tensor, at: Value) -> Tensor:
        return torch.autograd.functional.hessian(self.function, p)


def point(*values: float) -> Tensor:
    """Return parameters."""
    return torch.tensor(values, dtype=torch.float64)
