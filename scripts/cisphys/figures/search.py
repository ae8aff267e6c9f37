"""How a fit was found: how far its random starts ended from the best, and what ridge and splines give on validation data."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from cisphys.figures.style import ACCENT, DOUBLE_COLUMN, INK, LARGE, PAPER, SMALL, SOFT_INK, axes_at, new_figure, styled

# inches: the panels, their left edges, what lies below (a label of a choice has two lines) and above
TALL, LEFT, STARTS, CHOICES, SECOND, BELOW, KEY, ABOVE = 1.35, 0.6, 2.3, 3.3, 3.7, 0.5, 0.2, 0.3
NEAR = 0.01  # nats: closer to the best than this, the axis is linear
FAR = 0.1  # nats: the axis goes at least so far
MOST_LABELS = 8  # choices whose ridge and splines can be written below each other


@styled
def draw_search(trials: pd.DataFrame) -> Figure:
    """Draw a dot for each optimisation: on the left the starts by their objective, on the right all by their validation data.

    Parameters
    ----------
    trials : the table restarts.tsv
    """
    figure = new_figure(DOUBLE_COLUMN, KEY + BELOW + TALL + ABOVE)
    _draw_starts(axes_at(figure, LEFT, KEY + BELOW, STARTS, TALL), trials[trials["stage"] != "choice"])
    _draw_validation(axes_at(figure, SECOND, KEY + BELOW, CHOICES, TALL), trials)
    across, up = figure.get_size_inches()
    words = "Open: starts, random and from relabelled optima. Filled: choice of ridge and splines. Ringed: what was chosen"
    figure.text(0.08 / across, 0.07 / up, words, fontsize=SMALL, color=SOFT_INK)
    return figure


def behind(starts: pd.DataFrame) -> pd.Series:
    """Return by how many nats each start's objective is above the best one of the same ridge and splines."""
    return starts["objective"] - starts.groupby(["ridge", "spline"])["objective"].transform("min")


def _draw_starts(axes: Axes, starts: pd.DataFrame) -> None:
    axes.set_title("Do the starts agree?", loc="left", fontsize=LARGE, fontweight="bold")
    above = behind(starts)
    _draw_dots(axes, starts["restart"], above, starts)
    axes.set_yscale("symlog", linthresh=NEAR)
    highest = int(np.ceil(np.log10(max(above.max(), FAR))))
    ticks = [0.0, *(10.0**power for power in range(-2, highest + 1))]
    axes.set_yticks(ticks[:: -(-len(ticks) // 7)])
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,g}"))
    axes.minorticks_off()
    axes.set_ylim(-0.3 * NEAR, 1.6 * 10.0**highest)
    axes.set_xlim(starts["restart"].min() - 0.5, starts["restart"].max() + 0.5)
    axes.xaxis.set_major_locator(MaxNLocator(8, integer=True, min_n_ticks=1))
    axes.set_ylabel("Above the best (nats)")
    axes.set_xlabel("Start")


def _draw_validation(axes: Axes, trials: pd.DataFrame) -> None:
    axes.set_title("Validation log likelihood", loc="left", fontsize=LARGE, fontweight="bold")
    choices = sorted(set(zip(trials["spline"], trials["ridge"], strict=True)))
    places = [choices.index(choice) for choice in zip(trials["spline"], trials["ridge"], strict=True)]
    _draw_dots(axes, np.array(places), trials["validation_log_likelihood"] - trials["validation_log_likelihood"].max(), trials)
    every = -(-len(choices) // MOST_LABELS)
    shown = range(0, len(choices), every)
    axes.set_xticks(list(shown), [f"{choices[place][1]:g}\n{choices[place][0]}" for place in shown])
    axes.set_xlim(-0.5, len(choices) - 0.5)
    axes.margins(y=0.12)
    axes.yaxis.set_major_locator(MaxNLocator(5))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,g}".replace("-", "−")))
    axes.set_ylabel("Below the best (nats)")
    axes.annotate("ridge\nsplines", (0, 0), (-4, -4.5), "axes fraction", "offset points", fontsize=SMALL, ha="right", va="top")


def _draw_dots(axes: Axes, x, y: pd.Series, trials: pd.DataFrame) -> None:
    """Draw a dot for each trial, open for starts, with a ring around what was chosen."""
    colours = np.where(trials["stage"] != "choice", PAPER, ACCENT)
    axes.scatter(x, y, s=14, color=colours, edgecolors=ACCENT, linewidths=0.8, zorder=3, clip_on=False)
    chosen = (trials["chosen"] == "yes").to_numpy()
    axes.scatter(
        np.asarray(x)[chosen], y[chosen], s=55, facecolors="none", edgecolors=INK, linewidths=0.9, zorder=4, clip_on=False
    )
