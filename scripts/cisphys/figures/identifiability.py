"""What the data tell of a fit's parameters: the spectrum of their information, and the directions that are told worst.

Left: each eigenvalue as a tick, of all parameters and of the named ones alone; few decades from top to bottom mean that all
directions are known about as well. Right: one row of bars per direction of the named parameters, the sloppiest on top.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, NullLocator

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
)

MOST_ROWS = 6
LONGEST, LEFT, LADDER, TOP, EDGE = 1.3, 0.6, 1.15, 0.42, 0.1  # inches: names, the left axis, the ladder, above and beside
ERRORS, ROW, COLUMN, RIGHT = 0.75, 0.36, 0.52, 0.95  # the right axis of the ladder, a row, the widest column, after the rows
LINE, TICKS = 0.13, 0.35  # inches: a line of text, half the length of an eigenvalue's tick in columns of the ladder
FEW, SHORT = 60, 2.2  # eigenvalues that are drawn as thick ticks; decades that get ticks between them
ROWS = "directions of the named parameters, the sloppiest first"
RISING, FALLING = ACCENT, "#d55e00"
KINDS = {
    "absorbed": "absorbed by the measurement's curve",
    "scale": "size of energies, absorbed by the measurement's curve",
    "traded": "traded against each other",
    "confounded": "bases that occur together only",
    "flat": "no prediction depends on it",
}
MOST_NULL = 5  # lines


@styled
def draw_identifiability(told: Mapping[str, Any]) -> Figure:
    """Draw the spectrum and the sloppiest directions of a fit.

    Parameters
    ----------
    told : identifiability.json: `named` and `all` with eigenvalues in nats per squared kT, and `null`
    """
    if not told.get("all", {}).get("eigenvalues"):
        return nothing_to_draw("the data tell no parameter of this fit")
    rows = told["named"]["directions"][:MOST_ROWS]
    parameters = [name for name in told["named"]["parameters"] if any(name in row["of"] for row in rows)]
    null = null_lines(told["null"])
    below = max([text_width(_name(name), SMALL) for name in parameters] + [0.3]) + 0.15
    foot = LINE * (len(null) + bool(null)) + EDGE
    height = max(ROW * len(rows), 1.5)
    start = LEFT + LADDER + ERRORS
    wide = min(COLUMN * len(parameters), DOUBLE_COLUMN - start - RIGHT)
    figure = new_figure(start + max(wide + RIGHT, text_width(ROWS, LARGE) + EDGE), foot + below + height + TOP)
    _draw_ladder(axes_at(figure, LEFT, foot + below, LADDER, height), told)
    if rows:
        _draw_rows(axes_at(figure, start, foot + below, wide, height), rows, parameters)
    else:
        _write_rows(figure, start, foot + below + height, told["all"]["sloppiest"])
    _write_null(figure, null)
    return figure


def null_lines(null: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return one line per change that no likelihood sees, the first of them where there are many."""
    lines = [f"{', '.join(_signed(each['of']))}: {_why(each)}" for each in null[:MOST_NULL]]
    rest = len(null) - len(lines)
    return lines + ([f"and {rest} more"] if rest else [])


def _signed(of: Mapping[str, float]) -> list[str]:
    return [name if len(of) == 1 else f"{value:+.2g} {name}".replace("-", "−") for name, value in of.items()]


def _why(each: Mapping[str, Any]) -> str:
    return "told by the stiffness of the fitted curve alone" if each["curve"] == "any" else KINDS[each["kind"]]


def _name(name: str) -> str:
    return shortened(name, LONGEST, SMALL)


