"""Fitted against reference energies, one panel per site: is what was put in found again, or what others published?"""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from cisphys.dna import LETTERS
from cisphys.figures.panels import nothing_to_draw
from cisphys.figures.sites import Reference, SiteMatrix, agreement_text, sites_of
from cisphys.figures.style import (
    BASE_COLOURS,
    FAINT,
    LARGE,
    SMALL,
    SOFT_INK,
    axes_at,
    new_figure,
    shortened,
    styled,
)
from cisphys.models.reference import agreement

# inches: side of a panel, distance between their left edges, and what a row needs above and below its panels
SIDE, ACROSS, ABOVE, BELOW, LEFT, KEY = 1.75, 2.35, 0.4, 0.45, 0.55, 0.4
SIDE_TITLE, SIDE_NAME = 1 + 0.2 / SIDE, 1 + 0.07 / SIDE  # heights of the two title lines, in panels
MARKERS = {"A": "o", "C": "s", "G": "^", "T": "D"}


@styled
def draw_recovery(matrices: pd.DataFrame, references: Mapping[str, Reference]) -> Figure:
    """Draw each site's fitted energies against the reference's, in kT and both zero-sum, with r and the slope.

    Parameters
    ----------
    matrices : table with the columns site, position, variant_position, strand, wild_type, A, C, G, T (kT)
    references : site -> name and matrix (length, 4) in kT; sites without one are left out
    """
    sites = [site for site in sites_of(matrices, references) if site.reference]
    if not sites:
        return nothing_to_draw("No site of this model has a reference")
    columns = min(3, len(sites))
    rows = -(-len(sites) // columns)
    row_height = ABOVE + SIDE + BELOW
    figure = new_figure(max(LEFT + (columns - 1) * ACROSS + SIDE + 0.2, 2.8), rows * row_height + KEY)
    for number, site in enumerate(sites):
        row, column = divmod(number, columns)
        bottom = KEY + (rows - 1 - row) * row_height + BELOW
        _draw_site(axes_at(figure, LEFT + column * ACROSS, bottom, SIDE, SIDE), site, column == 0)
    _draw_key(figure)
    return figure


def _draw_site(axes: Axes, site: SiteMatrix, leftmost: bool) -> None:
    name, reference = site.reference
    limit = 1.08 * max(np.nanmax(np.abs(site.theta)), np.nanmax(np.abs(reference)), 1e-6)
    slope = agreement(site.theta, reference)[1]
    ends = np.array([-limit, limit])
    axes.plot(ends, ends, color=FAINT, linewidth=0.8, zorder=1)
    if np.isfinite(slope):
        axes.plot(ends, slope * ends, color=SOFT_INK, linewidth=0.8, linestyle=(0, (4, 2)), zorder=1)
    for column, base in enumerate(LETTERS):
        x, y = reference[:, column], site.theta[:, column]
        axes.scatter(x, y, s=9, marker=MARKERS[base], color=BASE_COLOURS[base], alpha=0.85, linewidths=0, label=base)
    axes.set(xlim=ends, ylim=ends, aspect="equal", xlabel="Reference energy (kT)")
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
    if leftmost:
        axes.set_ylabel("Fitted energy (kT)")
    width = SIDE + 0.3
    axes.text(0, SIDE_TITLE, shortened(site.name, width, LARGE, "bold"), transform=axes.transAxes, fontsize=LARGE, weight="bold")
    axes.text(0, SIDE_NAME, shortened(name, width, SMALL), transform=axes.transAxes, fontsize=SMALL, color=SOFT_INK)
    axes.text(0.04, 0.93, agreement_text(site), transform=axes.transAxes, fontsize=SMALL)


def _draw_key(figure: Figure) -> None:
    across, up = figure.get_size_inches()
    handles, labels = figure.axes[0].get_legend_handles_labels()
    corner = ((LEFT - 0.1) / across, 0.18 / up)
    figure.legend(handles, labels, loc="lower left", bbox_to_anchor=corner, ncols=4, columnspacing=1.2, borderpad=0.2)
    text = "Grey: fitted = reference. Dashed: slope"
    figure.text(LEFT / across, 0.07 / up, text, fontsize=SMALL, color=SOFT_INK)
