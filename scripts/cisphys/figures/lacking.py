"""What a fit lacks: the evidence that each position acts where no site covers it, and the evidence for each pair of positions."""

from collections.abc import Sequence

import matplotlib
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from cisphys.figures.panels import nothing_to_draw
from cisphys.figures.promoter_track import PromoterTrack, ruler_ticks
from cisphys.figures.sites import SiteMatrix, coordinate, coordinate_label, sites_of, without_place
from cisphys.figures.style import (
    ACCENT,
    FAINT,
    INK,
    NORMAL,
    PAPER,
    SITE_EDGE,
    SMALL,
    SOFT_INK,
    axes_at,
    new_figure,
    shortened,
    styled,
)

# inches: the line of the variant, margins, a row of bars, and what lies between rows
ACROSS, LEFT, RIGHT, ROW, BETWEEN, BELOW, BOTTOM, GAP = 6.2, 0.62, 0.15, 0.6, 0.27, 0.4, 0.15, 0.1
KEY, KEY_ACROSS = 0.1, 1.3
MOST_EVIDENCE = 30.0  # -log10 p: beyond it bars and colours are full
PAIR_EVIDENCE = 10.0
DARK = 0.6 * PAIR_EVIDENCE  # ink cannot be read on such a colour
PAIR_MAP = "Blues"
RATE = 0.05  # of false discoveries
NAMED = 6  # pairs with a label
OFFSETS = [(0.0, -8.0), (7.0, -6.0), (-7.0, -6.0), (7.0, -14.0), (-7.0, -14.0), (0.0, -16.0)]  # points, from a ring to its number


@styled
def draw_lacking(
    lacking: pd.DataFrame,
    matrices: pd.DataFrame,
    variant_length: int,
    numbering: int | None,
    declared: Sequence[SiteMatrix] = (),
) -> Figure:
    """Draw the sites, per site a row of bars of -log10 p by position, and a triangle of pairs of positions.

    Bars are dark, and pairs ringed, that are `confirmed`.

    Parameters
    ----------
    lacking : lacking.tsv
    matrices : energy_matrices.tsv, for the sites' places
    declared : the model's sites; those that may lie in several places are dashed
    """
    positions, pairs = (lacking[lacking["kind"] == kind] for kind in ("position", "pair"))
    if positions.empty and pairs.empty:
        return nothing_to_draw("No position outside the sites, and no pair of positions, could be tested")
    sites = sites_of(matrices)
    targets = list(dict.fromkeys(sorted(positions["site"].fillna(""))))
    moving = without_place(declared, sites)
    track = PromoterTrack(sites, variant_length, ACROSS, numbering, ruler=not targets, start=False, moving=moving)
    triangle = BOTTOM + ACROSS / 2 if len(pairs) else 0.0
    bottom = triangle + (BELOW if targets else GAP)
    figure = new_figure(LEFT + ACROSS + RIGHT, bottom + len(targets) * (ROW + BETWEEN) + track.height + 0.1)
    for number, site in enumerate(reversed(targets)):
        axes = axes_at(figure, LEFT, bottom + number * (ROW + BETWEEN), ACROSS, ROW)
        if number == len(targets) - 1:
            words = "Dark: confirmed by the test variants"
            axes.text(1, 1.04, words, transform=axes.transAxes, fontsize=SMALL, ha="right", color=SOFT_INK)
        _draw_bars(axes, positions[positions["site"].fillna("") == site], site, variant_length)
        _tick(axes, variant_length, numbering, labelled=number == 0)
    track.draw(axes_at(figure, LEFT, bottom + len(targets) * (ROW + BETWEEN), ACROSS, track.height))
    if len(pairs):
        _draw_triangle(figure, pairs, sites, variant_length, numbering)
    return figure


def evidence(p: pd.Series, most: float) -> np.ndarray:
    """Return -log10 p, at most `most`."""
    return np.minimum(-np.log10(np.maximum(p.to_numpy(float), 1e-300)), most)


def confirmed(rows: pd.DataFrame) -> pd.Series:
    """Tell what is there beyond chance, validation variants choose, and test variants confirm with 95 % confidence."""
    return (rows["q"] < RATE) & (rows["validation_gain"] > 0) & (rows["low95"] > 0)


def _draw_bars(axes: Axes, rows: pd.DataFrame, site: str, variant_length: int) -> None:
    places = rows["positions"].astype(int).to_numpy()
    colours = np.where(confirmed(rows), ACCENT, FAINT)
    axes.bar(places + 0.5, evidence(rows["p"], MOST_EVIDENCE), width=0.8, color=colours, linewidth=0)
    axes.set(xlim=(0, variant_length), ylim=(0, MOST_EVIDENCE), yticks=[0, 10, 20, 30])
    axes.set_yticklabels(["0", "10", "20", "≥30"])
    axes.set_ylabel("−log₁₀ p")
    words = f"Acts on the energy of {shortened(site, 3.0)}" if site else "Acts on the latent itself"
    axes.text(0, 1.04, words, transform=axes.transAxes, fontsize=SMALL, color=INK)


