"""Cycles, affinities and entropy production: by hand, and what must hold of every graph."""

from math import exp, log

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from kinetic_graphs import both_ways, graphs

from cisphys.models.cycles import fundamental_cycles
from cisphys.models.drive import affinities, entropy_production, total_entropy_production
from cisphys.models.steady_state import SteadyState

TRIANGLE = [(0, 1), (1, 2), (2, 0), (1, 0), (2, 1), (0, 2)]
PAIRS = [(0, 3), (1, 4), (2, 5)]


def rates(*values):
    return torch.tensor([values], dtype=torch.float64).log()


def test_a_driven_triangle_by_hand():
    """Rates e^(A/3) forwards and 1 backwards: P = 1/3 each, so each pair makes (e^(A/3) - 1) / 3 * A/3."""
    drive = 4.2
    log_rates = rates(*[exp(drive / 3)] * 3, 1, 1, 1)
    (cycle,) = fundamental_cycles(3, TRIANGLE, PAIRS)
    assert sorted(number for number, _ in cycle) == [0, 1, 2]
    direction = cycle[0][1]
    assert affinities(log_rates, PAIRS, [cycle]).item() == pytest.approx(direction * drive)
    log_p = SteadyState(3, TRIANGLE).log_occupancies(log_rates)
    torch.testing.assert_close(log_p.exp(), torch.full((1, 3), 1 / 3, dtype=torch.float64))
    each = (exp(drive / 3) - 1) / 3 * drive / 3
    torch.testing.assert_close(entropy_production(log_rates, log_p, TRIANGLE, PAIRS), torch.full((1, 3), each).double())
    assert total_entropy_production(log_rates, log_p, TRIANGLE, PAIRS).item() == pytest.approx(3 * each)


def test_a_channel_without_its_reverse_makes_infinite_entropy():
    log_rates = rates(1, 2, 3, 4, 5, 6)
    log_p = SteadyState(3, TRIANGLE).log_occupancies(log_rates)
    assert total_entropy_production(log_rates, log_p, TRIANGLE, PAIRS[:2]).item() == float("inf")


def test_a_channel_back_to_its_own_state_makes_none():
    channels, log_rates = [(0, 1), (1, 0), (1, 1)], rates(2, 3, 7)
    log_p = SteadyState(2, channels).log_occupancies(log_rates)
    assert total_entropy_production(log_rates, log_p, channels, [(0, 1)]).item() == pytest.approx(0.0, abs=1e-15)


def test_two_mechanisms_between_two_states_make_a_cycle():
    """Forwards by the first at 6 against 1, back by the second at 2 against 3: A = log 6 - log(3 / 2) = log 4."""
    channels, pairs = [(0, 1), (1, 0), (0, 1), (1, 0)], [(0, 1), (2, 3)]
    (cycle,) = fundamental_cycles(2, channels, pairs)
    assert abs(affinities(rates(6, 1, 3, 2), pairs, [cycle]).item()) == pytest.approx(log(4))


@settings(deadline=None)
@given(graphs(most=6), st.integers(0, 2**31))
def test_cycles_close_and_make_all_of_the_entropy(graph, seed):
    """As many cycles as pairs beyond a spanning forest, each closed; entropy production is 0 or more, and 0 without drive."""
    states, edges = graph
    edges = [(a, b) for a, b in edges if a != b]
    channels, pairs = both_ways(edges), [(k, k + len(edges)) for k in range(len(edges))]
    cycles = fundamental_cycles(states, channels, pairs)
    assert len(cycles) == len(pairs) - (states - 1)
    for cycle in cycles:
        net = [0] * states
        for number, direction in cycle:
            source, target = channels[pairs[number][0]]
            net[source] -= direction
            net[target] += direction
        assert not any(net)
    log_rates = torch.randn(5, len(channels), generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
    log_p = SteadyState(states, channels).log_occupancies(log_rates)
    made = total_entropy_production(log_rates, log_p, channels, pairs)
    assert (made >= 0).all()
    driven = affinities(log_rates, pairs, cycles).abs().sum(1)
    assert ((made > 0) | (driven == 0)).all()


def test_entropy_production_is_flux_times_affinity():
    """In a graph of one cycle all the flux runs around it."""
    log_rates = rates(1.3, 0.2, 7, 2, 0.5, 0.9)
    log_p = SteadyState(3, TRIANGLE).log_occupancies(log_rates)
    flux = exp(log_rates[0, 0] + log_p[0, 0]) - exp(log_rates[0, 3] + log_p[0, 1])
    affinity = log(1.3 * 0.2 * 7 / (2 * 0.5 * 0.9))
    assert total_entropy_production(log_rates, log_p, TRIANGLE, PAIRS).item() == pytest.approx(flux * affinity)
