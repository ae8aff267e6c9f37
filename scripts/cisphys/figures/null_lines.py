"""What no likelihood sees of a fit's parameters, in lines for the figure of identifiability."""

from collections.abc import Mapping, Sequence
from typing import Any

from matplotlib.figure import Figure

from cisphys.figures.style import LARGE, SMALL, SOFT_INK, shortened, with_minus

LINE, EDGE = 0.14, 0.1  # inches
HEADING = "What the data cannot show"
KINDS = {
    "absorbed": "the measurement's curve takes it up",
    "scale": "the measurement's curve takes up any size of these energies",
    "traded": "one makes up for the other",
    "confounded": "these bases occur together only",
    "flat": "no prediction depends on it",
}
MOST = 5  # lines


def null_lines(null: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return one line per change that no likelihood sees, the first of them where there are many."""
    lines = [f"{', '.join(_signed(each['of']))}: {_why(each)}" for each in null[:MOST]]
    rest = len(null) - len(lines)
    return lines + ([f"and {rest} more"] if rest else [])


def null_height(null: Sequence[Mapping[str, Any]]) -> float:
    """Return how many inches the heading and the lines need; 0 where there are none."""
    return LINE * (len(null_lines(null)) + 2.4) if null else 0.0


def write_null(figure: Figure, left: float, top: float, null: Sequence[Mapping[str, Any]]) -> None:
    """Write the heading and the lines below `top` inches from the figure's lower edge, from `left` on."""
    across, up = figure.get_size_inches()
    if null:
        figure.text(left / across, (top - 1.7 * LINE) / up, HEADING, fontsize=LARGE)
    for number, line in enumerate(null_lines(null)):
        text = shortened(line, across - left - EDGE, SMALL)
        figure.text(left / across, (top - LINE * (number + 2.9)) / up, text, fontsize=SMALL, color=SOFT_INK)


def _signed(of: Mapping[str, float]) -> list[str]:
    names = [with_minus(name) for name in of]
    if len(of) == 1:
        return names
    return [f"{value:+.2g} {name}".replace("-", "−") for value, name in zip(of.values(), names, strict=True)]


def _why(each: Mapping[str, Any]) -> str:
    return "only the stiffness of the fitted curve tells it" if each["curve"] == "any" else KINDS[each["kind"]]
