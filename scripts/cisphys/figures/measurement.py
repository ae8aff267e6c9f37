"""The measurement process: p(bin | latent) as a heat map, the gates from low to high, below where the library lies.

Bin 0 is the unsorted library. It is no gate, so it has a strip of its own below the gates. RNA/DNA and values are curves.
"""

import matplotlib
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from cisphys.figures.measured_curve import draw_curve
from cisphys.figures.style import (
    ACCENT,
    DOUBLE_COLUMN,
    FAINT,
    LARGE,
    SHARE_MAP,
    SMALL,
    SOFT_INK,
    axes_at,
    new_figure,
    shortened,
    styled,
)

# inches
LEFT, RIGHT, TOP, KEY, AXIS, BELOW = 0.75, 0.15, 0.1, 0.62, 0.36, 0.12
NAME, DENSITY, BIN, LEAST, CURVE, SPACE = 0.24, 0.34, 0.125, 0.5, 1.5, 0.04


@styled
def draw_measurement(measurement: pd.DataFrame, latent: str = "Latent u") -> Figure:
    """Draw p(bin | latent), or the curve, of every dataset, one panel each.

    Parameters
    ----------
    measurement : table with the columns dataset, latent, density (share of reads per unit of the latent), and p_<bin>...
        or the columns of `draw_curve`. Those that a dataset has not are empty there.
    latent : what the latent is, below the last panel
    """
    panels = [(str(name), _without_missing_bins(rows)) for name, rows in measurement.groupby("dataset", sort=False)]
    heights = [_height(table) for _, table in panels]
    figure = new_figure(DOUBLE_COLUMN, TOP + sum(heights) + (KEY if bin_columns(measurement) else AXIS))
    colours = ScalarMappable(Normalize(0, _highest(measurement)), matplotlib.colormaps[SHARE_MAP])
    limits = measurement["latent"].min(), measurement["latent"].max()
    top = figure.get_size_inches()[1] - TOP
    for (name, table), height in zip(panels, heights, strict=True):
        below = latent if table is panels[-1][1] else ""
        _draw_panel(figure, top, name, table, colours, limits, below)
        top -= height
    if bin_columns(measurement):
        _draw_key(figure, colours)
    return figure


def bin_columns(table: pd.DataFrame) -> list[str]:
    """Return the columns p_<bin> in the order of their bins."""
    return sorted((column for column in table if column.startswith("p_")), key=lambda column: int(column[2:]))


def _without_missing_bins(table: pd.DataFrame) -> pd.DataFrame:
    missing = [column for column in bin_columns(table) if table[column].isna().all()]
    return table.drop(columns=missing).sort_values("latent")


def _highest(measurement: pd.DataFrame) -> float:
    if not bin_columns(measurement):
        return 1.0
    return float(np.ceil(np.nanmax(measurement[bin_columns(measurement)].to_numpy()) * 20) / 20)


def _gates(table: pd.DataFrame) -> list[str]:
    return [column for column in bin_columns(table) if column != "p_0"]


def _gates_height(table: pd.DataFrame) -> float:
    return max(LEAST, BIN * len(_gates(table))) if bin_columns(table) else CURVE


def _height(table: pd.DataFrame) -> float:
    library = SPACE + BIN if "p_0" in table else 0.0
    return NAME + DENSITY + SPACE + _gates_height(table) + library + BELOW


def _draw_panel(figure: Figure, top: float, name: str, table, colours, limits, below: str) -> None:
    width, tall = DOUBLE_COLUMN - LEFT - RIGHT, _gates_height(table)
    across, up = figure.get_size_inches()
    figure.text(LEFT / across, (top - 0.16) / up, shortened(name, width, LARGE, "bold"), fontsize=LARGE, weight="bold")
    bottom = top - NAME - DENSITY
    of = "Reads" if bin_columns(table) else "Variants"
    _draw_density(axes_at(figure, LEFT, bottom, width, DENSITY, xlim=limits), table, of)
    bottom -= SPACE + tall
    axes = axes_at(figure, LEFT, bottom, width, tall, xlim=limits)
    if bin_columns(table):
        _draw_shares(axes, table, _gates(table), colours)
        axes.set_ylabel("Gate", labelpad=5)
    else:
        draw_curve(axes, table)
    axes.tick_params(bottom=False, labelbottom=False)
    if "p_0" in table:
        bottom -= SPACE + BIN
        axes = axes_at(figure, LEFT, bottom, width, BIN, xlim=limits)
        _draw_shares(axes, table, ["p_0"], colours)
        axes.set_yticks([0], ["unsorted"])
        axes.tick_params(bottom=False, labelbottom=False)
    if below:
        axes.tick_params(bottom=True, labelbottom=True)
        axes.set_xlabel(below)


def _draw_density(axes: Axes, table: pd.DataFrame, of: str) -> None:
    axes.fill_between(table["latent"], table["density"], color=ACCENT, alpha=0.35, linewidth=0)
    axes.plot(table["latent"], table["density"], color=ACCENT, linewidth=0.9)
    axes.set(xticks=[], yticks=[])
    axes.set_ylim(0, 1.08 * max(table["density"].max(), 1e-9))
    axes.spines["left"].set_visible(False)
    axes.spines["bottom"].set_color(FAINT)
    axes.text(-0.01, 0.1, of, transform=axes.transAxes, fontsize=SMALL, ha="right", va="bottom", color=SOFT_INK)


def _draw_shares(axes: Axes, table: pd.DataFrame, columns: list[str], colours: ScalarMappable) -> None:
    shares, rows = table[columns].to_numpy().T, np.arange(len(columns))
    x, y = _edges(table["latent"].to_numpy()), np.arange(len(columns) + 1) - 0.5
    axes.pcolormesh(x, y, shares, cmap=colours.cmap, norm=colours.norm, rasterized=True)
    axes.set_ylim(y[0], y[-1])
    step = -(-len(columns) // 12)
    axes.set_yticks(rows[::step], [column[2:] for column in columns[::step]])
    axes.tick_params(left=False, pad=2)
    for spine in axes.spines.values():
        spine.set(visible=True, color=FAINT)


def _edges(centres: np.ndarray) -> np.ndarray:
    """Return the borders (points + 1,) of cells around ascending points."""
    between = (centres[1:] + centres[:-1]) / 2
    return np.concatenate([centres[:1], between, centres[-1:]])


def _draw_key(figure: Figure, colours: ScalarMappable) -> None:
    axes = axes_at(figure, DOUBLE_COLUMN - RIGHT - 1.6, 0.24, 1.6, 0.08)
    bar = figure.colorbar(colours, cax=axes, orientation="horizontal")
    bar.outline.set(linewidth=0.5, edgecolor=SOFT_INK)
    bar.locator = MaxNLocator(4, steps=[1, 2, 5, 10])
    axes.tick_params(length=2, pad=1.5)
    across, up = figure.get_size_inches()
    left = (DOUBLE_COLUMN - RIGHT - 1.7) / across
    figure.text(left, 0.25 / up, "Share of reads, p(bin | u)", fontsize=SMALL, ha="right")
