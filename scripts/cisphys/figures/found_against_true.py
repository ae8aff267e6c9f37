"""What a fit of simulated measurements finds against what was put in: named parameters with intervals, elements site by site."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from cisphys.figures.style import ACCENT, FAINT, INK, LARGE, SMALL, SOFT_INK, axes_at, new_figure, shortened, styled

# inches: side of a panel, distance between the left edges, what lies above and below it; height of a named parameter's row
SIDE, ACROSS, ABOVE, BELOW, LEFT, COLUMNS, KEY = 1.75, 2.4, 0.55, 0.45, 0.55, 3, 0.25
ROW, NAMES, BARS, VALUES, NAMED_ABOVE, NAMED_BELOW = 0.22, 1.75, 3.2, 1.6, 0.3, 0.45
MISSED = "#d55e00"


@styled
def draw_found_against_true(recovery: pd.DataFrame, summary: pd.DataFrame) -> Figure:
    """Draw the named parameters' intervals about the truth, and below each site's elements, found against true.

    Parameters
    ----------
    recovery : table with the columns name, base ("" for named parameters), unit, site, true, found, low95, high95, covered
    summary : table with the columns site, elements, r, slope, rmse, covered
    """
    named = recovery[recovery["base"] == ""]
    sites = [(str(site), rows) for site, rows in recovery[recovery["base"] != ""].groupby("site", sort=False)]
    lines = -(-len(sites) // COLUMNS)
    panels = KEY + lines * (ABOVE + SIDE + BELOW)
    intervals = NAMED_ABOVE + ROW * len(named) + NAMED_BELOW if len(named) else 0.0
    figure = new_figure(max(LEFT + (COLUMNS - 1) * ACROSS + SIDE + 0.2, NAMES + BARS + VALUES), panels + intervals)
    if len(named):
        _draw_named(figure, named, panels + NAMED_BELOW)
    told = summary.set_index("site")
    for number, (site, rows) in enumerate(sites):
        line, column = divmod(number, COLUMNS)
        bottom = KEY + (lines - 1 - line) * (ABOVE + SIDE + BELOW) + BELOW
        _draw_site(axes_at(figure, LEFT + column * ACROSS, bottom, SIDE, SIDE), site, rows, told.loc[site], column == 0)
    across, up = figure.get_size_inches()
    figure.text(LEFT / across, 0.07 / up, "orange: the 95 % interval does not hold the truth", fontsize=SMALL, color=SOFT_INK)
    return figure


def _draw_named(figure: Figure, named: pd.DataFrame, bottom: float) -> None:
    """Draw found - true with its interval, one row per parameter; an open end reaches the edge."""
    axes = axes_at(figure, NAMES, bottom, BARS, ROW * len(named))
    low, high, off = (named[column] - named["true"] for column in ("low95", "high95", "found"))
    limit = 1.1 * max(np.nanmax(np.abs([low, high, off])), 1e-6)
    axes.axvline(0, color=FAINT, linewidth=0.8, zorder=1)
    for row, (_, each) in enumerate(named.iterrows()):
        colour = ACCENT if each["covered"] == "yes" else MISSED
        ends = [value if np.isfinite(value) else side * limit for value, side in ((low.iloc[row], -1), (high.iloc[row], 1))]
        axes.plot(ends, [row, row], color=colour, linewidth=1.6, solid_capstyle="butt")
        axes.plot(off.iloc[row], row, marker="o", markersize=3.5, color=colour)
        name = shortened(str(each["name"]), NAMES - 0.2)
        axes.text(-0.02, row, name, transform=axes.get_yaxis_transform(), ha="right", va="center")
        found = "found only a bound" if np.isnan(each["found"]) else f"found {each['found']:.2f}"
        values = f"true {each['true']:.2f}, {found}, {each['unit']}".replace("-", "−")
        axes.text(1.02, row, values, transform=axes.get_yaxis_transform(), va="center", fontsize=SMALL, color=SOFT_INK)
    axes.set(xlim=(-limit, limit), ylim=(len(named) - 0.5, -0.5), yticks=[], xlabel="found − true, 95 % interval")
    axes.spines["left"].set_visible(False)
    axes.xaxis.set_major_locator(MaxNLocator(7, steps=[1, 2, 5, 10]))


def _draw_site(axes: Axes, site: str, rows: pd.DataFrame, told: pd.Series, leftmost: bool) -> None:
    values = rows[["true", "found"]].to_numpy(float)
    spread = max(np.ptp(values), 1e-6)
    ends = np.array([values.min() - 0.06 * spread, values.max() + 0.06 * spread])
    axes.plot(ends, ends, color=FAINT, linewidth=0.8, zorder=1)
    for covered, colour in (("yes", ACCENT), ("no", MISSED)):
        own = rows[rows["covered"] == covered]
        axes.vlines(own["true"], own["low95"], own["high95"], color=colour, linewidth=0.5, alpha=0.5)
        axes.plot(own["true"], own["found"], linestyle="none", marker="o", markersize=2.4, color=colour, markeredgewidth=0)
    axes.set(xlim=ends, ylim=ends, aspect="equal", xlabel="true ddG (kT)", ylabel="found ddG (kT)" if leftmost else "")
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
    words = [
        f"r = {told['r']:.3f}, slope = {told['slope']:.2f}".replace("-", "−"),
        f"RMSE {told['rmse']:.2f} kT; {told['covered']:.0%} of {told['elements']:.0f} intervals hold",
    ]
    for height, text, size, colour in zip(
        (0.38, 0.23, 0.08), [site, *words], (LARGE, SMALL, SMALL), (INK, INK, SOFT_INK), strict=True
    ):
        weight = "bold" if text is site else "normal"
        shown = shortened(text, SIDE + 0.5, size, weight)
        axes.text(0, 1 + height / SIDE, shown, transform=axes.transAxes, fontsize=size, weight=weight, color=colour)
