"""The panels of one site's energy matrix: sequence logo, heat map of the changes, bars of standard errors, and its positions.

The logo shows -theta (zero-sum per position), so letters above its line favour binding. The heat map shows
ddG[i, b] = theta[i, b] - theta[i, wild type]; of a linear model, which has no binding energies, it shows effects on the
latent, which is minus the energy.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import matplotlib
import numpy as np
import pandas as pd
from logomaker import Glyph
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.collections import LineCollection
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from matplotlib.ticker import MaxNLocator
from matplotlib.transforms import Affine2D

from cisphys.figures.promoter_track import ruler_ticks
from cisphys.figures.sites import SiteMatrix, coordinate, coordinate_label, largest_change
from cisphys.figures.style import BASE_COLOURS, ENERGY_MAP, FAINT, FONT, INK, PAPER, SMALL, SOFT_INK

STROKE = 0.22  # how far a stroke stays from the corners of its element
LETTER = {"font_name": FONT, "font_weight": "bold", "vpad": 0.02, "width": 0.96}
FADED = 0.45  # opacity of the letters below the line
SMALLEST = 3.5  # points: wild-type letters that would be smaller are left out (their elements have dots)


@dataclass(frozen=True)
class Scales:
    """What all sites share: limits of logos and errors, the colours of changes, and whether energies are of binding."""

    logo: tuple[float, float]
    colours: ScalarMappable
    error: float
    binds: bool

    @classmethod
    def of(cls, sites: Sequence[SiteMatrix], binds: bool) -> "Scales":
        """Return the scales that fit these sites."""
        up = max(np.where(site.theta < 0, -site.theta, 0.0).sum(1).max() for site in sites) or 1.0
        limit = largest_change(sites)
        error = max((float(site.typical_errors().max()) for site in sites if site.errors is not None), default=0.0)
        colours = matplotlib.colormaps[ENERGY_MAP]  # red always weakens: a larger energy, or a smaller latent
        colours = ScalarMappable(Normalize(-limit, limit), colours if binds else colours.reversed())
        return cls((-1.05 * up, 1.05 * up), colours, error, binds)

    @property
    def sign(self) -> int:
        """Changes of energy are shown as they are; effects on the latent are minus these."""
        return 1 if self.binds else -1

    @property
    def change(self) -> str:
        """What stands beside the rows of the heat maps."""
        return "ΔΔG" if self.binds else "Effect"

    @property
    def letters(self) -> str:
        """What stands beside the logos."""
        return "−energy (kT)" if self.binds else "Effect"


def draw_logo(axes: Axes, site: SiteMatrix, limits: tuple[float, float], label: str = "−energy (kT)") -> None:
    """Draw -theta of a site as a sequence logo between `limits` (kT); without a label, the axis is left out."""
    heights = pd.DataFrame(-np.nan_to_num(site.theta), columns=list(site.letters))
    if heights.to_numpy().any():
        _draw_letters(axes, heights)
    axes.spines[:].set_visible(False)
    axes.axhline(0, color=INK, linewidth=0.6, zorder=3)
    axes.set(xlim=(-0.5, len(site) - 0.5), ylim=limits, xticks=[])
    _draw_scale(axes, label)


def _draw_letters(axes: Axes, heights: pd.DataFrame) -> None:
    """Stack the letters of each position: from the line up and down, the largest outermost, those below it faded."""
    colours = BASE_COLOURS | {"U": BASE_COLOURS["T"]}
    for position, row in enumerate(heights.to_numpy()):
        bottom = row[row < 0].sum()
        for column in np.argsort(row):
            letter, height = heights.columns[column], abs(row[column])
            placed = Affine2D().scale(1, height).translate(position, bottom)
            alpha = 1.0 if row[column] > 0 else FADED
            axes.add_artist(PathPatch(_glyph(letter).transformed(placed), facecolor=colours[letter], alpha=alpha, linewidth=0))
            bottom += height


@cache
def _glyph(letter: str) -> Path:
    """Return logomaker's outline of a letter, about x = 0 from y = 0 to 1: to make it takes longer than to draw it."""
    return Glyph(0, letter, 0, 1, Figure().add_axes((0, 0, 1, 1)), **LETTER).patch.get_path()


