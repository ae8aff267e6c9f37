"""What other thresholds would call: barcodes and variants of a library against `min_support`, one line per `fraction`."""

import numpy as np
import pandas as pd
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, MaxNLocator, NullLocator

from cisphys.figures.style import DOUBLE_COLUMN, INK, SMALL, SOFT_INK, axes_at, new_figure, styled

# inches
LEFT, BETWEEN, BOTTOM, HEIGHT, TOP, KEY = 0.75, 0.8, 0.45, 1.9, 0.12, 0.9
PANELS = {"barcodes": "Barcodes called", "variants": "Variants with a barcode"}
SHADES = "viridis"


@styled
def draw_library_sweep(sweep: pd.DataFrame, min_support: int, fraction: float) -> Figure:
    """Draw two panels, barcodes called and variants that have one; a ring marks the thresholds that were taken.

    Parameters
    ----------
    sweep : table with the columns min_support, fraction, barcodes, variants
    min_support, fraction : the thresholds that were taken, a row of the table
    """
    wide = (DOUBLE_COLUMN - LEFT - BETWEEN - KEY) / 2
    figure = new_figure(DOUBLE_COLUMN, BOTTOM + HEIGHT + TOP)
    for number, (column, label) in enumerate(PANELS.items()):
        axes = axes_at(figure, LEFT + number * (wide + BETWEEN), BOTTOM, wide, HEIGHT)
        _draw_lines(axes, sweep, column)
        _mark(axes, sweep, column, min_support, fraction)
        axes.set(xlabel="Reads that a barcode needs (min_support)", ylabel=label, ylim=(0, 1.06 * max(sweep[column].max(), 1)))
    handles, labels = axes.get_legend_handles_labels()
    corner = (1 - (KEY - 0.1) / DOUBLE_COLUMN, (BOTTOM + HEIGHT) / (BOTTOM + HEIGHT + TOP))
    figure.legend(handles, labels, loc="upper left", bbox_to_anchor=corner, title="fraction", title_fontsize=SMALL, borderpad=0)
    return figure


def _draw_lines(axes: Axes, sweep: pd.DataFrame, column: str) -> None:
    fractions = sorted(sweep["fraction"].unique())
    colours = colormaps[SHADES](np.linspace(0.9, 0.1, len(fractions)))
    for fraction, colour in zip(fractions, colours, strict=True):
        rows = sweep[sweep["fraction"] == fraction].sort_values("min_support")
        axes.plot(rows["min_support"], rows[column], color=colour, marker=".", markersize=3, label=f"{fraction:g}")
    supports = sorted(sweep["min_support"].unique())
    axes.set_xscale("log")
    axes.xaxis.set_major_locator(
        FixedLocator([support for support in supports if support in (1, 2, 3, 5, 10, 20, 30)] or supports)
    )
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:g}")
    axes.yaxis.set_major_locator(MaxNLocator(5, integer=True, steps=[1, 2, 5, 10]))
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")


def _mark(axes: Axes, sweep: pd.DataFrame, column: str, min_support: int, fraction: float) -> None:
    taken = sweep[(sweep["min_support"] == min_support) & np.isclose(sweep["fraction"], fraction)]
    axes.scatter(taken["min_support"], taken[column], s=36, facecolors="none", edgecolors=INK, linewidths=1, zorder=3)
    number = int(taken[column].iloc[0])
    above = number < 0.85 * axes.dataLim.y1
    place = {"xytext": (6, 5 if above else -9), "textcoords": "offset points"}
    axes.annotate(f"{number:,}", (min_support, number), fontsize=SMALL, color=SOFT_INK, **place)
