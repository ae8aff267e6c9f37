"""How often intervals hold the truth over simulations: parameter by parameter, and how the matrix elements are distributed."""

from math import ceil, lgamma, log

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, PercentFormatter

from cisphys.figures.panels import nothing_to_draw, title
from cisphys.figures.style import (
    ACCENT,
    DOUBLE_COLUMN,
    INK,
    SMALL,
    SOFT_INK,
    axes_at,
    new_figure,
    shortened,
    shortened_name,
    styled,
    text_width,
)

# inches: height of a row, what lies left of, beside, above and below the rows; side of a panel and what it needs; the words below
ROW, NAMES, BARS, ROWS_ABOVE, ROWS_BELOW = 0.27, 2.5, 3.1, 0.3, 0.45
WIDTH, HEIGHT, ACROSS, ABOVE, BELOW, LEFT, COLUMNS, KEY = 1.8, 1.3, 2.35, 0.3, 0.42, 0.55, 3, 0.42
COLOURS = {"68": "#86b3d1", "95": ACCENT}
MISSED = "#d55e00"
MOST_BARS = 40  # of a histogram
# intervals hold too rarely where they miss more than twice as often as they say, and by more than chance among all of the kind
LEAST, CHANCE = 0.90, 0.05
TO_95 = 1.96
LABEL = NAMES - 0.15


def too_rare(rows: pd.DataFrame) -> pd.Series:
    """Tell which of the rows cover too rarely: below `LEAST`, and beyond chance among so many rows (Bonferroni)."""
    return (rows["covered95"] < LEAST) & (rows["p95"] * len(rows) < CHANCE)


@styled
def draw_coverage(coverage: pd.DataFrame, sites: pd.DataFrame) -> Figure:
    """Draw each parameter's coverage with its interval, that of each site's elements on average, and the elements' histograms.

    Parameters
    ----------
    coverage : table with the columns name, site, base ("" for named parameters), simulations, p95, and covered68, covered68_low,
        covered68_high and the like of 95
    sites : table with the columns site, elements, simulations, covered68, error68, covered95, error95, p95
    """
    rows = pd.concat([_named_rows(coverage), _site_rows(sites)], ignore_index=True)
    if rows.empty:
        return nothing_to_draw("No parameter had an interval")
    lines = ceil(len(sites) / COLUMNS)
    panels = KEY + lines * (ABOVE + HEIGHT + BELOW)
    figure = new_figure(DOUBLE_COLUMN, panels + ROWS_BELOW + ROW * len(rows) + ROWS_ABOVE)
    most = int(coverage["simulations"].max())
    _draw_rows(axes_at(figure, NAMES, panels + ROWS_BELOW, BARS, ROW * len(rows)), rows, most)
    for number, site in enumerate(sites["site"]):
        line, column = divmod(number, COLUMNS)
        bottom = KEY + (lines - 1 - line) * (ABOVE + HEIGHT + BELOW) + BELOW
        axes = axes_at(figure, LEFT + column * ACROSS, bottom, WIDTH, HEIGHT)
        _draw_elements(axes, site, coverage[(coverage["site"] == site) & (coverage["base"] != "")], column == 0)
    _explain(figure, most, bool(rows["rare"].any()), bool(len(sites)))
    return figure


def _named_rows(coverage: pd.DataFrame) -> pd.DataFrame:
    named = coverage[coverage["base"] == ""]
    return named.assign(label=[shortened_name(name, LABEL) for name in named["name"]], rare=too_rare(named))


def _site_rows(sites: pd.DataFrame) -> pd.DataFrame:
    """Return a row per site as those of named parameters, its interval by the error of the mean."""
    ends = {}
    for level in COLOURS:
        mean, half = sites[f"covered{level}"], TO_95 * sites[f"error{level}"]
        ends |= {f"covered{level}_low": (mean - half).clip(lower=0), f"covered{level}_high": (mean + half).clip(upper=1)}
    tails = [f", mean of {elements:,} elements" for elements in sites["elements"]]
    label = [shortened(str(site), LABEL - text_width(tail)) + tail for site, tail in zip(sites["site"], tails, strict=True)]
    return sites.assign(**ends, label=label, rare=too_rare(sites))


