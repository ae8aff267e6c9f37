"""The energy matrices of a fit: per site a sequence logo, a heat map of ddG and standard errors, below the promoter track.

All sites share one energy scale and one colour scale (see `matrix_panels` for what is shown).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from cisphys.figures.matrix_key import MatrixKey
from cisphys.figures.matrix_panels import Scales, draw_changes, draw_errors, draw_logo, label_positions, strike
from cisphys.figures.placement import Block, Placement, caption, place, subtitle, title
from cisphys.figures.promoter_track import PromoterTrack
from cisphys.figures.sites import Reference, SiteMatrix, sites_of, without_place
from cisphys.figures.style import DOUBLE_COLUMN, LARGE, SINGLE_COLUMN, SMALL, SOFT_INK, axes_at, new_figure, styled

# inches
LEFT, RIGHT, TOP = 0.56, 0.2, 0.06
WIDEST = 0.35  # a base: letters of a logo that are wider than high read badly
TITLE, LOGO, HEAT, ERRORS, CAPTION, AXIS, BETWEEN = 0.36, 0.85, 0.46, 0.26, 0.2, 0.36, 0.07


@styled
def draw_energy_matrices(
    matrices: pd.DataFrame,
    kT_in_kcal: float,
    variant_length: int,
    numbering: int | None = None,
    references: Mapping[str, Reference] | None = None,
    errors: pd.DataFrame | None = None,
    rna: bool = False,
    binds: bool = True,
    width: float = DOUBLE_COLUMN,
    declared: Sequence[SiteMatrix] = (),
) -> Figure:
    """Draw the energy matrices of a fit, `width` inches wide: two columns of a journal, or one.

    Parameters
    ----------
    matrices : table with the columns site, position, variant_position, strand, wild_type, A, C, G, T (kT)
    kT_in_kcal : 1 kT in kcal/mol
    variant_length : bases of a variant
    numbering : coordinate of the variant's first base (no 0: -1 is followed by +1); None: positions count from 0
    references : site -> name and matrix (length, 4) in kT, 5' to 3' on the site's strand, to stand below the fitted one
    errors : matrix_errors.tsv; elements that the reads do not tell from 0 are struck through
    rna : T is written as U, and no start of transcription is drawn
    binds : energies are of binding; else of a linear model: effects on the latent, which have no unit
    declared : the model's sites; those that may lie in several places are dashed on the track
    """
    width = min(width, max(SINGLE_COLUMN, LEFT + WIDEST * variant_length + RIGHT))
    sites = sites_of(matrices, references, rna, errors)
    inner = width - LEFT - RIGHT
    placement = place(sites, variant_length, inner, numbering)
    moving = without_place(declared, sites)
    track = PromoterTrack(sites, variant_length, inner, numbering, not placement.aligned, start=not rna, moving=moving)
    rows = [_Row.of(blocks, placement) for blocks in placement.rows()]
    scales = Scales.of(sites, binds)
    scale_held = errors is not None and errors["error"].isna().all()
    key = MatrixKey(sites, scales, beside=width >= DOUBLE_COLUMN, scale_held=scale_held, moving=bool(moving))
    figure = new_figure(width, TOP + track.height + sum(row.height for row in rows) + key.height)
    top = figure.get_size_inches()[1] - TOP - track.height
    track.draw(axes_at(figure, LEFT, top, inner, track.height))
    for row in rows:
        _RowDrawing(figure, row, placement, numbering, scales).draw(top)
        top -= row.height
    key.draw(figure, LEFT, kT_in_kcal)
    return figure


@dataclass(frozen=True)
class _Row:
    """Blocks side by side, and the heights in inches of what stands above their logos, and of all."""

    blocks: Sequence[Block]
    above: float
    height: float

    @classmethod
    def of(cls, blocks: Sequence[Block], placement: Placement) -> "_Row":
        above = BETWEEN if placement.aligned else TITLE + BETWEEN
        errors = ERRORS + BETWEEN if any(block.site.errors is not None for block in blocks) else 0.0
        compared = CAPTION + HEAT if any(block.site.reference for block in blocks) else 0.0
        return cls(blocks, above, above + LOGO + BETWEEN + HEAT + errors + compared + AXIS)

    def labels(self, block: Block, text: str) -> str:
        """Return the label of a block's panel: the text, where the block is the first of the row."""
        return text if block is self.blocks[0] else ""


@dataclass(frozen=True)
class _RowDrawing:
    """Draws the panels of a row's blocks, from top to bottom."""

    figure: Figure
    row: _Row
    placement: Placement
    numbering: int | None
    scales: Scales

    def draw(self, top: float) -> None:
        """Draw the row below `top` (inches from the figure's lower edge)."""
        first_compared = next((block for block in self.row.blocks if block.site.reference), None)
        for block in self.row.blocks:
            if not self.placement.aligned:
                self._draw_title(block.site, LEFT + block.left, top - TITLE)
            bottom = self._draw_fitted(block, top - self.row.above)
            if block.site.reference:
                bottom -= CAPTION + HEAT
                self._draw_reference(block, bottom, self.scales.change if block is first_compared else "")

    def _draw_fitted(self, block: Block, top: float) -> float:
        """Draw logo, heat map and errors below `top`, and return where the last one ends."""
        site, scales = block.site, self.scales
        bottom = top - LOGO
        draw_logo(self._axes(block, bottom, LOGO), site, scales.logo, self.row.labels(block, scales.letters))
        if site.errors is not None:
            bottom -= BETWEEN + ERRORS
            draw_errors(self._axes(block, bottom, ERRORS), site, scales.error or 1.0, self.row.labels(block, "s.e."))
        bottom -= BETWEEN + HEAT
        axes = self._axes(block, bottom, HEAT)
        draw_changes(axes, site, site.theta, scales, self.row.labels(block, scales.change))
        strike(axes, site)
        if not site.reference:
            label_positions(axes, site, self.placement.cell, self.numbering)
        return bottom

    def _draw_reference(self, block: Block, bottom: float, label: str) -> None:
        axes = self._axes(block, bottom, HEAT)
        draw_changes(axes, block.site, block.site.reference[1], self.scales, label)
        room = self.figure.get_size_inches()[0] - RIGHT - LEFT - block.left
        axes.set_title(caption(block.site, room), fontsize=SMALL, loc="left", pad=2.5)
        label_positions(axes, block.site, self.placement.cell, self.numbering)

    def _axes(self, block: Block, bottom: float, height: float) -> Axes:
        return axes_at(self.figure, LEFT + block.left, bottom, len(block.site) * self.placement.cell, height)

    def _draw_title(self, site: SiteMatrix, left: float, bottom: float) -> None:
        across, up = self.figure.get_size_inches()
        text = title(site, across - RIGHT - left)
        self.figure.text(left / across, (bottom + 0.13) / up, text, fontsize=LARGE, weight="bold")
        self.figure.text(left / across, bottom / up, subtitle(site, self.numbering), fontsize=SMALL, color=SOFT_INK)
