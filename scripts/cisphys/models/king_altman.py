"""King-Altman diagrams: the spanning trees of a kinetic graph, directed into each state.

The weight of a state is the sum over its diagrams of the product of their rates (Markov-chain tree theorem). This is what the
weights of a kinetic network mean, and a second way to compute them. Diagrams soon are too many: fits use
`cisphys.models.steady_state`.
"""

from collections.abc import Iterator, Sequence
from itertools import product
from math import prod

import torch
from torch import Tensor

Channels = Sequence[tuple[int, int]]  # (source, target) of each
Arrow = tuple[int, ...]  # the parallel channels that one arrow of a diagram stands for, by their numbers
_MOST = 200_000


def arrows(channels: Channels, apart: bool = False) -> list[Arrow]:
    """Return the arrows between states: parallel channels as one, or each by itself; those back to their source are left out."""
    parallel: dict[tuple[int, int, int], list[int]] = {}
    for index, (source, target) in enumerate(channels):
        if source != target:
            parallel.setdefault((source, target, index if apart else 0), []).append(index)
    return [tuple(members) for members in parallel.values()]


def diagrams(states: int, channels: Channels, apart: bool = False) -> list[list[tuple[Arrow, ...]]]:
    """Return, for each state, its diagrams: every one has an arrow out of each other state, and all lead to this one.

    Parallel channels between two states are summed into one arrow, or kept `apart`, each making diagrams of its own.

    Raises
    ------
    ValueError : more than 200,000 candidates for a state
    """
    leaving: list[list[tuple[int, Arrow]]] = [[] for _ in range(states)]
    for arrow in arrows(channels, apart):
        source, target = channels[arrow[0]]
        leaving[source].append((target, arrow))
    return [list(_trees_into(root, leaving)) for root in range(states)]


def _trees_into(root: int, leaving: list[list[tuple[int, Arrow]]]) -> Iterator[tuple[Arrow, ...]]:
    others = [state for state in range(len(leaving)) if state != root]
    if prod(len(leaving[state]) for state in others) > _MOST:
        raise ValueError(f"a graph of {len(leaving)} states with too many diagrams to list")
    for chosen in product(*(leaving[state] for state in others)):
        following = dict(zip(others, (target for target, _ in chosen), strict=True))
        if all(_arrives(state, root, following) for state in others):
            yield tuple(arrow for _, arrow in chosen)


def _arrives(state: int, root: int, following: dict[int, int]) -> bool:
    for _ in following:
        state = following.get(state, root)
    return state == root


def log_weights(states: int, channels: Channels, log_rates: Tensor) -> Tensor:
    """Return log W (variants, states) from log rates (variants, channels): a log-sum over diagrams."""
    rate_of = {arrow: log_rates[:, list(arrow)].logsumexp(1) for arrow in arrows(channels)}
    sums = [
        torch.stack([torch.stack([rate_of[arrow] for arrow in diagram]).sum(0) for diagram in own]).logsumexp(0)
        for own in diagrams(states, channels)
    ]
    return torch.stack(sums, 1)


def spelled(diagram: Sequence[Arrow], channels: Channels, names: Sequence[str]) -> str:
    """Return a diagram in words: ``RNAP -> empty, CRP+RNAP -> CRP``."""
    return ", ".join(f"{names[channels[arrow[0]][0]]} -> {names[channels[arrow[0]][1]]}" for arrow in diagram)
