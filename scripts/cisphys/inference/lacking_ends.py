"""Sites without their outermost positions, and shifted by one: what held-out variants lose without them.

Energies may all shrink together at little cost, so no quadratic around the optimum tells what a position is worth. The model
without it is brought to its own optimum instead, in a few steps from the fit.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from scipy.special import chdtrc

from cisphys.inference.lacking_candidates import FLANK, Candidate, Family, fixed_places, on_variant
from cisphys.inference.lacking_gain import Extended, Gains, shrinkage
from cisphys.inference.lacking_scores import ScoreTests, Tested
from cisphys.inference.newton import Optimum, minimise
from cisphys.inference.problem import Problem
from cisphys.models.sites import Placement

_STEPS, _TOLERANCE = 12, 0.1  # of the way to the optimum without a position: steps, nats
_LOST = 3.0  # nats of the validation variants: a site that loses more by one position is not made narrower still


@dataclass(frozen=True)
class End:
    """One end of a site: its positions from the end inwards, and the element of p where each position's three begin."""

    site: str
    place: Placement
    positions: tuple[int, ...]
    elements: tuple[int, ...]
    beyond: int

    def removed(self, count: int) -> np.ndarray:
        """Return the elements of p of the outermost positions."""
        return np.concatenate([first + np.arange(3) for first in self.elements[:count]])


def ends_of(problem: Problem) -> list[End]:
    """Return both ends of each energy matrix of single bases that lies at one place."""
    found = []
    for site in problem.network.spec.site_names:
        for place in fixed_places(problem, site):
            if problem.network.blocks[place.block].features == "single":
                found += [_end(problem, site, place, sign) for sign in (1, -1)]
    return found


def _end(problem: Problem, site: str, place: Placement, sign: int) -> End:
    """Return the left end (`sign` 1) or the right one (-1)."""
    start, order = problem.terms[0].design.slices[place.block].start, list(on_variant(place))
    positions = tuple(range(place.start, place.stop)[::sign])[:FLANK]
    elements = tuple(start + 3 * order.index(position) for position in positions)
    return End(site, place, positions, elements, place.stop if sign > 0 else place.start - 1)


Judged = tuple[Candidate, Tested, dict[str, np.ndarray]]


def judge_ends(tests: ScoreTests, gains: Gains, wider: Sequence[tuple[Family, Candidate, Tested]]) -> Iterator[Judged]:
    """Yield each site without one, two, ... positions at an end, and shifted by one, with its test and its held-out gains.

    `wider` are the tests of single positions, of which those next to a site are taken in when it is shifted.
    """
    for end in ends_of(tests.problem):
        for count in range(1, len(end.positions)):
            optimum = _without(tests, end.removed(count))
            lost = gains.at(optimum.p, None)
            narrower = Candidate("site_narrower", end.site, tuple(sorted(end.positions[:count])))
            yield narrower, _ratio(tests, end.removed(count), optimum), lost
            if count == 1:
                yield from _shifted(gains, end, optimum, wider)
            if lost["validation"].sum() < -_LOST:
                break


def _without(tests: ScoreTests, removed: np.ndarray) -> Optimum:
    """Return the optimum with some elements of p at 0."""
    problem, start = tests.problem, tests.best.p.clone()
    start[removed] = 0.0
    free = torch.as_tensor(np.setdiff1d(np.arange(problem.size), removed))
    return minimise(problem, start, free, _TOLERANCE, _STEPS)


def _ratio(tests: ScoreTests, removed: np.ndarray, optimum: Optimum) -> Tested:
    """Return the likelihood-ratio test of positions that carry nothing, over-dispersion divided out (Satorra & Bentler 1994)."""
    before = tests.best.at
    lost = sum(one.log_likelihood - other.log_likelihood for one, other in zip(before.measured, optimum.at.measured, strict=True))
    statistic = max(0.0, 2 * lost / max(1.0, tests.overdispersion(removed)))
    p = float(chdtrc(len(removed), statistic))
    return Tested(statistic, p, len(removed), 0.0, np.zeros(0), np.zeros(tests.problem.size))


def _shifted(gains: Gains, end: End, optimum: Optimum, wider) -> Iterator[Judged]:
    """Yield the site shifted away from an end: without its first position, with the one beyond its other end."""
    for family, candidate, tested in wider:
        if candidate.site == end.site and candidate.positions == (end.beyond,):
            sign = 1 if end.beyond == end.place.stop else -1
            factor, moved = shrinkage(tested), torch.as_tensor(tested.moved).clone()
            moved[end.removed(1)] = 0.0
            gained = gains.at(optimum.p + factor * moved, Extended(family, candidate, factor * tested.step))
            positions = tuple(position + sign for position in range(end.place.start, end.place.stop))
            yield Candidate("site_shifted", end.site, positions, note=f"{sign:+d}"), _untested(tested), gained


def _untested(like: Tested) -> Tested:
    return Tested(np.nan, np.nan, 0, 0.0, np.zeros(0), np.zeros_like(like.moved))
