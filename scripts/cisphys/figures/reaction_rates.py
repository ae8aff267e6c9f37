"""The rates of a kinetic model in the network's figure: their formulas, with the values on the wild type."""

from collections.abc import Sequence

from matplotlib.axes import Axes

from cisphys.figures.network_nodes import symbol
from cisphys.figures.network_values import UNKNOWN, number
from cisphys.figures.pictograms import Pictograms
from cisphys.figures.state_list import draw_headings, wrapped
from cisphys.figures.style import DOUBLE_COLUMN, INK, SMALL, SOFT_INK, shortened, text_width
from cisphys.models.kinetics import Channel
from cisphys.models.spec import NetworkSpec

TRANSCRIBES = "#a3197b"
MOST = 32  # transitions that have numbers and a line each; rates that are listed of more
LABEL, STEP = 1.2, 0.2  # inches: what stands before a formula, a line


def draw_rates(
    axes: Axes, top: float, spec: NetworkSpec, shown: Sequence[int], rates: Sequence[float | None], pictograms: Pictograms
) -> float:
    """List the rates of the transitions that are shown, by their numbers in the graph; return the lower edge.

    Of very many transitions, which have no numbers, each rate is listed once.
    """
    channels = spec.kinetics.channels
    if len(shown) <= MOST:
        lines = {index: (str(place), _way(channels[index], spec, pictograms)) for place, index in enumerate(shown, 1)}
    else:
        lines = {own[0]: (f"{len(own)} ×", _said(channels[own[0]], pictograms)) for own in alike(channels, shown)}
    if len(lines) > MOST:
        said = f"{len(shown)} transitions; network.tsv lists their rates"
        axes.text(0.05, top, said, fontsize=SMALL, color=SOFT_INK, va="top")
        return top - 0.14
    unit = f", in units of {spec.kinetics.time_unit}" if spec.kinetics.time_unit else ""
    top = draw_headings(axes, top, {0.05: shortened(f"Log rates on the wild type{unit}", DOUBLE_COLUMN - 0.1, SMALL, "bold")})
    half = -(-len(lines) // 2)
    for place, (index, label) in enumerate(lines.items()):
        corner = 0.05 + DOUBLE_COLUMN / 2 * (place // half), top - 0.1 - STEP * (place % half)
        parts = [pictograms.formula(part) for part in rate_in_parts(channels[index], rates[index])]
        _draw_rate(axes, corner, label, parts, TRANSCRIBES if channels[index].transcribes else INK)
    return top - STEP * half


def alike(channels: Sequence[Channel], shown: Sequence[int]) -> list[list[int]]:
    """Return the transitions in groups that share what happens and the rate, in their order."""
    groups: dict[tuple, list[int]] = {}
    for index in shown:
        channel = channels[index]
        key = channel.said, tuple(sorted(channel.terms.items())), channel.constant, channel.transcribes
        groups.setdefault(key, []).append(index)
    return list(groups.values())


def _way(channel: Channel, spec: NetworkSpec, pictograms: Pictograms) -> str:
    names = [pictograms.state(state, spec.states[state]) for state in (channel.source, channel.target)]
    room = (LABEL - text_width(" → ", SMALL)) / 2
    fit = text_width(" → ".join(names), SMALL) <= LABEL
    return " → ".join(name if fit else shortened(name, room, SMALL) for name in names)


def _said(channel: Channel, pictograms: Pictograms) -> str:
    """Return what happens in a transition, with the sites' marks for their names."""
    if channel.way == "rate":
        return channel.said.removeprefix("rate ")
    return channel.said.replace(f" {channel.what}", f" {pictograms.marks[channel.what]}", 1)


def _draw_rate(axes: Axes, corner: tuple[float, float], label: tuple[str, str], parts: Sequence[str], colour: str) -> None:
    left, y = corner
    axes.text(left + 0.15, y, label[0], fontsize=5.5, color=colour, ha="right", va="center_baseline")
    axes.text(left + 0.22, y, shortened(label[1], LABEL, SMALL), fontsize=SMALL, va="center_baseline")
    lines = wrapped(parts, DOUBLE_COLUMN / 2 - LABEL - 0.4, 2)
    for place, line in enumerate(lines):
        shift = 0.095 * ((len(lines) - 1) / 2 - place)
        axes.text(left + LABEL + 0.28, y + shift, line, fontsize=5.5, va="center_baseline")


def rate_in_parts(channel: Channel, value: float | None) -> list[str]:
    """Return the log rate of a transition as the parts of a sum, and its value: ``log k(CRP)``, ``− μ(CRP)``, ``= 0.5``."""
    parts = [_signed(times, symbol(name)) for name, times in channel.terms.items()]
    if channel.constant:
        parts.append(_signed(channel.constant, ""))
    if not parts:
        return ["0"]
    return [parts[0].removeprefix("+ "), *parts[1:], f"= {UNKNOWN if value is None else number(value)}"]


def _signed(times: float, name: str) -> str:
    factor = number(abs(times)) if not name else "" if abs(times) == 1 else str(abs(times))
    return f"{'−' if times < 0 else '+'} {' '.join(filter(None, (factor, name)))}"
