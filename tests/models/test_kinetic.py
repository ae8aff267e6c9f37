"""Kinetic networks: known limits, closed forms by hand, King-Altman diagrams, gradients, and what all networks can do."""

from math import exp, log

import numpy as np
import pytest
import torch
from kinetic_models import ACTIVATOR, EQUILIBRIUM, OPENING
from promoters import random_letters, spec_of

from cisphys.errors import InputError
from cisphys.models.families import network_of
from cisphys.models.kinetic import KineticNetwork
from cisphys.models.steady_state import log_weights_by_diagrams

FREE_RATES = ACTIVATOR.replace("to: A, rate: escape", "to: A, rate: escape_with_A")
OFF_MAKES = OPENING.replace("unbinds: P}", "unbinds: P, transcribes: true}")  # t varies with the sequence
BOTH_STRANDS = ACTIVATOR.replace("A: {start: 0, stop: 4}", "A: {start: 0, stop: 4, strand: both, offsets: [0, 3]}")
CONDITIONS = ACTIVATOR.replace("A: {start: 0, stop: 4}", "A: {start: 0, stop: 4, chemical_potential: {by: dose}}")
MODELS = {
    "two levels": ACTIVATOR,
    "own rates": FREE_RATES,
    "rate by sequence": OFF_MAKES,
    "both strands, two offsets": BOTH_STRANDS,
    "complexes": OPENING,
    "condition": CONDITIONS,
}
LEVELS = {"dose": ["0", "10"]}
DOSE = {"dose": "10"}


def made(text, seed=1, scale=1.0, dtype=torch.float64) -> KineticNetwork:
    """A network with random parameters."""
    network = network_of(spec_of(text), LEVELS, dtype)
    random = np.random.default_rng(seed)
    network.set_values({name: random.normal(0, scale, value.shape) for name, value in network.named_values().items()})
    return network


def letters_for(network, variants=25):
    return random_letters(variants, 9, seed=3)


def by_diagrams(network, letters, conditions=None):
    """Occupancies from spanning trees."""
    scalars = network.local_scalars(conditions)
    log_rates = network.log_rates(network.site_energies(network.placed_energies(letters), scalars), scalars)
    return log_rates, log_weights_by_diagrams(len(network.spec.states), network.spec.kinetics.edges, log_rates).log_softmax(1)


@pytest.mark.parametrize("name", MODELS)
def test_occupancies_and_latent_are_those_of_the_diagrams(name):
    network = made(MODELS[name], scale=2.0)
    letters = letters_for(network)
    with torch.no_grad():
        log_rates, log_p = by_diagrams(network, letters, DOSE)
        torch.testing.assert_close(network.occupancies(letters, DOSE), log_p.exp(), rtol=0, atol=1e-12)
        rate = sum(
            log_rates[:, index].exp() * log_p[:, network.spec.kinetics.edges[index][0]].exp()
            for index, channel in enumerate(network.spec.kinetics.channels)
            if channel.transcribes
        )
        u = network(letters, DOSE)
    if network.spec.tied:
        highest = log_rates[:, [channel.transcribes for channel in network.spec.kinetics.channels]][:, 0].exp()
        torch.testing.assert_close(u, torch.logit(rate / highest), rtol=0, atol=1e-9)
    else:
        torch.testing.assert_close(u, rate.log(), rtol=0, atol=1e-12)


def test_slow_transcription_is_equilibrium():
    """Escape at 1, and all binding e^30 times faster: Boltzmann's law, and a latent that agrees."""
    kinetic, equilibrium = made(ACTIVATOR), network_of(spec_of(EQUILIBRIUM))
    values = kinetic.named_values()
    equilibrium.set_values(values)
    kinetic.set_values(values | {"log_rate.A": 30.0, "log_rate.P": 31.0})
    letters = random_letters(50, 9)
    with torch.no_grad():
        torch.testing.assert_close(kinetic.occupancies(letters), equilibrium.occupancies(letters), rtol=0, atol=1e-10)
        torch.testing.assert_close(kinetic(letters), equilibrium(letters), rtol=0, atol=1e-9)


def test_one_site_by_hand():
    """empty <-> P and P -> empty by escape: P(P) = k e^-mu / (k e^-mu + k e^e + 1)."""
    text = """\
type: kinetic
sites: {P: {start: 0, stop: 1}}
states: {empty: [], P: [P]}
binding: every
transitions:
  - {from: P, to: empty, rate: escape, transcribes: true}
"""
    network = network_of(spec_of(text))
    network.set_values({"theta.P": np.array([[0.0, 1.5, -1.0, 3.0]]), "mu.P": -0.7, "log_rate.P": log(2.0)})
    energies = np.array([0.0, 1.5, -1.0, 3.0])
    on, off = 2 * exp(0.7), 2 * np.exp(energies)
    with torch.no_grad():
        found = network.occupancies(np.arange(4, dtype=np.uint8)[:, None])
    np.testing.assert_allclose(found[:, 1], on / (on + off + 1), rtol=1e-12)


