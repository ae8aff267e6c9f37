"""King-Altman diagrams: the spanning trees of a kinetic graph, directed into each state.

The weight of a state is the sum over its diagrams of the product of their rates (Markov-chain tree theorem): this is what the
weights of a kinetic network mean. They soon are too many to compute with: fits use `cisphys.models.steady_state`.
"""

from collections.abc import Iterator, Sequence
from itertools import product
from math import prod

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


def spelled(diagram: Sequence[Arrow], channels: Channels, names: Sequence[str]) -> str:
    """Return a diagram in words: ``RNAP -> empty, CRP+RNAP -> CRP``."""
    return ", ".join(f"{names[channels[arrow[0]][0]]} -> {names[channels[arrow[0]][1]]}" for arrow in diagram)
