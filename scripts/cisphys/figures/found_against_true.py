"""What a fit of simulated measurements finds against what was put in: named parameters with intervals, elements site by site."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from cisphys.figures.style import (
    ACCENT,
    FAINT,
    INK,
    LARGE,
    PAPER,
    SINGLE_COLUMN,
    SMALL,
    SOFT_INK,
    axes_at,
    new_figure,
    shortened,
    shortened_name,
    styled,
)
from cisphys.units import AT_SCALE, OF_LATENT

# inches: side of a panel, distance between the left edges, what lies above and below it; height of a named parameter's row
SIDE, ACROSS, ABOVE, BELOW, LEFT, COLUMNS, KEY = 1.75, 2.3, 0.6, 0.45, 0.55, 3, 0.25
ROW, NAMES, BARS, VALUES, NAMED_ABOVE, NAMED_BELOW = 0.2, 1.75, 3.25, 2.2, 0.12, 0.45
MISSED = "#d55e00"
NAMES_OF_ELEMENTS = {AT_SCALE: "ΔΔG (kT, at the true scale)", OF_LATENT: "effect on the latent"}


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
    wide = LEFT + (min(COLUMNS, len(sites)) - 1) * ACROSS + SIDE + 0.3
    figure = new_figure(max(wide, NAMES + BARS + VALUES if len(named) else SINGLE_COLUMN), panels + intervals)
    if len(named):
        _draw_named(figure, named, panels + NAMED_BELOW)
    told = summary.set_index("site")
    for number, (site, rows) in enumerate(sites):
        line, column = divmod(number, COLUMNS)
        bottom = KEY + (lines - 1 - line) * (ABOVE + SIDE + BELOW) + BELOW
        _draw_site(axes_at(figure, LEFT + column * ACROSS, bottom, SIDE, SIDE), site, rows, told.loc[site], column == 0)
    across, up = figure.get_size_inches()
    figure.text(LEFT / across, 0.07 / up, "Orange and open: the 95 % interval misses the truth", fontsize=SMALL, color=SOFT_INK)
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
        axes.plot(off.iloc[row], row, markersize=3.5, **_mark(colour))
        name = shortened_name(each["name"], NAMES - 0.2)
        axes.text(-0.02, row, name, transform=axes.get_yaxis_transform(), ha="right", va="center")
        unit = "kT" if each["unit"] == "kT" else "(logarithm)"
        values = f"true {each['true']:.2f}, {_found(each)} {unit}".replace("-", "−")
        axes.text(1.02, row, values, transform=axes.get_yaxis_transform(), va="center", fontsize=SMALL, color=SOFT_INK)
    axes.set(xlim=(-limit, limit), ylim=(len(named) - 0.5, -0.5), yticks=[])
    axes.set_xlabel(f"Found − true, 95 % interval ({_units(named)})")
    axes.spines["left"].set_visible(False)
    axes.xaxis.set_major_locator(MaxNLocator(7, steps=[1, 2, 5, 10]))


def _mark(colour: str) -> dict[str, Any]:
    """Return how a point is drawn: open where its interval misses the truth, so that it stands out without colours too."""
    face = PAPER if colour == MISSED else colour
    return {"marker": "o", "color": colour, "markerfacecolor": face, "markeredgewidth": 0.6 if colour == MISSED else 0.0}


def _found(row: pd.Series) -> str:
    """Return what is found of a named parameter: a value, or a bound."""
    if np.isfinite(row["found"]):
        return f"found {row['found']:.2f}"
    bounds = [f"{sign} {row[end]:.2f}" for sign, end in (("≥", "low95"), ("≤", "high95")) if np.isfinite(row[end])]
    return f"found {' and '.join(bounds)}" if bounds else "no bound found,"


def _units(named: pd.DataFrame) -> str:
    return "kT" if (named["unit"] == "kT").all() else "kT, or natural logarithm"


def _draw_site(axes: Axes, site: str, rows: pd.DataFrame, told: pd.Series, leftmost: bool) -> None:
    rows = _as_shown(rows)
    values = rows[["true", "found"]].to_numpy(float)
    spread = max(np.ptp(values), 1e-6)
    ends = np.array([values.min() - 0.06 * spread, values.max() + 0.06 * spread])
    axes.plot(ends, ends, color=FAINT, linewidth=0.8, zorder=1)
    for covered, colour in (("yes", ACCENT), ("no", MISSED)):
        own = rows[rows["covered"] == covered]
        axes.vlines(own["true"], own["low95"], own["high95"], color=colour, linewidth=0.5, alpha=0.5)
        axes.plot(own["true"], own["found"], linestyle="none", markersize=2.4, **_mark(colour))
    what = NAMES_OF_ELEMENTS.get(rows["unit"].iloc[0], "ΔΔG (kT)")
    axes.set(xlim=ends, ylim=ends, aspect="equal", xlabel=f"True {what}", ylabel=f"Found {what}" if leftmost else "")
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
    unit = "" if rows["unit"].iloc[0] == OF_LATENT else " kT"
    words = [
        f"r = {told['r']:.3f}, slope = {told['slope']:.2f}".replace("-", "−"),
        f"RMSE {told['rmse']:.2f}{unit}; truth in {100 * told['covered']:.0f} % of {told['elements']:.0f} intervals",
    ]
    for height, text, size, colour in zip(
        (0.38, 0.23, 0.08), [site, *words], (LARGE, SMALL, SMALL), (INK, INK, SOFT_INK), strict=True
    ):
        weight = "bold" if text is site else "normal"
        shown = shortened(text, ACROSS - 0.1, size, weight)
        axes.text(0, 1 + height / SIDE, shown, transform=axes.transAxes, fontsize=size, weight=weight, color=colour)


def _as_shown(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of a site as they are shown: effects on a latent are minus the energies, as in the energy matrices."""
    if rows["unit"].iloc[0] != OF_LATENT:
        return rows
    turned = -rows[["true", "found", "high95", "low95"]].to_numpy(float)
    return rows.assign(**dict(zip(["true", "found", "low95", "high95"], turned.T, strict=True)))
