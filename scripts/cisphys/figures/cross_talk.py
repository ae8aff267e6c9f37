"""Cross-talk: how often parts of indices were read together, sample parts by sample parts; what no sample has stands out."""

import numpy as np
import pandas as pd
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import ListedColormap, LogNorm
from matplotlib.figure import Figure

from cisphys.figures.panels import nothing_to_draw
from cisphys.figures.style import (
    DOUBLE_COLUMN,
    FAINT,
    SHARE_MAP,
    SMALL,
    SOFT_INK,
    axes_at,
    new_figure,
    shortened,
    styled,
    text_width,
)
from cisphys.quality.cross_talk import NO_SAMPLE, part_pairs, parts_of_run

# inches
EDGE, ABOVE, KEY, KEY_WIDTH, AXIS_NAME = 0.1, 0.05, 0.58, 3.75, 0.2
LARGEST, READABLE, TALLEST = 0.19, 0.056, 9.0  # cells, and all of them
LONGEST_NAME, LONGEST_PART = 1.6, 1.2
POINTS = 0.95 * 72  # of a name's size, for an inch of cell
COLOURS = ListedColormap(colormaps[SHARE_MAP](np.linspace(0.2, 1, 256)))  # the palest can be told from no reads


@styled
def draw_cross_talk(combinations: pd.DataFrame) -> Figure:
    """Draw one heat map for each two parts of the indices of a run: reads of combinations that no sample has.

    A combination of a sample is ringed and not coloured. Rows are named by their part, and by the sample where it has only one.

    Parameters
    ----------
    combinations : the rows of one run with the columns index, sample (``-`` where no sample has it) and reads
    """
    if combinations.empty:
        return nothing_to_draw("Indices have one part only")
    pairs = part_pairs(combinations)
    maps = [_Map.of(*pair, _names_of_rows(combinations, pair[0], pair[2].index)) for pair in pairs]
    norm = _norm(np.concatenate([each.strange.ravel() for each in maps]))
    figure = new_figure(max(KEY_WIDTH, *(each.width for each in maps)), KEY + sum(each.height for each in maps))
    top = figure.get_size_inches()[1] - KEY
    for each in maps:
        each.draw(figure, top, norm)
        top -= each.height
    _draw_key(figure, norm)
    return figure


def _norm(strange: np.ndarray) -> LogNorm:
    """Return a scale from the power of ten below the fewest reads to the most, over a decade or more."""
    least = 10 ** np.floor(np.log10(max(strange[strange > 0].min(initial=strange.max()), 1)))
    return LogNorm(least, max(strange.max(), 10 * least))


class _Map:
    """One heat map with the sizes that its names leave to it."""

    def __init__(self, numbers: tuple[int, int], strange: np.ndarray, own: np.ndarray, rows: list[str], columns: list[str]):
        self.numbers, self.strange, self.own, self.columns = numbers, strange, own, columns
        self.rows, self.left, self.pitch = self._names_that_fit(rows)
        self.size = min(SMALL, POINTS * self.pitch)
        self.named = self.pitch >= READABLE
        self.below = AXIS_NAME + (max(text_width(name, self.size) for name in columns) + 0.05 if self.named else 0.05)
        self.width = self.left + self.pitch * len(columns) + EDGE
        self.height = self.pitch * len(strange) + self.below + ABOVE

    @classmethod
    def of(cls, one: int, other: int, reads: pd.DataFrame, own: pd.DataFrame, names: list[str]) -> "_Map":
        """Lay out two parts of the indices."""
        strange = np.where(own, 0, reads.to_numpy())
        columns = [shortened(name, LONGEST_PART, SMALL) for name in reads.columns]
        return cls((one + 1, other + 1), strange, own.to_numpy(bool), names, columns)

    def _names_that_fit(self, names: list[str]) -> tuple[list[str], float, float]:
        """Choose names of rows that leave cells a readable size: with samples, parts alone, or none; then left edge and pitch."""
        parts = [name.rpartition("  ")[2] for name in names]
        for rows in (names, parts, []):
            longest = max((text_width(name, 1) for name in rows), default=0)  # at 1 point
            room = DOUBLE_COLUMN - 2 * EDGE - AXIS_NAME - 0.05
            across = max((room - longest * SMALL) / len(self.columns), room / (len(self.columns) + longest * POINTS))
            pitch = min(LARGEST, across, TALLEST / len(names))
            if pitch >= READABLE:
                break
        return rows, DOUBLE_COLUMN - EDGE - room + longest * min(SMALL, POINTS * pitch), pitch

    def draw(self, figure: Figure, top: float, norm: LogNorm) -> None:
        """Draw the map with its upper edge at `top` inches."""
        down, across = self.strange.shape
        axes = axes_at(figure, self.left, top - self.pitch * down, self.pitch * across, self.pitch * down)
        shown = np.ma.masked_equal(self.strange, 0)
        axes.pcolormesh(np.arange(across + 1), np.arange(down + 1), shown, cmap=COLOURS, norm=norm, rasterized=True)
        y, x = np.nonzero(self.own)
        axes.scatter(x + 0.5, y + 0.5, s=(72 * self.pitch * 0.5) ** 2, facecolors="none", edgecolors=SOFT_INK, linewidths=0.5)
        axes.set(xlim=(0, across), ylim=(down, 0))
        self._name(axes)

    def _name(self, axes: Axes) -> None:
        down, across = self.strange.shape
        axes.tick_params(length=0, labelsize=self.size, pad=2)
        for spine in axes.spines.values():
            spine.set(visible=True, color=FAINT)
        axes.set_xticks(np.arange(across) + 0.5 if self.named else [], self.columns if self.named else [], rotation=90)
        rows = self.rows if self.named else []
        axes.set_yticks(np.arange(down) + 0.5 if rows else [], rows)
        first, second = self.numbers
        left_out = ("", "") if self.named else (f" ({down})", f" ({across})")
        axes.set(xlabel=f"Part {second}{left_out[1]}", ylabel=f"Part {first}{left_out[0]}")


def _names_of_rows(combinations: pd.DataFrame, part: int, order: pd.Index) -> list[str]:
    """Name each part, with its sample before it where it has only one."""
    own = combinations[combinations["sample"] != NO_SAMPLE]
    samples = own["sample"].groupby(parts_of_run(own)[part]).agg(list)
    before = [f"{shortened(samples[name][0], LONGEST_NAME, SMALL)}  " if len(samples[name]) == 1 else "" for name in order]
    return [first + shortened(name, LONGEST_PART, SMALL) for first, name in zip(before, order, strict=True)]


def _draw_key(figure: Figure, norm: LogNorm) -> None:
    """Draw the colours above the maps, and what a ring is."""
    across, up = figure.get_size_inches()
    key = axes_at(figure, EDGE + 0.25, up - 0.32, 1.6, 0.1)
    figure.colorbar(ScalarMappable(norm, COLOURS), cax=key, orientation="horizontal")
    key.set_title("Reads of combinations that no sample has", fontsize=SMALL, loc="left", pad=3)
    key.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
    key.tick_params(labelsize=SMALL, length=2)
    key.minorticks_off()
    ring = axes_at(figure, EDGE + 2.3, up - 0.33, 0.12, 0.12)
    ring.scatter([0.5], [0.5], s=25, facecolors="none", edgecolors=SOFT_INK, linewidths=0.5)
    ring.set(xlim=(0, 1), ylim=(0, 1))
    ring.axis("off")
    figure.text((EDGE + 2.48) / across, (up - 0.305) / up, "Combination of a sample", fontsize=SMALL)
