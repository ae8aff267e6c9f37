"""Barcodes per variant: how many variants of a library have so many barcodes, with their median."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from cisphys.figures.panels import Panels, nothing_to_draw, title
from cisphys.figures.style import ACCENT, FAINT, INK, SMALL, SOFT_INK, styled

PANEL = Panels(width=1.65, height=1.1, left=0.55, right=0.15, below=0.45, above=0.42)
MOST_BARS = 30
SHOWN = 0.99  # share of the variants that the axis reaches to; the rest are one bar


@styled
def draw_barcodes_per_variant(counts: pd.DataFrame) -> Figure:
    """Draw one histogram per library or dataset.

    Parameters
    ----------
    counts : table with the columns of, barcodes (0 for variants without one) and variants (how many have so many)
    """
    groups = list(counts.groupby("of", sort=False))
    if not groups:
        return nothing_to_draw("no dataset has a library of barcodes")
    figure, panels = PANEL.draw(len(groups))
    for axes, (name, rows) in zip(panels, groups, strict=True):
        _draw_panel(axes, rows["barcodes"].to_numpy(int), rows["variants"].to_numpy(int))
        title(axes, name, PANEL.width, pad=13)
    return figure


def _draw_panel(axes: Axes, barcodes: np.ndarray, variants: np.ndarray) -> None:
    order = np.argsort(barcodes)
    barcodes, variants = barcodes[order], variants[order]
    most = _reach(barcodes, variants)
    width = -(-(most + 1) // MOST_BARS)
    bars = np.bincount(np.minimum(barcodes, most) // width, variants)
    places = (np.arange(len(bars)) + 0.5) * width - 0.5
    colours = [FAINT if width == 1 and not number else ACCENT for number in range(len(bars))]
    axes.bar(places, bars, width=0.9 * width, color=colours)
    axes.xaxis.set_major_locator(MaxNLocator(5, integer=True, steps=[1, 2, 5, 10]))
    axes.yaxis.set_major_locator(MaxNLocator(4, integer=True, steps=[1, 2, 5, 10]))
    label = f"barcodes (last bar: {(len(bars) - 1) * width} and more)" if barcodes[-1] > most else "barcodes"
    axes.set(xlim=(-0.75, len(bars) * width - 0.25), xlabel=label, ylabel="variants")
    _tell_median(axes, barcodes, variants)


def _reach(barcodes: np.ndarray, variants: np.ndarray) -> int:
    """Return the number of barcodes that the axis reaches to: all where the rarest are not far out."""
    share = variants.cumsum() / max(variants.sum(), 1)
    usual = int(barcodes[np.searchsorted(share, SHOWN)])
    return int(barcodes[-1]) if barcodes[-1] <= max(2 * usual, MOST_BARS) else max(usual, 1)


def _tell_median(axes: Axes, barcodes: np.ndarray, variants: np.ndarray) -> None:
    """Draw a line at the median over the variants that have a barcode, and say it and how many have none."""
    seen, none = np.repeat(barcodes[barcodes > 0], variants[barcodes > 0]), int(variants[barcodes == 0].sum())
    said = [f"{none:,} without"] if none else []
    if len(seen):
        axes.axvline(np.median(seen), color=INK, linewidth=0.8, linestyle=(0, (3, 2)))
        said.insert(0, f"median {np.median(seen):g}")
    axes.text(0, 1.04, ", ".join(said), transform=axes.transAxes, fontsize=SMALL, color=SOFT_INK)
