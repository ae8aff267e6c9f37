"""Colours, fonts and sizes of every figure, and the one way to write a figure to files.

Colours are told apart by colour-blind readers (Okabe and Ito; lightness rises evenly in the continuous maps). The font is the
one that matplotlib brings along, so that a figure has the same bytes on every machine.
"""

import gc
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cache, wraps
from pathlib import Path

import matplotlib
from fontTools import subset
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, findfont, get_font

from cisphys.files import written_beside

SINGLE_COLUMN, DOUBLE_COLUMN = 3.5, 7.2  # inches
FONT = "DejaVu Sans"
SMALL, NORMAL, LARGE = 6.0, 7.0, 8.0  # points

INK, SOFT_INK, FAINT, PAPER = "#1f2933", "#52606d", "#cbd2d9", "#ffffff"
SITE_FILL, SITE_EDGE = "#e4e9ee", "#3e4c59"
ACCENT = "#33658a"
BASE_COLOURS = {"A": "#009e73", "C": "#0072b2", "G": "#e69f00", "T": "#d55e00", "U": "#d55e00"}
ENERGY_MAP = "RdBu_r"  # red weakens binding, blue strengthens it
SHARE_MAP = "Blues"
# in the order in which figures and tables show fates; those that are not named here follow, in spare colours
FATE_COLOURS = {
    "counted": "#33658a",
    "bad_length": "#b8b8b8",
    "constant_missing": "#e69f00",
    "no_sample": "#d55e00",
    "ambiguous_sample": "#8c510a",
    "has_n": "#cc79a7",
    "low_quality": "#56b4e9",
    "not_in_library": "#009e73",
    "ambiguous_barcode": "#f0e442",
    "duplicate_umi": "#6a51a3",
}
SPARE_COLOURS = ["#1b7837", "#c2a5cf", "#525252", "#fdbf6f", "#80cdc1", "#a50026"]

STYLE = {
    "font.family": "sans-serif",
    "font.sans-serif": [FONT, "Verdana", "Arial", "Helvetica"],
    "font.size": NORMAL,
    "axes.titlesize": LARGE,
    "axes.titley": 1.0,
    "axes.labelsize": NORMAL,
    "xtick.labelsize": SMALL,
    "ytick.labelsize": SMALL,
    "legend.fontsize": SMALL,
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": SOFT_INK,
    "xtick.color": SOFT_INK,
    "ytick.color": SOFT_INK,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "axes.linewidth": 0.6,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "xtick.major.size": 2.5,
    "ytick.major.size": 2.5,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.unicode_minus": True,
    "figure.facecolor": PAPER,
    "savefig.facecolor": PAPER,
    "legend.frameon": False,
    "lines.linewidth": 1.0,
    "svg.fonttype": "none",
    "svg.hashsalt": "cisphys",
    "pdf.fonttype": 42,
    "path.simplify": True,
}

_DOLLAR = re.compile(r"(?<!\\)\$")  # would begin a formula

# how each format is written: without the time or the version of the writer, and a PNG packed 2 % worse in two thirds of the time
_FORMATS = {
    ".svg": {"metadata": {"Date": None}},
    ".pdf": {"metadata": {"CreationDate": None}},
    ".png": {"metadata": {"Software": None}, "pil_kwargs": {"compress_level": 4}},
}


def styled(draw: Callable[..., Figure]) -> Callable[..., Figure]:
    """Make a figure function draw in the project's style, whatever the reader's own settings are."""

    @wraps(draw)
    def with_style(*arguments, **named):
        with matplotlib.rc_context():
            matplotlib.rcdefaults()
            matplotlib.rcParams.update(STYLE)
            return draw(*arguments, **named)

    return with_style


def new_figure(width: float, height: float) -> Figure:
    """Start an empty figure of `width` by `height` inches that can be drawn without a display."""
    figure = Figure(figsize=(width, height))
    FigureCanvasAgg(figure)
    return figure


def axes_at(figure: Figure, left: float, bottom: float, width: float, height: float, **named) -> Axes:
    """Add axes at a place given in inches from the figure's lower left corner."""
    across, up = figure.get_size_inches()
    return figure.add_axes((left / across, bottom / up, width / across, height / up), **named)


@styled
def save_figure(figure: Figure, paths: Iterable[str | Path]) -> None:
    """Write a figure to every path; its suffix (.svg, .pdf, .png at 300 dpi) says the format. Same figure, same bytes.

    Raises
    ------
    ValueError : a path ends in none of the three
    """
    for path in map(Path, paths):
        if path.suffix not in _FORMATS:
            raise ValueError(f"{path}: a figure is written as {', '.join(_FORMATS)}")
        with written_beside(path) as beside, _fonts_of_glyphs_alone():
            figure.savefig(beside, dpi=300, **_FORMATS[path.suffix])


@contextmanager
def all_objects_kept() -> Iterator[None]:
    """Do not look for objects that are not in use, while a process draws that then ends.

    A figure is so many of them that the search takes an eighth of the time, and frees little.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


@contextmanager
def _fonts_of_glyphs_alone() -> Iterator[None]:
    """Load fonts without their tables of typesetting: a PDF places each letter itself, and to cut them to size is half the work.

    matplotlib cuts the fonts of a PDF by fontTools and has no setting for this, so fontTools' function is wrapped for a while.
    """
    load_whole = subset.load_font

    def load(*arguments, **named):
        font = load_whole(*arguments, **named)
        for table in {"GDEF", "GPOS", "GSUB", "MATH", "kern"} & set(font.keys()):
            del font[table]
        return font

    subset.load_font = load
    try:
        yield
    finally:
        subset.load_font = load_whole


def with_minus(text: object) -> str:
    """Return the name of a parameter as it is shown, with a minus sign in a difference: ``mu.A.5 − mu.A.own``."""
    return str(text).replace(" - ", " − ")


def text_width(text: str, size: float = NORMAL, weight: str = "normal") -> float:
    """Return the width in inches of one line of text, `size` in points; kerning, which takes a little off, is left aside."""
    return sum(_advance(letter, weight) for letter in text) * size / 72


@cache
def _advance(letter: str, weight: str) -> float:
    """Return how far a letter moves the pen, in font sizes."""
    font = get_font(findfont(FontProperties(family=FONT, weight=weight)))
    font.set_size(10, 72)
    return font.load_char(ord(letter)).linearHoriAdvance / 65536 / 10


def shortened(text: str, width: float, size: float = NORMAL, weight: str = "normal") -> str:
    """Return the text, its middle replaced by an ellipsis where it is wider than `width` inches; a dollar begins no formula."""
    if text_width(text, size, weight) <= width:
        return _without_formulas(text)
    for kept in range(len(text) - 1, 1, -1):
        candidate = f"{text[: (kept + 1) // 2]}…{text[len(text) - kept // 2 :]}"
        if text_width(candidate, size, weight) <= width:
            return _without_formulas(candidate)
    return text[:1] + "…"


def shortened_name(name: object, width: float, size: float = NORMAL, weight: str = "normal") -> str:
    """Return a parameter's name as `shortened` does; of a difference, each side keeps its end: ``a…b − c…d``."""
    first, minus, second = with_minus(name).partition(" − ")
    if not minus:
        return shortened(first, width, size, weight)
    room = width - text_width(minus, size, weight)
    wide = [text_width(side, size, weight) for side in (first, second)]
    rooms = [max(room / 2, room - other) for other in reversed(wide)]
    return minus.join(shortened(side, own, size, weight) for side, own in zip((first, second), rooms, strict=True))


def _without_formulas(text: str) -> str:
    return _DOLLAR.sub(r"\\$", text)
