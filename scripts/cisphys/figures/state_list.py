"""The states of the network's figure, one below the other: pictogram, Boltzmann weight, occupancy, and the way to the rate."""

from collections.abc import Mapping, Sequence
from math import exp

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Circle, Rectangle

from cisphys.figures.network_values import UNKNOWN, Occupancy, Sum, Weights, number
from cisphys.figures.pictograms import Pictograms, draw_arrow, draw_measured
from cisphys.figures.style import ACCENT, INK, NORMAL, PAPER, SMALL, SOFT_INK, shortened, text_width
from cisphys.models.spec import NetworkSpec

MOST, SHOWN = 16, 12  # states that are all drawn; of more, so many are
# inches: left edges of the columns, and the node of the rate
NAME, PICTURE, FORMULA, BAR, SHARE, WEIGHT, EDGES, RATE, MEASURED = 0.05, 0.85, 2.35, 4.12, 4.5, 5.08, 5.62, 6.3, 6.62
BAR_LENGTH = SHARE - BAR - 0.05


def shown_states(spec: NetworkSpec, found: Mapping[str, Occupancy]) -> tuple[list[str], str]:
    """Return the states to draw, in their order, and what is said of those left out."""
    states = list(spec.states)
    if len(states) <= MOST:
        return states, ""
    left_out = len(states) - SHOWN
    if any(each.share is None or each.group is not None for each in found.values()):
        return states[:SHOWN], f"{left_out} more states; the data do not tell which are occupied most"
    most = sorted(states, key=lambda state: -found[state].share)[:SHOWN]
    rest = sum(found[state].share for state in states if state not in most)
    return [state for state in states if state in most], f"{left_out} more states, {Occupancy(rest).said} together"


def row_height(states: int) -> float:
    """Return the inches that a state's row takes."""
    return 0.46 if states <= 4 else 0.36 if states <= 8 else 0.3


def draw_states(
    axes: Axes,
    top: float,
    spec: NetworkSpec,
    table: pd.DataFrame,
    weights: Weights,
    energies: Mapping[str, Sum],
    found: Mapping[str, Occupancy],
    pictograms: Pictograms,
    kinds: Sequence[str],
) -> float:
    """Draw the states of an equilibrium, the rate and the measurement; return the lower edge."""
    states, left_out = shown_states(spec, found)
    headings = {NAME: "States", FORMULA: "Weight exp(−E), E of the wild type", BAR: "Occupancy", WEIGHT: "Rate of state"}
    top = draw_headings(axes, top, headings)
    formulas = table.set_index("node")["formula"]
    step = row_height(len(states))
    middle = top - step * len(states) / 2
    names = pictograms.names({state: spec.states[state] for state in states}, PICTURE - NAME - 0.06)
    for place, state in enumerate(states):
        y = top - (place + 0.5) * step
        axes.text(NAME, y, names[state], fontsize=SMALL, va="center_baseline")
        pictograms.draw(axes, PICTURE, y, spec.states[state])
        _draw_formula(axes, y, pictograms.formula(formulas[f"E({state})"]), energies[state])
        draw_share(axes, y, found[state], BAR, SHARE, BAR_LENGTH)
        _draw_weight(axes, y, middle, state, table, weights)
    draw_rate(axes, middle, kinds, RATE, MEASURED)
    bottom = top - step * len(states)
    if left_out:
        axes.text(NAME, bottom - 0.02, left_out, fontsize=SMALL, color=SOFT_INK, va="top")
        bottom -= 0.14
    return min(bottom, middle - 0.25 - 0.35 * len(kinds))


def draw_headings(axes: Axes, top: float, headings: Mapping[float, str]) -> float:
    """Write what the columns hold; return the lower edge."""
    for x, text in headings.items():
        axes.text(x, top - 0.1, text, fontsize=SMALL, weight="bold", color=SOFT_INK, va="baseline")
    return top - 0.16


