"""Models without states in the network's figure: the sum over the sequence, and the layers of a black box."""

from collections.abc import Sequence

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Circle

from cisphys.figures.pictograms import LINES, draw_arrow, draw_box
from cisphys.figures.state_list import draw_rate
from cisphys.figures.style import ACCENT, DOUBLE_COLUMN, PAPER, SMALL, SOFT_INK
from cisphys.models.spec import NetworkSpec

RATE, MEASURED = 6.1, 6.6
SUM = {
    "additive": "a value for each base at each position",
    "neighbour": "values of bases and of neighbouring pairs",
    "pairwise": "values of bases and of all pairs",
}
MOST_UNITS = 12  # drawn of a layer


def draw_sum(axes: Axes, top: float, spec: NetworkSpec, table: pd.DataFrame, kinds: Sequence[str]) -> float:
    """Draw sequence -> sum -> latent -> measurement; return the lower edge."""
    held = table[table["layer"] == "energies"]
    middle, left, width = top - 0.75, 2.3, 2.5
    draw_box(axes, left, middle - 0.3, width, 0.6, "free")
    lines = ["e = Σ θ[position, base]", SUM[spec.family], f"{int(held['values'].sum()):,} values, 0 for the wild type"]
    for place, line in enumerate(lines):
        look = {"fontsize": SMALL, "weight": "normal" if place else "bold", "ha": "center", "va": "center_baseline"}
        axes.text(left + width / 2, middle + 0.16 * (1 - place), line, **look)
    site, thin = spec.sites[0], LINES["free"] | {"linewidth": 0.6}
    scale = (DOUBLE_COLUMN - 0.1) / max(site.stop, 1)
    for place in range(13):
        x = 0.05 + scale * (site.start + (site.stop - site.start) * (place + 0.5) / 13)
        axes.plot([x, left + width * (place + 1) / 14], [top + 0.02, middle + 0.3], zorder=0, **thin)
    draw_arrow(axes, (left + width, middle), (RATE - 0.15, middle))
    axes.text((left + width + RATE - 0.15) / 2, middle + 0.05, "u = −e", fontsize=SMALL, ha="center", va="bottom")
    draw_rate(axes, middle, kinds, RATE, MEASURED, "u")
    return _lowest(middle, kinds)


def draw_black_box(axes: Axes, top: float, table: pd.DataFrame, length: int, kinds: Sequence[str]) -> float:
    """Draw the layers with their sizes; return the lower edge."""
    hidden = table[(table["layer"] == "hidden") & table["weight"].str.startswith("bias.")]
    rows = table[table["weight"].str.startswith("weight.")]
    columns = [("x", 4 * length, f"{length} × 4 bases")]
    sizes = _units(rows, hidden, length)
    columns += [(name, size, f"{size} units, tanh") for name, size in zip(hidden["node"], sizes, strict=True)]
    middle = top - 0.85
    step = (RATE - 1.0) / len(columns)
    places = [0.6 + step * number for number in range(len(columns))]
    dots = [_unit_places(x, middle, size) for x, (_, size, _) in zip(places, columns, strict=True)]
    for left, right in zip(dots, [*dots[1:], [(RATE - 0.15, middle)]], strict=True):
        for a in left:
            for b in right:
                axes.plot([a[0], b[0]], [a[1], b[1]], color=ACCENT, linewidth=0.25, alpha=0.6, zorder=0)
    for x, units, (name, size, said) in zip(places, dots, columns, strict=True):
        _draw_layer(axes, x, middle, units, name, said, size)
    for place, row in enumerate(rows.itertuples()):
        x = (places[place] + (places[place + 1] if place + 1 < len(places) else RATE)) / 2
        said = f"{int(row.values) - (0 if place else 4 * length):,} weights"
        axes.text(x, middle - 0.86, said, fontsize=SMALL, color=ACCENT, ha="center", va="top")
    _draw_bypass(axes, (places[0], middle - 0.94), (RATE, middle - 0.15), middle - 1.12, 4 * length)
    draw_rate(axes, middle, kinds, RATE, MEASURED, "u")
    return min(_lowest(middle, kinds), middle - 1.35)


def _draw_bypass(axes: Axes, start: tuple[float, float], stop: tuple[float, float], y: float, values: int) -> None:
    """Draw the weights that lead from the bases straight to the output."""
    axes.plot([start[0], start[0], stop[0], stop[0]], [start[1], y, y, stop[1]], zorder=0, **(LINES["free"] | {"linewidth": 0.8}))
    said = f"{values:,} weights straight to the output"
    axes.text((start[0] + stop[0]) / 2, y - 0.03, said, fontsize=SMALL, color=ACCENT, ha="center", va="top")


def _units(rows: pd.DataFrame, hidden: pd.DataFrame, length: int) -> list[int]:
    """Return the units of each hidden layer, from the numbers of its weights: (bases, 4, units + 1), then (units, units)."""
    held = dict(zip(rows["weight"], rows["values"], strict=True))
    sizes = [int(held["weight.0"]) // (4 * length) - 1]
    for layer in range(1, len(hidden)):
        sizes.append(int(held[f"weight.{layer}"]) // sizes[-1])
    return sizes


def _unit_places(x: float, middle: float, size: int) -> list[tuple[float, float]]:
    shown = min(size, MOST_UNITS)
    return [(x, middle + ((shown - 1) / 2 - place) * 1.2 / MOST_UNITS) for place in range(shown)]


def _draw_layer(
    axes: Axes, x: float, middle: float, units: Sequence[tuple[float, float]], name: str, said: str, size: int
) -> None:
    for place in units:
        axes.add_patch(Circle(place, 0.035, facecolor=PAPER, edgecolor=SOFT_INK, linewidth=0.7, zorder=3))
    axes.text(x, middle + 0.68, name, fontsize=SMALL, weight="bold", ha="center", va="bottom")
    axes.text(x, middle - 0.68, said, fontsize=SMALL, ha="center", va="top")
    if size > len(units):
        axes.text(x, middle - 0.79, f"{len(units)} drawn", fontsize=SMALL, color=SOFT_INK, ha="center", va="top")


def _lowest(middle: float, kinds: Sequence[str]) -> float:
    return middle - 0.1 - 0.3 * len(kinds)
