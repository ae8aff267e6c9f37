"""What became of the reads: per sample, the share of each fate and the number of reads."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator

from cisphys.figures.style import (
    DOUBLE_COLUMN,
    FATE_COLOURS,
    SMALL,
    SPARE_COLOURS,
    axes_at,
    new_figure,
    shortened,
    styled,
    text_width,
)

# inches
LONGEST_NAME, RIGHT, BETWEEN, COUNTS, TOP, AXIS, LINE = 1.9, 0.2, 0.2, 1.7, 0.1, 0.42, 0.15


@dataclass(frozen=True)
class FateTable:
    """Reads by sample and fate.

    Attributes
    ----------
    labels : (samples,) names as shown; reads without a sample last
    fates : (fates,) the fates that any read has, in the order of `FATE_COLOURS`, counted first
    reads : (samples, fates)
    """

    labels: Sequence[str]
    fates: Sequence[str]
    reads: np.ndarray

    def shares(self) -> np.ndarray:
        """Return (samples, fates): the share of a sample's reads; zeros for a sample without reads."""
        totals = self.reads.sum(1, keepdims=True)
        return np.divide(self.reads, totals, out=np.zeros(self.reads.shape), where=totals > 0)


@styled
def draw_read_fates(read_fates: pd.DataFrame) -> Figure:
    """Draw one bar per sample in two panels: shares of the fates, and numbers of reads.

    Parameters
    ----------
    read_fates : table with the columns run, sample, fate, reads; sample is ``-`` where none was assigned
    """
    table = fate_table(read_fates)
    row = 0.19 if len(table.labels) <= 40 else 0.11
    names = [shortened(label, LONGEST_NAME, SMALL) for label in table.labels]
    left = 0.15 + max(text_width(name, SMALL) for name in names)
    key = _key_lines(table.fates, DOUBLE_COLUMN - left - RIGHT)
    tall = row * len(names)
    figure = new_figure(DOUBLE_COLUMN, TOP + LINE * len(key) + 0.08 + tall + AXIS)
    wide = DOUBLE_COLUMN - left - BETWEEN - COUNTS - RIGHT
    shares = axes_at(figure, left, AXIS, wide, tall)
    _draw_bars(shares, table.fates, 100 * table.shares())
    shares.set(xlim=(0, 100), xlabel="Share of the sample's reads (%)")
    shares.set_yticks(range(len(names)), names)
    counts = axes_at(figure, left + wide + BETWEEN, AXIS, COUNTS, tall)
    _draw_bars(counts, table.fates, table.reads)
    _label_counts(counts, table)
    _draw_key(figure, key, left)
    return figure


def fate_table(read_fates: pd.DataFrame) -> FateTable:
    """Arrange a table of fates by sample; unassigned reads are left out where there are none."""
    order = [*FATE_COLOURS, *dict.fromkeys(fate for fate in read_fates["fate"] if fate not in FATE_COLOURS)]
    wide = read_fates.pivot_table(
        index=["run", "sample"], columns="fate", values="reads", aggfunc="sum", sort=False, fill_value=0
    )
    wide = wide[[fate for fate in order if fate in wide]]
    empty = [key for key in wide.index if key[1] == "-" and wide.loc[key].sum() == 0]
    wide = wide.drop(index=empty)
    wide = wide[[fate for fate in wide if fate == "counted" or wide[fate].sum() > 0]]
    wide = wide.loc[sorted(wide.index, key=lambda key: key[1] == "-")]
    times = wide.index.get_level_values("sample").value_counts()
    labels = [_label(run, sample, times[sample] > 1) for run, sample in wide.index]
    return FateTable(labels, list(wide.columns), wide.to_numpy(float))


def fate_colours(fates: Sequence[str]) -> dict[str, str]:
    """Return a colour for each fate; fates without one of their own take spare ones in order."""
    unknown = [fate for fate in fates if fate not in FATE_COLOURS]
    spare = {fate: SPARE_COLOURS[number % len(SPARE_COLOURS)] for number, fate in enumerate(unknown)}
    return {fate: FATE_COLOURS.get(fate) or spare[fate] for fate in fates}


def _label(run: str, sample: str, several: bool) -> str:
    name = "unassigned" if sample == "-" else str(sample)
    return f"{name}, {run}" if several else name


def _draw_bars(axes: Axes, fates: Sequence[str], lengths: np.ndarray) -> None:
    """Draw lengths (samples, fates) as stacked bars, one collection per fate."""
    rows, stops, colours = np.arange(len(lengths)), lengths.cumsum(1), fate_colours(fates)
    for column, fate in enumerate(fates):
        stop = stops[:, column]
        start = stop - lengths[:, column]
        x, y = np.stack([start, stop, stop, start], 1), rows[:, None] + [-0.4, -0.4, 0.4, 0.4]
        bars = PolyCollection(np.stack([x, y], 2), facecolor=colours[fate], linewidth=0, label=fate)
        axes.add_collection(bars, autolim=False)
    axes.set_ylim(len(lengths) - 0.5, -0.5)
    axes.tick_params(left=False, labelsize=SMALL)
    axes.spines["left"].set_visible(False)


def _label_counts(axes: Axes, table: FateTable) -> None:
    axes.set_yticks([])
    axes.xaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 5, 10]))
    longest = table.reads.sum(1).max()
    power = 6 if longest >= 2e6 else 3 if longest >= 2e3 else 0
    axes.xaxis.set_major_formatter(lambda value, _: f"{value / 10**power:g}")
    axes.set(xlim=(0, 1.05 * max(longest, 1)), xlabel={6: "Reads (millions)", 3: "Reads (thousands)", 0: "Reads"}[power])


def _key_lines(fates: Sequence[str], width: float) -> list[list[str]]:
    """Break the fates into lines that fit `width` inches."""
    lines, used = [[]], 0.0
    for fate in fates:
        needed = _key_width(fate)
        if lines[-1] and used + needed > width:
            lines, used = [*lines, []], 0.0
        lines[-1].append(fate)
        used += needed
    return lines


def _key_width(fate: str) -> float:
    return 0.34 + text_width(fate.replace("_", " "), SMALL)


def _draw_key(figure: Figure, lines: list[list[str]], left: float) -> None:
    across, up = figure.get_size_inches()
    colours = fate_colours([fate for line in lines for fate in line])
    for number, line in enumerate(lines):
        x, y = left, up - TOP - LINE * (number + 0.8)
        for fate in line:
            box = (x / across, y / up), 0.09 / across, 0.09 / up
            figure.add_artist(Rectangle(*box, facecolor=colours[fate]))
            figure.text((x + 0.13) / across, y / up, fate.replace("_", " "), fontsize=SMALL)
            x += _key_width(fate)
