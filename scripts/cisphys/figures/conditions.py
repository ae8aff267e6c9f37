"""Chemical potentials against the condition that they depend on."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from cisphys.figures.intervals import draw_interval, is_told, limits_of
from cisphys.figures.panels import title
from cisphys.figures.style import ACCENT, SINGLE_COLUMN, SMALL, SOFT_INK, axes_at, new_figure, shortened, styled

LEFT, RIGHT, BOTTOM, HEIGHT, ABOVE, EDGE = 0.5, 0.55, 0.5, 1.7, 0.32, 0.1  # inches
# of conditions, as names of columns end in them -> as they are written
UNITS = {unit: unit for unit in ("M", "mM", "nM", "pM", "K", "min", "h", "g", "mg", "ng")} | {"uM": "µM", "ug": "µg", "C": "°C"}


def by_condition(parameters: pd.DataFrame, sites: Sequence[str], levels: Sequence[str]) -> dict[str, pd.DataFrame]:
    """Return per site its rows ``mu.<site>.<level>`` of parameters.tsv with a column `level`: numbers in order, then words."""
    order = sorted(levels, key=lambda level: (not _is_number(level), float(level) if _is_number(level) else 0.0))
    rows = parameters.set_index("name")
    return {site: rows.loc[[f"mu.{site}.{level}" for level in order]].assign(level=order) for site in sites}


@styled
def draw_conditions(parameters: pd.DataFrame, sites: Mapping[str, tuple[str, Sequence[str]]], kcal_per_kT: float) -> Figure:
    """Draw one panel per site: its chemical potential, with 68 and 95 % intervals, at each value of its condition.

    Parameters
    ----------
    parameters : parameters.tsv of a fit
    sites : of each site that depends on a condition, the condition's name and values
    kcal_per_kT : for the axis on the right
    """
    tall = HEIGHT + BOTTOM + ABOVE
    figure = new_figure(SINGLE_COLUMN, tall * len(sites))
    for number, (site, (condition, levels)) in enumerate(sites.items()):
        below = tall * (len(sites) - 1 - number) + BOTTOM
        axes = axes_at(figure, LEFT, below, SINGLE_COLUMN - LEFT - RIGHT, HEIGHT)
        _draw_panel(axes, site, condition, by_condition(parameters, [site], levels)[site], kcal_per_kT)
    return figure


def _draw_panel(axes: Axes, site: str, condition: str, rows: pd.DataFrame, kcal_per_kT: float) -> None:
    known = rows[["value", "low68", "high68", "low95", "high95"]].to_numpy(float)
    axes.set_xlim(-0.5, len(rows) - 0.5)
    axes.set_ylim(*(limits_of(known) if np.isfinite(known).any() else (-1, 1)))
    for place, ((_, row), told) in enumerate(zip(rows.iterrows(), is_told(rows), strict=True)):
        if not told:
            axes.text(
                place,
                0.5,
                "not known",
                rotation=90,
                ha="center",
                va="center",
                color=SOFT_INK,
                size=SMALL,
                transform=axes.get_xaxis_transform(),
            )
        else:
            draw_interval(axes, place, row, ACCENT, across=False)
    axes.set_xticks(range(len(rows)), rows["level"])
    axes.set_xlabel(shortened(f"Condition: {in_words(condition)}", SINGLE_COLUMN - LEFT - EDGE))
    axes.set_ylabel("Energy of binding (kT)")
    upper = axes.secondary_yaxis("right", functions=(lambda kT: kT * kcal_per_kT, lambda kcal: kcal / kcal_per_kT))
    upper.set_ylabel("kcal/mol")
    title(axes, f"{site} on the wild type", SINGLE_COLUMN - LEFT - EDGE, pad=6)


def in_words(condition: str) -> str:
    """Return the name of a condition with its unit, where its last word is one: ``cAMP_uM`` as ``cAMP (µM)``."""
    *name, unit = condition.split("_")
    if name and unit in UNITS:
        return f"{' '.join(name)} ({UNITS[unit]})"
    return condition.replace("_", " ")


def _is_number(word: str) -> bool:
    try:
        float(word)
    except ValueError:
        return False
    return True
