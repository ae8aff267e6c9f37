"""How a fit came to its optimum: training and validation variants against the steps of the optimiser.

On the left what the model tells of them, in bits; on the right what they are short of their best, in nats on a logarithmic axis,
so that the first fall and the last hundredth of a nat can both be seen. What led to the result is bold.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter, MaxNLocator

from cisphys.figures.style import ACCENT, DOUBLE_COLUMN, LARGE, PAPER, SMALL, SOFT_INK, axes_at, new_figure, styled

TRAINING, VALIDATION, OTHERS = ACCENT, "#d55e00", "#a9b4be"
BANDS = {"choice": ("#f3f5f7", "choice of ridge and splines"), "end": ("#e4e9ee", "followed to its end")}
# inches: the panels, their left edges, what lies below and above
TALL, WIDE, LEFT, SECOND, BELOW, KEY, ABOVE = 1.6, 2.85, 0.55, 4.2, 0.4, 0.14, 0.25
NEAR = 0.01  # nats: closer to the best than this, the axis is linear
_ROOM = 0.25  # of what is told at the end: lines that begin further below 0 come from beyond the axis
_FEW = 60  # steps that are marked one by one
STARTS = ("start", "relabelled")
COLUMNS = 5  # of the key
Lines = list[tuple[np.ndarray, np.ndarray]]


@styled
def draw_traces(traces: pd.DataFrame, summary: Mapping[str, Any]) -> Figure:
    """Draw training and validation against the steps, the optimisations that led to the result bold and other starts faint.

    Parameters
    ----------
    traces : the table traces.tsv
    summary : summary.json, for what is observed
    """
    steps = with_places(traces)
    steps = steps[(steps["chosen"] == "yes") | steps["stage"].isin(STARTS)]
    key = list(_key(steps))
    below = BELOW + KEY * -(-len(key) // COLUMNS)
    figure = new_figure(DOUBLE_COLUMN, below + TALL + ABOVE)
    told, short = (axes_at(figure, left, below, WIDE, TALL) for left in (LEFT, SECOND))
    _draw_told(told, steps, summary)
    _draw_short(short, steps)
    for axes in (told, short):
        _draw_bands(axes, steps)
        axes.set_xlim(0, max(float(steps["place"].max()), 1) * 1.02)
        axes.set_xlabel("Step of the optimiser")
        axes.xaxis.set_major_locator(MaxNLocator(6, integer=True, min_n_ticks=1))
    corner = (0.1 / DOUBLE_COLUMN, 0.03 / figure.get_size_inches()[1])
    columns = {"ncols": COLUMNS, "columnspacing": 1.6, "handlelength": 1.6, "borderpad": 0.1, "labelspacing": 0.4}
    figure.legend(handles=key, loc="lower left", bbox_to_anchor=corner, fontsize=SMALL, **columns)
    return figure


def with_places(traces: pd.DataFrame) -> pd.DataFrame:
    """Return the traces with ``place``, the steps since the random start, and ``above``, the objective above its least, nats.

    An objective is held against those of the same ridge and splines.
    """
    lengths = traces.groupby("run")["iteration"].max()
    after = traces.groupby("run")["after"].first()
    begins: dict[int, float] = {}
    for run in lengths.index:  # a run comes after the one that it goes on from
        before = after[run]
        begins[run] = 0 if pd.isna(before) else begins[before] + lengths[before]
    least = traces.groupby(["ridge", "spline"])["objective"].transform("min")
    return traces.assign(place=traces["run"].map(begins) + traces["iteration"], above=traces["objective"] - least)


def _result(steps: pd.DataFrame) -> pd.DataFrame:
    """Return the steps that led to the result, in their order."""
    return steps[steps["chosen"] == "yes"]


def _others(steps: pd.DataFrame, column: str) -> Lines:
    """Return place and value of the other starts."""
    led_there = steps["run"].isin(_result(steps)["run"])
    rows = steps[~led_there & steps["stage"].isin(STARTS)]
    return [(own["place"].to_numpy(), own[column].to_numpy()) for _, own in rows.groupby("run", sort=False)]


def _taken_back(steps: pd.DataFrame) -> pd.DataFrame:
    """Return what the last run went on to from the result, that included: black boxes go back to where they predicted best."""
    last = _result(steps).iloc[-1]
    return steps[(steps["run"] == last["run"]) & (steps["iteration"] >= last["iteration"])]


def _draw_lines(axes: Axes, steps: pd.DataFrame, training: str, validation: str) -> None:
    for x, y in _others(steps, training):
        axes.plot(x, y, color=OTHERS, linewidth=0.6, zorder=2)
    own = _result(steps)
    for column, colour, width in ((training, TRAINING, 2.2), (validation, VALIDATION, 1.0)):
        axes.plot(own["place"], own[column], color=colour, linewidth=width, zorder=4)
        later = _taken_back(steps)
        axes.plot(later["place"], later[column], color=colour, linewidth=width / 2, linestyle=(0, (3, 1.5)), zorder=3)
        if len(own) <= _FEW:
            newton = own["method"] != "L-BFGS"
            axes.plot(own["place"][newton], own[column][newton], "o", color=colour, markersize=2.6, zorder=5)
            hollow = {"markerfacecolor": PAPER, "markeredgecolor": colour, "markeredgewidth": 0.7}
            axes.plot(own["place"][~newton], own[column][~newton], "o", markersize=2.8, zorder=5, **hollow)


def _draw_told(axes: Axes, steps: pd.DataFrame, summary: Mapping[str, Any]) -> None:
    axes.set_title("What the model tells", loc="left", fontsize=LARGE, fontweight="bold")
    _draw_lines(axes, steps, "training_bits", "validation_bits")
    values = steps[["training_bits", "validation_bits"]].to_numpy()
    low, high = np.nanmin(values), np.nanmax(values)
    low = max(low, min(high, 0.0) - _ROOM * abs(high))
    axes.set_ylim(low - 0.06 * (high - low), high + 0.06 * (high - low))
    axes.yaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
    digits = _digits(axes.get_yticks())
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:.{digits}f}".replace("-", "−")))
    kinds = {entry.get("kind", "sorted_bins") for entry in summary["datasets"].values()}
    axes.set_ylabel("Bits per read" if kinds == {"sorted_bins"} else "Bits per observation")


def _digits(ticks: Sequence[float]) -> int:
    """Return the decimals that tell evenly spaced ticks apart: 0.30, 0.35 have two."""
    step = ticks[1] - ticks[0]
    return next((digits for digits in range(6) if abs(round(step, digits) - step) < 1e-3 * step), 6)


def _draw_short(axes: Axes, steps: pd.DataFrame) -> None:
    axes.set_title("How far from the best", loc="left", fontsize=LARGE, fontweight="bold")
    held_out = steps["validation_log_likelihood"]
    _draw_lines(axes, steps.assign(below=held_out[steps["chosen"] == "yes"].max() - held_out), "above", "below")
    axes.set_yscale("symlog", linthresh=NEAR)
    highest = int(np.ceil(np.log10(max(steps["above"].max(), 1.0))))
    ticks = [0.0, *(10.0**power for power in range(-2, highest + 1))]
    axes.set_yticks(ticks)
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,g}"))
    axes.minorticks_off()
    axes.set_ylim(-0.3 * NEAR, 1.6 * 10.0**highest)
    axes.set_ylabel("Short of the best (nats)")


def _draw_bands(axes: Axes, steps: pd.DataFrame) -> None:
    """Shade the stages after the start, where they have steps."""
    for stage, (colour, _) in BANDS.items():
        for _, own in _result(steps[steps["stage"] == stage]).groupby("run"):
            axes.axvspan(own["place"].min(), own["place"].max(), color=colour, linewidth=0, zorder=0)


def _key(steps: pd.DataFrame) -> Iterator[Artist]:
    own = _result(steps)
    yield Line2D([], [], color=TRAINING, linewidth=2.2, label="training (right: the objective)")
    yield Line2D([], [], color=VALIDATION, linewidth=1.0, label="validation")
    if _others(steps, "place"):
        yield Line2D([], [], color=OTHERS, linewidth=0.6, label="training, other starts")
    if (own["method"] == "L-BFGS").any() and len(own) <= _FEW:
        yield Line2D(
            [], [], color=SOFT_INK, marker="o", markersize=2.8, markerfacecolor=PAPER, linewidth=0, label="steps of L-BFGS"
        )
    if len(_taken_back(steps)) > 1:
        yield Line2D([], [], color=SOFT_INK, linewidth=0.8, linestyle=(0, (3, 1.5)), label="went on, and was taken back")
    for stage, (colour, words) in BANDS.items():
        if (own.loc[own["stage"] == stage, "iteration"] > 0).any():
            yield Patch(color=colour, label=words)
