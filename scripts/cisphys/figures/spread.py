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
from cisphys.figures.style import ACCENT, BASE_COLOURS, FAINT, SMALL, shortened, styled

LONGEST_BIN = 0.6  # inches of a bin's name
BINS = Panels(width=1.65, height=1.1, left=0.5, right=0.15, below=0.45, above=0.3)
LORENZ = Panels(width=2.1, height=2.1, left=0.6, right=0.2, below=0.45, above=0.1)
POSITIONS = Panels(width=6.3, height=0.9, left=0.55, right=0.15, below=0.42, above=0.3)


@styled
def draw_reads_per_bin(reads: pd.DataFrame) -> Figure:
    """Draw the reads of each bin, one panel per dataset.

    Parameters
    ----------
    reads : table with the columns dataset, bin, reads
    """
    groups = list(reads.groupby("dataset", sort=False))
    if not groups:
        return nothing_to_draw("there are no tables of variants")
    words = reads["bin"].astype(str).str.len().max() > 2
    figure, panels = (replace(BINS, below=LONGEST_BIN + 0.25) if words else BINS).draw(len(groups))
    for axes, (name, rows) in zip(panels, groups, strict=True):
        _draw_bins(axes, rows, words)
        title(axes, name, BINS.width)
    return figure


def _draw_bins(axes: Axes, rows: pd.DataFrame, words: bool) -> None:
    """Draw a bar per bin; names that are words stand upright."""
    axes.bar(np.arange(len(rows)), rows["reads"] / 1000, width=0.8, color=ACCENT)
    step = -(-len(rows) // 10)
    names = [shortened(str(label), LONGEST_BIN, SMALL) for label in rows["bin"]]
    axes.set_xticks(range(0, len(rows), step), names[::step], rotation=90 if words else 0)
    axes.tick_params(bottom=False)
    axes.yaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 5, 10]))
    axes.set(xlabel="" if words else "bin", ylabel="thousand reads")


@styled
def draw_lorenz(curves: pd.DataFrame) -> Figure:
    """Draw the Lorenz curve of each sample, beside the line that equal reads would give.

    Parameters
    ----------
    curves : table with the columns of, sequences, reads (both shares, from 0 to 1)
    """
    names = list(dict.fromkeys(curves["of"]))
    if not names:
        return nothing_to_draw("no sample has reads")
    colours = line_colours(names)
    figure, (axes,) = LORENZ.draw(1, key_height(names))
    axes.plot([0, 100], [0, 100], color=FAINT)
    for name, rows in curves.groupby("of", sort=False):
        axes.plot(100 * rows["sequences"], 100 * rows["reads"], color=colours[name])
    axes.set(xlim=(0, 100), ylim=(0, 100), xlabel="sequences, rarest first (%)", ylabel="their share of the reads (%)")
    draw_key(figure, colours, "samples")
    return figure


@styled
def draw_mutation_rates(rates: pd.DataFrame) -> Figure:
    """Draw for each position the share of the reads with each base that is not the wild type, one panel per dataset.

    Parameters
    ----------
    rates : table with the columns dataset, position, wild_type, A, C, G, T (shares of the reads)
    """
    groups = list(rates.groupby("dataset", sort=False))
    if not groups:
        return nothing_to_draw("the variants of no dataset have a wild type in common")
    figure, panels = POSITIONS.draw(len(groups), key=0.2)
    for axes, (name, rows) in zip(panels, groups, strict=True):
        _draw_mutations(axes, rows)
        title(axes, name, POSITIONS.width)
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
    axes.set(xlabel="position on the variant, from 0", ylabel="mutated (%)")
