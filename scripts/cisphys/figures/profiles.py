"""Profile likelihoods as small multiples: what the intervals of `parameters.tsv` are read from.

Each curve is the cubic through the computed points (dots) with their slopes. It is divided by the over-dispersion, so that the
same two heights end the intervals everywhere.
"""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from cisphys.figures.panels import Panels, nothing_to_draw, title
from cisphys.figures.style import ACCENT, FAINT, INK, LARGE, SMALL, SOFT_INK, shortened_name, styled

PANELS = Panels(width=1.78, height=1.2, left=0.4, right=0.12, below=0.42, above=0.55)
HEIGHTS = {"68": 0.9945**2 / 2, "95": 1.96**2 / 2}  # nats
TOP = 3.0  # nats, of every panel
UNITS = {"kT": "kT", "log": "Natural logarithm"}
LINE = 0.14  # inches
WORDS = ["Rise: minus the log likelihood, above its least,", "divided by the over-dispersion. Bars: 68 % and 95 % intervals"]
_BESIDE, _OPEN = 0.25, 1.5  # of the interval: what is shown beside it, and how far an open side is followed


@styled
def draw_profiles(profiles: pd.DataFrame, parameters: pd.DataFrame, kT_in_kcal: float) -> Figure:
    """Draw every profile of a fit, one panel each, with its 68 % and 95 % interval: kT below, kcal/mol above.

    Parameters
    ----------
    profiles : table with the columns name, unit, value, rise, slope, overdispersion
    parameters : table with the columns name, value, low68, high68, low95, high95
    kT_in_kcal : 1 kT in kcal/mol
    """
    if profiles.empty:
        return nothing_to_draw("The reads inform no parameter of this fit: there are no profiles.")
    names = list(dict.fromkeys(profiles["name"]))
    words = WORDS if len(names) == 1 else [" ".join(WORDS)]
    figure, panels = PANELS.draw(len(names), 0.07 + LINE * len(words))
    told = parameters.set_index("name")
    for number, (name, axes) in enumerate(zip(names, panels, strict=True)):
        own = profiles[profiles["name"] == name].sort_values("value")
        _draw_panel(axes, own, told.loc[name], kT_in_kcal)
        room = PANELS.width + PANELS.right
        title(axes, shortened_name(name, room, LARGE, "bold"), room, pad=22 if "kT" in set(own["unit"]) else 6)
        if number % PANELS.columns == 0:
            axes.set_ylabel("Rise (nats)")
    across, up = figure.get_size_inches()
    for number, line in enumerate(reversed(words)):
        figure.text(0.08 / across, (0.07 + LINE * number) / up, line, fontsize=SMALL, color=SOFT_INK)
    return figure


def _draw_panel(axes: Axes, points: pd.DataFrame, told: pd.Series, kT_in_kcal: float) -> None:
    x, scale = points["value"].to_numpy(float), points["overdispersion"].to_numpy(float)
    y, slopes = points["rise"].to_numpy(float) / scale, points["slope"].to_numpy(float) / scale
    best = float(x[y.argmin()])
    for level, height in HEIGHTS.items():
        axes.axhline(height, color=FAINT, linewidth=0.6, zorder=1)
        place = {"transform": axes.get_yaxis_transform(), "ha": "right"}
        axes.text(0.995, height + 0.05, f"{level} %", fontsize=SMALL, color=SOFT_INK, **place)
    limits = _limits(told, best, x)
    axes.plot(*curve(x, y, slopes), color=ACCENT, linewidth=1.1, zorder=3, solid_joinstyle="round")
    axes.plot(x, y, "o", color=ACCENT, markersize=2.6, markeredgewidth=0, zorder=4)
    _draw_intervals(axes, told, limits)
    axes.set(xlim=limits, ylim=(0, TOP))
    axes.xaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
    axes.yaxis.set_major_locator(MaxNLocator(3, integer=True))
    unit = points["unit"].iloc[0]
    axes.set_xlabel(UNITS[unit], labelpad=2)
    if unit == "kT":
        _draw_kcal(axes, kT_in_kcal)


def curve(x: np.ndarray, y: np.ndarray, slopes: np.ndarray, steps: int = 30) -> tuple[np.ndarray, np.ndarray]:
    """Return the piecewise cubic through heights y and slopes at ascending x, `steps` to an interval."""
    t = np.linspace(0, 1, steps + 1)
    wide = np.diff(x)[:, None]
    parts = (
        y[:-1, None] * (1 + 2 * t) * (1 - t) ** 2
        + y[1:, None] * t**2 * (3 - 2 * t)
        + wide * (slopes[:-1, None] * t * (1 - t) ** 2 + slopes[1:, None] * t**2 * (t - 1))
    )
    return (x[:-1, None] + wide * t).ravel(), parts.ravel()


def _limits(told: pd.Series, best: float, x: np.ndarray) -> tuple[float, float]:
    """Return what is shown: the 95 % interval and a little beside it; an open side as far as the other one, and half again."""
    low, high = float(told["low95"]), float(told["high95"])
    reach = np.nanmax([best - low, high - best, 0.0]) or float(np.ptp(x)) / 2
    low, high = (best - _OPEN * reach if np.isnan(low) else low), (best + _OPEN * reach if np.isnan(high) else high)
    beside = _BESIDE * (high - low)
    return low - beside, high + beside


def _draw_intervals(axes: Axes, told: pd.Series, limits: tuple[float, float]) -> None:
    for level, height in HEIGHTS.items():
        ends = float(told[f"low{level}"]), float(told[f"high{level}"])
        if not np.isnan(ends).all():
            shown = [limit if np.isnan(end) else end for end, limit in zip(ends, limits, strict=True)]
            axes.plot(shown, [height] * 2, color=INK, linewidth=1.6, zorder=2, solid_capstyle="butt")
        for end in ends:
            if not np.isnan(end):
                axes.plot([end] * 2, [0, height], color=SOFT_INK, linewidth=0.5, linestyle=(0, (3, 2)), zorder=2)
    if not np.isnan(float(told["value"])):
        axes.plot(float(told["value"]), 0, marker=6, color=INK, markersize=4.5, clip_on=False, zorder=5)


def _draw_kcal(axes: Axes, kT_in_kcal: float) -> None:
    above = axes.secondary_xaxis("top", functions=(lambda kT: kT * kT_in_kcal, lambda kcal: kcal / kT_in_kcal))
    above.xaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
    above.tick_params(length=2, pad=1)
    above.spines["top"].set_visible(True)
    axes.text(1.0, 1.14, "kcal/mol", transform=axes.transAxes, fontsize=SMALL, color=SOFT_INK, ha="right", va="bottom")
