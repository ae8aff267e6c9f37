"""Occupancies of the states of a fit: over the library, its variants ordered by the latent, and of the wild type."""

from collections.abc import Mapping, Sequence

import matplotlib
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from cisphys.figures.style import (
    DOUBLE_COLUMN,
    INK,
    LARGE,
    PAPER,
    SMALL,
    SOFT_INK,
    axes_at,
    new_figure,
    shortened,
    styled,
    text_width,
)

WILD_TYPE = "wild type"
Colours = Mapping[str, tuple]
# inches: margin, areas, longest name of a state, numbers beside the bars; heading and axis of a dataset, a bar, a line of words
LEFT, AREAS, NAMES, NUMBERS, BETWEEN, RIGHT = 0.5, 3.1, 1.5, 0.35, 0.2, 0.1
HEADING, AXIS, LOWEST, BAR, LINE = 0.36, 0.4, 1.1, 0.17, 0.14


@styled
def draw_occupancies(occupancies: pd.DataFrame, not_identifiable: Sequence[str] = ()) -> Figure:
    """Draw a row for each dataset: stacked areas over the library, and bars of the wild type, which name the colours.

    Parameters
    ----------
    occupancies : the table occupancies.tsv
    not_identifiable : parameters without a value that the data pin; the figure says that occupancies depend on them
    """
    states = list(dict.fromkeys(occupancies["state"]))
    tall = max(LOWEST, BAR * len(states))
    datasets = list(occupancies.groupby("dataset", sort=False))
    words = _words(not_identifiable)
    below = LINE * len(words) + 0.06
    figure = new_figure(DOUBLE_COLUMN, below + len(datasets) * (HEADING + tall + AXIS))
    across, up = figure.get_size_inches()
    for number, (name, rows) in enumerate(datasets):
        bottom = up - (number + 1) * (HEADING + tall + AXIS) + AXIS
        title = shortened(str(name), across - LEFT - RIGHT, LARGE, "bold")
        figure.text(LEFT / across, (bottom + tall + 0.19) / up, title, fontsize=LARGE, weight="bold")
        _draw_dataset(figure, bottom, tall, rows, _colours(states))
    for number, text in enumerate(words):
        figure.text(0.08 / across, (below - LINE * (number + 1)) / up, text, fontsize=SMALL, color=SOFT_INK)
    return figure


def _colours(states: Sequence[str]) -> Colours:
    """Return a colour for each state, from dark to light."""
    shades = matplotlib.colormaps["viridis"](np.linspace(0.08, 0.95, len(states)))
    return {state: tuple(shade) for state, shade in zip(states, shades, strict=True)}


def _words(not_identifiable: Sequence[str]) -> list[str]:
    words = ["Left: training variants in the order of their predicted rate (white line: the wild type). Right: the wild type"]
    if not_identifiable:
        whose = "their values" if len(not_identifiable) > 1 else "its value"
        text = shortened("These data do not pin " + ", ".join(not_identifiable), DOUBLE_COLUMN - 2.8, SMALL)
        words.append(f"{text}: the occupancies rest on {whose} in this fit")
    return words


def _draw_dataset(figure: Figure, bottom: float, tall: float, rows: pd.DataFrame, colours: Colours) -> None:
    """Draw the areas and the bars of one dataset, `tall` inches high."""
    wild_type = rows[rows["group"] == WILD_TYPE].set_index("state").loc[list(colours)]
    library = rows[rows["group"] != WILD_TYPE]
    _draw_areas(axes_at(figure, LEFT, bottom, AREAS, tall), library, float(wild_type["latent"].iloc[0]), colours)
    left = LEFT + AREAS + BETWEEN + max(text_width(_short(state), SMALL) for state in colours) + 0.1
    _draw_bars(axes_at(figure, left, bottom, DOUBLE_COLUMN - left - NUMBERS - RIGHT, tall), wild_type["occupancy"], colours)


def _draw_areas(axes: Axes, library: pd.DataFrame, wild_type: float, colours: Colours) -> None:
    """Draw each group as wide as its share of the variants, in the order of the latent."""
    shares = library.assign(group=library["group"].astype(int)).pivot(index="group", columns="state", values="occupancy")
    sizes = library.drop_duplicates("group").assign(group=lambda rows: rows["group"].astype(int)).sort_values("group")
    edges = 100 * np.concatenate([[0], np.cumsum(sizes["variants"])]) / sizes["variants"].sum()
    base = np.zeros(len(shares))
    for state, colour in colours.items():
        top = base + shares[state].to_numpy()
        axes.stairs(top, edges, baseline=base, fill=True, color=colour, linewidth=0, label=state)
        base = top
    place = edges[np.searchsorted(sizes["latent"].to_numpy(), wild_type)]
    axes.axvline(place, color=PAPER, linewidth=1.2)
    axes.set(xlim=(0, 100), ylim=(0, 1), xticks=[0, 25, 50, 75, 100], yticks=[0, 0.5, 1])
    axes.set_ylabel("Occupancy", labelpad=3)
    axes.set_xlabel("Training variants, by predicted rate (%)", labelpad=2)


def _draw_bars(axes: Axes, occupancies: pd.Series, colours: Colours) -> None:
    places = range(len(colours))  # from below, as the areas are stacked
    axes.barh(places, occupancies, height=0.72, color=list(colours.values()), linewidth=0)
    axes.set_yticks(places, [_short(state) for state in colours])
    axes.tick_params(left=False)
    axes.set(xlim=(0, 1), ylim=(-0.6, len(colours) - 0.4), xticks=[0, 0.5, 1])
    axes.set_xlabel("Occupancy of the wild type", labelpad=2)
    for place, value in zip(places, occupancies, strict=True):
        axes.annotate(_percent(value), (value, place), (3, 0), textcoords="offset points", fontsize=SMALL, va="center", color=INK)


def _short(state: str) -> str:
    return shortened(str(state), NAMES, SMALL)


def _percent(share: float) -> str:
    """Return 0.1234 as ``12.3 %``; what would be rounded to nothing is ``< 0.1 %``."""
    return f"{100 * share:.1f} %" if share >= 0.0005 else "< 0.1 %"