def _draw_rows(axes: Axes, rows: pd.DataFrame, most: int) -> None:
    """Draw the shares with their intervals, 95 % above 68 %, and write them beside."""
    low = rows[[f"covered{level}_low" for level in COLOURS]].min(axis=None)
    for level in COLOURS:
        axes.axvline(int(level) / 100, color=COLOURS[level], linewidth=0.8, linestyle=(0, (4, 2)), zorder=1)
    for place, (_, row) in enumerate(rows.iterrows()):
        for level, offset in (("95", -0.16), ("68", 0.16)):
            colour = MISSED if row["rare"] and level == "95" else COLOURS[level]
            ends = [row[f"covered{level}_low"], row[f"covered{level}_high"]]
            axes.plot(ends, [place + offset] * 2, color=colour, linewidth=1.4, solid_capstyle="butt")
            axes.plot(row[f"covered{level}"], place + offset, "o", color=colour, markersize=3.5, clip_on=False, zorder=3)
        _write_row(axes, place, row, most)
    axes.set(xlim=(min(np.floor(10 * low) / 10, 0.5), 1), ylim=(len(rows) - 0.5, -0.5), yticks=[])
    axes.set_xlabel("Simulations in which the interval holds the truth")
    axes.xaxis.set_major_formatter(PercentFormatter(1, decimals=0, symbol=" %"))
    axes.spines["left"].set_visible(False)
    above = 1 + 0.06 / (ROW * len(rows))
    axes.text(1.03, above, "95 %, 68 % intervals", transform=axes.transAxes, fontsize=SMALL, color=SOFT_INK)


def _write_row(axes: Axes, place: int, row: pd.Series, most: int) -> None:
    across = axes.get_yaxis_transform()
    axes.text(-0.02, place, row["label"], transform=across, ha="right", va="center")
    few = f" ({row['simulations']:.0f} simulations)" if row["simulations"] < most else ""
    words = f"{row['covered95']:.1%}, {row['covered68']:.1%}{few}".replace("%", " %")
    axes.text(1.03, place, words, transform=across, va="center", fontsize=SMALL, color=MISSED if row["rare"] else INK)


def _draw_elements(axes: Axes, site: str, rows: pd.DataFrame, leftmost: bool) -> None:
    """Draw how many elements are held how often (bars), and how many chance would have there (lines)."""
    times = rows["simulations"].to_numpy(int)
    edges = bar_edges(times.max())
    for level, colour in COLOURS.items():
        found = np.histogram(rows[f"covered{level}"], edges)[0]
        axes.stairs(found, edges, fill=True, color=colour, alpha=0.65, linewidth=0)
    for level in COLOURS:
        axes.stairs(expected(times, int(level) / 100, edges), edges, color=INK, linewidth=0.8)
    shown = np.flatnonzero(sum(np.histogram(rows[f"covered{level}"], edges)[0] for level in COLOURS))
    likely = np.flatnonzero(expected(times, 0.68, edges) > 0.02)
    axes.set(xlim=(edges[min(shown[0], likely[0])], edges[-1]), xlabel="Share of simulations")
    axes.xaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 2.5, 5, 10]))
    axes.xaxis.set_major_formatter(PercentFormatter(1, decimals=0, symbol=" %"))
    axes.yaxis.set_major_locator(MaxNLocator(4, integer=True))
    if leftmost:
        axes.set_ylabel("Matrix elements")
    title(axes, site, WIDTH + 0.3)


def bar_edges(times: int) -> np.ndarray:
    """Return edges of bars between which shares of `times` simulations lie, the last one about 100 %."""
    step = ceil(times / MOST_BARS)
    edges = np.arange(times + 0.5, -step, -step) / times
    return edges[::-1]


def expected(times: np.ndarray, share: float, edges: np.ndarray) -> np.ndarray:
    """Return how many elements (bars,) chance puts between the edges.

    Each is held in a simulation with probability `share`, and has `times` simulations, (elements,).
    """
    total = np.zeros(len(edges) - 1)
    for number, elements in zip(*np.unique(times, return_counts=True), strict=True):
        held = np.arange(number + 1)
        weights = elements * np.exp([_log_choose(number, k) + k * log(share) + (number - k) * log(1 - share) for k in held])
        total += np.histogram(held / number, edges, weights=weights)[0]
    return total


def _log_choose(n: int, k: int) -> float:
    return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)


def _explain(figure: Figure, most: int, rare: bool, with_elements: bool) -> None:
    """Say what the bars and lines are, and how many simulations they rest on."""
    across, up = figure.get_size_inches()
    orange = " Orange: the 95 % interval holds too rarely." if rare else ""
    chance = "lines: what chance would do, were they independent"
    said = [
        f"Over {most:,} simulations; bars about points: 95 % intervals of the shares.{orange}",
        f"Histograms: elements by how often their 95 % (dark) and 68 % intervals (light) hold; {chance}.",
    ]
    for number, words in enumerate(said[: 1 + with_elements]):
        figure.text(0.1 / across, (0.22 - 0.14 * number) / up, words, fontsize=SMALL, color=SOFT_INK)
