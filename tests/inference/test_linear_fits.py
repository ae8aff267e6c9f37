"""Fits of blocks of neighbouring and paired bases: the exact derivatives, and energies that were put in come back."""

import numpy as np
import pytest
import torch
from promoters import dataset_of, draw_counts, gates, random_letters, silent, spec_of

from cisphys.inference import fit_tables as tables
from cisphys.inference.design import Design
from cisphys.inference.fit import fit_network
from cisphys.inference.outputs import write_fit
from cisphys.inference.problem import Problem
from cisphys.inference.search import FitOptions
from cisphys.models.families import network_of
from cisphys.models.features import Features
from cisphys.models.saved import load_fit

KINDS = ("neighbour", "pairwise")


def made_up(kind, length=5, variants=4000, seed=1):
    """Return the features, random sequences, their zero-sum energies, and reads of them in 5 gates."""
    generator = np.random.default_rng(seed)
    features = Features(kind, length)
    letters, reference = random_letters(variants, length, seed), np.zeros(length, np.uint8)
    free = generator.normal(size=features.size)
    u = -features.matrix(letters, reference) @ free
    counts = draw_counts(gates(u, 5, 0.1, 0.3), [6] * variants, seed)
    return features, features.to_zero_sum(reference) @ free, dataset_of(letters, counts)


@pytest.mark.parametrize("kind", KINDS)
def test_gradient_is_that_of_the_objective(kind):
    features, _, dataset = made_up(kind, variants=200)
    spec = spec_of(f"{{version: 1, type: {kind}}}").for_length(5)
    problem = Problem(network_of(spec), [dataset], dataset.letters[0], 0.1, 6)
    assert problem.elements == features.size
    generator = np.random.default_rng(2)
    p, along = (torch.tensor(generator.normal(size=problem.size)) for _ in range(2))
    ahead, behind = (problem.evaluate(p + sign * 1e-5 * along).objective for sign in (1, -1))
    assert -float(problem.ascent(p, problem.evaluate(p)) @ along) == pytest.approx((ahead - behind) / 2e-5, rel=1e-5)


@pytest.mark.parametrize("kind", KINDS)
def test_information_by_pairs_and_by_dense_products_is_the_same(kind):
    _, _, dataset = made_up(kind, variants=200)
    spec = spec_of(f"{{version: 1, type: {kind}}}").for_length(5)
    network = network_of(spec)
    design = Design(network.placements, dataset.letters, dataset.letters[0], network.blocks)
    weights = torch.rand(200, dtype=torch.float64, generator=torch.Generator().manual_seed(1))
    x = design.placed[0].matrix.toarray()
    expected = x.T @ (x * weights.numpy()[:, None])
    ones = torch.ones(200, 1, dtype=torch.float64)
    ways = (design._fisher_by_pairs, design._fisher_by_listed, design._fisher_dense)
    for found in (way(ones, weights) for way in ways):
        np.testing.assert_allclose(found, expected, atol=1e-10)


@pytest.mark.parametrize("kind", KINDS)
def test_energies_that_were_put_in_come_back(kind, tmp_path):
    features, truth, dataset = made_up(kind)
    text = f"{{version: 1, type: {kind}}}"
    options = FitOptions(restarts=1, ridge=(0.1,), spline=(8,), profiles=False)
    fit = fit_network(spec_of(text), [dataset], options, silent)
    single, pair = features.split(truth)
    matrix = tables.energy_matrices(fit)[list("ACGT")].to_numpy()
    # the scale is not in the likelihood of a linear latent, its sign is by convention that of the trend
    assert np.corrcoef(matrix.ravel(), single.ravel())[0, 1] > 0.99
    assert np.corrcoef(tables.pair_table(fit)["energy"], pair.ravel())[0, 1] > 0.97
    write_fit(tmp_path, fit, [dataset], text, {"seed": 1, "temperature_C": 37}, {})
    sequences = ["".join("ACGT"[base] for base in row) for row in dataset.letters[:50]]
    energies = (
        features.matrix(dataset.letters[:50], np.zeros(5, np.uint8))
        @ np.linalg.lstsq(features.to_zero_sum(np.zeros(5, np.uint8)).toarray(), truth, rcond=None)[0]
    )
    assert np.corrcoef(load_fit(tmp_path).energies(sequences)[:, 0], energies)[0, 1] > 0.98
