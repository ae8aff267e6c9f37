"""The root r of a profile between two of its points, by their heights and slopes."""

from dataclasses import dataclass
from math import inf

_FITS = 0.15  # of the change of r between two points: by so much it may differ from what their slopes say
_ALIKE = 2.5  # the slopes of r at two points between which a cubic is trusted differ by less than this factor


@dataclass(frozen=True)
class Point:
    """An optimum at some distance from the profile's, started from `stride` away; r is infinite in the mirror image.

    `steep` is dr / d distance; where r is too small for it, None.
    """

    distance: float
    r: float
    steep: float | None
    stride: float = 0.0


def fit_together(below: Point, above: Point) -> bool:
    """Say whether the change of r between two points is what their slopes say, so that nothing happens between them."""
    if above.steep is None or above.r == inf:
        return False
    change, apart = above.r - below.r, above.distance - below.distance
    first = above.steep if below.steep is None else below.steep
    alike = above.steep < _ALIKE * first and first < _ALIKE * above.steep
    return alike and abs((first + above.steep) / 2 * apart - change) < _FITS * change


def crossing(level: float, below: Point, above: Point) -> float:
    """Return where the cubic through heights and slopes of two points reaches a level; from the optimum a parabola."""
    apart, change = above.distance - below.distance, above.r - below.r
    end = above.steep * apart
    start = 2 * change - end if below.steep is None else below.steep * apart
    square, cube = 3 * change - 2 * start - end, start + end - 2 * change
    low, high = 0.0, 1.0
    for _ in range(50):
        t = (low + high) / 2
        low, high = (t, high) if below.r + t * (start + t * (square + t * cube)) < level else (low, t)
    return below.distance + high * apart
