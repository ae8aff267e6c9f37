"""Pictograms of the network's figure: proteins bound to DNA, what is measured, and the ways in which its lines are drawn."""

import re
from collections.abc import Mapping, Sequence
from itertools import combinations, pairwise

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Arc, FancyArrowPatch, FancyBboxPatch, Rectangle

from cisphys.figures.style import ACCENT, FAINT, INK, PAPER, SMALL, SOFT_INK, shortened, text_width
from cisphys.models.spec import NetworkSpec

# light enough for black text, told apart by colour-blind readers (Okabe and Ito, Tol); sites beyond them start again
PROTEIN_COLOURS = ["#7fc4ef", "#f2b134", "#5fc2a0", "#e3a6c6", "#d0cf6b", "#b8b8e6", "#e58a5a", "#c9c9c9"]
LINES = {  # how a weight is come by: the lines that stand for it
    "free": {"linestyle": "-", "linewidth": 1.3, "color": ACCENT},
    "tied": {"linestyle": (0, (4, 1.5)), "linewidth": 1.3, "color": "#b35806"},
    "fixed": {"linestyle": "-", "linewidth": 0.6, "color": SOFT_INK},
}
TEXT = 5.5  # points, inside of proteins
KINDS = {"sorted_bins": "sorted bins", "rna_dna": "RNA / DNA", "continuous": "value"}


class Pictograms:
    """Draws states as proteins on a piece of DNA, in the sites' order along it.

    Proteins that touch where they interact stand side by side; where others lie between them, a bow joins them. Where names are
    too long for their proteins, all get numbers (`marks`).
    """

    def __init__(self, spec: NetworkSpec, width: float, height: float):
        ordered = sorted(spec.sites, key=lambda site: (site.start, site.stop))
        self.order = [site.name for site in ordered]
        self.width, self.height = width, height
        self.partners = [pair for group in spec.interactions for pair in combinations(sorted(group, key=self.order.index), 2)]
        self.slot = (width - 0.1) / max(len(self.order), 1)
        fit = all(text_width(name, TEXT) <= 0.8 * self.slot for name in self.order)
        self.marks: Mapping[str, str] = {name: name if fit else str(place + 1) for place, name in enumerate(self.order)}

    def formula(self, text: str) -> str:
        """Return a formula with the sites' marks for their names."""
        names = sorted(self.order, key=len, reverse=True)
        pattern = rf"(?<=[( ])({'|'.join(map(re.escape, names))})(?=[,)])"
        return re.sub(pattern, lambda found: self.marks[found[0]], text)

    def state(self, name: str, bound: Sequence[str]) -> str:
        """Return a state's name, or where it is made of sites' names and these have numbers, those that it binds."""
        named = all(self.marks[site] == site for site in bound)
        if named or set(name.split("+")) != set(bound):
            return name
        return "+".join(self.marks[site] for site in self.order if site in bound)

    def names(self, states: Mapping[str, Sequence[str]], room: float) -> dict[str, str]:
        """Return how states (name -> bound sites) are called in `room` inches each: by numbers where not all names find room."""
        fit = all(text_width(name, SMALL) <= room for name in states)
        return {name: name if fit else shortened(self.state(name, bound), room, SMALL) for name, bound in states.items()}

    def colour(self, site: str) -> str:
        """Return the colour of a site's protein."""
        return PROTEIN_COLOURS[self.order.index(site) % len(PROTEIN_COLOURS)]

    def draw(self, axes: Axes, left: float, middle: float, bound: Sequence[str]) -> None:
        """Draw a state at a place in inches: its left edge and its middle."""
        line = middle - 0.3 * self.height
        for offset in (0.0, 0.022):
            axes.plot([left, left + self.width], [line - offset] * 2, color=SOFT_INK, linewidth=0.7, zorder=2)
        present = [site for site in self.order if site in bound]
        for site in present:
            self._draw_protein(axes, left, line, site, present)
        for first, second in self.partners:
            if first in present and second in present and (first, second) not in list(pairwise(present)):
                self._draw_bow(axes, left, line, first, second)

    def _edges(self, site: str, present: Sequence[str]) -> tuple[float, float]:
        """Return how far a protein reaches to either side, up to those that it touches."""
        place = self.order.index(site)
        start, stop = place * self.slot + 0.1 * self.slot, (place + 1) * self.slot - 0.1 * self.slot
        for first, second in pairwise(present):
            if (first, second) in self.partners:
                border = (self.order.index(first) + self.order.index(second) + 1) / 2 * self.slot
                start, stop = (border if site == second else start), (border if site == first else stop)
        return start + 0.05, stop + 0.05

    def _draw_protein(self, axes: Axes, left: float, line: float, site: str, present: Sequence[str]) -> None:
        start, stop = self._edges(site, present)
        tall = 0.55 * self.height
        corner = min(tall, stop - start) * 0.45
        shape = FancyBboxPatch(
            (left + start, line),
            stop - start,
            tall,
            boxstyle=f"round,pad=0,rounding_size={corner}",
            facecolor=self.colour(site),
            edgecolor=INK,
            linewidth=0.7,
            zorder=3,
        )
        axes.add_patch(shape)
        x, y = left + (start + stop) / 2, line + tall / 2
        axes.text(x, y, self.marks[site], fontsize=TEXT, ha="center", va="center_baseline", zorder=4)

    def _draw_bow(self, axes: Axes, left: float, line: float, first: str, second: str) -> None:
        a, b = ((self.order.index(site) + 0.5) * self.slot + left + 0.05 for site in (first, second))
        bow = Arc((((a + b) / 2), line + 0.55 * self.height), b - a, 0.4 * self.height, theta1=0, theta2=180)
        bow.set(color=INK, linewidth=0.8, zorder=2)
        axes.add_patch(bow)


