"""Where the states of a kinetic model stand in the network's figure, and where their transitions meet them."""

from collections.abc import Sequence
from itertools import permutations

import numpy as np

from cisphys.models.kinetics import Kinetics
from cisphys.models.spec import NetworkSpec

GRAPH = 4.5  # inches, right edge of the graph
MOST_ORDERED = 7  # states of a column whose orders are all tried


class Graph:
    """Where states stand: a column for each number of bound proteins; `places` holds their middles in inches."""

    def __init__(self, spec: NetworkSpec, states: Sequence[str], top: float):
        self.states = list(states)
        self.levels: dict[int, list[str]] = {}
        for state in states:
            self.levels.setdefault(len(spec.states[state]), []).append(state)
        deepest = max(map(len, self.levels.values()))
        column = GRAPH / len(self.levels)
        self.width, self.height = box_width(spec), 0.46
        step = self.height + (0.36 if deepest <= 2 else 0.3)
        self.bottom = top - max(deepest * step, 1.1)
        self.places: dict[str, np.ndarray] = {}
        for place, level in enumerate(sorted(self.levels)):
            own = self.levels[level] = in_line(self.levels[level], spec.kinetics)
            for row, state in enumerate(own):
                y = (top + self.bottom) / 2 + ((len(own) - 1) / 2 - row) * step
                self.places[state] = np.array([0.05 + column * place + column / 2, y])

    def between(self, first: str, second: str) -> bool:
        """Return whether another state stands between two of one column."""
        own = next(own for own in self.levels.values() if first in own)
        return second in own and abs(own.index(first) - own.index(second)) > 1

    def beside(self, state: str, towards: str, shift: float) -> np.ndarray:
        """Return where an arrow leaves the right edge of a state's box for another one of its column."""
        down = np.sign(self.places[towards] - self.places[state])[1]
        return self.places[state] + np.array([self.width / 2 + 0.03, down * (0.12 - 0.08 * shift)])

    def border(self, state: str, towards: str, aside: np.ndarray) -> np.ndarray:
        """Return where a line from one state to another, moved aside, leaves the first one's box."""
        way = self.places[towards] - self.places[state]
        half = np.array([self.width, self.height]) / 2 + 0.03
        steps = (half - np.sign(way) * aside) / np.maximum(abs(way), 1e-9)
        return self.places[state] + aside + way * min(steps)


def box_width(spec: NetworkSpec) -> float:
    """Return the inches that a state's box is wide."""
    return min(1.05, GRAPH / len({len(bound) for bound in spec.states.values()}) - 0.4)


def in_line(states: Sequence[str], kinetics: Kinetics) -> list[str]:
    """Return the states of a column in the order in which their transitions pass by the fewest others."""
    pairs = {frozenset((each.source, each.target)) for each in kinetics.channels}
    pairs = [sorted(pair) for pair in pairs if len(pair) == 2 and pair <= set(states)]
    if not pairs or len(states) > MOST_ORDERED:
        return list(states)

    def passed(order: Sequence[str]) -> int:
        place = {state: number for number, state in enumerate(order)}
        return sum(abs(place[first] - place[second]) for first, second in pairs)

    return list(min(permutations(states), key=passed))
