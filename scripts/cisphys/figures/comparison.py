"""Fits ranked by what they say of the same test variants, with paired intervals and letters for what cannot be told apart."""

from math import log

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from cisphys.figures.panels import nothing_to_draw
from cisphys.figures.style import (
    ACCENT,
    DOUBLE_COLUMN,
    FAINT,
    INK,
    LARGE,
    NORMAL,
    SMALL,
    SOFT_INK,
    axes_at,
    new_figure,
    shortened,
    styled,
    text_width,
)

# inches
ROW, HEADING, BELOW, KEY, EDGE = 0.2, 0.44, 0.42, 0.36, 0.1
NAME, COUNT, LETTERS = 2.2, 0.75, 0.7  # columns of names, of parameters, and of letters at the right
CEILING = "#009e73"


@styled
def draw_comparison(comparison: pd.DataFrame) -> Figure:
    """Draw each group of fits that were judged on the same test variants, the best first.

    Sorted bins are shown as I_var with the paired interval of the difference to the best, all else as that difference in nats per
    observation.

    Parameters
    ----------
    comparison : the table comparison.tsv
    """
    groups = [rows for _, rows in comparison.groupby("group")]
    if not groups:
        return nothing_to_draw("No two fits were judged on the same test variants with the same noise")
    heights = [HEADING + ROW * len(rows) + BELOW for rows in groups]
    figure = new_figure(DOUBLE_COLUMN, sum(heights) + KEY)
    across, up = figure.get_size_inches()
    top, names = up, min(NAME, max(text_width(str(name)) for name in comparison["fit"]))
    for rows, height in zip(groups, heights, strict=True):
        _draw_group(figure, top, rows, names)
        top -= height
    notes = "Bars: 95 % intervals of the difference to the best, paired by variant. Fits that share a letter cannot be told apart"
    if comparison[["I_int_low_bits", "I_int_high_bits"]].notna().any(axis=None):
        notes += "\nGreen: where the ceiling of all models lies, the intrinsic information of a read"
    figure.text(EDGE / across, 0.06 / up, notes, fontsize=SMALL, color=SOFT_INK, va="bottom")
    return figure


def _draw_group(figure: Figure, top: float, rows: pd.DataFrame, names: float) -> None:
    """Draw the fits of a group below `top` inches; their names have `names` inches."""
    across, up = figure.get_size_inches()
    first, tall = rows.iloc[0], ROW * len(rows)
    shown = shortened(str(first["datasets"]), 3.5, LARGE, "bold")
    figure.text(EDGE / across, (top - 0.17) / up, shown, fontsize=LARGE, weight="bold")
    size = f"{int(first['variants']):,} test variants, {int(first['observations']):,} observations"
    figure.text(1 - EDGE / across, (top - 0.17) / up, size, fontsize=SMALL, color=SOFT_INK, ha="right")
    left = EDGE + names + COUNT
    axes = axes_at(figure, left, top - HEADING - tall, DOUBLE_COLUMN - left - LETTERS, tall)
    _draw_fits(axes, rows)
    for number, row in enumerate(rows.itertuples()):
        height = (top - HEADING - ROW * (number + 0.5)) / up
        figure.text(EDGE / across, height, shortened(row.fit, names), fontsize=NORMAL, va="center")
        figure.text(
            (left - 0.12) / across, height, f"{row.parameters:,}", fontsize=SMALL, color=SOFT_INK, va="center", ha="right"
        )
        figure.text(1 - (LETTERS - 0.1) / across, height, row.letters, fontsize=NORMAL, va="center")
    figure.text((left - 0.12) / across, (top - HEADING + 0.05) / up, "Parameters", fontsize=SMALL, color=SOFT_INK, ha="right")


def _draw_fits(axes: Axes, rows: pd.DataFrame) -> None:
    in_bins = bool(rows["I_var_bits"].notna().all())
    unit, best = (1.0, float(rows["I_var_bits"].iloc[0])) if in_bins else (log(2), 0.0)
    low, value, high = (
        best + unit * rows[column].fillna(0.0).to_numpy() for column in ("less_low95_bits", "less_bits", "less_high95_bits")
    )
    height = np.arange(len(rows))
    axes.axvline(best, color=FAINT, linewidth=0.8, zorder=1)
    axes.hlines(height, low, high, color=ACCENT, linewidth=2.2, alpha=0.45, zorder=2)
    axes.plot(value, height, "o", color=INK, markersize=3.2, zorder=3)
    axes.set(ylim=(len(rows) - 0.5, -0.5), yticks=[])
    axes.spines["left"].set_visible(False)
    if in_bins:
        _draw_ceiling(axes, rows.iloc[0], best)
    axes.margins(x=0.06)
    axes.xaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 2.5, 5, 10]))
    what = (
        r"Information on test reads, $I_\mathrm{var}$ (bits per read)"
        if in_bins
        else "Log likelihood of test observations against the best (nats per observation)"
    )
    axes.set_xlabel(what)


def _draw_ceiling(axes: Axes, first: pd.Series, best: float) -> None:
    """Draw between which bounds the intrinsic information lies; a lower one that the best fit exceeds says nothing."""
    low, high = first["I_int_low_bits"], first["I_int_high_bits"]
    if np.isfinite(low) and low > best:
        axes.axvline(low, color=CEILING, linewidth=0.9, linestyle=(0, (3, 2)), zorder=1)
    if np.isfinite(high):
        axes.axvspan(max(low if np.isfinite(low) else best, best), high, color=CEILING, alpha=0.12, linewidth=0, zorder=0)
        axes.axvline(high, color=CEILING, linewidth=0.9, zorder=1)
