"""The thermodynamic network against the paper's equations, restated in plain numpy."""

import numpy as np
import pytest
import torch
from promoters import LAC, REPRESSION, THREE_SITES, TWO_SITES, network_of, random_letters, spec_of
from scipy.special import logit

from cisphys.dna import encode
from cisphys.models.equilibrium import ThermodynamicNetwork

LEVELS = {"dose": ["0", "10"]}
MODELS = [(LAC, 9, None, {}), (TWO_SITES, 18, LEVELS, {"dose": "10"}), (REPRESSION, 8, None, {}), (THREE_SITES, 8, None, {})]


def energy_by_hand(theta: np.ndarray, mu: float, bases: list[int]) -> float:
    return mu + sum(theta[position, base] for position, base in enumerate(bases))


def lac_by_hand(values, letters) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return G (variants, 2), P (variants, 4) and t of Tareen & Kinney 2020 for t_bg = 0, t_sat = 1."""
    crp, rnap = (values[f"theta.{site}"].numpy() for site in ("CRP", "RNAP"))
    rows = letters.tolist()
    G_C = np.array([energy_by_hand(crp, float(values["mu.CRP"]), row[1:5]) for row in rows])
    G_R = np.array([energy_by_hand(rnap, float(values["mu.RNAP"]), row[4:9]) for row in rows])
    states = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0], [1, 1, 1]])  # CRP bound, RNAP bound, both
    weights = np.exp(-np.stack([G_C, G_R, np.full(len(rows), float(values["interaction.CRP.RNAP"]))], 1) @ states.T)
    P = weights / weights.sum(1, keepdims=True)
    return np.stack([G_C, G_R], 1), P, P @ [0, 0, 1, 1]


def test_lac_states_are_a_softmax_of_minus_energies():
    network, letters = network_of(LAC), random_letters(30, 9)
    G, P, t = lac_by_hand(network.named_values(), letters)
    with torch.no_grad():
        np.testing.assert_allclose(network.energies(letters), G, atol=1e-12)
        np.testing.assert_allclose(network.occupancies(letters), P, atol=1e-12)
        np.testing.assert_allclose(network(letters), logit(t), atol=1e-10)


def test_occupancies_of_round_numbers():
    # weights 1, 2, 3 and 2 * 3 * 4 sum to 30
    network = ThermodynamicNetwork(spec_of(LAC))
    zero = {"theta.CRP": np.zeros((4, 4)), "theta.RNAP": np.zeros((5, 4))}
    network.set_values(zero | {"mu.CRP": -np.log(2), "mu.RNAP": -np.log(3), "interaction.CRP.RNAP": -np.log(4)})
    with torch.no_grad():
        np.testing.assert_allclose(network.occupancies(encode(["A" * 9])), np.array([[1, 2, 3, 24]]) / 30, rtol=1e-14)
        np.testing.assert_allclose(network(encode(["A" * 9])), [np.log(27 / 3)], rtol=1e-14)


def test_lac_latent_has_the_closed_form():
    network, letters = network_of(LAC, seed=2), random_letters(30, 9)
    with torch.no_grad():
        G_C, G_R = network.energies(letters).T.numpy()
        C, w = np.exp(-G_C), np.exp(-network.scalars[-1].item())
        np.testing.assert_allclose(network(letters), -G_R + np.log((1 + C * w) / (1 + C)), atol=1e-12)


@pytest.mark.parametrize(("text", "length", "levels", "conditions"), MODELS)
def test_occupancies_sum_to_one_and_the_latent_is_the_logit_of_the_transcribing_ones(text, length, levels, conditions):
    network, letters = network_of(text, levels), random_letters(40, length)
    with torch.no_grad():
        P = network.occupancies(letters, conditions).numpy()
        np.testing.assert_allclose(P.sum(1), 1, atol=1e-12)
        np.testing.assert_allclose(network(letters, conditions), logit(P[:, network.spec.transcribing()].sum(1)), atol=1e-9)


def test_chemical_potential_follows_the_condition():
    network, letters = network_of(TWO_SITES, LEVELS), random_letters(5, 18)
    values = network.named_values()
    assert list(values)[2:] == ["mu.A.0", "mu.A.10", "mu.P", "interaction.A.P"]
    with torch.no_grad():
        step = network.energies(letters, {"dose": "10"}) - network.energies(letters, {"dose": "0"})
    np.testing.assert_allclose(step[:, 0], float(values["mu.A.10"] - values["mu.A.0"]), atol=1e-12)
    np.testing.assert_allclose(step[:, 1], 0, atol=1e-12)


def test_minus_strand_site_reads_the_reverse_complement():
    network = network_of(TWO_SITES, LEVELS)
    letters = encode(["AAAAAAAAAA" + "CAGGTT" + "AA"])  # P reads AACCTG
    theta, mu = network.named_values()["theta.P"].numpy(), network.named_values()["mu.P"].item()
    expected = mu + theta[0, 0] + theta[1, 0] + theta[2, 1] + theta[3, 1] + theta[4, 3] + theta[5, 2]
    with torch.no_grad():
        assert network.energies(letters, {"dose": "0"})[0, 1].item() == pytest.approx(expected, abs=1e-12)


def test_three_sites_with_an_exclusion():
    # weights: empty 1, A a, P p, A+P a p w, R r; no state holds R and another
    network, letters = network_of(THREE_SITES, seed=4), random_letters(20, 8)
    with torch.no_grad():
        energies = network.energies(letters)
        a, p, r = np.exp(-energies.numpy().T)
        w = np.exp(-network.scalars[-1].item())
        W = np.stack([np.ones(20), a, p, a * p * w, r], 1)
        np.testing.assert_allclose(network.occupancies(letters), W / W.sum(1, keepdims=True), atol=1e-12)
        np.testing.assert_allclose(network(letters), np.log(p + a * p * w) - np.log(1 + a + r), atol=1e-12)


def test_values_come_back_by_their_names():
    network = network_of(TWO_SITES, LEVELS, seed=1)
    other = network_of(TWO_SITES, LEVELS, seed=2)
    other.set_values({name: value.clone() for name, value in network.named_values().items()})
    letters = random_letters(10, 18)
    for name, value in network.named_values().items():
        assert torch.equal(other.named_values()[name], value), name
    assert torch.equal(other(letters, {"dose": "0"}), network(letters, {"dose": "0"}))


def test_setting_values_needs_all_of_them():
    network = network_of(LAC)
    values = network.named_values()
    values.pop("mu.RNAP")
    with pytest.raises(KeyError, match=r"mu\.RNAP"):
        network.set_values(values)


def test_strong_energies_neither_overflow_nor_lose_the_latent():
    network = network_of(LAC)
    energies = torch.tensor([[-900.0, 800.0], [900.0, -800.0]], dtype=torch.float64)
    with torch.no_grad():
        # to the last digit: CRP always bound and I = 0 on the first row, never bound on the second
        u = network.latent(energies, torch.zeros(1, 3, dtype=torch.float64))
    np.testing.assert_allclose(u, [-800, 800], rtol=1e-12)


def test_gradient_of_the_latent_against_finite_differences():
    network, letters = network_of(THREE_SITES, seed=5), random_letters(4, 8)
    placed, scalars = network.placed_energies(letters).detach(), network.local_scalars().detach()
    assert torch.autograd.gradcheck(network.latent, (placed.requires_grad_(), scalars.requires_grad_()))
    _, slopes, extra = network.latent_and_slopes(placed, scalars[0])
    u = network.latent(placed, scalars)
    np.testing.assert_allclose(slopes, torch.autograd.grad(u.sum(), placed, retain_graph=True)[0], atol=1e-12)
    np.testing.assert_allclose(extra.sum(0), torch.autograd.grad(u.sum(), scalars)[0][0], atol=1e-12)
