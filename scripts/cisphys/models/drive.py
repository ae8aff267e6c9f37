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

from cisphys.models.cycles import Channels, Cycle, Pair


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
