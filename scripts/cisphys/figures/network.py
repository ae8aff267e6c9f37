"""A model as the network that it is, with its fitted values: DNA, energies, states and their occupancies, rate, measurement."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from cisphys.figures.network_nodes import draw_bus, draw_nodes, weight_nodes
from cisphys.figures.network_values import Weights, occupancies, state_energies
from cisphys.figures.pictograms import LINES, Pictograms
from cisphys.figures.promoter_track import PromoterTrack
from cisphys.figures.reaction_graph import draw_reactions
from cisphys.figures.reaction_layout import box_width
from cisphys.figures.sequence_layers import draw_black_box, draw_sum
from cisphys.figures.sites import declared_sites
from cisphys.figures.state_list import draw_states
from cisphys.figures.style import DOUBLE_COLUMN, SMALL, SOFT_INK, axes_at, new_figure, styled, text_width
from cisphys.models.spec import BLACK_BOX, LINEAR, NetworkSpec

MARGIN = 0.05  # inches
LEGEND = {
    "free": "fitted",
    "tied": "fitted, one value for several",
    "fixed": "fixed by the model",
}


@styled
def draw_network(
    spec: NetworkSpec, table: pd.DataFrame, parameters: pd.DataFrame, sites: pd.DataFrame, summary: Mapping[str, Any]
) -> Figure:
    """Draw a fitted model as a network.

    Parameters
    ----------
    spec : the declaration
    table : its nodes (layer, node, formula, weight, status, values), as `models.describe` lists them
    parameters : what the data tell of its named parameters (name, value, identifiable); what they do not is drawn as ``?``
    sites : the table landscape_sites.tsv, for the wild type's binding energies
    summary : the fit's summary: wild type, numbering, datasets with their kinds and conditions
    """
    table = table.fillna({"weight": "", "formula": ""})
    figure = new_figure(DOUBLE_COLUMN, 1.0)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.axis("off")
    spec = spec.for_length(len(summary["wild_type"]))
    track = _track(spec, summary)
    bottom = _draw_layers(axes, -track.height - 0.03, spec, table, Weights(parameters, sites), summary)
    height = _draw_legend(axes, bottom - 0.12, set(table["status"]), _notes(axes)) + 0.05
    figure.set_size_inches(DOUBLE_COLUMN, height)
    axes.set(xlim=(0, DOUBLE_COLUMN), ylim=(-height, 0))
    _draw_track(figure, track, height, spec)
    return figure


def kinds_measured(summary: Mapping[str, Any]) -> list[str]:
    """Return the kinds of measurement of a fit's datasets, each once."""
    return list(dict.fromkeys(about.get("kind", "sorted_bins") for about in summary["datasets"].values()))


def _draw_layers(
    axes: Axes, top: float, spec: NetworkSpec, table: pd.DataFrame, weights: Weights, summary: Mapping[str, Any]
) -> float:
    """Draw all below the DNA; return the lower edge."""
    kinds = kinds_measured(summary)
    if spec.family == BLACK_BOX:
        return draw_black_box(axes, top, table, len(summary["wild_type"]), kinds)
    if spec.family in LINEAR:
        return draw_sum(axes, top, spec, table, kinds)
    small = len(spec.states) > 4
    pictograms = Pictograms(spec, box_width(spec) - 0.06 if spec.kinetics else 1.4, 0.26 if small or spec.kinetics else 0.34)
    nodes = weight_nodes(spec, table, weights, summary.get("condition_levels") or {})
    bottom = draw_bus(axes, draw_nodes(axes, top, nodes, pictograms, _anchors(spec, len(summary["wild_type"]))))
    dataset, conditions = _shown_dataset(summary)
    found = occupancies(spec, weights, conditions)
    if len(summary["datasets"]) > 1:
        said = f"wild type as in {dataset}"
        axes.text(DOUBLE_COLUMN - MARGIN, bottom + 0.02, said, fontsize=SMALL, color=SOFT_INK, ha="right", va="baseline")
    if spec.kinetics:
        return draw_reactions(axes, bottom, spec, weights, conditions, found, pictograms, kinds)
    energies = state_energies(spec, weights, conditions)
    return draw_states(axes, bottom, spec, table, weights, energies, found, pictograms, kinds)


def _shown_dataset(summary: Mapping[str, Any]) -> tuple[str, Mapping[str, str]]:
    """Return the name and conditions of the dataset in which the wild type is shown: the first."""
    name, about = next(iter(summary["datasets"].items()))
    return name, {column: str(value) for column, value in (about.get("conditions") or {}).items()}


def _anchors(spec: NetworkSpec, length: int) -> dict[str, float]:
    """Return the x of each site's middle on the track, in inches."""
    scale = (DOUBLE_COLUMN - 2 * MARGIN) / length
    return {site.name: MARGIN + scale * (site.start + site.stop) / 2 for site in spec.sites}


def _track(spec: NetworkSpec, summary: Mapping[str, Any]) -> PromoterTrack:
    wild_type, numbering = summary["wild_type"], summary.get("numbering")
    sites = declared_sites(spec.sites, wild_type)
    return PromoterTrack(sites, len(wild_type), DOUBLE_COLUMN - 2 * MARGIN, numbering, ruler=False, start=spec.alphabet == "dna")


def _draw_track(figure: Figure, track: PromoterTrack, height: float, spec: NetworkSpec) -> None:
    axes = axes_at(figure, MARGIN, height - track.height - 0.05, track.width, track.height)
    track.draw(axes)
    if spec.states:
        pictograms = Pictograms(spec, 1.0, 0.3)
        for patch, site in zip(axes.patches, track.sites, strict=True):
            patch.set_facecolor(pictograms.colour(site.name))


def _draw_legend(axes: Axes, y: float, there: set[str], notes: Sequence[str]) -> float:
    """Say what the lines mean that are there, then the notes; return the inches from the top."""
    x = MARGIN
    for status, words in ((status, words) for status, words in LEGEND.items() if status in there):
        axes.plot([x, x + 0.28], [y, y], **LINES[status])
        axes.text(x + 0.34, y, words, fontsize=SMALL, va="center_baseline")
        x += 0.34 + text_width(words, SMALL) + 0.2
    for place, note in enumerate(notes):
        axes.text(x if place == 0 else MARGIN, y - 0.13 * place, note, fontsize=SMALL, color=SOFT_INK, va="center_baseline")
    return -y + 0.13 * max(len(notes) - 1, 0) + 0.06


def _notes(axes: Axes) -> list[str]:
    """Say what is drawn for what the data do not tell, where there is such."""
    notes = []
    if any(text.get_text().endswith("?") for text in axes.texts):
        notes.append("?: not known from these data")
    if any(patch.get_hatch() for patch in axes.patches):
        notes.append("hatched: share among the states of a, b, …, whose occupancy together is not known")
    return notes
