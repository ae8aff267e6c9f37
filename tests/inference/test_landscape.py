"""The tables of the energy landscape against energies and latents written out by hand."""

from math import log
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from kinetic_models import OPENING
from promoters import LAC, LEVELS, TWO_SITES, dataset_of, mutants, random_letters, spec_of

from cisphys.inference.landscape import SITE_COLUMNS, STATE_COLUMNS, landscape_tables
from cisphys.inference.landscape_plane import CELLS, PLANE_COLUMNS
from cisphys.models.families import network_of

PERCENT = (2.5, 16, 50, 84, 97.5)
SPREAD = ["library_2.5", "library_16", "library_50", "library_84", "library_97.5"]
SPACED = """\
type: thermodynamic
sites:
  A: {start: 0, stop: 2, chemical_potential: {concentration: dose}}
  P: {boxes: {far: {start: 2, stop: 4}, near: {length: 2}}, spacer: {lengths: [3, 4], usual: 4}}
states: every
transcribes: [P, A+P]
"""


def made(text, conditions=None, seed=1, length=18, levels=None, variants=200):
    """Return a fit as the tables need it, with random values, a dataset and the parameters by name."""
    network = network_of(spec_of(text), levels)
    random = np.random.default_rng(seed)
    network.set_values({name: random.normal(0, 1, value.shape) for name, value in network.named_values().items()})
    wild_type = random_letters(1, length, seed=7)[0]
    letters = mutants(wild_type, variants, 0.2, seed=3)
    dataset = dataset_of(letters, np.ones((variants, 2)), "x", conditions)
    return SimpleNamespace(network=network, problem=SimpleNamespace(reference=wild_type)), dataset


def values_of(fit):
    return {name: value.numpy() for name, value in fit.network.named_values().items()}


def told(fit, unknown=(), low95=()):
    """Return parameters.tsv, with no value for those that are unknown."""
    rows = [(name, np.nan if name in unknown else 0.0, dict(low95).get(name, np.nan)) for name in fit.network.scalar_names]
    return pd.DataFrame(rows, columns=["name", "value", "low95"])


def tables(fit, datasets, parameters):
    found = landscape_tables(fit, datasets, parameters)
    return found["landscape.tsv"], found["landscape_sites.tsv"], found["landscape_plane.tsv.gz"]


def read(theta, letters, start, strand="+"):
    """Return the energies (variants,) that a matrix reads from a base on."""
    bases = letters[:, start : start + len(theta)]
    bases = bases if strand == "+" else 3 - bases[:, ::-1]
    return np.array([sum(row[base] for row, base in zip(theta, own, strict=True)) for own in bases])


def energies_of_two_sites(fit, letters, dose):
    """Return the energies (variants, 4) of the states of `TWO_SITES`."""
    values = values_of(fit)
    a = values[f"mu.A.{dose}"] + read(values["theta.A"], letters, 2)
    p = values["mu.P"] + read(values["theta.P"], letters, 10, "-")
    return np.stack([0 * a, a, p, a + p + values["interaction.A.P"]], 1)


def test_energies_of_states_in_equilibrium():
    fit, dataset = made(TWO_SITES, {"dose": "10"}, levels=LEVELS)
    states, *_ = tables(fit, [dataset], told(fit))
    assert states["state"].tolist() == ["empty", "A", "P", "A+P"]
    assert states["bound"].tolist() == ["", "A", "P", "A+P"]
    assert set(states["reference"]) == {"empty"}
    assert set(states["quantity"]) == {"free energy"}
    wild_type = energies_of_two_sites(fit, fit.problem.reference[None], "10")[0]
    np.testing.assert_allclose(states["wild_type"], wild_type, atol=1e-12)
    np.testing.assert_allclose(states["told"], wild_type, atol=1e-12)
    assert not states["rests_on"].any()
    library = energies_of_two_sites(fit, dataset.only("training").letters, "10")
    np.testing.assert_allclose(states[SPREAD], np.percentile(library, PERCENT, axis=0).T, atol=1e-12)


def test_what_is_not_pinned_is_taken_off():
    fit, dataset = made(TWO_SITES, {"dose": "10"}, levels=LEVELS)
    values = values_of(fit)
    states, *_ = tables(fit, [dataset], told(fit, ["mu.P", "mu.A.10", "mu.A.0"]))
    assert states["rests_on"].tolist() == ["", "mu.A.10", "mu.P", "mu.A.10 + mu.P"]
    a = read(values["theta.A"], fit.problem.reference[None], 2)[0]
    p = read(values["theta.P"], fit.problem.reference[None], 10, "-")[0]
    np.testing.assert_allclose(states["told"], [0, a, p, a + p + values["interaction.A.P"]], atol=1e-12)


