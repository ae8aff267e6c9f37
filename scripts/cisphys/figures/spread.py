"""How reads spread: over bins, over sequences (Lorenz curves), and over the positions and bases of the variants."""

from dataclasses import replace

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from cisphys.figures.panels import Panels, draw_key, key_height, line_colours, nothing_to_draw, title
from cisphys.figures.style import (
    ACCENT,
    BASE_COLOURS,
    DOUBLE_COLUMN,
    FAINT,
    SHARE_MAP,
    SMALL,
    axes_at,
    new_figure,
    shortened,
    styled,
    text_width,
)

LONGEST_BIN, LONGEST_DATASET, ROW = 0.6, 1.9, 0.12  # inches of names, and of a row of a map
BINS = Panels(width=1.65, height=1.1, left=0.5, right=0.15, below=0.45, above=0.3)
LORENZ = Panels(width=2.6, height=2.6, left=0.6, right=0.2, below=0.45, above=0.1)
SMALL_BINS = replace(BINS, width=0.95, height=0.7)  # for more datasets than FEW
FEW = 12
POSITION = "Position on the variant (from 0)"
POSITIONS = Panels(width=6.3, height=0.9, left=0.55, right=0.15, below=0.2, above=0.3)


@styled
def draw_reads_per_bin(reads: pd.DataFrame) -> Figure:
    """Draw the reads of each bin, one panel per dataset.

    Parameters
    ----------
    reads : table with the columns dataset, bin, reads
    """
    groups = list(reads.groupby("dataset", sort=False))
    if not groups:
        return nothing_to_draw("There are no tables of variants")
    names = [shortened(name, LONGEST_BIN, SMALL) for name in reads["bin"].astype(str)]
    words = max(map(len, names)) > 2
    longest = max(text_width(name, SMALL) for name in names)
    panel = BINS if len(groups) <= FEW else SMALL_BINS
    figure, panels = (replace(panel, below=longest + 0.15) if words else panel).draw(len(groups))
    for axes, (name, rows) in zip(panels, groups, strict=True):
        _draw_bins(axes, rows, words)
        title(axes, name, panel.width + 0.2)
    return figure


def _draw_bins(axes: Axes, rows: pd.DataFrame, words: bool) -> None:
    """Draw a bar per bin; names that are words stand upright."""
    unit, size = ("millions", 1e6) if rows["reads"].max() >= 1e7 else ("thousands", 1e3)
    axes.bar(np.arange(len(rows)), rows["reads"] / size, width=0.8, color=ACCENT)
    step = -(-len(rows) // 10)
    names = [shortened(str(label), LONGEST_BIN, SMALL) for label in rows["bin"]]
    axes.set_xticks(range(0, len(rows), step), names[::step], rotation=90 if words else 0)
    axes.tick_params(bottom=False)
    axes.yaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 5, 10]))
    axes.set(xlabel="" if words else "Bin", ylabel=f"Reads ({unit})")


@styled
def draw_lorenz(curves: pd.DataFrame) -> Figure:
    """Draw the Lorenz curve of each sample, beside the line that equal reads would give.

    Parameters
    ----------
    curves : table with the columns of, sequences, reads (both shares, from 0 to 1)
    """
    names = list(dict.fromkeys(curves["of"]))
    if not names:
        return nothing_to_draw("No sample has reads")
    colours = line_colours(names)
    figure, (axes,) = LORENZ.draw(1, key_height(names))
    axes.plot([0, 100], [0, 100], color=FAINT)
    for name, rows in curves.groupby("of", sort=False):
        axes.plot(100 * rows["sequences"], 100 * rows["reads"], color=colours[name])
    axes.set(xlim=(0, 100), ylim=(0, 100), xlabel="Sequences, rarest first (%)", ylabel="Their share of the reads (%)")
    draw_key(figure, colours, "samples")
    return figure


