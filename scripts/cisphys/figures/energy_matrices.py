"""The energy matrices of a fit: per site a sequence logo and a heat map of ddG, below the promoter track.

The logo shows -theta (zero-sum per position, kT), so letters above its line favour binding. The heat map shows
ddG[i, b] = theta[i, b] - theta[i, wild type] in kT. All sites share one energy scale and one colour scale.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import logomaker
import matplotlib
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from cisphys.figures.placement import Block, Placement, caption, place, subtitle, title
from cisphys.figures.promoter_track import PromoterTrack, ruler_ticks
from cisphys.figures.sites import Reference, SiteMatrix, coordinate, coordinate_label, largest_change, sites_of
from cisphys.figures.style import (
    BASE_COLOURS,
    DOUBLE_COLUMN,
    ENERGY_MAP,
    FAINT,
    FONT,
    INK,
    LARGE,
    PAPER,
    SMALL,
    SOFT_INK,
    axes_at,
    new_figure,
    styled,
)

# inches
LEFT, RIGHT, TOP = 0.56, 0.2, 0.06
TITLE, LOGO, HEAT, CAPTION, AXIS, BETWEEN, KEY = 0.36, 0.85, 0.46, 0.2, 0.36, 0.07, 0.62


@styled
def draw_energy_matrices(
    matrices: pd.DataFrame,
    kT_in_kcal: float,
    variant_length: int,
    numbering: int | None = None,
    references: Mapping[str, Reference] | None = None,
    rna: bool = False,
    binds: bool = True,
) -> Figure:
    """Draw the energy matrices of a fit, as wide as two columns of a journal.

    Parameters
    ----------
    matrices : table with the columns site, position, variant_position, strand, wild_type, A, C, G, T (kT)
    kT_in_kcal : 1 kT in kcal/mol
    variant_length : bases of a variant
    numbering : coordinate of the variant's first base (no 0: -1 is followed by +1); None: positions count from 0
    references : site -> name and matrix (length, 4) in kT, 5' to 3' on the site's strand, to stand below the fitted one
    rna : T is written as U, and no start of transcription is drawn
    binds : energies are of binding; else of a linear model, which have a unit only relative to each other
    """
    sites = sites_of(matrices, references, rna)
    width = DOUBLE_COLUMN - LEFT - RIGHT
    placement = place(sites, variant_length, width, numbering)
    track = PromoterTrack(sites, variant_length, width, numbering, ruler=not placement.aligned, start=not rna)
    rows = [_Row.of(blocks, placement) for blocks in placement.rows()]
    height = TOP + track.height + sum(row.height for row in rows) + KEY
    figure = new_figure(DOUBLE_COLUMN, height)
    track.draw(axes_at(figure, LEFT, height - TOP - track.height, width, track.height))
    scales = _Scales.of(sites, binds)
    top = height - TOP - track.height
    for row in rows:
        _draw_row(figure, row, top, placement, numbering, scales)
        top -= row.height
    _draw_key(figure, scales, kT_in_kcal, gaps=any(np.isnan(site.theta).any() for site in sites))
    return figure


@dataclass(frozen=True)
class _Row:
    """Blocks side by side, and the heights in inches of what stands above and below their logos."""

    blocks: Sequence[Block]
    above: float
    height: float

    @classmethod
    def of(cls, blocks: Sequence[Block], placement: Placement) -> "_Row":
        above = BETWEEN if placement.aligned else TITLE + BETWEEN
        compared = CAPTION + HEAT if any(block.site.reference for block in blocks) else 0.0
        return cls(blocks, above, above + LOGO + BETWEEN + HEAT + compared + AXIS)


@dataclass(frozen=True)
class _Scales:
    """What all sites share: the limits of the logos in kT, the colours of ddG, and whether energies are of binding."""

    logo: tuple[float, float]
    colours: ScalarMappable
    binds: bool

    @classmethod
    def of(cls, sites: Sequence[SiteMatrix], binds: bool) -> "_Scales":
        up = max(np.where(site.theta < 0, -site.theta, 0.0).sum(1).max() for site in sites) or 1.0
        limit = largest_change(sites)
        return cls((-1.05 * up, 1.05 * up), ScalarMappable(Normalize(-limit, limit), matplotlib.colormaps[ENERGY_MAP]), binds)

    @property
    def change(self) -> str:
        """What the heat maps show."""
        return "ΔΔG" if self.binds else "Change of energy"

    @property
    def label(self) -> str:
        """What stands beside the rows of the heat maps."""
        return "ΔΔG" if self.binds else "Change"

    @property
    def words(self) -> list[str]:
        """How to read the panels."""
        if self.binds:
            said = ["Letters above the line favour binding", "Red weakens binding, blue strengthens it"]
        else:
            said = ["Letters above the line raise the latent", "Red lowers the latent, blue raises it"]
        return ["•  wild-type base", *said]


def _draw_row(figure: Figure, row: _Row, top: float, placement: Placement, numbering: int | None, scales: _Scales) -> None:
    first_compared = next((block for block in row.blocks if block.site.reference), None)
    for block in row.blocks:
        site, left, wide = block.site, LEFT + block.left, len(block.site) * placement.cell
        if not placement.aligned:
            _draw_title(figure, site, left, top - TITLE, numbering)
        bottom = top - row.above - LOGO
        label = "" if block is not row.blocks[0] else "−energy (kT)" if scales.binds else "−energy"
        draw_logo(axes_at(figure, left, bottom, wide, LOGO), site, scales.logo, label)
        bottom -= BETWEEN + HEAT
        axes = axes_at(figure, left, bottom, wide, HEAT)
        draw_changes(axes, site, site.theta, scales.colours, scales.label if block is row.blocks[0] else "")
        if site.reference:
            bottom -= CAPTION + HEAT
            axes = axes_at(figure, left, bottom, wide, HEAT)
            draw_changes(axes, site, site.reference[1], scales.colours, scales.label if block is first_compared else "")
            axes.set_title(caption(site, DOUBLE_COLUMN - RIGHT - left), fontsize=SMALL, loc="left", pad=2.5)
        _label_positions(axes, site, placement.cell, numbering)


def _draw_title(figure: Figure, site: SiteMatrix, left: float, bottom: float, numbering: int | None) -> None:
    across, up = figure.get_size_inches()
    text = title(site, across - RIGHT - left)
    figure.text(left / across, (bottom + 0.13) / up, text, fontsize=LARGE, weight="bold")
    figure.text(left / across, bottom / up, subtitle(site, numbering), fontsize=SMALL, color=SOFT_INK)


def draw_logo(axes: Axes, site: SiteMatrix, limits: tuple[float, float], label: str = "−energy (kT)") -> None:
    """Draw -theta of a site as a sequence logo between `limits` (kT); without a label, the axis is left out."""
    heights = pd.DataFrame(-np.nan_to_num(site.theta), columns=list(site.letters))
    if heights.to_numpy().any():
        _draw_letters(axes, heights)
    axes.spines[:].set_visible(False)
    axes.axhline(0, color=INK, linewidth=0.6, zorder=3)
    axes.set(xlim=(-0.5, len(site) - 0.5), ylim=limits, xticks=[])
    axes.tick_params(left=bool(label), labelleft=bool(label))
    if label:
        axes.spines["left"].set(visible=True, linewidth=0.6, color=SOFT_INK)
        axes.yaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 5, 10]))
        _label_rows(axes, label)


def _draw_letters(axes: Axes, heights: pd.DataFrame) -> None:
    logomaker.Logo(
        heights,
        ax=axes,
        color_scheme=BASE_COLOURS | {"U": BASE_COLOURS["T"]},
        font_name=FONT,
        font_weight="bold",
        flip_below=False,
        fade_below=0.55,
        baseline_width=0,
        vpad=0.02,
        width=0.96,
        show_spines=False,
    )


def draw_changes(axes: Axes, site: SiteMatrix, theta: np.ndarray, colours: ScalarMappable, label: str = "") -> None:
    """Draw the changes against the wild type of energies (length, 4) as a heat map, a row per base.

    Wild-type bases have a dot, what is not known (NaN) is grey; without a label, the rows have no names.
    """
    axes.set_facecolor(FAINT)
    axes.pcolormesh(site.changes(theta).T, cmap=colours.cmap, norm=colours.norm, edgecolors=PAPER, linewidth=0.3)
    axes.scatter(np.arange(len(site)) + 0.5, site.wild_type_columns() + 0.5, s=3.2, color=INK, linewidths=0)
    axes.set(xlim=(0, len(site)), ylim=(4, 0), xticks=[])
    axes.set_yticks(np.arange(4) + 0.5, list(site.letters) if label else [""] * 4)
    axes.tick_params(left=False, pad=2)
    for spine in axes.spines.values():
        spine.set(visible=True, color=FAINT)
    if label:
        _label_rows(axes, label)


def _label_rows(axes: Axes, text: str) -> None:
    """Write the label of a row of panels at the same distance from the figure's edge in each."""
    figure = axes.get_figure()
    middle = (axes.get_position().y0 + axes.get_position().y1) / 2
    figure.text(0.06 / DOUBLE_COLUMN, middle, text, rotation=90, ha="left", va="center", color=INK)