def _tick(axes: Axes, variant_length: int, numbering: int | None, labelled: bool) -> None:
    ticks = ruler_ticks(0, variant_length, ACROSS / variant_length, numbering)
    axes.set_xticks([index + 0.5 for index in ticks])
    axes.set_xticklabels([coordinate_label(coordinate(index, numbering), numbering) for index in ticks] if labelled else [])


def strongest_pairs(pairs: pd.DataFrame) -> pd.DataFrame:
    """Return one row for each pair of positions, that of the site whose test says most, with `left` and `right`."""
    best = pairs.sort_values("p", kind="stable").drop_duplicates("positions")
    ends = best["positions"].str.split(" ", expand=True).astype(int)
    return best.assign(left=ends[0], right=ends[1])


def _draw_triangle(figure: Figure, pairs: pd.DataFrame, sites: Sequence, variant_length: int, numbering: int | None) -> None:
    axes = axes_at(figure, LEFT, BOTTOM, ACROSS, ACROSS / 2)
    best = strongest_pairs(pairs)
    grid = np.full((variant_length, variant_length), np.nan)
    grid[best["left"], best["right"]] = evidence(best["p"], PAIR_EVIDENCE)
    edge = np.arange(variant_length + 1)
    x, y = (edge[:, None] + edge[None]) / 2, -(edge[None] - edge[:, None]) / 2
    mesh = axes.pcolormesh(x, y, grid, cmap=PAIR_MAP, vmin=0, vmax=PAIR_EVIDENCE, rasterized=True)
    axes.set(xlim=(0, variant_length), ylim=(-variant_length / 2, 0), aspect="equal")
    axes.axis("off")
    for site in sites:
        if site.span:
            start, stop = site.span
            corners = [start, (start + stop) / 2, stop], [0, -(stop - start) / 2, 0]
            axes.plot(*corners, color=SITE_EDGE, linewidth=0.7, clip_on=False)
    _name_pairs(axes, best[confirmed(best)], grid, numbering)
    _draw_key(figure, mesh)


def _name_pairs(axes: Axes, confirmed: pd.DataFrame, grid: np.ndarray, numbering: int | None) -> None:
    """Ring the pairs that held-out variants confirm, and name the best of them."""
    x, y = (confirmed["left"] + confirmed["right"] + 1) / 2, -(confirmed["right"] - confirmed["left"]) / 2
    axes.scatter(x, y, s=14, facecolors="none", edgecolors=matplotlib.colors.to_rgba("#d55e00"), linewidths=0.8, zorder=3)
    ranked = confirmed.sort_values("validation_gain", ascending=False, kind="stable")[:NAMED]
    for number, row in enumerate(ranked.itertuples()):
        ends = [coordinate_label(coordinate(end, numbering), numbering) for end in (row.left, row.right)]
        text = f"{number + 1}. {ends[0]} with {ends[1]}: {row.gain:.0f} nats".replace("-", "−")
        axes.text(0, 0.33 - 0.055 * number, text, transform=axes.transAxes, fontsize=SMALL, color=INK)
    _number(axes, ranked, grid)
    if len(ranked):
        words = "Ringed: pairs that the test variants confirm"
        axes.text(0, 0.33 + 0.055, words, transform=axes.transAxes, fontsize=SMALL, color=SOFT_INK)


def _number(axes: Axes, ranked: pd.DataFrame, grid: np.ndarray) -> None:
    """Write the numbers of pairs beside their rings, each where it meets none of those before it, pale on dark colours."""
    point = 72 * ACROSS / np.ptp(axes.get_xlim())  # of one base
    taken: list[np.ndarray] = []
    for number, row in enumerate(ranked.itertuples(), start=1):
        here = np.array([(row.left + row.right + 1) / 2, -(row.right - row.left) / 2])
        places = [here * point + offset for offset in OFFSETS]
        free = (k for k, place in enumerate(places) if all(np.abs(place - other).max() > SMALL for other in taken))
        chosen = next(free, 0)
        taken.append(places[chosen])
        colour = PAPER if _is_dark(grid, here + np.array(OFFSETS[chosen]) / point) else INK
        how = {"textcoords": "offset points", "fontsize": SMALL, "color": colour, "ha": "center", "va": "center", "zorder": 4}
        axes.annotate(str(number), here, OFFSETS[chosen], **how)


def _is_dark(grid: np.ndarray, place: np.ndarray) -> bool:
    """Tell whether the colours of a grid (left, right) are dark at a place (x, y) of the triangle; outside of it they are not."""
    left, right = int(np.floor(place[0] + place[1])), int(np.floor(place[0] - place[1]))
    return 0 <= left < right < len(grid) and grid[left, right] > DARK


def _draw_key(figure: Figure, mesh) -> None:
    axes = axes_at(figure, LEFT + ACROSS - KEY_ACROSS, 0.55, KEY_ACROSS, KEY)
    bar = figure.colorbar(mesh, cax=axes, orientation="horizontal", ticks=[0, 5, 10])
    bar.outline.set_linewidth(0.4)
    axes.set_xticklabels(["0", "5", "≥10"])
    axes.set_title("Pairs of positions: −log₁₀ p", fontsize=NORMAL, pad=3, loc="right")