def draw_errors(axes: Axes, site: SiteMatrix, limit: float, label: str) -> None:
    """Draw the standard errors of ddG as a bar per position, up to `limit`; without a label, the axis is left out."""
    axes.bar(np.arange(len(site)) + 0.5, site.typical_errors(), width=0.7, color=SOFT_INK, linewidth=0)
    axes.spines[:].set_visible(False)
    axes.axhline(0, color=INK, linewidth=0.6)
    axes.set(xlim=(0, len(site)), ylim=(0, 1.1 * limit), xticks=[])
    _draw_scale(axes, label, ticks=1)


def _draw_scale(axes: Axes, label: str, ticks: int = 4) -> None:
    axes.tick_params(left=bool(label), labelleft=bool(label))
    if label:
        axes.spines["left"].set(visible=True, linewidth=0.6, color=SOFT_INK)
        axes.yaxis.set_major_locator(MaxNLocator(ticks, steps=[1, 2, 5, 10]))
        _label_rows(axes, label)


def draw_changes(axes: Axes, site: SiteMatrix, theta: np.ndarray, scales: Scales, label: str = "") -> None:
    """Draw the changes against the wild type of energies (length, 4) as a heat map, a row per base.

    Wild-type bases have a dot, what is not known (NaN) is grey; without a label, the rows have no names.
    """
    axes.set_facecolor(FAINT)
    changes, colours = scales.sign * site.changes(theta).T, scales.colours
    axes.pcolormesh(changes, cmap=colours.cmap, norm=colours.norm, edgecolors=PAPER, linewidth=0.3)
    axes.scatter(np.arange(len(site)) + 0.5, site.wild_type_columns() + 0.5, s=3.2, color=INK, linewidths=0)
    axes.set(xlim=(0, len(site)), ylim=(4, 0), xticks=[])
    axes.set_yticks(np.arange(4) + 0.5, list(site.letters) if label else [""] * 4)
    axes.tick_params(left=False, pad=2)
    for spine in axes.spines.values():
        spine.set(visible=True, color=FAINT)
    if label:
        _label_rows(axes, label)


def strike(axes: Axes, site: SiteMatrix) -> None:
    """Draw a stroke through every element of a heat map that the reads do not tell from 0."""
    near, far = STROKE, 1 - STROKE
    places = np.argwhere(site.not_told_from_zero())
    strokes = [[(position + near, base + far), (position + far, base + near)] for position, base in places]
    axes.add_collection(LineCollection(strokes, colors=SOFT_INK, linewidths=0.45, zorder=3))


def _label_rows(axes: Axes, text: str) -> None:
    """Write the label of a row of panels at the same distance from the figure's edge in each."""
    figure = axes.get_figure()
    middle = (axes.get_position().y0 + axes.get_position().y1) / 2
    left = 0.06 / figure.get_size_inches()[0]
    figure.text(left, middle, text, rotation=90, ha="left", va="center", color=INK)


def label_positions(axes: Axes, site: SiteMatrix, cell: float, numbering: int | None) -> None:
    """Write the wild-type sequence below a heat map of `cell` inches per base, and round coordinates below the sequence."""
    size = min(SMALL, 72 * cell * 0.95)
    if size >= SMALLEST:
        axes.set_xticks(np.arange(len(site)) + 0.5, list(site.shown), minor=True)
    axes.tick_params(axis="x", which="minor", length=0, pad=1.5, labelsize=size)
    axes.xaxis.remove_overlapping_locs = False
    ticks = _ticks(site, cell, numbering)
    axes.set_xticks([place + 0.5 for place in ticks], list(ticks.values()))
    axes.tick_params(axis="x", which="major", length=0, pad=9.5 if size >= SMALLEST else 2, labelsize=SMALL)


def _ticks(site: SiteMatrix, cell: float, numbering: int | None) -> dict[int, str]:
    """Return position within the site -> its coordinate, for those to be labelled."""
    if site.positions is None:
        return {i: coordinate_label(i, None) for i in ruler_ticks(0, len(site), cell, None)}
    shown = ruler_ticks(*site.span, cell, numbering)
    return {site.positions.index(i): coordinate_label(coordinate(i, numbering), numbering) for i in shown}
