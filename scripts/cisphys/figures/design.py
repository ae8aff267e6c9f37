"""What other data would tell: the width of one parameter's interval under each plan, beside that of the data at hand."""

from itertools import pairwise

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from cisphys.figures.style import ACCENT, FAINT, LARGE, PAPER, SMALL, SOFT_INK, axes_at, new_figure, shortened, styled, with_minus

# inches
ROW, SPACE, NAMES, WIDTH, VALUES, ABOVE, BELOW = 0.2, 0.12, 2.3, 3.0, 1.75, 0.4, 0.62
MARK = {"zorder": 3, "marker": "o", "markersize": 4.5, "markeredgecolor": ACCENT, "linestyle": "none"}
OF_QUANTILES = 0.965  # relative standard error of half the distance of the 16 % and 84 % quantiles, times the root of the draws
FISHER = "Fisher information"  # the method whose marks are filled


@styled
def draw_design(design: pd.DataFrame) -> Figure:
    """Draw the interval's width by plan: filled marks by Fisher information, open ones by simulation, with their noise.

    Parameters
    ----------
    design : table with the columns parameter, unit, what, amount, method, simulations, observations, width95, relative
    """
    plans = design.drop_duplicates(["what", "amount"]).reset_index(drop=True)
    heights = _heights(plans["what"])
    tall = heights[-1] + ROW
    figure = new_figure(NAMES + WIDTH + VALUES, ABOVE + tall + BELOW)
    axes = axes_at(figure, NAMES, BELOW, WIDTH, tall)
    axes.set(xlim=(0, 1.06 * (design["width95"] + _noise(design)).max()), ylim=(tall, -ROW / 2), yticks=[])
    now = design.loc[(design["what"] == "now") & (design["method"] == FISHER), "width95"].iloc[0]
    axes.axvline(now, color=FAINT, linewidth=0.8, zorder=1)
    for height, (_, plan) in zip(heights, plans.iterrows(), strict=True):
        own = design[(design["what"] == plan["what"]) & (design["amount"] == plan["amount"])]
        _draw_plan(axes, height, plan, own)
    axes.spines["left"].set_visible(False)
    axes.xaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10]))
    axes.set_xlabel(f"Width of the 95 % interval ({design['unit'].iloc[0]})")
    across, up = figure.get_size_inches()
    title = shortened(with_minus(design["parameter"].iloc[0]), across - 0.4, LARGE, "bold")
    figure.text(0.15 / across, 1 - 0.22 / up, title, fontsize=LARGE, weight="bold")
    _draw_key(figure, set(design["method"]))
    return figure


def label(what: str, amount: float) -> str:
    """Return a plan in words."""
    if what == "now":
        return "the data at hand"
    if what == "bins":
        return f"{amount:.0f} sorted bins"
    if what in ("reads", "variants"):
        return f"{amount:g}× the {what}"
    site = what.removeprefix("condition of ")
    return f"one more condition, mu of {site} {amount:+g} kT".replace("-", "−")


def _heights(kinds: pd.Series) -> list[float]:
    """Return how far below the first each plan lies, inches; kinds of plans stand apart."""
    heights = [0.0]
    for before, kind in pairwise(kinds):
        heights.append(heights[-1] + ROW + (SPACE if kind != before else 0.0))
    return heights


def _draw_plan(axes: Axes, height: float, plan: pd.Series, own: pd.DataFrame) -> None:
    for _, row in own.assign(noise=_noise(own)).iterrows():
        axes.plot(row["width95"] + row["noise"] * np.array([-1, 1]), [height] * 2, color=ACCENT, linewidth=0.8)
        axes.plot(row["width95"], height, **MARK, markerfacecolor=ACCENT if row["method"] == FISHER else PAPER)
    place = axes.get_yaxis_transform()
    name = shortened(label(plan["what"], plan["amount"]), NAMES - 0.15)
    axes.text(-0.03, height, name, transform=place, ha="right", va="center")
    told = f"{plan['relative']:.2f} of now; {plan['observations']:,.0f} observations"
    axes.text(1.02, height, told, transform=place, va="center", fontsize=SMALL, color=SOFT_INK)


def _noise(design: pd.DataFrame) -> pd.Series:
    """Return the standard error of the widths, 0 of those that were not simulated."""
    simulations = design["simulations"]
    return (design["width95"] * OF_QUANTILES / simulations.clip(lower=1) ** 0.5).where(simulations > 0, 0.0)


def _draw_key(figure: Figure, methods: set[str]) -> None:
    """Say which mark is which method."""
    across, up = figure.get_size_inches()
    faces = {FISHER: ACCENT, "simulation": PAPER}
    marks = [Line2D([], [], **MARK, markerfacecolor=face, label=method) for method, face in faces.items() if method in methods]
    figure.legend(handles=marks, loc="lower left", bbox_to_anchor=(0.1 / across, 0.02 / up), ncols=2, borderpad=0.2)
