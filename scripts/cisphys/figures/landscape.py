"""The energy landscape of a fit: levels of its states, and the latent over the energies of two sites, with the library on it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pandas as pd
from matplotlib.figure import Figure

from cisphys.figures.landscape_levels import Levels
from cisphys.figures.landscape_plane import draw_latent
from cisphys.figures.panels import nothing_to_draw
from cisphys.figures.state_list import wrapped
from cisphys.figures.style import DOUBLE_COLUMN, LARGE, SMALL, SOFT_INK, axes_at, new_figure, shortened, styled

FEW = 8  # states that leave room for the plane beside them; that of more stands below
# inches: left edge of the levels, and where these are wide; above a dataset, of its panels (shorter where there are many
# datasets), and of what stands below an axis; a line of words
LEFT, WIDE_LEFT, HEADING, TALL, SHORT, AXIS, LINE = 0.55, 0.9, 0.32, 2.0, 1.4, 0.42, 0.14


@dataclass(frozen=True)
class _Layout:
    """The panels of a dataset, in inches: how wide the levels are, how tall panels, what stands below the levels.

    Where there are many states (`wide`) the plane stands below the levels, else beside them.
    """

    wide: bool
    tall: float
    below: float = 0.0

    @property
    def levels(self) -> float:
        """The width of the levels."""
        return DOUBLE_COLUMN - 0.6 - self.left if self.wide else 3.1

    @property
    def left(self) -> float:
        """The left edge of the levels."""
        return WIDE_LEFT if self.wide else LEFT

    @property
    def up(self) -> float:
        """The height of a dataset."""
        return HEADING + self.tall + self.below + (self.tall + AXIS + 0.1 if self.wide else 0.0)

    @property
    def plane_left(self) -> float:
        """The left edge of the plane."""
        return self.left if self.wide else 4.72


@styled
def draw_landscape(landscape: pd.DataFrame, plane: pd.DataFrame, parameters: pd.DataFrame, kT_in_kcal: float) -> Figure:
    """Draw a row for each dataset: the levels of its states, and the latent over the two sites that move it most.

    Parameters
    ----------
    landscape, plane : the tables landscape.tsv and landscape_plane.tsv.gz
    parameters : the table parameters.tsv; where the energies' scale has no value there, the figure says so
    kT_in_kcal : 1 kT in kcal/mol
    """
    if landscape.empty:
        return nothing_to_draw("The model has no states")
    landscape = landscape.fillna({"rests_on": "", "bound": ""})
    levels = Levels(landscape, kT_in_kcal)
    datasets = list(landscape.groupby("dataset", sort=False))
    layout = _Layout(len(levels.states) > FEW, TALL if len(datasets) <= 2 else SHORT)
    layout = replace(layout, below=levels.below(layout.levels))
    words = _lines([*levels.words(), *_plane_words(plane, landscape), *_scale_words(parameters)])
    below = LINE * len(words) + 0.08
    figure = new_figure(DOUBLE_COLUMN, below + len(datasets) * layout.up)
    for number, (name, rows) in enumerate(datasets):
        top = below + (len(datasets) - number) * layout.up
        own = plane[plane["dataset"] == name]
        _draw_dataset(figure, top, layout, levels, str(name), rows, own, plane)
    _write(figure, words, below)
    return figure


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
    title = shortened(name, across - layout.left - 0.1, LARGE, "bold")
    figure.text(layout.left / across, (top - 0.18) / up, title, fontsize=LARGE, weight="bold")
    bottom = top - HEADING - layout.tall
    levels.draw(axes_at(figure, layout.left, bottom, layout.levels, layout.tall), rows, layout.levels, layout.left - 0.1)
    if len(own):
        low = bottom - layout.below - 0.1 - layout.tall if layout.wide else bottom
        draw_latent(figure, (layout.plane_left, low, 2.6 if layout.wide else 1.7, layout.tall), own, plane)


def _plane_words(plane: pd.DataFrame, landscape: pd.DataFrame) -> list[str]:
    if plane.empty:
        return []
    two = bool(plane["y"].notna().any())
    sites = {site for bound in landscape["bound"] for site in bound.split("+") if site}
    which = ("the site's binding energy", "the binding energies of both sites")[two]
    if len(sites) > 1 + two:
        most = ("the site that moves", "the two sites that move")[two]
        which = f"the binding energies of {most} it most (each varied as in the library, the others held at the wild type)"
    library = ("Bars: training variants", "Lines enclose 50, 80 and 95 % of the training variants; dashed: u of the wild type")[
        two
    ]
    return [f"Latent u over {which}, against the wild type (star). {library}."]


def _scale_words(parameters: pd.DataFrame) -> list[str]:
    scale = parameters[parameters["name"] == "energy_scale"]
    if (scale["identifiable"] != "no").all():
        return []
    return ["These data hardly tell how large the energies are in kT: ratios between energies mean more than their size."]


def _lines(words: Sequence[str]) -> list[str]:
    return [line for text in words for line in wrapped(text.split(" "), DOUBLE_COLUMN - 0.2, 3)]


def _write(figure: Figure, words: Sequence[str], below: float) -> None:
    across, up = figure.get_size_inches()
    for number, text in enumerate(words):
        figure.text(0.08 / across, (below - LINE * (number + 1)) / up, text, fontsize=SMALL, color=SOFT_INK)