def draw_box(axes: Axes, left: float, bottom: float, width: float, height: float, status: str, fill: str = PAPER) -> None:
    """Draw a node's box; its edge says how its weight is come by."""
    line = LINES[status]
    box = FancyBboxPatch((left, bottom), width, height, boxstyle="round,pad=0,rounding_size=0.04", facecolor=fill)
    box.set(edgecolor=line["color"], linestyle=line["linestyle"], linewidth=line["linewidth"], zorder=2)
    axes.add_patch(box)


def draw_arrow(axes: Axes, start: tuple[float, float], stop: tuple[float, float], status: str = "fixed", **changes) -> None:
    """Draw an arrow between two places in inches."""
    arrow = FancyArrowPatch(start, stop, arrowstyle="-|>", mutation_scale=6, shrinkA=0, shrinkB=0, zorder=1)
    arrow.set(**(LINES[status] | changes))
    axes.add_patch(arrow)


def draw_measured(axes: Axes, left: float, bottom: float, width: float, height: float, kind: str) -> None:
    """Draw what stands for a kind of measurement, with its name below: gates over a histogram, two bars, or a curve."""
    axes.plot([left, left, left + width], [bottom + height, bottom, bottom], color=INK, linewidth=0.7)
    if kind == "sorted_bins":
        tall = np.exp(-0.5 * ((np.arange(7) - 2.8) / 1.6) ** 2)
        for place, (part, shade) in enumerate(zip(tall, np.linspace(0.25, 1.0, 7), strict=True)):
            x = left + (place + 0.15) * width / 7
            axes.add_patch(Rectangle((x, bottom), 0.7 * width / 7, 0.9 * part * height, color=ACCENT, alpha=shade, linewidth=0))
    elif kind == "rna_dna":
        for x, tall, colour in ((0.2, 0.85, ACCENT), (0.6, 0.5, FAINT)):
            axes.add_patch(Rectangle((left + x * width, bottom), 0.25 * width, tall * height, color=colour, linewidth=0))
    else:
        x = np.linspace(0, 1, 40)
        axes.plot(left + x * width, bottom + height * (0.08 + 0.8 / (1 + np.exp(-9 * (x - 0.5)))), color=ACCENT, linewidth=1.2)
    axes.text(left + width / 2, bottom - 0.03, KINDS[kind], fontsize=SMALL, ha="center", va="top")
