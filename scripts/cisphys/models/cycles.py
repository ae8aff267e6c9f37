"""The cycles that reversible channels of a kinetic graph make."""

from collections.abc import Sequence

Channels = Sequence[tuple[int, int]]  # (source, target) of each
Pair = tuple[int, int]  # a channel and its reverse, by their numbers
Cycle = tuple[tuple[int, int], ...]  # pairs by their numbers, each with +1 (forwards) or -1 (backwards)


def fundamental_cycles(states: int, channels: Channels, pairs: Sequence[Pair]) -> list[Cycle]:
    """Return a basis of the cycles that pairs make: one for each pair that is not needed to hold the states together.

    Every other cycle's affinity is a sum of theirs, with signs. Two pairs between the same states make a cycle of two.
    """
    walks: list[dict[int, Cycle]] = [{state: ()} for state in range(states)]  # per group of joined states: ways from its first
    cycles = []
    for number, (forward, _) in enumerate(pairs):
        i, j = channels[forward]
        group, other = (next(walk for walk in walks if state in walk) for state in (i, j))
        way = (*group[i], (number, 1))
        if group is other:
            cycles.append(_without_detours((*way, *_reversed(group[j]))))
            continue
        back = _reversed(other[j])
        group |= {state: _without_detours((*way, *back, *onward)) for state, onward in other.items()}
        walks = [walk for walk in walks if walk is not other]
    return cycles


def _reversed(walk: Cycle) -> Cycle:
    return tuple((number, -direction) for number, direction in reversed(walk))


def _without_detours(walk: Cycle) -> Cycle:
    """Take out what is walked forwards and backwards."""
    net: dict[int, int] = {}
    for number, direction in walk:
        net[number] = net.get(number, 0) + direction
    return tuple((number, direction) for number, direction in net.items() if direction)
