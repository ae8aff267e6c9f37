"""The levels of a landscape: the wild type's free energy of every state as a rung, its spread over the library beside it.

Energies that rest on what the data do not pin are drawn open, at their value in the fit, and written with a letter for that.
"""

import re
from collections.abc import Mapping, Sequence
from itertools import combinations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator

from cisphys.figures.style import ACCENT, FAINT, INK, PAPER, SMALL, SOFT_INK, shortened, text_width

MOST = 32  # states that are drawn; of more, those of lowest energy
NAMES, GROUPS = 0.95, 0.2  # inches of names on end, and of how many proteins are bound
RUNG, SPREAD, ARROW = (0.1, 0.62), 0.78, 0.03  # places in a state's slot
SIGN = re.compile(r"(?:^|(?<= ))([+-]) | (?=[+-] )")


class Levels:
    """The diagram of all datasets: `states` in order of the proteins they bind, each a slot of width 1.

    Parameters
    ----------
    landscape : the table landscape.tsv
    kT_in_kcal : for the axis on the right
    """

    def __init__(self, landscape: pd.DataFrame, kT_in_kcal: float):  # noqa: N803
        first = landscape.drop_duplicates("state").set_index("state")
        sites = {state: frozenset(filter(None, bound.split("+"))) for state, bound in first["bound"].items()}
        lowest = landscape.groupby("state", sort=False)["wild_type"].min().sort_values(kind="stable")
        kept = set(lowest.index[:MOST]) | set(first["reference"])
        self.left_out = len(first) - len(kept)
        self.states = sorted((state for state in first.index if state in kept), key=lambda state: len(sites[state]))
        self.sites, self.kT_in_kcal = sites, kT_in_kcal
        self.reference, self.quantity = str(first["reference"].iloc[0]), str(first["quantity"].iloc[0])
        self.letters = letters_of(landscape)
        shown = landscape[landscape["state"].isin(self.states)]
        energies = shown[["wild_type", "library_2.5", "library_97.5"]]
        low, high = float(energies.min().min()), float(energies.max().max())
        room = max(high - low, 1.0)
        self.limits = low - 0.06 * room, high + 0.12 * room

    def below(self, width: float) -> float:
        """Return the inches below panels of this width: names, and how many proteins are bound."""
        return GROUPS + (0.2 if self._flat(width) else max(self._on_end().values()) + 0.1) + 0.12

    def words(self) -> list[str]:
        """Return what is said below the figure."""
        bars = "its spread over the training variants beside it (68 and 95 %; dot: median)"
        words = [f"Levels: wild type, against {shortened(self.reference, 1.2, SMALL)}; {bars}; lines: one protein more."]
        if self.left_out:
            words.append(f"{self.left_out} more states, higher than these in the wild type, are left out.")
        names = ", ".join(shortened(f"{letter} = {name}", 2.4, SMALL) for name, letter in self.letters.items())
        if self.letters and self.quantity == "free energy":
            words.append(f"Open: these data do not pin {names}; what shares a letter moves up or down together. Drawn as in this fit.")
        elif self.letters:
            names = ", ".join(shortened(name, 2.4, SMALL) for name in self.letters)
            words.append(f"Open: these data do not pin {names}; levels and spread rest on its value in this fit.")
        return words

    def draw(self, axes: Axes, rows: pd.DataFrame, width: float) -> None:
        """Draw one dataset in axes that are `width` inches wide."""
        rows = rows.set_index("state").loc[self.states]
        energies = rows["wild_type"].to_dict()
        axes.set(xlim=(-0.12, len(self.states) + 0.02), ylim=self.limits)
        self._join(axes, energies)
        for slot, (state, row) in enumerate(rows.iterrows()):
            self._draw_spread(axes, slot, row)
            self._draw_rung(axes, slot, row["wild_type"], bool(row["rests_on"]))
        self._write_energies(axes, rows, width / (len(self.states) + 0.14))
        self._write_names(axes, width)
        self._draw_axes(axes)

    def _join(self, axes: Axes, energies: Mapping[str, float]) -> None:
        """Join states that differ by one protein."""
        for first, second in combinations(self.states, 2):
            if self.sites[first] < self.sites[second] and len(self.sites[second] - self.sites[first]) == 1:
                ends = self.states.index(first) + RUNG[1], self.states.index(second) + RUNG[0]
                axes.plot(ends, [energies[first], energies[second]], color=FAINT, linewidth=0.6, zorder=1)

    def _draw_spread(self, axes: Axes, slot: int, row: pd.Series) -> None:
        if row["library_2.5"] == row["library_97.5"] == 0:  # the reference
            return
        x = slot + SPREAD
        axes.plot([x, x], [row["library_2.5"], row["library_97.5"]], color=ACCENT, linewidth=1.0, zorder=2)
        low, high = row["library_16"], row["library_84"]
        bar = Rectangle((x - 0.055, low), 0.11, high - low, facecolor=PAPER if row["rests_on"] else ACCENT, zorder=3)
        bar.set(edgecolor=ACCENT, linewidth=0.8)
        axes.add_patch(bar)
        axes.plot(x, row["library_50"], "o", color=ACCENT if row["rests_on"] else PAPER, markersize=2.2, zorder=4)

    def _draw_rung(self, axes: Axes, slot: int, energy: float, is_open: bool) -> None:
        ends = [slot + RUNG[0], slot + RUNG[1]]
        if not is_open:
            axes.plot(ends, [energy, energy], color=INK, linewidth=2.2, solid_capstyle="butt", zorder=5)
            return
        tall = 0.011 * (self.limits[1] - self.limits[0])
        rung = Rectangle((ends[0], energy - tall), ends[1] - ends[0], 2 * tall, facecolor=PAPER, edgecolor=INK, zorder=5)
        rung.set(linewidth=0.7)
        axes.add_patch(rung)
        arrow = {"arrowstyle": "<->", "color": SOFT_INK, "linewidth": 0.7, "shrinkA": 0, "shrinkB": 0, "mutation_scale": 5}
        ends = [((slot + ARROW, energy), (0, way * 9)) for way in (1, -1)]
        for (place, offset), (_, other) in (ends,):
            axes.annotate("", place, offset, textcoords="offset points", arrowprops=arrow, xycoords="data")

    def _write_energies(self, axes: Axes, rows: pd.DataFrame, slot: float) -> None:
        """Write each energy above its rung, where all find room in slots so many inches wide."""
        said = [self._said(row, 0.95 * slot) for _, row in rows.iterrows()]
        if any(text_width(text, SMALL) > 0.95 * slot for text in said):
            return
        for place, (text, energy) in enumerate(zip(said, rows["wild_type"], strict=True)):
            at = (place + sum(RUNG) / 2, energy)
            axes.annotate(text, at, (0, 3), textcoords="offset points", fontsize=SMALL, ha="center", zorder=6)

    def _said(self, row: pd.Series, room: float) -> str:
        """Return an energy as text: ``2.6``, ``a − 2.5``, or ``?`` where its formula finds no room."""
        if not row["rests_on"]:
            return signed(row["wild_type"])
        if pd.isna(row["told"]):
            return "?"
        formula = " ".join(self.letters.get(part, part) for part in in_parts(row["rests_on"])).replace("- ", "−")
        number = signed(row["told"])
        if number not in ("0.0", "−0.0"):
            formula += f" − {number[1:]}" if number.startswith("−") else f" + {number}"
        return formula if text_width(formula, SMALL) <= room else "?"

    def _flat(self, width: float) -> bool:
        slot = width / (len(self.states) + 0.14)
        return all(text_width(state, SMALL) < 0.95 * slot for state in self.states)

    def _on_end(self) -> dict[str, float]:
        """Return the inches of each name on end."""
        return {state: text_width(shortened(state, NAMES, SMALL), SMALL) for state in self.states}

    def _write_names(self, axes: Axes, width: float) -> None:
        flat = self._flat(width)
        names = [state if flat else shortened(state, NAMES, SMALL) for state in self.states]
        places = [slot + sum(RUNG) / 2 + 0.06 for slot in range(len(names))]
        axes.set_xticks(places, names, rotation=0 if flat else 90)
        axes.tick_params(axis="x", length=0)
        low = -72 * (0.22 if flat else max(self._on_end().values()) + 0.12)
        numbers = [len(self.sites[state]) for state in self.states]
        for number in dict.fromkeys(numbers):
            own = [slot for slot, each in enumerate(numbers) if each == number]
            if own[0]:
                axes.axvline(own[0] - 0.06, color=FAINT, linewidth=0.5, linestyle=(0, (1, 2)), zorder=0)
            middle = (own[0] + own[-1] + 0.88) / 2
            said = f"{number} bound" if len(own) * width / len(names) > 0.45 else str(number)
            place = {"xycoords": axes.get_xaxis_transform(), "textcoords": "offset points"}
            axes.annotate(said, (middle, 0), (0, low), **place, fontsize=SMALL, ha="center", va="top", color=SOFT_INK)

    def _draw_axes(self, axes: Axes) -> None:
        axes.set_ylabel(f"{self.quantity.capitalize()} (kT)", labelpad=3)
        axes.yaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10]))
        factor = self.kT_in_kcal
        right = axes.secondary_yaxis("right", functions=(lambda kT: kT * factor, lambda kcal: kcal / factor))
        right.yaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10]))
        right.set_ylabel("kcal/mol", labelpad=3)
        right.spines["right"].set_visible(True)


def letters_of(landscape: pd.DataFrame) -> dict[str, str]:
    """Return a letter for each parameter that energies rest on, in the order of the table."""
    names = [part for formula in landscape["rests_on"] for part in re.split(r", ", formula) if part]
    terms = dict.fromkeys(part for formula in names for part in in_parts(formula) if part not in "+-")
    return {name: chr(ord("a") + number) if number < 26 else f"a{number}" for number, name in enumerate(terms)}


def in_parts(formula: str) -> Sequence[str]:
    """Split a sum of terms: ``mu.A + mu.B`` -> mu.A, +, mu.B."""
    return formula.split(" ")


def signed(energy: float) -> str:
    """Return an energy with one decimal and a true minus."""
    return f"{energy:.1f}".replace("-0.0", "0.0").replace("-", "−")