def test_energies_are_told_against_the_state_with_fewest_proteins():
    text = TWO_SITES.replace("  empty: []\n", "")
    fit, dataset = made(text, {"dose": "0"}, levels=LEVELS)
    states, *_ = tables(fit, [dataset], told(fit, ["mu.A.0", "mu.P"]))
    assert set(states["reference"]) == {"A"}
    a, p, both = energies_of_two_sites(fit, fit.problem.reference[None], "0")[0, 1:]
    np.testing.assert_allclose(states["wild_type"], [0, p - a, both - a], atol=1e-12)
    assert states["rests_on"].tolist() == ["", "- mu.A.0 + mu.P", "mu.P"]
    values = values_of(fit)
    np.testing.assert_allclose(
        states["told"], [0, p - a + values["mu.A.0"] - values["mu.P"], both - a - values["mu.P"]], atol=1e-12
    )


def test_out_of_equilibrium_energies_are_of_the_steady_state():
    fit, dataset = made(OPENING, length=9)
    values = values_of(fit)
    states, *_ = tables(fit, [dataset], told(fit))
    assert states["state"].tolist() == ["empty", "closed", "open"]
    assert set(states["quantity"]) == {"effective free energy"}
    e = read(values["theta.P"], fit.problem.reference[None], 0)[0]
    channels = fit.network.spec.kinetics.channels
    terms = values | {"energy.P": e}
    generator = np.zeros((3, 3))
    order = ["empty", "closed", "open"]
    for channel in channels:
        rate = np.exp(channel.constant + sum(times * terms[name] for name, times in channel.terms.items()))
        source, target = order.index(channel.source), order.index(channel.target)
        generator[target, source] += rate
        generator[source, source] -= rate
    shares = np.linalg.lstsq(np.vstack([generator, np.ones(3)]), np.array([0, 0, 0, 1.0]), rcond=None)[0]
    np.testing.assert_allclose(states["wild_type"], -np.log(shares / shares[0]), atol=1e-8)
    np.testing.assert_allclose(states["told"], states["wild_type"])


def test_out_of_equilibrium_all_states_rest_on_any_rate():
    fit, dataset = made(OPENING, length=9)
    states, *_ = tables(fit, [dataset], told(fit, ["mu.P", "log_rate.opening"]))
    assert states["rests_on"].tolist() == ["", *["mu.P, log_rate.opening"] * 2]
    assert states["told"].isna().tolist() == [False, True, True]


def spaced():
    """Return the fit of `SPACED`, its dataset, and the wild type's energies: of A, and of P in its two spacings without cost."""
    fit, dataset = made(SPACED, {"dose": "100"})
    values, letters = values_of(fit), fit.problem.reference[None]
    a, far = read(values["theta.A"], letters, 0)[0], read(values["theta.P.far"], letters, 2)[0]
    near = [read(values["theta.P.near"], letters, start)[0] for start in (8, 7)]  # spacers of 4 and 3 bases
    return fit, dataset, a, [far + each for each in near]


def test_sites_with_several_places_have_the_sum_over_them():
    fit, dataset, a, (four, three) = spaced()
    values = values_of(fit)
    states, sites, _ = tables(fit, [dataset], told(fit))
    p = -log(np.exp(-four) + np.exp(-three - values["spacer.P.3"]))
    np.testing.assert_allclose(sites["wild_type"], [a, p], atol=1e-12)
    assert sites["rests_on"].tolist() == ["", ""]
    g_a = a + values["mu.A"] - log(100)
    np.testing.assert_allclose(states["wild_type"], [0, g_a, p + values["mu.P"], g_a + p + values["mu.P"]], atol=1e-12)
    states, *_ = tables(fit, [dataset], told(fit, ["mu.A"]))  # the concentration is known even where mu is not
    np.testing.assert_allclose(states["told"][1], a - log(100), atol=1e-12)


@pytest.mark.parametrize(
    ("low95", "rests"),
    [
        (None, True),  # nothing is known of the cost: the other spacing may hold most of the weight
        (9.0, False),  # it costs 9 kT at least: the other spacing adds less than 0.05 kT
        (-1.0, True),
    ],
)
def test_the_sum_over_places_rests_on_costs_that_may_change_it(low95, rests):
    fit, dataset, *_ = spaced()
    fit.network.set_values(fit.network.named_values() | {"spacer.P.3": 12.0})
    parameters = told(fit, ["spacer.P.3"], {"spacer.P.3": np.nan if low95 is None else low95})
    states, sites, _ = tables(fit, [dataset], parameters)
    assert sites["rests_on"].tolist() == ["", "spacer.P.3" if rests else ""]
    assert states["rests_on"].tolist() == (["", "", "e(P)", "e(P)"] if rests else [""] * 4)
    if rests:
        np.testing.assert_allclose(states["told"][2], values_of(fit)["mu.P"], atol=1e-12)


