"""What drives a kinetic graph: affinities of its cycles, and the entropy that it produces in the steady state.

A pair is a channel and its reverse. A cycle of pairs has the affinity (in kT)::

    A = log (product of the rates forwards / product of the rates backwards)

All are zero exactly where the graph is in equilibrium. The entropy production, in units of k_B per unit of time, is::

    sum over pairs (k_f P_i - k_b P_j) log (k_f P_i / k_b P_j)     k_f: i -> j, k_b: j -> i

It is infinite where a channel carries a flux and has no reverse.
"""

from collections.abc import Sequence

import torch
from torch import Tensor

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


def affinities(log_rates: Tensor, pairs: Sequence[Pair], cycles: Sequence[Cycle]) -> Tensor:
    """Return A (variants, cycles) in kT from log rates (variants, channels)."""
    around = torch.zeros(len(pairs), len(cycles), dtype=log_rates.dtype, device=log_rates.device)
    for column, cycle in enumerate(cycles):
        for number, direction in cycle:
            around[number, column] = direction
    forward, backward = (log_rates[:, [pair[side] for pair in pairs]] for side in (0, 1))
    return (forward - backward) @ around


def entropy_production(log_rates: Tensor, log_occupancies: Tensor, channels: Channels, pairs: Sequence[Pair]) -> Tensor:
    """Return the entropy production of each pair, (variants, pairs), in k_B per unit of time.

    `log_rates` is (variants, channels), `log_occupancies` (variants, states).
    """
    log_fluxes = log_rates + log_occupancies[:, [source for source, _ in channels]]
    forward, backward = (log_fluxes[:, [pair[side] for pair in pairs]] for side in (0, 1))
    return backward.exp() * torch.expm1(forward - backward) * (forward - backward)


def total_entropy_production(log_rates: Tensor, log_occupancies: Tensor, channels: Channels, pairs: Sequence[Pair]) -> Tensor:
    """Return the entropy production of the whole graph (variants,): infinite where a channel to another state has no reverse."""
    reversible = {channel for pair in pairs for channel in pair}
    if any(i != j and index not in reversible for index, (i, j) in enumerate(channels)):
        return torch.full_like(log_rates[:, 0], torch.inf)
    return entropy_production(log_rates, log_occupancies, channels, pairs).sum(1)
