"""Correlations of replicates as numbers, a triangle per experiment: for more pairs than scatter plots can show."""

import numpy as np
import pandas as pd
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from cisphys.figures.panels import Panels, title
from cisphys.figures.style import INK, PAPER, SHARE_MAP, SMALL, shortened, text_width

CELL, LONGEST_NAME, NARROWEST = 0.28, 0.9, 1.2  # inches


def draw_correlations(pairs: pd.DataFrame) -> Figure:
    """Draw r of each pair of replicates, one panel per experiment.

    Parameters
    ----------
    pairs : table with the columns experiment, first_dataset, second_dataset, r (the same in each row of a pair)
    """
    once = pairs.drop_duplicates(["experiment", "first_dataset", "second_dataset"])
    groups = list(once.groupby("experiment", sort=False))
    names = [_names(str(experiment), rows) for experiment, rows in groups]
    shown = [[shortened(short, LONGEST_NAME, SMALL) for short in own.values()] for own in names]
    longest = max(text_width(name, SMALL) for own in shown for name in own) + 0.1
    side = CELL * (max(map(len, shown)) - 1)
    panel = Panels(width=max(side, NARROWEST), height=side, left=longest, right=0.15, below=longest, above=0.3)
    figure, panels = panel.draw(len(groups))
    for axes, (experiment, rows), own, labels in zip(panels, groups, names, shown, strict=True):
        _draw_cells(axes, rows, list(own), labels)
        axes.set(xlim=(0, panel.width / CELL), ylim=(panel.height / CELL, 0))
        title(axes, str(experiment), panel.width)
    return figure


def _names(experiment: str, rows: pd.DataFrame) -> dict[str, str]:
    """Return the replicates and what they are called beside their experiment's name."""
    names = dict.fromkeys([*rows["first_dataset"], *rows["second_dataset"]])
    return {name: name.removeprefix(f"{experiment}.") for name in names}


def _draw_cells(axes: Axes, rows: pd.DataFrame, names: list[str], labels: list[str]) -> None:
    colours = colormaps[SHARE_MAP]
    for row in rows.itertuples():
        x, y = names.index(row.first_dataset), names.index(row.second_dataset) - 1
        known = row.r == row.r
        colour = colours(0.85 * max(row.r, 0.0)) if known else PAPER
        axes.fill([x, x + 0.96, x + 0.96, x], [y, y, y + 0.96, y + 0.96], color=colour, linewidth=0)
        text = f"{row.r:.2f}".replace("-", "−") if known else "–"
        pale = not known or row.r < 0.65
        axes.text(x + 0.48, y + 0.48, text, ha="center", va="center", fontsize=SMALL, color=INK if pale else PAPER)
    places = np.arange(len(names) - 1) + 0.48
    axes.set_xticks(places, labels[:-1], rotation=90)
    axes.set_yticks(places, labels[1:])
    axes.tick_params(length=0)
    for spine in axes.spines.values():
        spine.set_visible(False)