def _label_positions(axes: Axes, site: SiteMatrix, cell: float, numbering: int | None) -> None:
    """Write the wild-type sequence below a heat map, and round coordinates below the sequence."""
    axes.set_xticks(np.arange(len(site)) + 0.5, list(site.shown), minor=True)
    axes.tick_params(axis="x", which="minor", length=0, pad=1.5, labelsize=min(SMALL, 72 * cell * 0.95))
    axes.xaxis.remove_overlapping_locs = False
    ticks = _ticks(site, cell, numbering)
    axes.set_xticks([place + 0.5 for place in ticks], list(ticks.values()))
    axes.tick_params(axis="x", which="major", length=0, pad=9.5, labelsize=SMALL)


def _ticks(site: SiteMatrix, cell: float, numbering: int | None) -> dict[int, str]:
    """Return position within the site -> its coordinate, for those to be labelled."""
    if site.positions is None:
        return {i: coordinate_label(i, None) for i in ruler_ticks(0, len(site), cell, None)}
    shown = ruler_ticks(*site.span, cell, numbering)
    return {site.positions.index(i): coordinate_label(coordinate(i, numbering), numbering) for i in shown}


def _draw_key(figure: Figure, scales: _Scales, kT_in_kcal: float, gaps: bool) -> None:
    """Draw the colour bar, in kT below and in kcal/mol above, and say in words how to read the panels."""
    axes = axes_at(figure, LEFT, 0.29, 2.2, 0.09)
    bar = figure.colorbar(scales.colours, cax=axes, orientation="horizontal")
    bar.outline.set(linewidth=0.5, edgecolor=SOFT_INK)
    bar.locator = MaxNLocator(6, steps=[1, 2, 5, 10])
    axes.tick_params(length=2, pad=1.5)
    across, up = figure.get_size_inches()
    if scales.binds:
        other = axes.secondary_xaxis("top", functions=(lambda kT: kT * kT_in_kcal, lambda kcal: kcal / kT_in_kcal))
        other.xaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10]))
        other.tick_params(length=2, pad=1.5)
        for text, height in (("kcal/mol", 0.39), ("kT", 0.175)):
            figure.text((LEFT + 2.38) / across, height / up, text, fontsize=SMALL)
    figure.text(LEFT / across, 0.03 / up, f"{scales.change} against the wild type", fontsize=SMALL)
    for number, text in enumerate([*scales.words, *(["Grey: a base that no variant has"] if gaps else [])]):
        figure.text((LEFT + 3.3) / across, (0.42 - 0.13 * number) / up, text, fontsize=SMALL, color=SOFT_INK)
