"""The nodes of the network's figure that weights enter: energies of sites and interactions, and log rates."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import pandas as pd
from matplotlib.axes import Axes

from cisphys.figures.network_values import Weights
from cisphys.figures.pictograms import LINES, Pictograms, draw_box
from cisphys.figures.state_list import wrapped
from cisphys.figures.style import DOUBLE_COLUMN, FAINT, SMALL, SOFT_INK, shortened
from cisphys.models.sites import Site
from cisphys.models.spec import NetworkSpec

PER_ROW, WIDEST, LINE, GAP = 5, 1.75, 0.118, 0.1  # nodes in a row; inches


@dataclass(frozen=True)
class WeightNode:
    """A node: its title, the lines below it with values written in, how its weights are come by, and its site if it is one's."""

    title: str
    lines: tuple[str, ...]
    status: str
    site: str | None = None


def weight_nodes(
    spec: NetworkSpec, table: pd.DataFrame, weights: Weights, levels: Mapping[str, Sequence[str]]
) -> list[WeightNode]:
    """Return the nodes of sites, in their order on the DNA, then those of interactions and log rates.

    Parameters
    ----------
    table : the network as `models.describe` lists it
    levels : condition column -> its values
    """
    status = dict(zip(table["weight"], table["status"], strict=True))
    sites = sorted(spec.sites, key=lambda site: (site.start, site.stop))
    nodes = [_node_of_site(site, weights, levels, status) for site in sites]
    return [*nodes, *_others(table, weights)]


def _node_of_site(site: Site, weights: Weights, levels: Mapping[str, Sequence[str]], status: Mapping[str, str]) -> WeightNode:
    lines = [f"e: {_matrices(site)}", _mu(site, weights, levels)]
    if site.spacers[1:]:
        costs = (f"{length}: {weights.said(f'spacer.{site.name}.{length}')}" for length in site.spacers[1:])
        lines.append(f"spacers, kT: {', '.join(costs)}")
    elif len(site.modes) > 1:
        lines.append(f"{len(site.modes)} ways to lie")
    if len(site.modes) > 1:
        lines.append(f"wild type: e = {weights.said(f'energy.{site.name}', 'kT')}")
    return WeightNode(f"G({site.name}) = e + μ", tuple(lines), status.get(f"theta.{site.blocks[0].name}", "free"), site.name)


def _matrices(site: Site) -> str:
    sizes = " and ".join(f"{block.length} × 4" for block in site.blocks)
    pairs = {"single": "", "neighbour": ", neighbours", "pairwise": ", all pairs"}
    return f"{sizes} energies{pairs[site.features]}"


def _mu(site: Site, weights: Weights, levels: Mapping[str, Sequence[str]]) -> str:
    if site.condition:
        values = (f"{value}: {weights.said(f'mu.{site.name}.{value}')}" for value in levels.get(site.condition, ()))
        return f"μ, kT, at {', '.join(values)}"
    less = f" − log {site.concentration}" if site.concentration else ""
    return f"μ = {weights.said(f'mu.{site.name}', 'kT')}{less}"


def symbol(name: str) -> str:
    """Return a weight as formulas have it: ``interaction.CRP.RNAP`` -> ``I(CRP, RNAP)``."""
    kind, _, rest = name.partition(".")
    letters = {"energy": "e", "mu": "μ", "interaction": "I", "log_rate": "log k", "log_factor": "log f"}
    return f"{letters[kind]}({rest.replace('.', ', ') if kind == 'interaction' else rest})"


def _others(table: pd.DataFrame, weights: Weights) -> Iterator[WeightNode]:
    """Yield the nodes of single weights that are no site's."""
    for row in table.drop_duplicates("weight").itertuples():
        kind = str(row.weight).partition(".")[0]
        if kind == "interaction":
            yield WeightNode(symbol(row.weight), (weights.said(row.weight, "kT"),), row.status)
        elif kind in ("log_rate", "log_factor") and row.layer == "log rates":
            yield WeightNode(symbol(row.weight), (weights.said(row.weight),), row.status)


def draw_nodes(
    axes: Axes, top: float, nodes: Sequence[WeightNode], pictograms: Pictograms, anchors: Mapping[str, float]
) -> float:
    """Draw the nodes in rows and join those of sites to their anchors (x in inches, on `top`); return the lower edge."""
    joint, top = top, top - 0.24
    width = min(WIDEST, (DOUBLE_COLUMN - 0.1 - (PER_ROW - 1) * GAP) / min(PER_ROW, max(len(nodes), 4)))
    nodes = [_in_lines(_marked(node, pictograms), width - 0.12) for node in nodes]
    for first in range(0, len(nodes), PER_ROW):
        row = nodes[first : first + PER_ROW]
        height = 0.21 + LINE * max(len(node.lines) for node in row)
        step = width + GAP
        left = (DOUBLE_COLUMN - len(row) * step + GAP) / 2
        for place, node in enumerate(row):
            x = left + place * step
            _draw_node(axes, (x, top - height, width, height), node, pictograms)
            if node.site in anchors and first == 0:
                ends = [anchors[node.site], x + width / 2], [joint, top]
                axes.plot(*ends, zorder=0, **LINES[node.status])
        top -= height + GAP
    return top + GAP


def _marked(node: WeightNode, pictograms: Pictograms) -> WeightNode:
    """Return a node with the sites' marks for their names; where these are numbers, its site's name stands below the title."""
    numbered = node.site and pictograms.marks[node.site] != node.site
    title = f"G({pictograms.marks[node.site]}) = e + μ" if node.site else pictograms.formula(node.title)
    return replace(node, title=title, lines=((node.site,) if numbered else ()) + node.lines)


def _in_lines(node: WeightNode, room: float) -> WeightNode:
    """Return a node whose lists of values have a second and third line where one is too short."""
    lines = (wrapped(line.replace(", ", ",\n").split("\n"), room, 3) for line in node.lines)
    return replace(node, lines=tuple(line for own in lines for line in own))


def _draw_node(axes: Axes, box: tuple[float, float, float, float], node: WeightNode, pictograms: Pictograms) -> None:
    left, bottom, width, height = box
    draw_box(axes, *box, node.status)
    room = width - 0.12
    if node.site in pictograms.marks:
        mark = pictograms.marks[node.site]
        dot = {"boxstyle": "round,pad=0.25", "facecolor": pictograms.colour(node.site), "edgecolor": SOFT_INK, "linewidth": 0.5}
        said = mark if mark != node.site else " "
        axes.text(left + width - 0.07, bottom + height - 0.11, said, fontsize=5, ha="right", va="center_baseline", bbox=dot)
        room -= 0.16
    y = bottom + height - 0.14
    title = shortened(node.title, room, SMALL, "bold")
    axes.text(left + 0.06, y, title, fontsize=SMALL, weight="bold", va="baseline")
    for number, line in enumerate(node.lines, 1):
        axes.text(left + 0.06, y - number * LINE, shortened(line, width - 0.12, SMALL), fontsize=SMALL, va="baseline")


def draw_bus(axes: Axes, y: float) -> float:
    """Draw the step from all energies to all states; return its lower edge."""
    axes.plot([0.05, DOUBLE_COLUMN - 0.05], [y - 0.07] * 2, color=FAINT, linewidth=2.0, solid_capstyle="round")
    axes.plot([DOUBLE_COLUMN / 2] * 2, [y - 0.1, y - 0.16], color=FAINT, linewidth=1, marker="v", markevery=[1], markersize=4)
    return y - 0.2