def latent(c, r, i):
    """Return u of the lac promoter from G of CRP and RNAP and their interaction."""
    return -r + np.log((1 + np.exp(-c - i)) / (1 + np.exp(-c)))


def test_the_plane_holds_the_latent_and_counts_the_library():
    fit, dataset = made(LAC, length=9)
    values, letters = values_of(fit), dataset.only("training").letters
    _, sites, plane = tables(fit, [dataset], told(fit))
    assert list(plane.columns) == PLANE_COLUMNS
    assert len(plane) == CELLS**2
    assert (set(plane["x_site"]), set(plane["y_site"])) == ({"CRP"}, {"RNAP"})
    e = [
        np.stack([read(values["theta.CRP"], each, 1), read(values["theta.RNAP"], each, 4)], 1)
        for each in (letters, fit.problem.reference[None])
    ]
    mu, i = [values["mu.CRP"], values["mu.RNAP"]], values["interaction.CRP.RNAP"]
    at = latent(mu[0] + e[1][0, 0] + plane["x"], mu[1] + e[1][0, 1] + plane["y"], i)
    zero = latent(mu[0] + e[1][0, 0], mu[1] + e[1][0, 1], i)
    np.testing.assert_allclose(plane["latent"], at - zero, atol=1e-10)
    assert 0.99 * len(letters) <= plane["variants"].sum() <= len(letters)
    changes = e[0] - e[1]
    middle = np.average(plane["x"], weights=plane["variants"])
    assert middle == pytest.approx(changes[:, 0].mean(), abs=0.1)
    alone = [latent(mu[0] + e[0][:, 0], mu[1] + e[1][0, 1], i).std(), latent(mu[0] + e[1][0, 0], mu[1] + e[0][:, 1], i).std()]
    np.testing.assert_allclose(sites["moves_latent"], alone, rtol=1e-10)


def test_all_datasets_share_the_plane():
    fit, first = made(TWO_SITES, {"dose": "0"}, levels=LEVELS)
    _, second = made(TWO_SITES, {"dose": "10"}, levels=LEVELS, variants=100)
    second = dataset_of(second.letters, second.counts, "y", {"dose": "10"})
    *_, plane = tables(fit, [first, second], told(fit))
    x, y = (own for _, own in plane.groupby("dataset"))
    np.testing.assert_array_equal(x[["x", "y"]], y[["x", "y"]])
    assert x["variants"].sum() > y["variants"].sum() > 50
    assert not np.allclose(x["latent"], y["latent"])


def test_the_two_sites_are_those_that_move_the_latent_most():
    text = "type: thermodynamic\nsites:\n  A: {start: 6, stop: 9}\n  B: {start: 3, stop: 6}\n  P: {start: 0, stop: 3}\n"
    text += "interactions: [[A, P], [B, P]]\nstates: every\ntranscribes: [P, A+P, B+P, A+B+P]\n"
    fit, dataset = made(text, length=9)
    fit.network.set_values(fit.network.named_values() | {"interaction.B.P": 0.001})
    _, sites, plane = tables(fit, [dataset], told(fit))
    moves = sites.set_index("site")["moves_latent"]
    assert moves["B"] < 0.01 < min(moves["A"], moves["P"])
    assert (set(plane["x_site"]), set(plane["y_site"])) == ({"P"}, {"A"})  # in their order on the DNA


def test_one_site_has_a_line_and_none_that_varies_nothing():
    text = "type: thermodynamic\nsites: {P: {start: 0, stop: 4}}\nstates: every\ntranscribes: [P]\n"
    fit, dataset = made(text, length=9)
    *_, plane = tables(fit, [dataset], told(fit))
    assert len(plane) == CELLS
    assert plane[["y_site", "y"]].isna().all(axis=None)
    np.testing.assert_allclose(plane["latent"], -plane["x"], atol=1e-12)
    same = dataset_of(np.repeat(fit.problem.reference[None], 50, 0), np.ones((50, 2)))
    assert tables(fit, [same], told(fit))[2].empty


def test_models_without_states_have_no_rows():
    fit = SimpleNamespace(network=network_of(spec_of("type: additive\nvariant_length: 9\n").for_length(9)))
    for table, columns in zip(tables(fit, [], None), (STATE_COLUMNS, SITE_COLUMNS, PLANE_COLUMNS), strict=True):
        assert table.empty
        assert list(table.columns) == columns
