"""The key of the energy-matrix figure: the colours in kT and in kcal/mol, and in words how to read the panels."""

from collections.abc import Iterator, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from cisphys.figures.matrix_panels import Scales
from cisphys.figures.sites import SiteMatrix
from cisphys.figures.style import SMALL, SOFT_INK, axes_at

# inches: the colour bar with its axes, its length, where words beside it start, a line of words
BAR, LENGTH, BESIDE, LINE = 0.52, 2.2, 3.3, 0.13


class MatrixKey:
    """The key of these sites: `words` stand beside the colour bar where there is room, else below it.

    `scale_held`: the standard errors are those beside a known scale of the energies. `moving`: a site of the
    track may lie elsewhere.
    """

    def __init__(self, sites: Sequence[SiteMatrix], scales: Scales, beside: bool, scale_held: bool, moving: bool = False):
        self.scales, self.beside = scales, beside
        self.words = list(_words(sites, scales, scale_held))
        if moving:
            self.words.append("Dashed site: may lie elsewhere too")

    @property
    def height(self) -> float:
        """Inches that the key needs."""
        words = LINE * len(self.words) + 0.06
        return max(BAR + 0.04, words) + 0.1 if self.beside else BAR + words + 0.15

    def draw(self, figure: Figure, left: float, kT_in_kcal: float) -> None:
        """Draw at the figure's lower edge, `left` inches from its left edge."""
        top = self.height - 0.1
        self._draw_bar(figure, left, top - BAR, kT_in_kcal)
        x, y = (left + BESIDE, top - 0.1) if self.beside else (left, top - BAR - 0.15)
        for number, text in enumerate(self.words):
            _write(figure, x, y - LINE * number, text, color=SOFT_INK)

    def _draw_bar(self, figure: Figure, left: float, bottom: float, kT_in_kcal: float) -> None:
        axes = axes_at(figure, left, bottom + 0.26, LENGTH, 0.09)
        bar = figure.colorbar(self.scales.colours, cax=axes, orientation="horizontal")
        bar.outline.set(linewidth=0.5, edgecolor=SOFT_INK)
        bar.locator = MaxNLocator(6, steps=[1, 2, 5, 10])
        axes.tick_params(length=2, pad=1.5)
        what = "ΔΔG" if self.scales.binds else "Effect on the latent"
        _write(figure, left, bottom, f"{what} against the wild type")
        if self.scales.binds:
            _add_kcal(axes, kT_in_kcal)
            for text, height in (("kcal/mol", 0.36), ("kT", 0.145)):
                _write(figure, left + LENGTH + 0.14, bottom + height, text)


def _add_kcal(axes: Axes, kT_in_kcal: float) -> None:
    other = axes.secondary_xaxis("top", functions=(lambda kT: kT * kT_in_kcal, lambda kcal: kcal / kT_in_kcal))
    other.xaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10]))
    other.tick_params(length=2, pad=1.5)


def _words(sites: Sequence[SiteMatrix], scales: Scales, scale_held: bool) -> Iterator[str]:
    """Yield how to read the panels, a line each."""
    yield "•  wild-type base"
    if any(site.errors is not None for site in sites):
        yield "∕  95 % interval includes 0, at a given scale of all energies"
        what = "the ΔΔG of a position (kT)" if scales.binds else "the effects of a position"
        yield f"s.e.: standard error of {what}{', at a given scale' if scale_held else ''}"
    if scales.binds:
        yield "Letters above the line favour binding"
        yield "Red weakens binding, blue strengthens it"
    else:
        yield "Letters above the line raise the latent"
        yield "Red lowers the latent, blue raises it"
    if any(np.isnan(site.theta).any() for site in sites):
        yield "Grey: a base that no variant has"


def _write(figure: Figure, x: float, y: float, text: str, **how) -> None:
    across, up = figure.get_size_inches()
    figure.text(x / across, y / up, text, fontsize=SMALL, **how)
