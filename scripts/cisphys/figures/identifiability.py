"""What the data tell of a fit's parameters: the spectrum of their information, and the directions that are told worst.

Left: each eigenvalue as a tick, of all parameters and of the named ones alone; few decades from top to bottom mean that all
directions are known about as well. Right: one column of bars per direction of the named parameters, the sloppiest first, and
below it what no likelihood sees.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, NullLocator

from cisphys.figures.null_lines import LINE, null_height, write_null
from cisphys.figures.panels import nothing_to_draw
from cisphys.figures.style import (
    ACCENT,
    DOUBLE_COLUMN,
    FAINT,
    INK,
    LARGE,
    SMALL,
    SOFT_INK,
    axes_at,
    new_figure,
    shortened,
    styled,
    text_width,
    with_minus,
)

MOST_COLUMNS = 6
# inches: the ladder's axis, the ladder and its second axis; a row, a column; above and below the ladder, the edge
LEFT, LADDER, ERRORS, ROW, COLUMN, TOP, BELOW, EDGE = 0.6, 1.1, 0.75, 0.2, 0.55, 0.3, 0.35, 0.1
HEADS, LEAST = 0.2, 1.5  # inches: the errors above the columns, the ladder's least height
TICKS = 0.35  # half the length of an eigenvalue's tick, in columns of the ladder
FEW, SHORT = 60, 2.2  # eigenvalues that are drawn as thick ticks; decades that get ticks between them
COLUMNS = "Directions of the named parameters, the sloppiest first"
RISING, FALLING = ACCENT, "#d55e00"
OF_LATENT = ("additive", "neighbour", "pairwise")  # families whose energies are effects on a latent, and have no unit


@styled
def draw_identifiability(told: Mapping[str, Any]) -> Figure:
    """Draw the spectrum and the sloppiest directions of a fit.

    Parameters
    ----------
    told : identifiability.json: `family`, `named` and `all` with eigenvalues in nats per squared kT (of linear models, per
        squared unit of the latent), and `null`
    """
    if not told.get("all", {}).get("eigenvalues"):
        return nothing_to_draw("The data tell no parameter of this fit")
    unit = "" if told.get("family") in OF_LATENT else " kT"
    directions = told["named"]["directions"][:MOST_COLUMNS]
    parameters = [name for name in told["named"]["parameters"] if any(name in each["of"] for each in directions)]
    shown = HEADS + ROW * len(parameters) if directions else 2.4 * LINE * len(told["all"]["sloppiest"])
    null = null_height(told["null"])
    tall = max(shown + null, LEAST + BELOW)
    start = LEFT + LADDER + ERRORS
    figure = new_figure(DOUBLE_COLUMN, EDGE + tall + TOP)
    across, up = figure.get_size_inches()
    _draw_ladder(axes_at(figure, LEFT, EDGE + BELOW, LADDER, tall - BELOW), told, unit)
    title = COLUMNS if directions else "The sloppiest directions"
    figure.text(start / across, 1 - 0.22 / up, title, fontsize=LARGE)
    if directions:
        _draw_columns(figure, start, up - TOP - shown, directions, parameters)
    else:
        _write_directions(figure, start, up - TOP, told["all"]["sloppiest"], unit)
    write_null(figure, start, up - TOP - shown, told["null"])
    return figure


def _draw_ladder(axes: Axes, told: Mapping[str, Any], unit: str) -> None:
    """Draw a tick for each eigenvalue; the standard error of a direction stands on the right."""
    names = [name for name in ("all", "named") if told[name]["eigenvalues"]]
    values = [np.array(told[name]["eigenvalues"], dtype=float) for name in names]
    for number, own in enumerate(values):
        width = 0.8 if len(own) < FEW else 0.3
        axes.hlines(own, number - TICKS, number + TICKS, color=ACCENT if number else SOFT_INK, linewidth=width)
    every = np.concatenate(values)
    low, high = np.log10(every.min()), np.log10(every.max())
    pad = max(0.06 * (high - low), 0.3)
    axes.set(xlim=(-0.6, len(names) - 0.4), ylim=(10 ** (low - pad), 10 ** (high + pad)), yscale="log")
    axes.set_ylabel("Information (nats / kT²)" if unit else "Information (nats / unit²)")
    axes.set_xticks(range(len(names)), [f"{name}\n{len(own)}" for name, own in zip(names, values, strict=True)])
    axes.tick_params(axis="x", length=0)
    errors = axes.secondary_yaxis("right", functions=(_error, _error))
    errors.set_ylabel("Standard error (kT)" if unit else "Standard error (latent units)")
    for axis in (axes.yaxis, errors.yaxis):
        axis.set_major_locator(LogLocator(numticks=7, subs=(1.0,) if high - low > SHORT else (1.0, 3.0)))
        axis.set_minor_locator(NullLocator())
        if high - low <= SHORT:
            axis.set_major_formatter(lambda value, _: f"{value:g}")
    axes.set_title("Eigenvalues", loc="left", pad=6)


def _error(value: np.ndarray) -> np.ndarray:
    """Return the standard error of an information, or the other way round."""
    return np.maximum(value, 1e-300) ** -0.5


def _draw_columns(figure: Figure, left: float, bottom: float, directions: Sequence[Mapping], parameters: Sequence[str]) -> None:
    """Draw each direction as bars to both sides of a line, a row per parameter; its standard error stands above it."""
    room = DOUBLE_COLUMN - left - COLUMN * len(directions) - 2 * EDGE
    names = [shortened(with_minus(name), room, SMALL) for name in parameters]
    longest = max(text_width(name, SMALL) for name in names) + EDGE
    axes = axes_at(figure, left + longest, bottom, COLUMN * len(directions), ROW * len(parameters))
    for column, each in enumerate(directions):
        axes.axvline(column, color=FAINT, linewidth=0.6, zorder=1)
        for row, name in enumerate(parameters):
            value = each["of"].get(name, 0.0)
            axes.barh(row, 0.42 * value, left=column, height=0.6, color=RISING if value > 0 else FALLING, zorder=2)
        place = {"xycoords": ("data", "axes fraction"), "xytext": (0, 4), "textcoords": "offset points"}
        axes.annotate(_with_unit(each["error_kT"], " kT"), (column, 1), ha="center", fontsize=SMALL, color=INK, **place)
    axes.set(xlim=(-0.5, len(directions) - 0.5), ylim=(len(parameters) - 0.5, -0.5), xticks=[])
    axes.set_yticks(range(len(parameters)), names)
    axes.tick_params(axis="y", length=0)
    for side in ("left", "bottom"):
        axes.spines[side].set_visible(False)


def _with_unit(error: float, unit: str) -> str:
    return f"± {error:.2g}{unit}" if error < 100 else f"> 100{unit}"


def _write_directions(figure: Figure, left: float, top: float, directions: Sequence[Mapping[str, Any]], unit: str) -> None:
    """Write the sloppiest directions of all parameters, where no named one is told."""
    across, up = figure.get_size_inches()
    for number, each in enumerate(directions):
        place = top - LINE * (2.4 * number + 0.9)
        words = shortened(", ".join(each["elements"]).replace("-", "−"), across - left - EDGE, SMALL)
        figure.text(left / across, place / up, _with_unit(each["error_kT"], unit), fontsize=SMALL)
        figure.text(left / across, (place - LINE) / up, words, fontsize=SMALL, color=SOFT_INK)
