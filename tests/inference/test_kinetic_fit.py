"""A kinetic network fitted to simulated reads: what was put in comes out, and an equilibrium does not explain them as well."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from kinetic_models import ACTIVATOR, EQUILIBRIUM, OPENING
from promoters import dataset_of, draw_counts, gates, mutants, silent, spec_of

from cisphys.inference.cycle_table import BALANCED, cycle_table
from cisphys.inference.fit import Fit, fit_network
from cisphys.inference.parameter_table import parameter_table
from cisphys.inference.search import FitOptions
from cisphys.models.families import network_of
from cisphys.models.reference import agreement

OPTIONS = FitOptions(restarts=3, ridge=(0.01,), spline=(10,), profiles=False)


def promoter(seed=3, **scalars):
    """A network whose matrices weaken binding, and its wild type (9,)."""
    network, random = network_of(spec_of(ACTIVATOR)), np.random.default_rng(seed)
    wild_type = random.integers(0, 4, 9).astype(np.uint8)
    values = {}
    for site in network.spec.sites:
        theta = random.gamma(2, 0.8, (len(site), 4))
        theta[np.arange(len(site)), wild_type[site.start : site.stop]] = 0.0
        values[f"theta.{site.name}"] = theta
    network.set_values(values | {"mu.A": -1.0, "mu.P": 2.0, "interaction.A.P": -4.0} | scalars)
    return network, wild_type


def reads_of(network, wild_type, seed=1):
    """60 reads of each of about 2,300 mutants, in four gates and the unsorted library."""
    letters = np.unique(mutants(wild_type, 4000, 0.3, seed), axis=0)
    np.random.default_rng(seed).shuffle(letters)
    with torch.no_grad():
        u = network(letters).numpy()
    return dataset_of(letters, draw_counts(gates(u, 4, 0.2, 0.3), [60] * len(letters), seed))


@pytest.fixture(scope="module", params=["near equilibrium", "far from it"])
def case(request):
    """The truth, its reads, and the fit to them: proteins that leave the wild type faster, or more slowly, than transcription."""
    rates = (
        {"log_rate.A": 2.0, "log_rate.P": 1.0}
        if request.param == "near equilibrium"
        else {"log_rate.A": -2.0, "log_rate.P": -1.0}
    )
    network, wild_type = promoter(**rates)
    reads = reads_of(network, wild_type)
    return request.param, network, reads, fit_network(network.spec, [reads], OPTIONS, silent)


def test_known_parameters_come_out(case):
    _, truth, reads, fit = case
    put_in, found = truth.named_values(), fit.network.named_values()
    assert fit.best.converged
    for name, width in (("mu.A", 0.3), ("interaction.A.P", 0.6), ("log_rate.A", 0.6), ("log_rate.P", 0.6)):
        assert float(found[name]) == pytest.approx(float(put_in[name]), abs=width), name
    for site, least in (("A", 0.97), ("P", 0.999)):
        assert agreement(found[f"theta.{site}"].numpy(), put_in[f"theta.{site}"].numpy())[0] > least
    with torch.no_grad():
        assert np.corrcoef(fit.network(reads.letters), truth(reads.letters))[0, 1] > 0.999


def test_equilibrium_does_not_explain_them(case):
    name, _, reads, fit = case
    equilibrium = fit_network(spec_of(EQUILIBRIUM), [reads], replace(OPTIONS, restarts=1), silent)
    gained = fit.information["test"].log_likelihood - equilibrium.information["test"].log_likelihood
    assert gained > (5 if name == "near equilibrium" else 200)


def test_parameters_without_profiles_have_values_and_say_so(case):
    *_, fit = case
    table = parameter_table(fit, 0.6163).set_index("name")
    assert table.loc["log_rate.A", "value"] == pytest.approx(float(fit.network.named_values()["log_rate.A"]))
    assert table.loc["log_rate.A", "identifiable"] == "unknown"
    assert table.loc["mu.P", "unit"] == "kT"
    assert "t_sat" not in table.index


def test_a_promoter_that_only_transcription_drives(case):
    _, _, reads, fit = case
    affinity, entropy = cycle_table(fit, [reads], []).itertuples()
    assert (affinity.value, affinity.formula, affinity.reason) == (0.0, "0", BALANCED)
    assert np.isnan(entropy.value)
    assert entropy.reason == "infinite, since these have no reverse: P -> empty, rate escape; A+P -> A, rate escape"


def opened(rates) -> Fit:
    """What `cycle_table` asks of a fit of a polymerase that opens the DNA, with these log rates."""
    network = network_of(spec_of(OPENING))
    names = ("mu.P", *(f"log_rate.{name}" for name in ("opening", "closing", "release", "capture", "start")))
    network.set_values(
        {"theta.P": np.zeros((5, 4))} | {name: rates.get(name, 0.0) for name in names if name in network.scalar_names}
    )
    return SimpleNamespace(network=network, problem=SimpleNamespace(reference=np.zeros(5, np.uint8)), profiles={})


def test_a_driven_cycle_by_hand():
    """All rates 1 but opening e^2: empty, closed, open have occupancies by the trees; A = 2 kT up to its sign."""
    fit, reads = opened({"log_rate.opening": 2.0}), SimpleNamespace(name="x", conditions={})
    affinity, entropy = cycle_table(fit, [reads], []).itertuples()
    assert abs(affinity.value) == pytest.approx(2.0)
    assert affinity.cycle.split(" -> ")[0] == affinity.cycle.split(" -> ")[-1]
    k = np.exp(2.0)
    empty, closed, open_ = np.array([1 + 1 + k, 3.0, 2 * k + 1]) / (k + 2 + 3 + 2 * k + 1)
    flux = empty - closed
    assert flux == pytest.approx(k * closed - open_)
    assert entropy.value == pytest.approx(flux * 2.0)
    (unknown,) = (
        row.reason for row in cycle_table(fit, [reads], ["log_rate.opening"]).itertuples() if row.quantity == "affinity"
    )
    assert unknown == "it rests on what the data cannot tell: log_rate.opening"
