"""What a profile is taken along: a linear combination of the parameters, or the energies' common scale.

A line answers where the optimum lies with its quantity held at a value, how high, and how steeply that height changes.
"""

from collections.abc import Callable
from copy import copy
from dataclasses import dataclass
from math import inf, log
from typing import Protocol

import torch
from torch import Tensor

from cisphys.inference.held import Held
from cisphys.inference.newton import Optimum
from cisphys.inference.problem import Problem
from cisphys.inference.quasi_newton import Solver
from cisphys.inference.refit import Follower

FARTHEST = 30.0  # kT from the optimum: beyond it an interval is called open
BEYOND = 40.0  # kT: from where a site is bound never to where it is always, in which case it acts on no variant either
FARTHEST_SCALE, LONGEST_SCALE = log(10.0), log(1.5)  # of the scale's logarithm: likewise, and the longest step
_TOLERANCE, _TIGHT = 1e-4, 1e-6  # nats; on a leash, whose pull is read as a slope, the less
_LEASH = 0.1  # of the guessed standard error: how tightly the scale is held


@dataclass(frozen=True)
class Visit:
    """An optimum with the quantity held: its value, the objective, that objective's slope by the value, and p (size,)."""

    value: float
    objective: float
    slope: float
    p: Tensor


class Line(Protocol):
    """A quantity that can be held.

    `tangent` (size,) is how p changes with it at the optimum; `farthest` and `longest` are the greatest distance from there and
    the longest step that make sense. `beyond` is the distance at which an optimum that runs to one infinity may be met by the
    other one (0: nowhere), and `loosest` (size,) the direction to there, along the parameters that are least held.
    """

    origin: Visit
    tangent: Tensor
    loosest: Tensor
    farthest: float
    longest: float
    beyond: float

    def visit(self, value: float, start: Tensor, astray: Callable[[Tensor], bool]) -> Visit:
        """Return the optimum at a value (or near it), found from `start` (size,).

        Where the search has come to a p that is `astray`, it need not go on: what is returned may then be no optimum.
        """
        ...


class LinearLine:
    """Holds constant + weights' p.

    Parameters
    ----------
    weights : (size,)
    curvature, solve : at the optimum, which all lines share
    """

    farthest, longest, beyond = FARTHEST, inf, BEYOND

    def __init__(self, problem: Problem, best: Optimum, weights: Tensor, curvature: Tensor, solve: Solver, constant: float = 0.0):
        self.held, self.constant = Held(problem, weights), constant
        self.follower = Follower(self.held.curvature_within(curvature))
        self.origin = Visit(constant + float(weights @ best.p), best.objective, 0.0, best.p)
        response = solve(weights)
        self.tangent = response / (weights @ response)
        loose = weights / curvature.diagonal().clamp(min=1e-12)
        self.loosest = loose / (weights @ loose)

    def visit(self, value: float, start: Tensor, astray: Callable[[Tensor], bool]) -> Visit:
        """Return the optimum at this value."""
        held = self.held.at_value(value - self.constant)
        found = self.follower.optimum(held, start[held.others], _TOLERANCE, lambda q: astray(held.whole(q)))
        p = held.whole(found.p)
        away = value - self.origin.value
        along = (p - self.origin.p) / away if away else self.tangent  # one unit off the plane; near the profile's own direction
        slope = -float(held.problem.ascent(p, found.at) @ along)
        return Visit(value, found.objective, slope, p)


class ScaleLine:
    """Holds the logarithm of the latent's scale, on a leash: a penalty that pulls it to a value.

    The optimum with the penalty is the optimum with the scale held at what it then is, and the penalty's pull is the slope there.
    """

    farthest, longest, beyond = FARTHEST_SCALE, LONGEST_SCALE, 0.0

    def __init__(self, problem: Problem, best: Optimum, width: float, solve: Solver):
        self.problem, self.width, self.leash = problem, width, _LEASH * width
        self.follower: Follower | None = None
        self.best = best
        self.origin = Visit(problem.log_scale(best.at.latents), best.objective, 0.0, best.p)
        self.visits = [self.origin]
        slope = torch.zeros_like(best.p)
        slope[: problem.structural] = problem.slope_of_scale(best.at)
        response = solve(slope)
        self.tangent = self.loosest = response / (slope @ response)

    def visit(self, value: float, start: Tensor, astray: Callable[[Tensor], bool]) -> Visit:
        """Return the optimum near this value."""
        leashed = self._leashed(value + self.leash**2 * self._slope_near(value))
        if self.follower is None:
            self.follower = Follower(leashed.curvature(self.best.p, self.best.at))
        found = self.follower.optimum(leashed, start, _TIGHT, astray)
        reached = self.problem.log_scale(found.at.latents)
        pull, usual = leashed.pull_of_scale(reached), self.problem.pull_of_scale(reached)
        visit = Visit(reached, found.objective - pull.height + usual.height, usual.slope - pull.slope, found.p)
        self.visits.append(visit)
        return visit

    def _slope_near(self, value: float) -> float:
        """Return the slope of the objective that the nearest optima let expect at a value: so much the leash will give."""
        near = sorted(self.visits, key=lambda visit: abs(visit.value - value))[:2]
        if len(near) == 1:
            return (value - self.origin.value) / self.width**2
        bend = (near[1].slope - near[0].slope) / (near[1].value - near[0].value)
        return near[0].slope + bend * (value - near[0].value)

    def _leashed(self, value: float) -> Problem:
        leashed = copy(self.problem)
        leashed.scale_centre, leashed.scale_width = value, self.leash
        return leashed
