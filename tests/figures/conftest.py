"""A check of every figure: no text cut off, no two on top of each other, labels of axes in one style."""

from collections.abc import Callable

import matplotlib
import pytest
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.text import Text

from cisphys.figures.style import DOUBLE_COLUMN, NORMAL, STYLE

SYMBOLS = {"kT", "kcal/mol", "y", "s.e."}


@pytest.fixture
def check_texts() -> Callable[[Figure], list[str]]:
    """A function that fails where texts overlap or leave the canvas, or break the style, and returns the texts it looked at."""
    return _check_texts


def _check_texts(figure: Figure) -> list[str]:
    with matplotlib.rc_context(STYLE):
        figure.canvas.draw()
        renderer = figure.canvas.get_renderer()
        beyond = {label for axis in figure.findobj(Axis) for label in _beyond(axis)}
        texts = [text for text in figure.findobj(_is_shown) if text not in beyond]
        boxes = [(text.get_text(), text.get_window_extent(renderer)) for text in texts]
    width, height = figure.canvas.get_width_height()
    for name, box in boxes:
        assert min(box.x0, box.y0, width - box.x1, height - box.y1) >= -0.5, f"cut off: {name}"
    for number, (name, box) in enumerate(boxes):
        for other, theirs in boxes[:number]:
            assert not _meet(box, theirs), f"'{name}' and '{other}' overlap"
    _check_style(figure)
    return [name for name, _ in boxes]


def _check_style(figure: Figure) -> None:
    """Fail where a figure is wider than two columns, or the label of an axis has no capital.

    Labels begin with a capital, but for symbols and units, which have a case of their own; names that users gave are smaller.
    """
    assert figure.get_size_inches()[0] <= DOUBLE_COLUMN + 1e-6, "wider than two columns"
    for axes in figure.findobj(Axes):
        for label in (axes.xaxis.label, axes.yaxis.label):
            words = label.get_text()
            named = label.get_fontsize() < NORMAL
            assert named or not words or words in SYMBOLS or not words[0].islower(), f"no capital: {words}"


def _beyond(axis: Axis) -> list[Text]:
    """Return the labels of ticks beyond the axis' limits, which are never drawn."""
    place = axis.get_transform().transform
    low, high = sorted(place(axis.get_view_interval()))
    slack = 1e-6 * (high - low)
    ticks = [*axis.get_major_ticks(), *axis.get_minor_ticks()]
    beyond = [tick for tick in ticks if not low - slack <= place(tick.get_loc()) <= high + slack]
    return [label for tick in beyond for label in (tick.label1, tick.label2)]


def _is_shown(artist) -> bool:
    return isinstance(artist, Text) and artist.get_visible() and bool(artist.get_text().strip())


def _meet(a, b) -> bool:
    across, up = min(a.x1, b.x1) - max(a.x0, b.x0), min(a.y1, b.y1) - max(a.y0, b.y0)
    return across > 0.5 and up > 0.5
