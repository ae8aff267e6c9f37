"""Measurements drawn from a fit and fitted again: what the table of found against true says."""

from dataclasses import replace

import numpy as np
import pytest
from promoters import OPTIONS, dataset_of, draw_counts, gates, random_letters, silent, spec_of

from cisphys.inference.dataset import Dataset
from cisphys.inference.fit import fit_network
from cisphys.inference.fit_tables import energy_matrices
from cisphys.inference.measured import MoleculeCounts, Values
from cisphys.inference.recovery import COLUMNS, recover, recovery_summary
from cisphys.inference.search import FitOptions
from cisphys.inference.simulated import drawn, unshrunk
from cisphys.models.features import Features
from cisphys.units import KT, OF_LATENT


@pytest.fixture(scope="module")
def source(fit):
    return unshrunk(fit.problem, fit.best)


@pytest.fixture(scope="module")
def table(source, reads):
    return recover(source, [reads], replace(OPTIONS, restarts=2, ridge=(0.01,)), [1], silent)


def test_what_is_put_in_is_the_unshrunk_optimum(fit, source, table):
    """It is near the fit's own matrices, and above them in likelihood."""
    likelihood = [sum(each.log_likelihood for each in at.at.measured) for at in (fit.best, source.optimum)]
    assert likelihood[1] > likelihood[0]
    own = energy_matrices(fit).set_index("site")
    for site in ("A", "P"):
        rows = own.loc[site]
        put_in = table[(table["site"] == site) & (table["base"] != "")]
        expected = [
            rows[base].iloc[int(position)] - rows[rows["wild_type"].iloc[int(position)]].iloc[int(position)]
            for position, base in zip(put_in["position"], put_in["base"], strict=True)
        ]
        np.testing.assert_allclose(put_in["true"], expected, atol=0.1)
        assert len(put_in) == 18


def test_it_is_found_within_its_intervals(table):
    assert list(table.columns) == COLUMNS
    assert set(table["unit"]) == {KT}
    named = table[table["base"] == ""]
    assert list(named["name"]) == ["mu.A.0", "interaction.A.P", "energy_scale"]
    inside = (table["low95"] <= table["true"]) & (table["true"] <= table["high95"])
    assert (inside == (table["covered"] == "yes")).all()
    assert inside.mean() > 0.8  # one simulation: the elements share the error of the scale
    assert ((table["high95"] - table["low95"]) > (table["high68"] - table["low68"])).all()


def test_summary_is_of_the_elements(table):
    summary = recovery_summary(table).set_index("site")
    own = table[(table["site"] == "A") & (table["base"] != "")]
    off = own["found"] - own["true"]
    assert summary.loc["A", "elements"] == 18
    assert summary.loc["A", "rmse"] == pytest.approx(np.sqrt((off**2).mean()))
    assert summary.loc["A", "slope"] == pytest.approx(np.linalg.lstsq(own[["true"]], own["found"], rcond=None)[0][0])
    assert summary.loc["A", "covered"] == pytest.approx((own["covered"] == "yes").mean())
    assert summary["r"].min() > 0.99


def test_drawn_counts_have_the_depth_and_the_shares_of_the_source(source, reads):
    (again,) = drawn(source, [reads], np.random.default_rng(1))
    np.testing.assert_array_equal(again.counts.sum(1), reads.counts.sum(1))
    share, expected = (dataset.counts.sum(0) / dataset.counts.sum() for dataset in (again, reads))
    np.testing.assert_allclose(share, expected, atol=0.01)


def test_same_seed_draws_the_same(source, reads):
    first, second = (drawn(source, [reads], np.random.default_rng([4, 2]))[0].counts for _ in range(2))
    np.testing.assert_array_equal(first, second)


def test_without_a_scale_elements_are_compared_at_the_true_one():
    """A linear latent has no kT: p(bin | latent) takes up any stretch. Elements of pairs name both positions and both bases."""
    spec = spec_of("{version: 1, type: neighbour}").for_length(5)
    features, letters = Features("neighbour", 5), random_letters(2000, 5)
    u = -features.matrix(letters, np.zeros(5, np.uint8)) @ np.random.default_rng(1).normal(size=features.size)
    dataset = dataset_of(letters, draw_counts(gates(u, 4, 0.1, 0.3), [6] * len(u)))
    options = FitOptions(restarts=1, ridge=(0.01,), spline=(6,), profiles=False)
    fit = fit_network(spec, [dataset], options, silent)
    table = recover(unshrunk(fit.problem, fit.best), [dataset], options, [1], silent)
    assert set(table["unit"]) == {OF_LATENT}
    assert len(table) == 3 * 5 + 9 * 4
    pairs = table[table["base"].str.len() == 2]
    assert set(pairs["position"]) == {"0,1", "1,2", "2,3", "3,4"}
    assert (table["covered"] == "yes").mean() > 0.85
    assert recovery_summary(table)["slope"].iloc[0] == pytest.approx(1, abs=0.03)


def counts_and_values() -> list[Dataset]:
    """Return 800 sequences with RNA and DNA of two barcodes each, and with three values each, of one sum of effects."""
    generator, letters = np.random.default_rng(5), random_letters(800, 5)
    u = np.random.default_rng(1).normal(0, 0.7, (5, 4))[np.arange(5), letters].sum(1)
    variant = np.repeat(np.arange(800), 3)
    dna = generator.poisson(30, len(variant)).astype(float)
    rna = generator.poisson(dna * np.exp(u[variant])).astype(float)
    counts = MoleculeCounts(800, variant, np.zeros(len(variant), int), rna, dna, ("1",))
    values = Values(800, variant, u[variant] + generator.normal(0, 0.3, len(variant)), np.zeros(len(variant)))
    part = np.repeat([0, 1, 2], [480, 160, 160]).astype(np.int8)
    return [Dataset("x", letters, data, part, {}) for data in (counts, values)]


@pytest.mark.parametrize("dataset", counts_and_values(), ids=["RNA and DNA", "values"])
def test_other_measurements_are_drawn_and_found(dataset):
    options = FitOptions(restarts=1, ridge=(0.01,), spline=(6,), profiles=False)
    fit = fit_network(spec_of("{version: 1, type: additive}"), [dataset], options, silent)
    truth = unshrunk(fit.problem, fit.best)
    (again,) = drawn(truth, [dataset], np.random.default_rng(1))
    np.testing.assert_array_equal(again.data.variant, dataset.data.variant)
    table = recover(truth, [dataset], options, [1], silent)
    assert len(table) == 15
    assert set(table["unit"]) == {OF_LATENT}
    assert (table["covered"] == "yes").sum() >= 11
    assert recovery_summary(table)["r"].iloc[0] > 0.99