@styled
def draw_mutation_rates(rates: pd.DataFrame) -> Figure:
    """Draw for each position the share of the reads with each base that is not the wild type, one panel per dataset.

    For many datasets, draw a row of colours for each, without the bases.

    Parameters
    ----------
    rates : table with the columns dataset, position, wild_type, A, C, G, T (shares of the reads) and rate
    """
    groups = list(rates.groupby("dataset", sort=False))
    if not groups:
        return nothing_to_draw("The variants of no dataset have a wild type in common")
    if len(groups) > FEW:
        return _draw_rate_map(rates)
    figure, panels = POSITIONS.draw(len(groups), key=0.36)
    for axes, (name, rows) in zip(panels, groups, strict=True):
        _draw_mutations(axes, rows)
        title(axes, name, POSITIONS.width)
    panels[-1].set_xlabel(POSITION)
    handles = [Patch(color=BASE_COLOURS[base], label=base) for base in "ACGT"]
    across, up = figure.get_size_inches()
    corner = ((POSITIONS.left - 0.08) / across, 0.04 / up)
    figure.legend(handles=handles, loc="lower left", bbox_to_anchor=corner, ncols=4, handlelength=1, fontsize=SMALL)
    return figure


def _draw_mutations(axes: Axes, rows: pd.DataFrame) -> None:
    shares = 100 * rows[list("ACGT")].to_numpy()
    mutants = np.where(rows["wild_type"].to_numpy()[:, None] == np.array(list("ACGT")), 0.0, shares)
    tops, x = mutants.cumsum(axis=1), rows["position"].to_numpy()
    for number, base in enumerate("ACGT"):
        top, low = tops[:, number], tops[:, number] - mutants[:, number]
        corners = np.stack([x[:, None] + [-0.4, -0.4, 0.4, 0.4], np.stack([low, top, top, low], axis=1)], axis=2)
        axes.add_collection(PolyCollection(corners, facecolor=BASE_COLOURS[base], linewidth=0), autolim=False)
    axes.set(xlim=(x.min() - 1, x.max() + 1), ylim=(0, 1.05 * max(tops.max(), 1e-3)))
    axes.xaxis.set_major_locator(MaxNLocator(12, integer=True, steps=[1, 2, 5, 10]))
    axes.yaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 5, 10]))
    axes.set_ylabel("Mutated (%)")


def _draw_rate_map(rates: pd.DataFrame) -> Figure:
    """Draw the mutation rate of each dataset (rows) at each position (columns); positions that a dataset lacks are left white."""
    table = rates.pivot_table(index="dataset", columns="position", values="rate", sort=False).sort_index(axis="columns")
    names = [shortened(str(name), LONGEST_DATASET, SMALL) for name in table.index]
    left, tall = 0.15 + max(text_width(name, SMALL) for name in names), ROW * len(names)
    figure = new_figure(DOUBLE_COLUMN, 0.4 + tall + 0.55)
    axes = axes_at(figure, left, 0.4, DOUBLE_COLUMN - left - 0.15, tall)
    edges = np.append(table.columns - 0.5, table.columns[-1] + 0.5)
    mesh = axes.pcolormesh(edges, np.arange(len(names) + 1), 100 * table.to_numpy(), cmap=SHARE_MAP, vmin=0, rasterized=True)
    axes.set_yticks(np.arange(len(names)) + 0.5, names)
    axes.tick_params(axis="y", length=0)
    axes.xaxis.set_major_locator(MaxNLocator(12, integer=True, steps=[1, 2, 5, 10]))
    axes.set(ylim=(len(names), 0), xlabel=POSITION)
    key = axes_at(figure, left, 0.4 + tall + 0.22, 1.6, 0.1)
    figure.colorbar(mesh, cax=key, orientation="horizontal")
    key.xaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 5, 10]))
    key.tick_params(labelsize=SMALL, length=2)
    key.set_title("Mutated (%)", fontsize=SMALL, loc="left", pad=3)
    return figure
