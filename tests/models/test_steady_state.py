"""Steady states: elimination against spanning trees, Boltzmann weights and a null vector with 120 digits; gradients; float32."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from kinetic_graphs import REGULAR, both_ways, graphs, graphs_with_rates, log_null_vector, random_log_rates

from cisphys.models import steady_state
from cisphys.models.steady_state import SteadyState, log_weights_by_diagrams


@settings(deadline=None)
@given(graphs_with_rates())
def test_elimination_sums_the_spanning_trees(given_graph):
    states, channels, log_rates = given_graph
    sums = SteadyState(states, channels).king_altman_sums(log_rates)
    torch.testing.assert_close(sums, log_weights_by_diagrams(states, channels, log_rates), rtol=0, atol=1e-10)


@settings(deadline=None, max_examples=40)
@given(graphs_with_rates(most=7, variants=1))
def test_elimination_finds_the_null_vector(given_graph):
    states, channels, log_rates = given_graph
    expected = torch.tensor([log_null_vector(states, channels, log_rates[0])], dtype=torch.float64)
    torch.testing.assert_close(SteadyState(states, channels).log_occupancies(log_rates), expected, rtol=0, atol=1e-10)


@pytest.mark.parametrize("name", REGULAR)
def test_of_large_graphs_too(name):
    states, channels = REGULAR[name]
    log_rates = random_log_rates(3, len(channels))
    expected = torch.tensor([log_null_vector(states, channels, row) for row in log_rates], dtype=torch.float64)
    torch.testing.assert_close(SteadyState(states, channels).log_occupancies(log_rates), expected, rtol=0, atol=1e-10)


@settings(deadline=None)
@given(graphs(most=5), st.integers(0, 2**31))
def test_equilibrium_is_boltzmann(graph, seed):
    """Rates k_ij = b_ij exp(E_i), b symmetric: no cycle is driven, and P_s ~ exp(-E_s) by elimination and by trees."""
    states, edges = graph
    channels = both_ways(edges)
    generator = torch.Generator().manual_seed(seed)
    energies = 8 * torch.randn(20, states, generator=generator, dtype=torch.float64)
    barriers = 8 * torch.randn(20, len(edges), generator=generator, dtype=torch.float64)
    log_rates = torch.cat([barriers, barriers], 1) + energies[:, [source for source, _ in channels]]
    boltzmann = (-energies).log_softmax(1)
    found = SteadyState(states, channels).log_occupancies(log_rates)
    torch.testing.assert_close(found, boltzmann, rtol=0, atol=1e-10)
    trees = log_weights_by_diagrams(states, channels, log_rates).log_softmax(1)
    torch.testing.assert_close(trees, boltzmann, rtol=0, atol=1e-10)


def test_two_states_by_hand():
    """0 -> 1 at rate 3, back at rates 1 and 2 in parallel, 5 more from 1 to itself: W = (3, 3), P = 1/2 each."""
    graph = SteadyState(2, [(0, 1), (1, 0), (1, 0), (1, 1)])
    log_rates = torch.tensor([[3.0, 1.0, 2.0, 5.0]], dtype=torch.float64).log().requires_grad_()
    torch.testing.assert_close(graph.king_altman_sums(log_rates).exp(), torch.full((1, 2), 3.0, dtype=torch.float64))
    (slopes,) = torch.autograd.grad(graph.log_occupancies(log_rates)[:, 1].sum(), log_rates)
    expected = 0.5 * torch.tensor([[1.0, -1 / 3, -2 / 3, 0.0]], dtype=torch.float64)  # d log P_1 = P_0 d log(W_1 / W_0)
    torch.testing.assert_close(slopes, expected)


def gradient_of(function, log_rates):
    log_rates = log_rates.clone().requires_grad_()
    return torch.autograd.grad(function(log_rates).sum(), log_rates)[0]


@settings(deadline=None)
@given(graphs_with_rates(variants=2), st.integers(0, 4))
def test_gradient_is_the_share_of_the_trees_with_the_channel(given_graph, state):
    """d log W_s / d log k_c: the weight of the trees into s that hold c, in W_s (differentiated by torch over the trees)."""
    states, channels, log_rates = given_graph
    graph, state = SteadyState(states, channels), state % states

    def by_trees(x):
        return log_weights_by_diagrams(states, channels, x).log_softmax(1)[:, state]

    found = gradient_of(lambda x: graph.log_occupancies(x)[:, state], log_rates)
    torch.testing.assert_close(found, gradient_of(by_trees, log_rates), rtol=0, atol=1e-10)


@settings(deadline=None, max_examples=20)
@given(graphs_with_rates(most=6, variants=2))
def test_gradient_is_that_of_finite_differences(given_graph):
    states, channels, log_rates = given_graph
    graph = SteadyState(states, channels)
    slow = (log_rates / 8).requires_grad_()
    assert torch.autograd.gradcheck(graph.log_occupancies, (slow,), eps=1e-5, atol=1e-7)


@settings(deadline=None)
@given(graphs_with_rates())
def test_faster_time_changes_nothing(given_graph):
    states, channels, log_rates = given_graph
    graph = SteadyState(states, channels)
    faster = graph.log_occupancies(log_rates + 3.7)
    torch.testing.assert_close(faster, graph.log_occupancies(log_rates), rtol=0, atol=1e-10)
    slopes = gradient_of(lambda x: graph.log_occupancies(x)[:, 0], log_rates)
    torch.testing.assert_close(slopes.sum(1), torch.zeros(len(slopes), dtype=torch.float64), rtol=0, atol=1e-10)


@pytest.mark.parametrize("name", REGULAR)
@pytest.mark.parametrize("readout", ["latent", "occupancy"])
def test_single_precision_keeps_five_digits_of_the_gradient(name, readout):
    """Rates from 1e-8 to 1e8: of an occupancy, and of the logit of the occupancy of half of the states."""
    states, channels = REGULAR[name]
    graph = SteadyState(states, channels)

    def read(x):
        log_p = graph.log_occupancies(x)
        if readout == "occupancy":
            return log_p[:, -1].exp()
        return log_p[:, : states // 2].logsumexp(1) - log_p[:, states // 2 :].logsumexp(1)

    single = random_log_rates(4000, len(channels), seed=1).float()
    found, exact = gradient_of(read, single), gradient_of(read, single.double())
    assert found.dtype == torch.float32
    assert (found.double() - exact).abs().max() < 1e-5


def test_variants_do_not_depend_on_their_batch(monkeypatch):
    states, channels = REGULAR["ladder of 10"]
    graph = SteadyState(states, channels)
    log_rates = random_log_rates(8, len(channels))
    whole, slopes = graph.log_occupancies(log_rates), gradient_of(lambda x: graph.log_occupancies(x)[:, 3], log_rates)
    monkeypatch.setattr(steady_state, "_CHUNK", 3)
    assert torch.equal(graph.log_occupancies(log_rates), whole)
    assert torch.equal(gradient_of(lambda x: graph.log_occupancies(x)[:, 3], log_rates), slopes)
    assert graph.log_occupancies(log_rates[:0]).shape == (0, states)
    assert gradient_of(graph.log_occupancies, log_rates[:0]).shape == (0, len(channels))


@pytest.mark.parametrize("channels", [[(0, 1), (1, 2), (2, 1)], [(0, 1), (1, 0), (2, 0)], [(0, 1), (1, 0)]])
def test_states_that_cannot_all_be_reached_are_refused(channels):
    with pytest.raises(ValueError, match="cannot be reached"):
        SteadyState(3, channels)


def test_a_graph_of_one_state():
    assert SteadyState(1, [(0, 0)]).log_occupancies(torch.zeros(2, 1)).tolist() == [[0.0], [0.0]]
