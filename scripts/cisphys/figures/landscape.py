"""The energy landscape of a fit: levels of its states, and the latent over the energies of two sites, below where the library lies."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
from matplotlib.figure import Figure

from cisphys.figures.landscape_levels import Levels, letters_of
from cisphys.figures.landscape_plane import draw_latent
from cisphys.figures.panels import nothing_to_draw
from cisphys.figures.state_list import wrapped
from cisphys.figures.style import DOUBLE_COLUMN, LARGE, SMALL, SOFT_INK, axes_at, new_figure, shortened, styled

FEW = 8  # states that leave room for the plane beside them; that of more stands below
# inches: left edge of the levels; above a dataset, of its levels, and of a plane and what stands below its axis; a line of words
LEFT, HEADING, TALL, PLANE, AXIS, LINE = 0.55, 0.32, 2.0, 1.8, 0.42, 0.14


@dataclass(frozen=True)
class _Layout:
    """Where the panels of a dataset stand, in inches: `up` of a row, `levels_up` of the levels in it, and the plane's left edge."""

    wide: bool
    below: float

    @property
    def levels(self) -> float:
        return 6.0 if self.wide else 3.1

    @property
    def up(self) -> float:
        return HEADING + TALL + self.below + (PLANE + AXIS + 0.1 if self.wide else 0.0)

    @property
    def plane_left(self) -> float:
        return LEFT if self.wide else 4.72


@styled
def draw_landscape(landscape: pd.DataFrame, plane: pd.DataFrame, kT_in_kcal: float, scale_told: bool = True) -> Figure:  # noqa: N803
    """Draw a row for each dataset: the levels of its states, and the latent over the two sites that move it most.

    Parameters
    ----------
    landscape, plane : the tables landscape.tsv and landscape_plane.tsv.gz
    kT_in_kcal : 1 kT in kcal/mol
    scale_told : whether the data tell how large the energies are in kT; the figure says so where they do not
    """
    if landscape.empty:
        return nothing_to_draw("the model has no states")
    landscape = landscape.fillna({"rests_on": "", "bound": ""})
    levels = Levels(landscape, kT_in_kcal)
    layout = _Layout(len(levels.states) > FEW, levels.below(_Layout(len(levels.states) > FEW, 0).levels))
    words = _lines([*levels.words(), *_plane_words(plane, landscape), *([] if scale_told else [SCALE])])
    below = LINE * len(words) + 0.08
    datasets = list(landscape.groupby("dataset", sort=False))
    figure = new_figure(DOUBLE_COLUMN, below + len(datasets) * layout.up)
    for number, (name, rows) in enumerate(datasets):
        top = below + (len(datasets) - number) * layout.up
        own = plane[plane["dataset"] == name]
        _draw_dataset(figure, top, layout, levels, str(name), rows, own, plane)
    _write(figure, words, below)
    return figure


SCALE = "These data hardly tell how large the energies are in kT: ratios between energies mean more than their size."


def _draw_dataset(
    figure: Figure,
    top: float,
    layout: _Layout,
    levels: Levels,
    name: str,
    rows: pd.DataFrame,
    own: pd.DataFrame,
    plane: pd.DataFrame,
) -> None:
    across, up = figure.get_size_inches()
    title = shortened(name, across - LEFT - 0.1, LARGE, "bold")
    figure.text(LEFT / across, (top - 0.18) / up, title, fontsize=LARGE, weight="bold")
    bottom = top - HEADING - TALL
    levels.draw(axes_at(figure, LEFT, bottom, layout.levels, TALL), rows, layout.levels)
    if len(own):
        low = bottom - layout.below - 0.1 - PLANE if layout.wide else bottom + TALL - PLANE
        width = 2.6 if layout.wide else 1.7
        draw_latent(figure, (layout.plane_left, low, width, PLANE), own, plane)


def _plane_words(plane: pd.DataFrame, landscape: pd.DataFrame) -> list[str]:
    if plane.empty:
        return []
    first, second = plane["x_site"].iloc[0], plane["y_site"].iloc[0]
    sites = {site for bound in landscape["bound"] for site in bound.split("+") if site}
    if pd.isna(second):
        chosen = "the site that moves" if len(sites) > 1 else ""
    else:
        chosen = "the two sites that move" if len(sites) > 2 else ""
    which = f" of {chosen} it most over the library, one at a time; other sites as in the wild type" if chosen else ""
    latent = f"Latent u over binding energies{which}, all told against the wild type"
    if pd.isna(second):
        return [f"{latent}. Bars: training variants. Star: wild type."]
    return [f"{latent}. Lines enclose 50, 80 and 95 % of the training variants. Star: wild type."]


def _lines(words: Sequence[str]) -> list[str]:
    return [line for text in words for line in wrapped(text.split(" "), DOUBLE_COLUMN - 0.2, 3)]


def _write(figure: Figure, words: Sequence[str], below: float) -> None:
    across, up = figure.get_size_inches()
    for number, text in enumerate(words):
        figure.text(0.08 / across, (below - LINE * (number + 1)) / up, text, fontsize=SMALL, color=SOFT_INK)
