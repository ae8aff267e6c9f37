"""A check of every text of a figure: none cut off, no two on top of each other."""

from collections.abc import Callable

import matplotlib
import pytest
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.text import Text

from cisphys.figures.style import STYLE


@pytest.fixture
def check_texts() -> Callable[[Figure], list[str]]:
    """A function that fails where texts overlap or leave the canvas, and returns the texts it looked at."""
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
    return [name for name, _ in boxes]


def _beyond(axis: Axis) -> list[Text]:
    """Return the labels of ticks beyond the axis' limits, which are never drawn."""
    low, high = sorted(axis.get_view_interval())
    slack = 1e-6 * (high - low)
    ticks = [*axis.get_major_ticks(), *axis.get_minor_ticks()]
    return [label for tick in ticks if not low - slack <= tick.get_loc() <= high + slack for label in (tick.label1, tick.label2)]


def _is_shown(artist) -> bool:
    return isinstance(artist, Text) and artist.get_visible() and bool(artist.get_text().strip())


def _meet(a, b) -> bool:
    across, up = min(a.x1, b.x1) - max(a.x0, b.x0), min(a.y1, b.y1) - max(a.y0, b.y0)
    return across > 0.5 and up > 0.5
