"""Barcodes per variant: how many variants have so many barcodes, with their median; for many datasets, a row for each."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from cisphys.figures.panels import Panels, nothing_to_draw, title
from cisphys.figures.style import (
    ACCENT,
    DOUBLE_COLUMN,
    FAINT,
    INK,
    SMALL,
    SOFT_INK,
    axes_at,
    new_figure,
    shortened,
    styled,
    text_width,
)

PANEL = Panels(width=1.65, height=1.1, left=0.55, right=0.15, below=0.45, above=0.42)
MOST_BARS, MOST_PANELS = 30, 24
ROW, LONGEST_NAME, AXIS = 0.12, 1.9, 0.4  # inches, of a figure of rows
SHOWN = 0.99  # share of the variants that the axis reaches to; the rest are one bar


@styled
def draw_barcodes_per_variant(counts: pd.DataFrame) -> Figure:
    """Draw one histogram per library or dataset, or where there are many, one row with quartiles for each.

    Parameters
    ----------
    counts : table with the columns of, barcodes (0 for variants without one) and variants (how many have so many)
    """
    groups = list(counts.groupby("of", sort=False))
    if not groups:
        return nothing_to_draw("No dataset has a library of barcodes")
    if len(groups) > MOST_PANELS:
        return draw_rows(groups)
    figure, panels = PANEL.draw(len(groups))
    for axes, (name, rows) in zip(panels, groups, strict=True):
        _draw_panel(axes, rows["barcodes"].to_numpy(int), rows["variants"].to_numpy(int))
        title(axes, name, PANEL.width, pad=13)
    return figure


def _draw_panel(axes: Axes, barcodes: np.ndarray, variants: np.ndarray) -> None:
    order = np.argsort(barcodes)
    barcodes, variants = barcodes[order], variants[order]
    most = _reach(barcodes, variants)
    width = max(-(-most // MOST_BARS), 1)  # barcodes that share a bar; variants without one have a bar of their own
    bars = np.bincount((np.minimum(barcodes, most) + width - 1) // width, variants)
    places = (np.arange(len(bars)) - 0.5) * width + 0.5
    axes.bar(places, bars, width=0.9 * width, color=[FAINT, *[ACCENT] * (len(bars) - 1)])
    axes.xaxis.set_major_locator(MaxNLocator(5, integer=True, steps=[1, 2, 5, 10]))
    axes.yaxis.set_major_locator(MaxNLocator(4, integer=True, steps=[1, 2, 5, 10]))
    label = f"Barcodes (last bar: {(len(bars) - 2) * width + 1} and more)" if barcodes[-1] > most else "Barcodes"
    axes.set(xlim=(0.5 - 1.25 * width, (len(bars) - 1) * width + 0.5 + 0.25 * width), xlabel=label, ylabel="Variants")
    _tell_median(axes, barcodes, variants)


def _reach(barcodes: np.ndarray, variants: np.ndarray) -> int:
    """Return the number of barcodes that the axis reaches to: all where the rarest are not far out."""
    share = variants.cumsum() / max(variants.sum(), 1)
    usual = int(barcodes[np.searchsorted(share, SHOWN)])
    return int(barcodes[-1]) if barcodes[-1] <= max(2 * usual, MOST_BARS) else max(usual, 1)


def _tell_median(axes: Axes, barcodes: np.ndarray, variants: np.ndarray) -> None:
    """Draw a line at the median over the variants that have a barcode, and say it and how many have none."""
    seen, none = _seen(barcodes, variants), int(variants[barcodes == 0].sum())
    said = [f"{none:,} without"] if none else []
    if len(seen):
        axes.axvline(np.median(seen), color=INK, linewidth=0.8, linestyle=(0, (3, 2)))
        said.insert(0, f"median {np.median(seen):g}")
    axes.text(0, 1.04, ", ".join(said), transform=axes.transAxes, fontsize=SMALL, color=SOFT_INK)


def _seen(barcodes: np.ndarray, variants: np.ndarray) -> np.ndarray:
    """Return the barcodes of each variant that has one."""
    return np.repeat(barcodes[barcodes > 0], variants[barcodes > 0])


def draw_rows(groups: list[tuple[str, pd.DataFrame]]) -> Figure:
    """Draw a row for each dataset: from the 5th to the 95th percentile, thick between the quartiles, with the median."""
    names = [shortened(str(name), LONGEST_NAME, SMALL) for name, _ in groups]
    left = 0.15 + max(text_width(name, SMALL) for name in names)
    figure = new_figure(DOUBLE_COLUMN, AXIS + ROW * len(groups) + 0.3)
    axes = axes_at(figure, left, AXIS, DOUBLE_COLUMN - left - 0.2, ROW * len(groups))
    spread = [_percentiles(rows["barcodes"].to_numpy(int), rows["variants"].to_numpy(int)) for _, rows in groups]
    low, lower, middle, upper, high = np.array(spread).T
    y = np.arange(len(groups))
    axes.hlines(y, low, high, color=ACCENT, linewidth=0.6)
    axes.hlines(y, lower, upper, color=ACCENT, linewidth=3.5)
    axes.plot(middle, y, "o", color=INK, markersize=2.5)
    axes.set(xlim=(0, 1.03 * max(high.max(), 1)), ylim=(len(groups) - 0.5, -0.5), xlabel="Barcodes per variant that has one")
    axes.set_yticks(y, names)
    axes.tick_params(axis="y", length=0)
    axes.xaxis.set_major_locator(MaxNLocator(8, integer=True, steps=[1, 2, 5, 10]))
    said = "Dot: median. Thick: quartiles. Thin: 5 % to 95 %"
    axes.text(0, 1 + 0.06 / (ROW * len(groups)), said, transform=axes.transAxes, fontsize=SMALL, color=SOFT_INK)
    return figure


def _percentiles(barcodes: np.ndarray, variants: np.ndarray) -> np.ndarray:
    """Return the percentiles 5, 25, 50, 75 and 95 of the variants that have a barcode; zeros where none has."""
    seen = _seen(barcodes, variants)
    return np.percentile(seen, [5, 25, 50, 75, 95]) if len(seen) else np.zeros(5)
