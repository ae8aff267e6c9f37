"""Calibration: what the test variants show in each group by their latent, beside what the fit says of them."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from cisphys.figures.style import (
    ACCENT,
    DOUBLE_COLUMN,
    FAINT,
    INK,
    LARGE,
    SINGLE_COLUMN,
    SMALL,
    SOFT_INK,
    axes_at,
    new_figure,
    shortened,
    styled,
    text_width,
)

# inches: panels of shares and of means, the space left of and between panels, the heading of a dataset, below a row, the key
SHARE, MEAN, TALL = 1.05, 2.8, 0.85
LEFT, BETWEEN, HEADING, ABOVE, BELOW, LINE = 0.53, 0.32, 0.3, 0.16, 0.36, 0.14
PER_ROW = 5
KEY = [
    "Line: predicted. Points: test variants, equally many in each group,",
    "with the 95 % interval of the difference (orange: off the line)",
]
NAMES = {"log_rna_per_dna": "Log RNA/DNA", "y": "y", "p_0": "Unsorted"}
Z95 = 1.96


@styled
def draw_calibration(calibration: pd.DataFrame, tests: Mapping[str, Mapping[str, Any]]) -> Figure:
    """Draw observed and predicted shares of each bin, or means, against the groups; a block for each dataset.

    Parameters
    ----------
    calibration : the table calibration.tsv
    tests : dataset -> chi_square, degrees_of_freedom and p
    """
    blocks = [(str(name), rows) for name, rows in calibration.groupby("dataset", sort=False)]
    heights = [HEADING + _rows_of(table) * (ABOVE + TALL + BELOW) for _, table in blocks]
    narrow = all(len(_measured(table)) == 1 for _, table in blocks)
    key = KEY if narrow else [" ".join(KEY)]
    figure = new_figure(SINGLE_COLUMN if narrow else DOUBLE_COLUMN, sum(heights) + LINE * len(key) + 0.08)
    across, up = figure.get_size_inches()
    top = up
    for (name, table), height in zip(blocks, heights, strict=True):
        verdict = _verdict(tests[name])
        title = shortened(name, across - text_width(verdict, SMALL) - 0.3, LARGE, "bold")
        figure.text(0.08 / across, (top - 0.18) / up, title, fontsize=LARGE, weight="bold")
        figure.text(1 - 0.08 / across, (top - 0.18) / up, verdict, fontsize=SMALL, color=SOFT_INK, ha="right")
        _draw_block(figure, top - HEADING, table)
        top -= height
    for number, line in enumerate(reversed(key)):
        figure.text(0.08 / across, (0.07 + LINE * number) / up, line, fontsize=SMALL, color=SOFT_INK)
    return figure


def _verdict(test: Mapping[str, Any]) -> str:
    chi, freedom, p = test["chi_square"], test["degrees_of_freedom"], test["p"]
    size = f"p = {p:.2g}" if p >= 1e-4 else "p < 0.0001"
    return f"χ² = {chi:.1f}, {freedom} degrees of freedom, {size}"


def _measured(table: pd.DataFrame) -> list[str]:
    return list(dict.fromkeys(table["measured"]))


def _rows_of(table: pd.DataFrame) -> int:
    return -(-len(_measured(table)) // PER_ROW)


def _draw_block(figure: Figure, top: float, table: pd.DataFrame) -> None:
    names = _measured(table)
    width = SHARE if names[0].startswith("p_") else MEAN
    for number, name in enumerate(names):
        row, column = divmod(number, PER_ROW)
        bottom = top - row * (ABOVE + TALL + BELOW) - ABOVE - TALL
        axes = axes_at(figure, LEFT + column * (width + BETWEEN), bottom, width, TALL)
        _draw_panel(axes, table[table["measured"] == name], NAMES.get(name, f"Gate {name[2:]}"))
        if name.startswith("p_"):
            axes.set_ylim(bottom=0)
        if number + PER_ROW >= len(names):
            axes.set_xlabel("Group, by prediction")
        if name.startswith("p_") and column == 0:
            axes.set_ylabel("Share, p(bin)", labelpad=3)


def _draw_panel(axes: Axes, rows: pd.DataFrame, name: str) -> None:
    far = rows["z"].abs() > Z95
    axes.plot(rows["decile"], rows["predicted"], color=ACCENT, linewidth=1.2, zorder=2)
    for chosen, colour in ((~far, INK), (far, "#d55e00")):
        own = rows[chosen]
        bars = {"ecolor": colour, "elinewidth": 0.6, "linestyle": "none", "zorder": 3}
        axes.errorbar(own["decile"], own["observed"], Z95 * own["se"], marker="o", markersize=2, color=colour, **bars)
    axes.set(xlim=(0.4, rows["decile"].max() + 0.6))
    axes.set_title(name, loc="left", fontsize=SMALL, pad=2)
    axes.xaxis.set_major_locator(MaxNLocator(5, integer=True, steps=[1, 2, 5, 10]))
    axes.yaxis.set_major_locator(MaxNLocator(3, steps=[1, 2, 5, 10]))
    axes.grid(axis="y", color=FAINT, linewidth=0.4)
    axes.set_axisbelow(True)
