"""Profile likelihoods: how the objective rises as one parameter is held away from its optimum and all others follow.

The root r = sqrt(2 (F(x) - F0) / d) is close to linear in x on either side, so thresholds are found by secants in r: 68 %
where r = 0.99, 95 % where r = 1.96 (Wilks; Venzon and Moolgavkar 1988). d, at least 1, is the parameter's over-dispersion: by
how much the sandwich variance exceeds that of independent reads. Each point is an optimum to far below the thresholds.
"""

from dataclasses import dataclass
from math import sqrt

import torch
from torch import Tensor

from cisphys.inference.newton import Optimum, minimise
from cisphys.inference.problem import Problem

LEVELS = {"68": 0.9945, "95": 1.96}  # |r| at the ends of the two-sided interval
FARTHEST = 30.0  # kT from the optimum: beyond it an interval is called open
_TOLERANCE, _CLOSE = 1e-3, 0.01
_NARROW = 0.2  # of the threshold: between two points so near in r, r is taken as linear
_NEWS = 0.01  # nats below the optimum that are no rounding


@dataclass(frozen=True)
class Profile:
    """A parameter's optimum, its intervals (None: open on that side), and every point (value, rise in nats) that was computed.

    `overdispersion` is the factor that the rise was divided by before it was compared with the thresholds.
    """

    value: float
    overdispersion: float
    low: dict[str, float | None]
    high: dict[str, float | None]
    points: tuple[tuple[float, float], ...]

    def __str__(self) -> str:
        ends = ("open" if end is None else f"{end:.2f}" for end in (self.low["95"], self.high["95"]))
        cost = f"{len(self.points)} points, over-dispersion {self.overdispersion:.2f}"
        return f"{self.value:.2f} kT, 95 % from {' to '.join(ends)}, {cost}"


def profile(problem: Problem, best: Optimum, index: int, width: float, overdispersion: float = 1.0) -> Profile:
    """Profile parameter `index` about an optimum; `width` is a first guess of its standard error.

    Raises
    ------
    LowerFound : the optimum was none
    """
    value = float(best.p[index])
    others = torch.tensor([i for i in range(problem.size) if i != index])
    points, ends = {value: 0.0}, {}
    for side in (-1, 1):
        walk = _Walk(problem, best, index, others, side, overdispersion)
        ends[side] = {name: walk.reach(level, width) for name, level in LEVELS.items()}
        points |= walk.points
    return Profile(value, overdispersion, ends[-1], ends[1], tuple(sorted(points.items())))


class LowerFound(Exception):  # noqa: N818 - it is news, not a fault
    """A point of the profile lies below the optimum that it started from: `p` holds its parameters."""

    def __init__(self, p: Tensor):
        super().__init__("the profile found a lower objective than the fit")
        self.p = p


class _Walk:
    """The points on one side of the optimum, each started where the two nearest ones lead to."""

    def __init__(self, problem, best, index, others, side, overdispersion):
        self.problem, self.index, self.others, self.side = problem, index, others, side
        self.overdispersion = overdispersion
        self.origin, self.lowest = float(best.p[index]), best.objective
        self.points: dict[float, float] = {}
        self.seen = [(0.0, 0.0, best.p)]  # distance, r, parameters

    def _visit(self, distance: float) -> None:
        x = self.origin + self.side * distance
        start = self._ahead(distance)
        start[self.index] = x
        found = minimise(self.problem, start, self.others, _TOLERANCE)
        rise = found.objective - self.lowest
        if rise < -_NEWS:
            raise LowerFound(found.p)
        self.points[x] = rise
        self.seen.append((distance, sqrt(2 * max(rise, 0.0) / self.overdispersion), found.p))
        self.seen.sort(key=lambda known: known[0])

    def _ahead(self, distance: float) -> Tensor:
        """Return where the line through the two nearest points meets this distance; with one point, that point."""
        near = sorted(self.seen, key=lambda known: abs(known[0] - distance))[:2]
        if len(near) == 1:
            return near[0][2].clone()
        (a, _, at_a), (b, _, at_b) = near
        return at_a + (distance - a) / (b - a) * (at_b - at_a)

    def reach(self, level: float, width: float) -> float | None:
        """Return the value where r reaches `level`, or None where it does not within `FARTHEST`."""
        for _ in range(30):
            below = max((known for known in self.seen if known[1] < level), key=lambda known: known[0])
            above = min((known for known in self.seen if known[1] >= level), key=lambda known: known[0], default=None)
            near = min(self.seen, key=lambda known: abs(known[1] - level))
            if abs(near[1] - level) < _CLOSE * level:
                return self.origin + self.side * near[0]
            if above is None:
                if below[0] >= FARTHEST:
                    return None
                slope = below[1] / below[0] if below[0] else 1 / width
                ahead = (level - below[1]) / max(slope, 1e-9) + 0.1 * width
                self._visit(min(below[0] + min(ahead, 2 * width + below[0]), FARTHEST))
            else:
                share = (level - below[1]) / (above[1] - below[1])
                if above[1] - below[1] < _NARROW * level:
                    return self.origin + self.side * (below[0] + share * (above[0] - below[0]))
                self._visit(below[0] + min(max(share, 0.05), 0.95) * (above[0] - below[0]))
        return None
