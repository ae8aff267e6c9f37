"""Profile likelihoods: how the objective rises as one quantity is held away from its optimum and all others follow.

The root r = sqrt(2 (F(x) - F0) / d) is close to linear in x on either side; intervals end where r = 0.99 (68 %) and r = 1.96
(95 %; Wilks; Venzon and Moolgavkar 1988). d, at least 1, is the quantity's over-dispersion: by how much the sandwich variance
exceeds that of independent reads. Each point is an optimum to far below the thresholds, and brings the profile's slope with it:
so r is known between points as the cubic through their heights and slopes, and a few points tell where it crosses a threshold.
Points are added where height and slope do not fit together.

A quantity that the data push to infinity has only a bound; then the other infinity is looked at too, beyond the barrier between
them, since what is bound always and what is bound never may fit alike.

A profile that runs into a mirror image of the fit (`cisphys.models.mirrors`) ends there: beyond lies the same profile again.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import inf, sqrt
from typing import NamedTuple

import torch
from torch import Tensor

from cisphys.inference.profile_curve import Point, crossing, fit_together
from cisphys.inference.profile_lines import Line, Visit
from cisphys.log import logger

LEVELS = {"68": 0.9945, "95": 1.96}  # |r| at the ends of the two-sided interval
_CLOSE = 0.01  # of the distance: two points so near on both sides of a level are a jump
_TOUCHES = 0.03  # of the level: from a point so near to it the tangent leads there
_BEYOND = 1.03  # times the level: where the next point is looked for, so that two enclose it
_MOST_VISITS = 60
_WORST = 4.0  # r of a point that others are started from: beyond it may lie a failure, or the mirror image
_NEWS = 0.01  # nats below the optimum that are no rounding
_LEAST_R = 0.05  # below it the slope of r is not told from rounding


class ProfilePoint(NamedTuple):
    """A value, how far the objective rises there above its least (nats), and the slope of that."""

    value: float
    rise: float
    slope: float


@dataclass(frozen=True)
class Profile:
    """A quantity's optimum, its intervals (None: open on that side), and every point that was computed.

    `overdispersion` is the factor that the rise was divided by before it was compared with the thresholds; `mirrored` names the
    sides, ``low`` or ``high``, whose 95 % end is where the mirror image begins, `lost` those that are open because the search for
    their end failed. `beyond` is a value on the other side of a barrier where the data are fitted as well again.
    """

    value: float
    overdispersion: float
    low: dict[str, float | None]
    high: dict[str, float | None]
    points: tuple[ProfilePoint, ...]
    mirrored: frozenset[str] = frozenset()
    lost: frozenset[str] = frozenset()
    beyond: float | None = None

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
    line: Line,
    width: float,
    overdispersion: float = 1.0,
    is_own_image: Callable[[Tensor], bool] = lambda p: True,
    told: Callable[[int], None] = lambda points: None,
) -> Profile:
    """Profile a quantity about an optimum.

    Parameters
    ----------
    width : a first guess of the standard error
    overdispersion : divides the rise
    is_own_image : says of parameters (size,) whether they are still oriented as the optimum is, or as a mirror image
    told : is told before each point how many there are, for whoever waits

    Raises
    ------
    LowerFound : the optimum was none
    """
    trail = [line.origin]
    low, high = (_Walk(line, side, overdispersion, is_own_image, trail, told) for side in (-1, 1))
    ends = [{name: walk.reach(level, width) for name, level in LEVELS.items()} for walk in (low, high)]
    pushed = [other for other, end in ((high, ends[0]), (low, ends[1])) if end["68"] is None]
    beyond = pushed[0].look_at(line.beyond) if len(pushed) == 1 and line.beyond else None
    points = sorted([ProfilePoint(line.origin.value, 0.0, 0.0), *low.points, *high.points])
    sides = (("low", low), ("high", high))
    mirrored = frozenset(name for name, walk in sides if walk.met_mirror)
    lost = frozenset(name for name, walk in sides if walk.lost)
    return Profile(line.origin.value, overdispersion, ends[0], ends[1], tuple(points), mirrored, lost, beyond)


class _Walk:
    """The points on one side of the optimum, each started where the nearest ones on either side lead to (`trail`)."""

    def __init__(self, line: Line, side: int, overdispersion: float, is_own_image, trail: list[Visit], told):
        self.line, self.side, self.trail, self.told = line, side, trail, told
        self.overdispersion, self.is_own_image = overdispersion, is_own_image
        self.points: list[ProfilePoint] = []
        self.seen = [Point(0.0, 0.0, None)]
        self.met_mirror = self.lost = False

    def reach(self, level: float, width: float) -> float | None:
        """Return the value where r reaches `level`, or None where it does not within the farthest distance."""
        for _ in range(_MOST_VISITS):
            below = max((point for point in self.seen if point.r < level), key=lambda point: point.distance)
            above = min((point for point in self.seen if point.r >= level), key=lambda point: point.distance, default=None)
            if above is not None and above.distance - below.distance < min(above.stride / 2, _CLOSE * above.distance):
                # before a jump is believed, its far side is started from near by, and what lies beyond is forgotten
                self._forget_from(above.distance)
                self._visit(above.distance)
                continue
            end = self._end(level, below, above)
            if end is not None:
                return self._value(end)
            if above is None and below.distance >= 0.99 * self.line.farthest:
                return None
            self._visit(self._next(level, width, below, above))
        self.lost = True
        logger.warning("a profile was not followed to its end within %d points: the interval is left open there", _MOST_VISITS)
        return None

    def look_at(self, distance: float) -> float | None:
        """Return the value at a distance that no path leads to, if the profile is below the 95 % threshold there."""
        start = self.line.origin.p + self.side * distance * self.line.loosest
        found = self.line.visit(self._value(distance), start, lambda p: not self.is_own_image(p))
        rise = self._rise(found)
        as_well = rise < LEVELS["95"] ** 2 / 2 * self.overdispersion
        return found.value if as_well and self.is_own_image(found.p) else None

    def _rise(self, found: Visit) -> float:
        rise = found.objective - self.line.origin.objective
        if rise < -_NEWS:
            raise LowerFound(found.p)
        return rise

    def _value(self, distance: float) -> float:
        return self.line.origin.value + self.side * distance

    def _distance(self, value: float) -> float:
        return self.side * (value - self.line.origin.value)

    def _forget_from(self, distance: float) -> None:
        self.seen = [point for point in self.seen if point.distance < distance]
        self.trail[:] = [visit for visit in self.trail if self._distance(visit.value) < distance]
        self.points = [point for point in self.points if self._distance(point.value) < distance]

    def _end(self, level: float, below: Point, above: Point | None) -> float | None:
        """Return the distance where r reaches the level, or jumps over it, once the points about it tell."""
        near = min(self.seen, key=lambda point: abs(point.r - level))
        if abs(near.r - level) < _TOUCHES * level and near.steep and near.steep > 0.3 * near.r / near.distance:
            return near.distance + (level - near.r) / near.steep
        if above is None:
            return None
        if above.distance - below.distance < _CLOSE * above.distance:
            self.met_mirror |= above.r == inf
            return above.distance
        return crossing(level, below, above) if fit_together(below, above) else None

    def _next(self, level: float, width: float, below: Point, above: Point | None) -> float:
        """Return the distance to look at next: ahead by height and slope so far, or between two points."""
        if above is None:
            most = min(2 * min(width, 1.0) + 2 * below.distance, self.line.farthest, below.distance + self.line.longest)
            return min(max(self._ahead_to(_BEYOND * level, width, below), 0.1 * most), most)
        share = 0.5 if above.r >= _WORST else (level - below.r) / (above.r - below.r)
        return below.distance + min(max(share, 0.2), 0.8) * (above.distance - below.distance)

    def _ahead_to(self, level: float, width: float, below: Point) -> float:
        """Return the distance where r, followed on from the last point, reaches the level."""
        if not below.distance:
            return level * width
        slope = below.steep if below.steep is not None else below.r / below.distance
        return below.distance + (level - below.r) / max(slope, 1e-9)

    def _visit(self, distance: float) -> None:
        self.told(len(self.trail))
        start, stride = self._start(distance)
        found = self.line.visit(self._value(distance), start, lambda p: not self.is_own_image(p))
        rise = self._rise(found)
        r = steep = inf
        if self.is_own_image(found.p):
            self.points.append(ProfilePoint(found.value, rise, found.slope))
            r = sqrt(2 * max(rise, 0.0) / self.overdispersion)
            steep = self.side * found.slope / (self.overdispersion * r) if r > _LEAST_R else None
        if r < _WORST:
            self.trail.append(found)
        self.seen.append(Point(self._distance(found.value), r, steep, stride))
        self.seen.sort(key=lambda point: point.distance)

    def _start(self, distance: float) -> tuple[Tensor, float]:
        """Return where the curve through the nearest optima leads to at this distance, and how far the nearest one is."""
        value = self._value(distance)
        near = sorted(self.trail, key=lambda visit: abs(visit.value - value))[:3]
        stride = abs(near[0].value - value)
        if len(near) == 1:
            return near[0].p + (value - near[0].value) * self.line.tangent, stride
        reach = max(visit.value for visit in near) - min(visit.value for visit in near)
        return _through(near if stride < reach else near[:2], value), stride


def _through(visits: list[Visit], value: float) -> Tensor:
    """Return the polynomial through the optima of some values, at another value (Lagrange)."""
    p = torch.zeros_like(visits[0].p)
    for one in visits:
        weight = 1.0
        for other in visits:
            weight *= (value - other.value) / (one.value - other.value) if other is not one else 1.0
        p += weight * one.p
    return p
