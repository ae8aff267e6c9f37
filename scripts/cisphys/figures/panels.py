"""Panels of equal size in rows, lines told apart by colour, and a figure that says why there is nothing to draw."""

from collections.abc import Sequence
from dataclasses import dataclass

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from cisphys.figures.style import (
    ACCENT,
    DOUBLE_COLUMN,
    LARGE,
    NORMAL,
    SINGLE_COLUMN,
    SMALL,
    SOFT_INK,
    axes_at,
    new_figure,
    shortened,
    text_width,
)

MOST_COLOURS = 12  # lines that can be told apart
KEY_LINE, KEY_MARK, EDGE = 0.15, 0.3, 0.1  # inches: a line of the key, its mark, the figure's edge


@dataclass(frozen=True)
class Panels:
    """Sizes in inches of panels in rows: each panel, and what it needs on its left, right, below and above."""

    width: float
    height: float
    left: float
    right: float
    below: float
    above: float

    @property
    def columns(self) -> int:
        """Number of panels in a row of a figure two columns wide."""
        return max(int((DOUBLE_COLUMN - EDGE) / (self.left + self.width + self.right)), 1)

    def draw(self, count: int, key: float = 0.0) -> tuple[Figure, list[Axes]]:
        """Start a figure of `count` panels, with `key` inches free below them."""
        columns = min(count, self.columns)
        rows = -(-count // columns)
        across, up = self.left + self.width + self.right, self.above + self.height + self.below
        figure = new_figure(max(columns * across + EDGE, SINGLE_COLUMN if key else 0.0), rows * up + key)
        places = [divmod(number, columns) for number in range(count)]
        return figure, [
            axes_at(figure, column * across + self.left, key + (rows - 1 - row) * up + self.below, self.width, self.height)
            for row, column in places
        ]


def title(axes: Axes, text: str, width: float, pad: float = 4) -> None:
    """Write a panel's name above its left corner, shortened to `width` inches, `pad` points above the panel."""
    axes.set_title(shortened(str(text), width, LARGE, "bold"), loc="left", fontsize=LARGE, fontweight="bold", pad=pad)


def line_colours(names: Sequence[str]) -> dict[str, tuple]:
    """Return a colour for each line: all the same where there are too many to tell apart."""
    if len(names) > MOST_COLOURS:
        return dict.fromkeys(names, matplotlib.colors.to_rgba(ACCENT, 0.35))
    colours = matplotlib.colormaps["viridis"]
    return {name: colours(0.92 * number / max(len(names) - 1, 1)) for number, name in enumerate(names)}


def key_height(names: Sequence[str]) -> float:
    """Return how many inches `draw_key` needs for these lines."""
    return EDGE + KEY_LINE * (len(_key_rows(names)) if len(names) <= MOST_COLOURS else 1)


def draw_key(figure: Figure, colours: dict[str, tuple], what: str) -> None:
    """Name the lines below the panels; where they cannot be told apart, say how many there are of `what`."""
    across, up = figure.get_size_inches()
    if len(colours) > MOST_COLOURS:
        figure.text(EDGE / across, 0.08 / up, f"One line for each of {len(colours)} {what}", fontsize=SMALL, color=SOFT_INK)
        return
    rows = _key_rows(list(colours))
    for number, row in enumerate(rows):
        x, y = EDGE, 0.08 + KEY_LINE * (len(rows) - 1 - number)
        for name in row:
            ends = [x / across, (x + 0.2) / across]
            figure.add_artist(Line2D(ends, [(y + 0.03) / up] * 2, color=colours[name], linewidth=1.5))
            figure.text((x + 0.25) / across, y / up, _key_name(name), fontsize=SMALL)
            x += KEY_MARK + text_width(_key_name(name), SMALL) + 0.1


def _key_name(name: str) -> str:
    return shortened(str(name), 1.6, SMALL)


def _key_rows(names: Sequence[str]) -> list[list[str]]:
    """Break the key into rows as wide as one column."""
    rows, used = [[]], 0.0
    for name in names:
        needed = KEY_MARK + text_width(_key_name(name), SMALL) + 0.1
        if rows[-1] and used + needed > SINGLE_COLUMN - EDGE:
            rows, used = [*rows, []], 0.0
        rows[-1].append(name)
        used += needed
    return rows


def nothing_to_draw(why: str) -> Figure:
    """Return a small figure that says why it shows nothing."""
    figure = new_figure(max(3.0, text_width(why) + 0.4), 0.6)
    figure.text(0.5, 0.5, why, fontsize=NORMAL, color=SOFT_INK, ha="center", va="center")
    return figure
