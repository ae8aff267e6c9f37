"""The same physical parameters in several fits, and as others published them, with their intervals."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from cisphys.figures.intervals import draw_interval, is_told, limits_of
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
    with_minus,
)

ROW, GAP, BELOW, ABOVE, NAMES, RIGHT, EDGE = 0.19, 0.85, 0.42, 0.5, 2.3, 0.25, 0.1  # inches
ENDS = ["low68", "high68", "low95", "high95"]


def parameters_to_compare(tables: Mapping[str, pd.DataFrame], published: pd.DataFrame) -> list[str]:
    """Return the names of energies (kT) that several fits tell, or one fit and a publication."""
    told: dict[str, int] = {}
    for table in tables.values():
        for name in table.loc[(table["unit"] == "kT") & is_told(table), "name"]:
            told[name] = told.get(name, 0) + 1
    others = published["name"].value_counts()
    return [name for name, times in told.items() if times + others.get(name, 0) > 1]


@styled
def draw_parameters(tables: Mapping[str, pd.DataFrame], published: pd.DataFrame, kcal_per_kT: float) -> Figure:
    """Draw one panel per parameter: a row per fit with its 68 % (thick) and 95 % interval (thin), and per publication.

    Parameters
    ----------
    tables : parameters.tsv of each fit, by its name
    published : ``name source value`` in kT
    kcal_per_kT : for the upper axis
    """
    names = parameters_to_compare(tables, published)
    if not names:
        return _nothing()
    panels = [_rows(name, tables, published) for name in names]
    heights = [ROW * len(rows) for rows in panels]
    height = sum(heights) + (BELOW + ABOVE) * len(names)
    figure, top = new_figure(DOUBLE_COLUMN, height), height
    for name, rows, own in zip(names, panels, heights, strict=True):
        top -= ABOVE + own
        axes = axes_at(figure, NAMES, top, DOUBLE_COLUMN - NAMES - RIGHT, own)
        _draw_panel(axes, name, rows, kcal_per_kT)
        top -= BELOW
    return figure


def _nothing() -> Figure:
    figure = new_figure(DOUBLE_COLUMN, 0.6)
    figure.text(0.5, 0.5, "No energy is known from more than one fit.", ha="center", va="center", color=SOFT_INK)
    return figure


def _rows(name: str, tables: Mapping[str, pd.DataFrame], published: pd.DataFrame) -> list[tuple[str, pd.Series, bool]]:
    """Return (label, row with value and ends, whether it is a fit of ours)."""
    rows = []
    for fit, table in tables.items():
        own = table[(table["name"] == name) & is_told(table)]
        rows += [(fit, row, True) for _, row in own.iterrows()]
    others = published[published["name"] == name].reindex(columns=["source", "value", *ENDS])
    return rows + [(row["source"], row, False) for _, row in others.iterrows()]


def _draw_panel(axes: Axes, name: str, rows: Sequence[tuple[str, pd.Series, bool]], kcal_per_kT: float) -> None:
    known = np.concatenate([row[["value", *ENDS]].to_numpy(float) for _, row, _ in rows])
    axes.set_xlim(*limits_of(known))
    axes.set_ylim(len(rows) - 0.5, -0.5)
    for place, (_, row, ours) in enumerate(rows):
        axes.axhline(place, color=FAINT, linewidth=0.3, zorder=0)
        if ours:
            draw_interval(axes, place, row, ACCENT)
        else:
            axes.plot(row["value"], place, "D", markersize=3.5, markerfacecolor="white", markeredgecolor=INK, markeredgewidth=0.8)
    axes.set_yticks(range(len(rows)), [shortened(label, NAMES - 0.15, SMALL) for label, *_ in rows])
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.set_xlabel("kT", labelpad=2)
    upper = axes.secondary_xaxis("top", functions=(lambda kT: kT * kcal_per_kT, lambda kcal: kcal / kcal_per_kT))
    upper.set_xlabel("kcal/mol", labelpad=3)
    wide = DOUBLE_COLUMN - NAMES - RIGHT
    place = (EDGE - NAMES) / wide, 1 + 0.28 / (ROW * len(rows))
    shown = shortened(with_minus(name), NAMES + wide / 2 - 0.5, LARGE, "bold")
    axes.text(*place, shown, transform=axes.transAxes, fontsize=LARGE, weight="bold")