def _draw_ladder(axes: Axes, told: Mapping[str, Any]) -> None:
    """Draw a tick for each eigenvalue; the standard error of a direction stands on the right."""
    names = [name for name in ("all", "named") if told[name]["eigenvalues"]]
    values = [np.array(told[name]["eigenvalues"], dtype=float) for name in names]
    for number, own in enumerate(values):
        width = 0.8 if len(own) < FEW else 0.3
        axes.hlines(own, number - TICKS, number + TICKS, color=ACCENT if number else SOFT_INK, linewidth=width)
    every = np.concatenate(values)
    low, high = np.log10(every.min()), np.log10(every.max())
    pad = max(0.06 * (high - low), 0.3)
    axes.set(
        xlim=(-0.6, len(names) - 0.4),
        ylim=(10 ** (low - pad), 10 ** (high + pad)),
        yscale="log",
        ylabel="information (nats / kT²)",
    )
    axes.set_xticks(range(len(names)), [f"{name}\n{len(own)}" for name, own in zip(names, values, strict=True)])
    axes.tick_params(axis="x", length=0)
    errors = axes.secondary_yaxis("right", functions=(_error, _error))
    errors.set_ylabel("standard error (kT)")
    for axis in (axes.yaxis, errors.yaxis):
        axis.set_major_locator(LogLocator(numticks=7, subs=(1.0,) if high - low > SHORT else (1.0, 3.0)))
        axis.set_minor_locator(NullLocator())
        if high - low <= SHORT:
            axis.set_major_formatter(lambda value, _: f"{value:g}")
    axes.set_title("eigenvalues", loc="left", pad=6)


def _error(value: np.ndarray) -> np.ndarray:
    """Return the standard error of an information, or the other way round."""
    return np.maximum(value, 1e-300) ** -0.5


def _draw_rows(axes: Axes, rows: Sequence[Mapping[str, Any]], parameters: Sequence[str]) -> None:
    """Draw each direction as bars about a line, its standard error at the end of the row."""
    for number, row in enumerate(rows):
        axes.axhline(-number, color=FAINT, linewidth=0.6, zorder=1)
        for column, name in enumerate(parameters):
            value = row["of"].get(name, 0.0)
            axes.bar(column, 0.42 * value, bottom=-number, width=0.6, color=RISING if value > 0 else FALLING, zorder=2)
        place = {"xycoords": ("axes fraction", "data"), "xytext": (4, 0), "textcoords": "offset points"}
        axes.annotate(_with_unit(row["error_kT"]), (1, -number), va="center", fontsize=SMALL, color=INK, **place)
    axes.set(xlim=(-0.6, len(parameters) - 0.4), ylim=(-len(rows) + 0.45, 0.55))
    axes.set_xticks(range(len(parameters)), [_name(name) for name in parameters], rotation=90)
    axes.set_yticks([])
    axes.tick_params(axis="x", length=0)
    for side in ("left", "bottom"):
        axes.spines[side].set_visible(False)
    axes.set_title(ROWS, loc="left", pad=6)


def _with_unit(error: float) -> str:
    return f"± {error:.2g} kT" if error < 100 else "> 100 kT"


def _write_rows(figure: Figure, left: float, top: float, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write the sloppiest directions of all parameters, where no named one is told."""
    across, up = figure.get_size_inches()
    figure.text(left / across, (top + 6 / 72) / up, "the sloppiest directions", fontsize=LARGE)
    for number, row in enumerate(rows):
        place = top - ROW * (number + 0.5)
        words = shortened(", ".join(row["elements"]).replace("-", "−"), across - left - EDGE, SMALL)
        figure.text(left / across, place / up, _with_unit(row["error_kT"]), fontsize=SMALL)
        figure.text(left / across, (place - LINE) / up, words, fontsize=SMALL, color=SOFT_INK)


def _write_null(figure: Figure, lines: Sequence[str]) -> None:
    across, up = figure.get_size_inches()
    heading = ["no likelihood sees:"] if lines else []
    for number, line in enumerate(reversed(heading + list(lines))):
        text = shortened(line, across - 2 * EDGE, SMALL)
        figure.text(EDGE / across, (EDGE + LINE * number) / up, text, fontsize=SMALL, color=SOFT_INK)
