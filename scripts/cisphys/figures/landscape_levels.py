"""The levels of a landscape: the wild type's free energy of every state as a rung, its spread over the library beside it.

Energies that rest on what the data do not pin are drawn open, at their value in the fit, and written with a letter for that.
"""

from collections.abc import Mapping
from itertools import combinations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import FancyArrowPatch, Rectangle
from matplotlib.patheffects import withStroke
from matplotlib.ticker import MaxNLocator

from cisphys.figures.landscape_letters import Letters
from cisphys.figures.landscape_names import Names
from cisphys.figures.style import ACCENT, FAINT, INK, PAPER, SMALL, SOFT_INK, shortened, text_width

MOST = 32  # states that are drawn; of more, those of lowest energy
BAR, BESIDE = 0.085, 0.2  # inches: a bar of the spread, and what stands beside an open rung in a slot
RUNG, SPREAD, ARROW = (0.1, 0.62), 0.78, -0.04  # places in a state's slot


class Levels:
    """The diagram of all datasets: `states` in order of the proteins they bind, each a slot of width 1.

    Parameters
    ----------
    landscape : the table landscape.tsv
    kT_in_kcal : for the axis on the right
    """

    def __init__(self, landscape: pd.DataFrame, kT_in_kcal: float):
        first = landscape.drop_duplicates("state").set_index("state")
        sites = {state: frozenset(filter(None, bound.split("+"))) for state, bound in first["bound"].items()}
        lowest = landscape.groupby("state", sort=False)["wild_type"].min().sort_values(kind="stable")
        kept = set(lowest.index[:MOST]) | set(first["reference"])
        self.left_out = len(first) - len(kept)
        self.states = sorted((state for state in first.index if state in kept), key=lambda state: len(sites[state]))
        self.sites, self.kT_in_kcal = sites, kT_in_kcal
        self.reference, self.quantity = str(first["reference"].iloc[0]), str(first["quantity"].iloc[0])
        self.letters = Letters(landscape)
        self.names = Names({state: sites[state] for state in self.states})
        self.pinned = landscape[landscape["state"].isin(self.states) & (landscape["rests_on"] == "")]

    def _limits(self, rows: pd.DataFrame) -> tuple[float, float]:
        """Return the limits of a dataset: they hold its energies, and those of all datasets that are pinned."""
        energies = pd.concat([self.pinned, rows])[["wild_type", "library_2.5", "library_97.5"]]
        low, high = float(energies.min().min()), float(energies.max().max())
        room = max(high - low, 1.0)
        return low - 0.08 * room, high + 0.12 * room

    def below(self, width: float) -> float:
        """Return the inches below panels of this width: names, and how many proteins are bound."""
        return self.names.below(self._slot(width))

    def words(self) -> list[str]:
        """Return what is said below the figure."""
        bars = "beside it, the training variants (bar 68 %, line 95 %, dot median)"
        words = [f"Levels: wild type, against {shortened(self.reference, 1.2, SMALL)}; {bars}; lines: one protein more."]
        if self.left_out:
            words.append(f"{self.left_out} more states, higher than these in the wild type, are left out.")
        return words + self.letters.words(self.quantity)

    def draw(self, axes: Axes, rows: pd.DataFrame, width: float, left: float) -> None:
        """Draw one dataset in axes that are `width` inches wide, with `left` inches on their left."""
        rows = rows.set_index("state").loc[self.states]
        axes.set(xlim=(-0.12, len(self.states) + 0.02), ylim=self._limits(rows))
        self._join(axes, rows["wild_type"].to_dict())
        room = self._slot(width)
        for slot, (_, row) in enumerate(rows.iterrows()):
            self._draw_spread(axes, slot, row, min(BAR / room, 0.14))
            self._draw_rung(axes, slot, row["wild_type"], bool(row["rests_on"]))
        self._write_energies(axes, rows, room)
        self.names.draw(axes, room, left)
        self._draw_axes(axes)

    def _join(self, axes: Axes, energies: Mapping[str, float]) -> None:
        """Join states that differ by one protein."""
        for first, second in combinations(self.states, 2):
            if self.sites[first] < self.sites[second] and len(self.sites[second] - self.sites[first]) == 1:
                ends = self.states.index(first) + RUNG[1], self.states.index(second) + RUNG[0]
                axes.plot(ends, [energies[first], energies[second]], color=FAINT, linewidth=0.6, zorder=1)

    def _draw_spread(self, axes: Axes, slot: int, row: pd.Series, wide: float) -> None:
        """Draw the spread over the library; the bar is so much of a slot wide."""
        if row.name == self.reference:
            return
        x = slot + SPREAD
        is_open = bool(row["rests_on"])
        if row["library_2.5"] == row["library_97.5"]:  # the same in all variants
            axes.plot(
                x, row["library_50"], "o", color=PAPER if is_open else ACCENT, markeredgecolor=ACCENT, markersize=3, zorder=4
            )
            return
        axes.plot([x, x], [row["library_2.5"], row["library_97.5"]], color=ACCENT, linewidth=1.0, zorder=2)
        low, high = row["library_16"], row["library_84"]
        bar = Rectangle((x - wide / 2, low), wide, high - low, facecolor=PAPER if is_open else ACCENT, zorder=3)
        bar.set(edgecolor=ACCENT, linewidth=0.8)
        axes.add_patch(bar)
        axes.plot(x, row["library_50"], "o", color=ACCENT if is_open else PAPER, markersize=2.2, zorder=4)

    def _draw_rung(self, axes: Axes, slot: int, energy: float, is_open: bool) -> None:
        ends = [slot + RUNG[0], slot + RUNG[1]]
        if not is_open:
            axes.plot(ends, [energy, energy], color=INK, linewidth=2.2, solid_capstyle="butt", zorder=5)
            return
        tall = 0.011 * np.ptp(axes.get_ylim())
        rung = Rectangle((ends[0], energy - tall), ends[1] - ends[0], 2 * tall, facecolor=PAPER, edgecolor=INK, zorder=5)
        rung.set(linewidth=0.7)
        axes.add_patch(rung)
        self._draw_arrow(axes, slot + ARROW, energy)

    def _draw_arrow(self, axes: Axes, x: float, energy: float) -> None:
        """Draw that a level may move up and down."""
        reach = 0.055 * np.ptp(axes.get_ylim())
        arrow = FancyArrowPatch(
            (x, energy - reach), (x, energy + reach), arrowstyle="<->", mutation_scale=5, shrinkA=0, shrinkB=0
        )
        arrow.set(color=SOFT_INK, linewidth=0.7, zorder=5)
        axes.add_patch(arrow)

    def _write_energies(self, axes: Axes, rows: pd.DataFrame, slot: float) -> None:
        """Write each energy above its rung, where all find room in slots so many inches wide."""
        said = [self.letters.said(row, slot - BESIDE) if state != self.reference else "0" for state, row in rows.iterrows()]
        if any(text_width(text, SMALL) > 0.95 * slot for text in said):
            return
        halo = [withStroke(linewidth=1.5, foreground=PAPER)]
        for place, (text, energy) in enumerate(zip(said, rows["wild_type"], strict=True)):
            at = (place + sum(RUNG) / 2, energy)
            axes.annotate(text, at, (0, 3), textcoords="offset points", fontsize=SMALL, ha="center", path_effects=halo, zorder=6)

    def _slot(self, width: float) -> float:
        """Return the inches of a state's slot."""
        return width / (len(self.states) + 0.14)

    def _draw_axes(self, axes: Axes) -> None:
        axes.set_ylabel(f"{self.quantity.capitalize()} (kT)", labelpad=3)
        axes.yaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10]))
        factor = self.kT_in_kcal
        right = axes.secondary_yaxis("right", functions=(lambda kT: kT * factor, lambda kcal: kcal / factor))
        right.yaxis.set_major_locator(MaxNLocator(8, steps=[1, 2, 5, 10]))
        right.set_ylabel("kcal/mol", labelpad=3)
        right.spines["right"].set_visible(True)
