"""One value with its 68 and 95 % intervals, and arrows where an interval is open."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

ARROW = {"arrowstyle": "-|>,head_width=0.25,head_length=0.5", "linewidth": 0.8, "mutation_scale": 10, "shrinkA": 0, "shrinkB": 0}
WIDTHS = {"68": 2.2, "95": 0.8}


def draw_interval(axes: Axes, place: float, row, colour: str, across: bool = True) -> None:
    """Draw a row of parameters.tsv at a place on the other axis; along x if `across`, else along y.

    An open end reaches to the limit of the axes, which have to be set before, with an arrow. Of what has only a bound (`value` is
    NaN) there is the interval alone.
    """
    limits = axes.get_xlim() if across else axes.get_ylim()
    for level, width in WIDTHS.items():
        ends = [_end(row[f"low{level}"], limits[0]), _end(row[f"high{level}"], limits[1])]
        line = (ends, [place, place]) if across else ([place, place], ends)
        axes.plot(*line, color=colour, linewidth=width, solid_capstyle="butt", zorder=2)
    for end, limit in ((row["low95"], limits[0]), (row["high95"], limits[1])):
        if np.isnan(end):
            _arrow(axes, sum(limits) / 2, limit, place, colour, across)
    if np.isnan(row["value"]):
        return
    point = (row["value"], place) if across else (place, row["value"])
    axes.plot(*point, "o", color=colour, markersize=3.5, markeredgecolor="white", markeredgewidth=0.5, zorder=3)


def limits_of(values: np.ndarray, margin: float = 0.12) -> tuple[float, float]:
    """Return limits of an axis that leave a margin about all values that are no NaN."""
    low, high = np.nanmin(values), np.nanmax(values)
    room = max(high - low, 0.5) * margin
    return float(low - room), float(high + room)


def is_told(rows: pd.DataFrame) -> pd.Series:
    """Tell of rows of parameters.tsv whether they have a value, or at least a bound."""
    return rows[["value", "low95", "high95"]].notna().any(axis=1)


def _end(value: float, limit: float) -> float:
    return limit if np.isnan(value) else value


def _arrow(axes: Axes, value: float, limit: float, place: float, colour: str, across: bool) -> None:
    start = limit + 0.06 * (value - limit)
    ends = [(limit, place), (start, place)] if across else [(place, limit), (place, start)]
    axes.annotate("", *ends, arrowprops=ARROW | {"color": colour}, annotation_clip=False)