def _draw_formula(axes: Axes, y: float, formula: str, energy: Sum) -> None:
    """Write a state's energy in at most two lines, its value at the end."""
    parts = formula.replace(" + ", " +\n").split("\n")
    if formula != "0":
        parts.append(f"= {UNKNOWN if energy[1] else number(energy[0], 'kT')}")
    lines = wrapped(parts, BAR - FORMULA - 0.08, 2)
    for place, line in enumerate(lines):
        shift = (len(lines) - 1) / 2 - place
        axes.text(FORMULA, y + 0.11 * shift, line, fontsize=SMALL, va="center_baseline")


def wrapped(parts: Sequence[str], width: float, most: int) -> list[str]:
    """Put parts into at most so many lines, `width` inches wide; what finds no room is cut in its middle, the last part stays."""
    lines: list[str] = []
    for part in parts:
        joined = f"{lines[-1]} {part}" if lines else part
        if lines and text_width(joined, SMALL) <= width:
            lines[-1] = joined
        else:
            lines.append(part)
    if len(lines) > most:
        end = f" {parts[-1]}"
        rest = " ".join(lines[most - 1 :]).removesuffix(end)
        lines = [*lines[: most - 1], shortened(rest, width - text_width(end, SMALL), SMALL) + end]
    return [shortened(line, width, SMALL) for line in lines]


def draw_share(axes: Axes, y: float, found: Occupancy, left: float, text: float, length: float) -> None:
    """Draw an occupancy as a bar with its number; hatched where it is a share of a group's unknown occupancy."""
    axes.add_patch(Rectangle((left, y - 0.05), length, 0.1, facecolor="#f3f5f7", edgecolor="none", zorder=1))
    if found.share is not None:
        own = Rectangle((left, y - 0.05), length * found.share, 0.1, facecolor=ACCENT, linewidth=0, zorder=2)
        if found.group is not None:
            own.set(facecolor=PAPER, edgecolor=ACCENT, hatch="//////", linewidth=0.6)
        axes.add_patch(own)
    axes.text(text, y, found.said, fontsize=SMALL, va="center_baseline")


def _draw_weight(axes: Axes, y: float, middle: float, state: str, table: pd.DataFrame, weights: Weights) -> None:
    """Write the rate of a state and draw its edge to the node of the rate."""
    row = table[(table["layer"] == "rate") & (table["node"] == f"t({state})")].iloc[0]
    said = str(row["formula"])
    if row["weight"] and isinstance(row["weight"], str):
        name = "t" if row["weight"].startswith("log_rate.") else row["weight"]
        said = f"{name} = {rate_said(row['weight'], weights)}"
    axes.text(WEIGHT, y, shortened(said, EDGES - WEIGHT - 0.06, SMALL), fontsize=SMALL, va="center_baseline")
    if said != "0":
        draw_arrow(axes, (EDGES, y), (RATE - 0.15, middle), row["status"], arrowstyle="-")


def rate_said(weight: str, weights: Weights) -> str:
    """Return the value of a rate that is fitted, of its logarithm or itself."""
    if weight.startswith("log_rate.") and weight in weights.known:
        return number(exp(weights.known[weight]))
    return weights.said(weight)


def draw_rate(axes: Axes, y: float, kinds: Sequence[str], rate: float, measured: float, letter: str = "t") -> None:
    """Draw the node of the rate, and what is measured given it, one kind below the other."""
    axes.add_patch(Circle((rate, y), 0.14, facecolor=PAPER, edgecolor=INK, linewidth=1.0, zorder=3))
    axes.text(rate, y, letter, fontsize=NORMAL, style="italic", ha="center", va="center_baseline", zorder=4)
    for place, kind in enumerate(kinds):
        middle = y + 0.55 * ((len(kinds) - 1) / 2 - place)
        draw_arrow(axes, (rate + 0.15, y), (measured - 0.03, middle), "free")
        draw_measured(axes, measured, middle - 0.14, 0.48, 0.32, kind)
