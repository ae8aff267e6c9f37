"""A fit's bootstrap: its errors against those of the sandwich, and how each named parameter scatters over the replicates."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import LogLocator, MaxNLocator, NullFormatter

from cisphys.figures.panels import Panels, draw_key, key_height, line_colours, nothing_to_draw, title
from cisphys.figures.style import ACCENT, FAINT, INK, LARGE, SMALL, SOFT_INK, shortened_name, styled

PANELS = Panels(width=1.65, height=1.5, left=0.55, right=0.12, below=0.45, above=0.55)
DISAGREE = 1.5  # ratio of two errors beyond which they are said to disagree
TO_95 = 1.96
PROFILE, SANDWICH = "#d55e00", "#009e73"
EXPLAINED = 0.5  # inches of the lines that say what is what
FROM_TOP, APART = 1.12, 0.12  # of the tallest bar: where the first interval lies, and how far apart they are


@styled
def draw_bootstrap(bootstrap: pd.DataFrame, replicates: pd.DataFrame, binds: bool = True) -> Figure:
    """Draw a panel of all errors and one of each named parameter's replicates, with the fit's value and the other intervals.

    Parameters
    ----------
    bootstrap : table with the columns name, site, base, value, error, error_at_scale, sandwich_error, sandwich_error_at_scale,
        profile_low95, profile_high95, replicates, converged; `base` is empty for named parameters
    replicates : table with the columns name, value: those of each replicate
    binds : False for linear models, whose energies are effects on a latent and have no kT
    """
    elements = bootstrap[bootstrap["base"].astype(str).isin(list("ACGTU"))]
    named = bootstrap.drop(elements.index).set_index("name")
    samples = {name: own["value"].to_numpy() for name, own in replicates.groupby("name", sort=False) if len(own) > 1}
    if elements["error_at_scale"].notna().sum() + len(samples) == 0:
        return nothing_to_draw("Too few replicates converged")
    colours = line_colours(list(dict.fromkeys(elements["site"])))
    key = key_height(list(colours))
    figure, panels = PANELS.draw(1 + len(samples), key + EXPLAINED)
    _draw_errors(panels[0], elements, colours, "kT" if binds else "latent units")
    for axes, (name, values) in zip(panels[1:], samples.items(), strict=True):
        _draw_samples(axes, name, values, named.loc[name])
    draw_key(figure, colours, "sites")
    _explain(figure, key, bool(samples))
    return figure


def _draw_errors(axes: Axes, elements: pd.DataFrame, colours: Mapping[str, tuple], unit: str) -> None:
    """Draw the elements' errors against each other; those relative to the scale where the scale is unknown."""
    known = elements["error"].notna().any()
    suffix = "" if known else "_at_scale"
    x, y = elements[f"sandwich_error{suffix}"].to_numpy(float), elements[f"error{suffix}"].to_numpy(float)
    shown = (x > 0) & (y > 0)
    if shown.any():
        ends = np.array([0.8 * min(x[shown].min(), y[shown].min()), 1.25 * max(x[shown].max(), y[shown].max())])
        for factor, dashes in ((1, "-"), (DISAGREE, (0, (3, 2))), (1 / DISAGREE, (0, (3, 2)))):
            axes.plot(ends, factor * ends, color=FAINT, linewidth=0.8, linestyle=dashes, zorder=1)
        axes.set(xlim=ends, ylim=ends, xscale="log", yscale="log")
    for site, colour in colours.items():
        own = shown & (elements["site"] == site).to_numpy()
        axes.scatter(x[own], y[own], s=5, color=colour, alpha=0.8, linewidths=0)
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(LogLocator(subs=(1, 2, 5), numticks=6))
        axis.set_major_formatter("{x:g}")
        axis.set_minor_formatter(NullFormatter())
    axes.set(xlabel=f"Sandwich error ({unit})", ylabel=f"Bootstrap error ({unit})")
    title(axes, "Matrix elements" if known else "Elements, at scale", PANELS.width + 0.3, pad=12)
    axes.text(0, 1.03, f"{shown.sum()} elements", transform=axes.transAxes, fontsize=SMALL, color=SOFT_INK)


def _draw_samples(axes: Axes, name: str, values: np.ndarray, row: pd.Series) -> None:
    """Draw the replicates as a histogram; above it the intervals of bootstrap, sandwich and profile."""
    heights, _, _ = axes.hist(values, bins=min(40, max(8, len(values) // 12)), color=ACCENT, alpha=0.75)
    top, value = heights.max(), float(row["value"])
    axes.axvline(value, color=INK, linewidth=0.8)
    half = TO_95 * float(row["sandwich_error"])
    intervals = [(np.quantile(values, 0.025), np.quantile(values, 0.975), ACCENT), (value - half, value + half, SANDWICH)]
    profile = float(row["profile_low95"]), float(row["profile_high95"])
    low, high = min(*values, value - half), max(*values, value + half)
    room = 0.15 * (high - low)
    low, high = np.nanmin([low, max(profile[0], low - 4 * room)]), np.nanmax([high, min(profile[1], high + 4 * room)])
    if np.isfinite(profile).any():
        intervals.append((*profile, PROFILE))
    for number, (start, stop, colour) in enumerate(intervals):
        y = top * (FROM_TOP + APART * number)
        start, stop = (end if np.isfinite(end) else side for end, side in ((start, low - room), (stop, high + room)))
        axes.plot([start, stop], [y, y], color=colour, linewidth=1.8, solid_capstyle="butt")
    axes.set(xlim=(low - room, high + room), ylim=(0, top * (FROM_TOP + 3 * APART)), xlabel=_unit(name), ylabel="Replicates")
    axes.xaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 5, 10]))
    axes.yaxis.set_major_locator(MaxNLocator(4, integer=True))
    title(axes, shortened_name(name, PANELS.width + 0.3, LARGE, "bold"), PANELS.width + 0.3, pad=12)
    axes.text(0, 1.03, f"{len(values)} replicates", transform=axes.transAxes, fontsize=SMALL, color=SOFT_INK)


def _unit(name: str) -> str:
    """Return the unit of a named parameter: rates are told as natural logarithms, all else in kT."""
    return "Natural logarithm" if name.startswith("log_") else "kT"


def _explain(figure: Figure, bottom: float, with_samples: bool) -> None:
    """Say what the lines are, `bottom` inches from the figure's lower edge."""
    across, up = figure.get_size_inches()
    if with_samples:
        colours = {"95 % of the replicates": ACCENT, "sandwich 95 %": SANDWICH, "profile 95 %": PROFILE, "fit": INK}
        handles = [Line2D([], [], color=colour, linewidth=1.8) for colour in colours.values()]
        corner = (0.02 / across, bottom / up)
        figure.legend(handles, list(colours), loc="lower left", bbox_to_anchor=corner, ncols=2, handlelength=1.2, fontsize=SMALL)
    words = f"Dashed: errors {DISAGREE:g} times apart"
    figure.text(0.1 / across, (bottom + 0.36) / up, words, fontsize=SMALL, color=SOFT_INK)
