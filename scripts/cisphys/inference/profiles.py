"""Profiles of everything a fit names: chosen by what the reads inform, with priors so weak that they do not pull."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from cisphys.inference.identifiability import assess, overdispersion
from cisphys.inference.newton import Optimum, minimise
from cisphys.inference.orientation import agreement
from cisphys.inference.problem import Problem
from cisphys.inference.profile import LowerFound, Profile, profile
from cisphys.inference.profile_lines import Line, LinearLine, ScaleLine
from cisphys.inference.quantities import SCALE, Quantity, quantities_of
from cisphys.inference.refit import solver_of
from cisphys.progress import Step, unseen

PROFILE_RIDGE, PROFILE_SCALE_WIDTH = 1e-3, 15.0  # so weak that they do not pull at what is profiled
_MOST_RENEWALS = 3


@dataclass(frozen=True)
class Profiles:
    """The profiles of what the reads inform, by name; `energy_scale` is in log kT.

    `uninformed` says why a scalar has none: ``absorbed`` by p(bin | latent), ``traded`` against others, or ``unsettled``. What is
    derived and not informed is in neither.
    """

    found: Mapping[str, Profile]
    uninformed: Mapping[str, str]


def profile_all(problem: Problem, start: Optimum, report: Callable[[str], None], progress: Step = unseen) -> Profiles:
    """Profile what the reads inform, with priors that no longer pull; begin anew where a profile finds a better optimum.

    `report` is told each profile, `progress` how many are done.
    """
    chosen, width = problem.ridge.strength, problem.scale_width
    problem.set_ridge(min(PROFILE_RIDGE, chosen))
    problem.scale_width = PROFILE_SCALE_WIDTH
    p = start.p
    try:
        for _ in range(_MOST_RENEWALS):
            try:
                return _profiled(problem, minimise(problem, p), report, progress)
            except LowerFound as news:
                report("a profile found a better optimum: beginning again from there")
                p = news.p
        return _profiled(problem, minimise(problem, p), report, progress, settle=True)
    finally:
        problem.set_ridge(chosen)
        problem.scale_width = width


def _profiled(problem: Problem, best: Optimum, report: Callable[[str], None], progress: Step, settle: bool = False) -> Profiles:
    """Profile about one optimum; `settle`: what finds a better one is called ``unsettled`` instead of beginning again."""
    own = agreement(problem, best.p)

    def is_own_image(p: Tensor) -> bool:
        return agreement(problem, p) >= own

    lines = _Lines(problem, best)
    uninformed, found = lines.uninformed(), {}
    ordered = sorted(lines, key=lambda each: -each[2])  # what may be far off its optimum first
    for done, (name, line, width, inflation) in enumerate(ordered):

        def told(points: int, name: str = name, done: int = done) -> None:
            progress(done, len(ordered), f"profile of {name}: {points} points")

        try:
            found[name] = profile(line, width, inflation, is_own_image, told)
        except LowerFound:
            if not settle:
                raise
            uninformed[name] = "unsettled"
            continue
        report(f"profile of {name}: {found[name]}")
    order = [*(each.name for each in lines.quantities), SCALE]
    return Profiles({name: found[name] for name in order if name in found}, uninformed)


class _Lines:
    """The lines of all quantities that the reads inform, which share the curvature at the optimum."""

    def __init__(self, problem: Problem, best: Optimum):
        self.problem, self.best = problem, best
        self.told = assess(problem, best)
        self.quantities = quantities_of(problem)
        self.curvature = problem.curvature(best.p, best.at)
        self.solve = solver_of(self.curvature)

    def uninformed(self) -> dict[str, str]:
        """Return why the scalars that the reads do not inform are not informed."""
        absorbed = dict(zip(self.problem.network.scalar_names, self.told.absorbed[self.problem.elements :], strict=True))
        alone = (each.name for each in self.quantities if not (each.derived or self._informed(each)))
        return {name: "absorbed" if absorbed[name] else "traded" for name in alone}

    def __iter__(self) -> Iterator[tuple[str, Line, float, float]]:
        """Yield name, line, guess of the standard error, and over-dispersion."""
        for quantity in filter(self._informed, self.quantities):
            weights = quantity.weights(self.problem)
            inflation = overdispersion(self.problem, self.best, weights)
            width = (inflation * float(weights @ self.solve(weights))) ** 0.5
            line = LinearLine(self.problem, self.best, weights, self.curvature, self.solve, quantity.constant)
            yield quantity.name, line, width, inflation
        if self.told.scale_error < float("inf"):
            slope = torch.zeros(self.problem.size, dtype=torch.float64)
            slope[: self.problem.structural] = self.problem.slope_of_scale(self.best.at)
            inflation = overdispersion(self.problem, self.best, slope)
            width = (inflation * float(slope @ self.solve(slope))) ** 0.5
            yield SCALE, ScaleLine(self.problem, self.best, width, self.solve), width, inflation

    def _informed(self, quantity: Quantity) -> bool:
        return self.told.tells(quantity.weights(self.problem)[: self.problem.structural])
