"""The reactions of a kinetic model in the network's figure: states joined by transitions, their rates, occupancies, the rate."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes

from cisphys.figures.network_values import Occupancy, Weights, log_rates
from cisphys.figures.pictograms import Pictograms, draw_arrow, draw_box
from cisphys.figures.reaction_layout import Graph
from cisphys.figures.reaction_rates import MOST, TRANSCRIBES, draw_rates
from cisphys.figures.state_list import draw_headings, draw_rate, draw_share, shown_states
from cisphys.figures.style import INK, SMALL, SOFT_INK, text_width
from cisphys.models.kinetics import Channel, Kinetics
from cisphys.models.spec import NetworkSpec

NAME, BAR, SHARE, EDGES, RATE, MEASURED = 4.65, 5.36, 5.6, 6.0, 6.34, 6.66
REVERSIBLE = (False, True)
ARROWS = {  # transcribes, has a reverse: how the transition is drawn
    REVERSIBLE: {"color": INK, "linewidth": 0.8, "linestyle": "-"},
    (False, False): {"color": INK, "linewidth": 0.8, "linestyle": (0, (3, 1.5))},
    (True, True): {"color": TRANSCRIBES, "linewidth": 1.6, "linestyle": "-"},
    (True, False): {"color": TRANSCRIBES, "linewidth": 1.6, "linestyle": (0, (3, 1))},
}
LOOP = {"connectionstyle": "arc3,rad=-1.1"}
SAID = {
    REVERSIBLE: "reversible",
    (False, False): "irreversible",
    (True, True): "transcribes",
    (True, False): "transcribes, irreversible",
}


def draw_reactions(
    axes: Axes,
    top: float,
    spec: NetworkSpec,
    weights: Weights,
    conditions: Mapping[str, str],
    found: Mapping[str, Occupancy],
    pictograms: Pictograms,
    kinds: Sequence[str],
) -> float:
    """Draw the graph, the occupancies beside it and the rates below; return the lower edge."""
    states, left_out = shown_states(spec, found)
    below = draw_headings(axes, top, {0.05: "States and transitions", NAME: "Occupancy, wild type", RATE - 0.14: "Rate"})
    graph = Graph(spec, states, below)
    kinetics = spec.kinetics
    shown = [index for index, each in enumerate(kinetics.channels) if {each.source, each.target} <= set(states)]
    numbered = len(shown) <= MOST
    _draw_channels(axes, graph, kinetics, shown, numbered)
    names = pictograms.names({state: spec.states[state] for state in states}, graph.width - 0.1)
    for state in states:
        _draw_state(axes, graph, state, names[state], spec, pictograms)
    bottom = _draw_occupancies(axes, below, graph, spec, found, kinds, pictograms)
    if left_out:
        axes.text(0.05, bottom, left_out, fontsize=SMALL, color=SOFT_INK, va="top")
        bottom -= 0.14
    bottom = _draw_key(axes, bottom - 0.08, kinetics, shown)
    return draw_rates(axes, bottom, spec, shown, log_rates(spec, weights, conditions), pictograms)


def _draw_state(axes: Axes, graph: Graph, state: str, name: str, spec: NetworkSpec, pictograms: Pictograms) -> None:
    x, y = graph.places[state]
    left, bottom = x - graph.width / 2, y - graph.height / 2
    draw_box(axes, left, bottom, graph.width, graph.height, "fixed")
    pictograms.draw(axes, left + 0.03, y + 0.07, spec.states[state])
    axes.text(x, bottom + 0.07, name, fontsize=SMALL, ha="center", va="center_baseline")


def _look(kinetics: Kinetics, index: int) -> tuple[bool, bool]:
    return kinetics.channels[index].transcribes, any(index in pair for pair in kinetics.pairs)


def _draw_channels(axes: Axes, graph: Graph, kinetics: Kinetics, shown: Sequence[int], numbered: bool) -> None:
    """Draw the transitions, those between the same two states side by side, and their numbers.

    Of very many, which have no numbers, a transition and its reverse are one line with two heads.
    """
    joined = set() if numbered else set(_joined(kinetics))
    beside: dict[frozenset, list[int]] = {}
    for index in (index for index in shown if index not in joined):
        channel = kinetics.channels[index]
        beside.setdefault(frozenset((channel.source, channel.target)), []).append(index)
    taken: list[np.ndarray] = []
    for own in beside.values():
        for place, index in enumerate(own):
            channel, look = kinetics.channels[index], _look(kinetics, index)
            heads = {} if numbered or look != REVERSIBLE else {"arrowstyle": "<|-|>"}
            shift = (len(own) - 1) / 2 - place
            start, stop = _ends(graph, channel, shift)
            lift = np.zeros(2)  # from the straight line onto the arrow
            if channel.source == channel.target:
                heads, lift = heads | LOOP, np.array([0, 0.12])
            elif graph.between(channel.source, channel.target):
                lift = np.array([0.2 + 0.12 * shift, 0])
                heads |= {"connectionstyle": f"arc3,rad={2 * lift[0] / (stop - start)[1]:.4f}"}
            draw_arrow(axes, tuple(start), tuple(stop), **ARROWS[look], **heads)
            if numbered:
                _draw_number(axes, start + lift, stop + lift, shown.index(index) + 1, look[0], taken)


def _joined(kinetics: Kinetics) -> Iterator[int]:
    """Yield the transitions that the line of their reverse can stand for: neither transcribes."""
    for forward, backward in kinetics.pairs:
        if not (kinetics.channels[forward].transcribes or kinetics.channels[backward].transcribes):
            yield backward


def _ends(graph: Graph, channel: Channel, shift: float) -> tuple[np.ndarray, np.ndarray]:
    """Return the ends of a transition's arrow, moved aside by so many steps; that of a loop stands on its state."""
    if channel.source == channel.target:
        top = graph.places[channel.source] + np.array([0.25 * graph.width + 0.26 * shift, graph.height / 2 + 0.03])
        return top - np.array([0.1, 0]), top + np.array([0.1, 0])
    if graph.between(channel.source, channel.target):
        return graph.beside(channel.source, channel.target, shift), graph.beside(channel.target, channel.source, shift)
    first, second = sorted((channel.source, channel.target), key=graph.states.index)
    way = graph.places[second] - graph.places[first]
    aside = np.array([-way[1], way[0]]) / np.hypot(*way) * 0.14 * shift
    return graph.border(channel.source, channel.target, aside), graph.border(channel.target, channel.source, aside)


