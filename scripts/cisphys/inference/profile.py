"""Profile likelihoods: how the objective rises as one parameter is held away from its optimum and all others follow.

The root r = sqrt(2 (F(x) - F0) / d) is close to linear in x on either side, so thresholds are found by secants in r: 68 %
where r = 0.99, 95 % where r = 1.96 (Wilks; Venzon and Moolgavkar 1988). d, at least 1, is the parameter's over-dispersion: by
how much the sandwich variance exceeds that of independent reads. Each point is an optimum to far below the thresholds.

A profile that runs into a mirror image of the fit (`cisphys.models.mirrors`) ends there: beyond lies the same profile again.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import inf, sqrt

import torch
from torch import Tensor

from cisphys.inference.newton import Optimum, minimise
from cisphys.inference.problem import Problem
from cisphys.log import logger

LEVELS = {"68": 0.9945, "95": 1.96}  # |r| at the ends of the two-sided interval
FARTHEST = 30.0  # kT from the optimum: beyond it an interval is called open
_TOLERANCE, _CLOSE = 1e-3, 0.01
_MOST_VISITS, _MOST_STEPS = 60, 50
_NARROW = 0.2  # of the threshold: between two points so near in r, r is taken as linear
_WORST = 4.0  # r of a point that others are started from: beyond it may lie a failure, or the mirror image
_NEWS = 0.01  # nats below the optimum that are no rounding


@dataclass(frozen=True)
class Profile:
    """A parameter's optimum, its intervals (None: open on that side), and every point (value, rise in nats) that was computed.

    `overdispersion` is the factor that the rise was divided by before it was compared with the thresholds; `mirrored` names the
    sides, ``low`` or ``high``, whose 95 % end is where the mirror image begins, `lost` those that are open because the search for
    their end failed.
    """

    value: float
    overdispersion: float
    low: dict[str, float | None]
    high: dict[str, float | None]
    points: tuple[tuple[float, float], ...]
    mirrored: frozenset[str] = frozenset()
    lost: frozenset[str] = frozenset()

    def __str__(self) -> str:
        ends = ("open" if end is None else f"{end:.2f}" for end in (self.low["95"], self.high["95"]))
        cost = f"{len(self.points)} points, over-dispersion {self.overdispersion:.2f}"
        return f"{self.value:.2f}, 95 % from {' to '.join(ends)}, {cost}"


class LowerFound(Exception):  # noqa: N818 - it is news, not a fault
    """A point of the profile lies below the optimum that it started from: `p` holds its parameters."""

    def __init__(self, p: Tensor):
        super().__init__("the profile found a lower objective than the fit")
        self.p = p


def profile(
    problem: Problem,
    best: Optimum,
    index: int,
    width: float,
    overdispersion: float = 1.0,
    is_own_image: Callable[[Tensor], bool] = lambda p: True,
) -> Profile:
    """Profile parameter `index` about an optimum.

    Parameters
    ----------
    width : a first guess of the standard error
    overdispersion : divides the rise
    is_own_image : says of parameters (size,) whether they are still oriented as the optimum is, or as a mirror image

    Raises
    ------
    LowerFound : the optimum was none
    """
    value = float(best.p[index])
    low, high = (_Walk(problem, best, index, side, overdispersion, is_own_image) for side in (-1, 1))
    ends = [{name: walk.reach(level, width) for name, level in LEVELS.items()} for walk in (low, high)]
    points = {value: 0.0} | low.points | high.points
    sides = (("low", low), ("high", high))
    mirrored = frozenset(name for name, walk in sides if walk.met_mirror)
    lost = frozenset(name for name, walk in sides if walk.lost)
    return Profile(value, overdispersion, ends[0], ends[1], tuple(sorted(points.items())), mirrored, lost)


@dataclass(frozen=True)
class _Point:
    """An optimum at some distance from the profile's, started from `stride` away; r is infinite in the mirror image."""

    distance: float
    r: float
    p: Tensor
    stride: float = 0.0