def test_partners_hold_each_other():
    """A with P leaves exp(I) times as fast as alone, and so does P with A: the four-state cycle of binding is not driven."""
    network = made(ACTIVATOR)
    kinetics = network.spec.kinetics
    with torch.no_grad():
        log_rates, _ = by_diagrams(network, random_letters(10, 9))
        driven = network.affinities(random_letters(10, 9))
    rate = {channel.name: log_rates[:, index] for index, channel in enumerate(kinetics.channels)}
    interaction = network.named_values()["interaction.A.P"].expand(10)
    torch.testing.assert_close(rate["A+P -> P, unbinds A"] - rate["A -> empty, unbinds A"], interaction)
    torch.testing.assert_close(rate["A+P -> A, unbinds P"] - rate["P -> empty, unbinds P"], interaction)
    torch.testing.assert_close(driven, torch.zeros(10, 1, dtype=torch.float64), rtol=0, atol=1e-12)


def test_a_factor_drives_the_cycle_by_its_logarithm():
    """Transcription that leaves the states as they are: every transition has a reverse, and entropy is made by the push alone."""
    kept = ACTIVATOR.replace("to: empty, rate", "to: P, rate").replace("to: A, rate", "to: A+P, rate")
    network, letters = made(kept + "  - {from: A+P, to: P, unbinds: A, times: push}\n"), random_letters(4, 9)
    with torch.no_grad():
        for push in (2.5, 0.0):
            network.set_values(network.named_values() | {"log_factor.push": push})
            torch.testing.assert_close(network.affinities(letters).abs(), torch.full((4, 1), push, dtype=torch.float64))
            made_entropy = network.entropy_production(letters)
            assert made_entropy.isfinite().all()
            assert ((made_entropy > 1e-6) == (push > 0)).all()
        assert made(ACTIVATOR).entropy_production(letters).tolist() == [float("inf")] * 4


@pytest.mark.parametrize("name", MODELS)
def test_slopes_are_those_of_finite_differences(name):
    network = made(MODELS[name])
    placed = network.placed_energies(letters_for(network, 5)).detach()
    scalars = network.local_scalars(DOSE)[0].detach()
    u, by_placed, by_scalar = network.latent_and_slopes(placed, scalars)
    step = 1e-5
    with torch.no_grad():
        torch.testing.assert_close(u, network.latent(placed, scalars[None]))
        for column in range(placed.shape[1]):
            shift = torch.zeros_like(placed)
            shift[:, column] = step
            ahead, behind = (network.latent(placed + sign * shift, scalars[None]) for sign in (1, -1))
            torch.testing.assert_close(by_placed[:, column], (ahead - behind) / (2 * step), rtol=0, atol=1e-8)
        for column in range(len(scalars)):
            shift = torch.zeros_like(scalars)
            shift[column] = step
            ahead, behind = (network.latent(placed, (scalars + sign * shift)[None]) for sign in (1, -1))
            torch.testing.assert_close(by_scalar[:, column], (ahead - behind) / (2 * step), rtol=0, atol=1e-8)


@pytest.mark.parametrize("name", MODELS)
def test_what_all_networks_can_do(name):
    """Batches, an empty one, single precision, saving and loading, conditions."""
    network, letters = made(MODELS[name]), random_letters(7, 9, seed=3)
    other = network_of(network.spec, LEVELS)
    other.set_values(network.named_values())
    single = network_of(network.spec, LEVELS, torch.float32)
    single.set_values(network.named_values())
    with torch.no_grad():
        u = network(letters, DOSE)
        torch.testing.assert_close(torch.cat([network(letters[:3], DOSE), network(letters[3:], DOSE)]), u)
        assert network(letters[:0], DOSE).shape == (0,)
        torch.testing.assert_close(other(letters, DOSE), u, rtol=0, atol=0)
        assert single(letters, DOSE).dtype == torch.float32
        torch.testing.assert_close(single(letters, DOSE).double(), u, rtol=0, atol=1e-4)
        torch.testing.assert_close(network.occupancies(letters, DOSE).sum(1), torch.ones(7, dtype=torch.float64))
        assert torch.equal(network(letters, {"dose": "0"}), u) == ("mu.A.0" not in network.scalar_names)


def test_a_concentration_is_a_factor_of_its_rate():
    text = OPENING.replace("rate: capture}", "rate: capture, concentration: P_nM}").replace("rate: closing", "rate: 0.5")
    network = made(text)
    letters = random_letters(5, 9)
    with torch.no_grad():
        once, twice = (network(letters, {"P_nM": value}) for value in ("1", "2.5"))
        network.set_values(network.named_values() | {"log_rate.capture": network.named_values()["log_rate.capture"] + log(2.5)})
        torch.testing.assert_close(network(letters, {"P_nM": "1"}), twice)
    assert not torch.allclose(once, twice)
    with pytest.raises(InputError, match="'much' in column 'P_nM' is no concentration"):
        network.scalar_offset({"P_nM": "much"})


def test_fits_start_with_rates_that_differ():
    network = made(FREE_RATES)
    drawn = dict(zip(network.scalar_names, network.draw_scalars(np.random.default_rng(1)), strict=True))
    assert drawn["mu.A"] == drawn["mu.P"] == 0
    assert abs(drawn["interaction.A.P"]) > 1
    assert len({drawn[name] for name in drawn if name.startswith("log_rate.")} - {0.0}) == 3
