"""Agreement of replicates: one point per variant, one panel per pair, the pairs of an experiment as a triangle.

More pairs than anyone looks at one by one are shown by their correlations alone.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from cisphys.figures.correlations import draw_correlations
from cisphys.figures.panels import EDGE, nothing_to_draw
from cisphys.figures.style import ACCENT, DOUBLE_COLUMN, FAINT, SMALL, axes_at, new_figure, shortened, styled, text_width

MOST_PANELS = 45  # three experiments of six replicates
# inches
LARGEST, SMALLEST, LEFT, BELOW, LINE, BETWEEN, RIGHT = 1.34, 0.35, 0.55, 0.5, 0.11, 0.1, 0.1


@dataclass(frozen=True)
class _Block:
    """An experiment: `names` (replicates,) of its replicates, and by (first, second) the rows of the table for each pair."""

    names: Sequence[str]
    pairs: dict[tuple[str, str], pd.DataFrame]

    @classmethod
    def of(cls, rows: pd.DataFrame) -> "_Block":
        pairs = dict(iter(rows.groupby(["first_dataset", "second_dataset"], sort=False)))
        return cls(list(dict.fromkeys([*rows["first_dataset"], *rows["second_dataset"]])), pairs)

    @property
    def side(self) -> float:
        """Inches of a panel: as large as a figure two columns wide lets it be."""
        room = (DOUBLE_COLUMN - EDGE - LEFT - RIGHT) / (len(self.names) - 1) - BETWEEN
        return max(min(LARGEST, room), SMALLEST)

    @property
    def above(self) -> float:
        """Inches above a panel, for its words on one line or on two."""
        lines = max(_words(rows, self.side).count("\n") for rows in self.pairs.values()) + 1
        return LINE * lines + 0.08

    @property
    def width(self) -> float:
        return LEFT + (len(self.names) - 1) * (self.side + BETWEEN) + RIGHT

    @property
    def height(self) -> float:
        return BELOW + (len(self.names) - 1) * (self.side + self.above)

    def draw(self, figure: Figure, left: float, bottom: float) -> None:
        """Draw the triangle with its lower left corner there, in inches; all panels have the same limits."""
        limits = _limits(self.pairs.values())
        down, across = self.side + self.above, self.side + BETWEEN
        for (first, second), rows in self.pairs.items():
            column, row = self.names.index(first), self.names.index(second) - 1
            y = bottom + BELOW + (len(self.names) - 2 - row) * down
            axes = axes_at(figure, left + LEFT + column * across, y, self.side, self.side)
            _draw_pair(axes, rows, limits, self.side)
            if row == len(self.names) - 2:
                axes.set_xlabel(shortened(first, self.side, SMALL), fontsize=SMALL)
            if column == 0:
                axes.set_ylabel(shortened(second, self.side, SMALL), fontsize=SMALL)
            axes.tick_params(labelbottom=row == len(self.names) - 2, labelleft=column == 0)


@styled
def draw_replicates(pairs: pd.DataFrame) -> Figure:
    """Draw what each two replicates say of a variant: its mean gate, or its log2 ratio where there is one gate, or RNA and DNA.

    Parameters
    ----------
    pairs : table with the columns experiment, first_dataset, second_dataset, variants, r (over all variants of the pair, the same
        in each of its rows), first, second (of the variants that are shown)
    """
    blocks = [_Block.of(rows) for _, rows in pairs.groupby("experiment", sort=False)]
    if not blocks:
        return nothing_to_draw("No variant has enough reads in two replicates")
    if sum(len(block.pairs) for block in blocks) > MOST_PANELS:
        return draw_correlations(pairs)
    rows = list(_in_rows(blocks))
    widest = max(sum(block.width for block in row) for row in rows)
    figure = new_figure(widest + EDGE, sum(max(block.height for block in row) for row in rows))
    top = figure.get_size_inches()[1]
    for row in rows:
        left = 0.0
        for block in row:
            block.draw(figure, left, top - block.height)
            left += block.width
        top -= max(block.height for block in row)
    return figure


def _in_rows(blocks: Sequence[_Block]) -> Iterator[list[_Block]]:
    """Break the blocks into rows that are as wide as the figure may be."""
    row: list[_Block] = []
    for block in blocks:
        if row and sum(each.width for each in row) + block.width > DOUBLE_COLUMN - EDGE:
            yield row
            row = []
        row.append(block)
    yield row


def _limits(pairs) -> tuple[float, float]:
    values = np.concatenate([rows[["first", "second"]].to_numpy(float).ravel() for rows in pairs])
    low, high = values.min(), values.max()
    margin = 0.05 * max(high - low, 1e-6)
    return low - margin, high + margin


def _draw_pair(axes: Axes, rows: pd.DataFrame, limits: tuple[float, float], side: float) -> None:
    axes.plot(limits, limits, color=FAINT, zorder=1)
    axes.scatter(rows["first"], rows["second"], s=3, color=ACCENT, alpha=0.4, linewidths=0, rasterized=True)
    axes.set(xlim=limits, ylim=limits, aspect="equal")
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(MaxNLocator(4 if side > 1 else 2, steps=[1, 2, 5, 10]))
    axes.text(0, 1.0 + 0.04 / side, _words(rows, side), transform=axes.transAxes, fontsize=SMALL, va="bottom")


def _words(rows: pd.DataFrame, side: float) -> str:
    """Say r and the number of variants, on two lines where one is too short."""
    r, n = rows["r"].iloc[0], rows["variants"].iloc[0]
    parts = [f"r = {r:.3f}".replace("-", "−") if r == r else "r = –", f"n = {n:,}"]
    wide = text_width(", ".join(parts), SMALL) <= side + 0.5 * BETWEEN
    return (", " if wide else "\n").join(parts)