def _draw_number(axes: Axes, start: np.ndarray, stop: np.ndarray, shown: int, transcribes: bool, taken: list[np.ndarray]) -> None:
    """Number an arrow, where on it no other number stands."""
    parts = sorted(np.linspace(0.12, 0.88, 39), key=lambda part: abs(part - 0.4))
    tried = [start + part * (stop - start) for part in parts]
    free = (at for at in tried if all(abs(at - other)[0] > 0.16 or abs(at - other)[1] > 0.13 for other in taken))
    at = next(free, tried[0])
    taken.append(at)
    colour = TRANSCRIBES if transcribes else INK
    behind = {"boxstyle": "round,pad=0.12", "facecolor": "white", "edgecolor": "none"}
    axes.text(*at, str(shown), fontsize=5.5, color=colour, ha="center", va="center", bbox=behind, zorder=5)


def _draw_occupancies(
    axes: Axes,
    top: float,
    graph: Graph,
    spec: NetworkSpec,
    found: Mapping[str, Occupancy],
    kinds: Sequence[str],
    pictograms: Pictograms,
) -> float:
    """Draw the occupancies of the wild type, joined to the rate where a state transcribes; return the lower edge."""
    step = 0.2
    middle = (top + graph.bottom) / 2
    first = middle + step * (len(graph.states) - 1) / 2
    first = min(first, top - 0.1)
    names = pictograms.names({state: spec.states[state] for state in graph.states}, BAR - NAME - 0.05)
    for place, state in enumerate(graph.states):
        y = first - place * step
        axes.text(NAME, y, names[state], fontsize=SMALL, va="center_baseline")
        draw_share(axes, y, found[state], BAR, SHARE, SHARE - BAR - 0.04)
        if state in spec.transcribes:
            draw_arrow(axes, (EDGES + 0.03, y), (RATE - 0.15, middle), color=TRANSCRIBES, arrowstyle="-")
    draw_rate(axes, middle, kinds, RATE, MEASURED)
    return min(graph.bottom, first - step * len(graph.states), middle - 0.25 - 0.3 * len(kinds))


def _draw_key(axes: Axes, y: float, kinetics: Kinetics, shown: Sequence[int]) -> float:
    """Say what the arrows mean, as far as they are there; return the lower edge."""
    x = 0.05
    for look in ARROWS:
        if any(_look(kinetics, index) == look for index in shown):
            heads = {"arrowstyle": "<|-|>"} if look == REVERSIBLE and len(shown) > MOST else {}
            draw_arrow(axes, (x, y), (x + 0.3, y), **ARROWS[look], **heads)
            axes.text(x + 0.36, y, SAID[look], fontsize=SMALL, va="center_baseline")
            x += 0.36 + text_width(SAID[look], SMALL) + 0.2
    return y - 0.12