class _Walk:
    """The points on one side of the optimum, each started where the two nearest ones lead to."""

    def __init__(self, problem, best, index, side, overdispersion, is_own_image):
        self.problem, self.index, self.side = problem, index, side
        self.others = torch.tensor([i for i in range(problem.size) if i != index])
        self.overdispersion, self.is_own_image = overdispersion, is_own_image
        self.origin, self.lowest = float(best.p[index]), best.objective
        self.points: dict[float, float] = {}
        self.seen = [_Point(0.0, 0.0, best.p)]
        self.met_mirror = self.lost = False

    def reach(self, level: float, width: float) -> float | None:
        """Return the value where r reaches `level`, or None where it does not within `FARTHEST`."""
        for _ in range(_MOST_VISITS):
            below = max((point for point in self.seen if point.r < level), key=lambda point: point.distance)
            above = min((point for point in self.seen if point.r >= level), key=lambda point: point.distance, default=None)
            if above is not None and above.distance - below.distance < min(above.stride / 2, _CLOSE * above.distance):
                # before a jump is believed, its far side is started from near by, and what lies beyond is forgotten
                self.seen = [point for point in self.seen if point.distance < above.distance]
                self._visit(above.distance)
                continue
            end = self._end(level, below, above)
            if end is not None:
                return self._value(end)
            if above is None and below.distance >= FARTHEST:
                return None
            self._visit(self._next(level, width, below, above))
        self.lost = True
        logger.warning("a profile was not followed to its end within %d points: the interval is left open there", _MOST_VISITS)
        return None

    def _value(self, distance: float) -> float:
        return self.origin + self.side * distance

    def _end(self, level: float, below: _Point, above: _Point | None) -> float | None:
        """Return the distance where r reaches the level, or jumps over it, once the points about it are near enough to tell."""
        near = min(self.seen, key=lambda point: abs(point.r - level))
        if abs(near.r - level) < _CLOSE * level:
            return near.distance
        if above is None:
            return None
        if above.distance - below.distance < _CLOSE * above.distance:
            self.met_mirror |= above.r == inf
            return above.distance
        narrow = above.r - below.r < _NARROW * level
        return below.distance + (level - below.r) / (above.r - below.r) * (above.distance - below.distance) if narrow else None

    def _next(self, level: float, width: float, below: _Point, above: _Point | None) -> float:
        """Return the distance to look at next: ahead by the slope so far, or between two points by the secant."""
        if above is None:
            slope = below.r / below.distance if below.distance else 1 / width
            ahead = (level - below.r) / max(slope, 1e-9) + 0.1 * width
            return min(below.distance + min(ahead, 2 * min(width, 1.0) + below.distance), FARTHEST)
        share = 0.5 if above.r >= _WORST else (level - below.r) / (above.r - below.r)
        return below.distance + min(max(share, 0.2), 0.8) * (above.distance - below.distance)

    def _visit(self, distance: float) -> None:
        start, stride = self._ahead(distance)
        start[self.index] = self._value(distance)
        found = minimise(self.problem, start, self.others, _TOLERANCE, _MOST_STEPS)
        rise = found.objective - self.lowest
        if rise < -_NEWS:
            raise LowerFound(found.p)
        r = inf
        if self.is_own_image(found.p):
            self.points[self._value(distance)] = rise
            r = sqrt(2 * max(rise, 0.0) / self.overdispersion)
        self.seen.append(_Point(distance, r, found.p, stride))
        self.seen.sort(key=lambda point: point.distance)

    def _ahead(self, distance: float) -> tuple[Tensor, float]:
        """Return where the line through the two nearest points meets this distance, and how far away the nearest one is."""
        good = [point for point in self.seen if point.r < _WORST]
        a, *others = sorted(good, key=lambda point: abs(point.distance - distance))[:2]
        p = a.p.clone()
        for b in others:
            p += (distance - a.distance) / (b.distance - a.distance) * (b.p - a.p)
        return p, abs(distance - a.distance)
