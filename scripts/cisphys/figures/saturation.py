"""Saturation: distinct sequences against reads, as they were and as more reads would show them."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from cisphys.figures.panels import Panels, draw_key, key_height, line_colours, nothing_to_draw
from cisphys.figures.style import SMALL, SOFT_INK, styled

PANEL = Panels(width=2.6, height=2.0, left=0.6, right=0.2, below=0.45, above=0.3)


@styled
def draw_saturation(curves: pd.DataFrame) -> Figure:
    """Draw the curve of each sample: solid up to its reads, which a dot marks, dashed up to twice as many.

    Parameters
    ----------
    curves : table with the columns sample, reads, distinct, part (``rarefied`` or ``predicted``)
    """
    curves = curves[curves.groupby("sample")["reads"].transform("max") > 0]
    if curves.empty:
        return nothing_to_draw("No sample has reads")
    names = list(dict.fromkeys(curves["sample"]))
    colours = line_colours(names)
    figure, (axes,) = PANEL.draw(1, key_height(names))
    for name, rows in curves.groupby("sample", sort=False):
        _draw_sample(axes, rows, colours[name])
    axes.set(xlabel=_scaled(axes.xaxis, curves["reads"].max(), "Reads"), xlim=(0, None))
    axes.set(ylabel=_scaled(axes.yaxis, curves["distinct"].max(), "Distinct sequences"), ylim=(0, None))
    axes.text(0, 1.04, "Dashed: as predicted for more reads", transform=axes.transAxes, fontsize=SMALL, color=SOFT_INK)
    draw_key(figure, colours, "samples")
    return figure


def _draw_sample(axes: Axes, rows: pd.DataFrame, colour: tuple) -> None:
    seen = rows[rows["part"] == "rarefied"]
    ahead = pd.concat([seen.tail(1), rows[rows["part"] == "predicted"]])
    axes.plot(seen["reads"], seen["distinct"], color=colour)
    axes.plot(ahead["reads"], ahead["distinct"], color=colour, linestyle=(0, (3, 2)))
    axes.plot(seen["reads"].tail(1), seen["distinct"].tail(1), "o", color=colour, markersize=2.5)


def _scaled(axis, largest: float, what: str) -> str:
    """Show an axis in units, thousands or millions, and return its label."""
    power, word = (6, " (millions)") if largest >= 2e6 else (3, " (thousands)") if largest >= 2e3 else (0, "")
    axis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
    axis.set_major_formatter(lambda value, _: f"{value / 10**power:g}")
    return what + word
