"""Kinetic graphs for tests, random and regular, and their steady state in extended precision."""

from math import log

import mpmath
import torch
from hypothesis import strategies as st

WIDEST = 8 * log(10)  # rates from 1e-8 to 1e8


def both_ways(edges):
    return [*edges, *((b, a) for a, b in edges)]


def ladder(rungs):
    """Two rows of states, joined crosswise: 2 x rungs."""
    rows = [(r * rungs + i, r * rungs + i + 1) for r in range(2) for i in range(rungs - 1)]
    return both_ways([*rows, *((i, rungs + i) for i in range(rungs))])


def complete(states):
    return [(i, j) for i in range(states) for j in range(states) if i != j]


REGULAR = {
    "chain of 10": (10, both_ways([(i, i + 1) for i in range(9)])),
    "ladder of 10": (10, ladder(5)),
    "complete graph of 6": (6, complete(6)),
    "complete graph of 10": (10, complete(10)),
}


@st.composite
def graphs(draw, most=5):
    """A graph in which every state can be reached: a ring in random order, and further channels, parallel ones among them."""
    states = draw(st.integers(2, most))
    order = draw(st.permutations(range(states)))
    ring = [(order[k - 1], order[k]) for k in range(states)]
    pair = st.tuples(st.integers(0, states - 1), st.integers(0, states - 1))
    return states, [*ring, *draw(st.lists(pair, max_size=8))]


@st.composite
def graphs_with_rates(draw, most=5, variants=3):
    """A graph and log rates (variants, channels), float64."""
    states, channels = draw(graphs(most))
    rate = st.floats(-WIDEST, WIDEST)
    rows = draw(st.lists(st.lists(rate, min_size=len(channels), max_size=len(channels)), min_size=variants, max_size=variants))
    return states, channels, torch.tensor(rows, dtype=torch.float64)


def random_log_rates(variants, channels, seed=0):
    generator = torch.Generator().manual_seed(seed)
    return (2 * torch.rand(variants, channels, generator=generator, dtype=torch.float64) - 1) * WIDEST


def log_null_vector(states, channels, log_rates):
    """log P of one variant from dP/dt = K P = 0 and sum P = 1, solved with 120 digits."""
    with mpmath.workdps(120):
        matrix, right = mpmath.zeros(states), mpmath.zeros(states, 1)
        for (source, target), log_rate in zip(channels, log_rates, strict=True):
            rate = mpmath.exp(mpmath.mpf(float(log_rate)))
            matrix[target, source] += rate
            matrix[source, source] -= rate
        matrix[states - 1, :], right[states - 1] = mpmath.ones(1, states), 1
        return [float(mpmath.log(value)) for value in mpmath.lu_solve(matrix, right)]
