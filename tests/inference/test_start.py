"""Where fits start."""

import numpy as np
import pytest
import torch
from promoters import LEVELS
from second_way import site_features
from torch import Tensor

from cisphys.inference.problem import Problem
from cisphys.inference.start import fit_measurement, random_start, ranked_effects
from cisphys.models.equilibrium import ThermodynamicNetwork


def start_of(problem, seed) -> Tensor:
    return random_start(problem, ranked_effects(problem)[0], np.random.default_rng(seed))


@pytest.fixture
def problem(tiny):
    spec, datasets, wild_type = tiny
    return Problem(ThermodynamicNetwork(spec, LEVELS), datasets, wild_type, 0.1, 6)


def test_least_squares_is_a_ridge_regression_with_an_intercept_per_dataset(tiny, problem):
    spec, datasets, wild_type = tiny
    X, y, w = [], [], []
    for number, dataset in enumerate(datasets):
        features = np.concatenate([site_features(site, dataset.letters, wild_type) for site in spec.sites], 1)
        intercepts = np.zeros((len(features), 2))
        intercepts[:, number] = 1
        X.append(np.concatenate([features, intercepts], 1))
        gates = [index for index, number in enumerate(dataset.bins) if number > 0]
        reads = dataset.counts[:, gates].sum(1)
        mean = dataset.counts[:, gates] @ np.arange(len(gates)) / np.maximum(reads, 1)
        y, w = [*y, mean], [*w, reads]
    X, y, w = np.concatenate(X), np.concatenate(y), np.concatenate(w)
    ridge = np.diag([50.0] * (X.shape[1] - 2) + [0, 0])
    expected = np.linalg.solve(X.T @ (X * w[:, None]) + ridge, X.T @ (w * y))[:-2]
    np.testing.assert_allclose(ranked_effects(problem)[0].by_element, expected, atol=1e-10)


@pytest.mark.parametrize("seed", [1, 2, 3, 4, 5])
def test_starts_are_half_occupied_and_interact(problem, seed):
    p = start_of(problem, seed)
    assert abs(p[problem.structural - 1]) >= 1
    for term in problem.terms:
        own = p[term.structural]
        energies = term.design.energies(own[: problem.elements]) + own[problem.elements : problem.elements + 2]
        if term is problem.terms[-1]:  # P has one chemical potential for both
            np.testing.assert_allclose(energies.median(0).values, 0, atol=1e-12)
        assert energies[:, 0].median() == pytest.approx(0, abs=1e-12)
        assert ((energies.std(0) > 0.5) & (energies.std(0) < 4)).all()


def test_matrices_follow_the_effects_of_mutations(fit, truth, reads):
    """Mutations that lower the mean bin get positive energies at P; at A too, unless the start has it repel P."""
    training = [reads.only("training")]
    effects = ranked_effects(fit.problem)[0].by_element
    problem = Problem(truth[0], training, truth[1], 0.1, 8)
    for seed in range(4):
        p = start_of(problem, seed)
        attracts = bool(p[problem.structural - 1] < 0)
        a, b = problem.terms[0].design.slices
        assert np.corrcoef(p[b], -effects[b])[0, 1] > 0.8
        assert np.corrcoef(p[a], -effects[a])[0, 1] * (1 if attracts else -1) > 0.8


def test_measurement_is_fitted_with_the_network_held(problem, tiny):
    p = start_of(problem, 1)
    moved = p.clone()
    moved[problem.structural :] += torch.tensor(np.random.default_rng(1).normal(0, 1, problem.size - problem.structural))
    found = fit_measurement(problem, moved)
    assert torch.equal(found[: problem.structural], moved[: problem.structural])
    # no coefficient can be moved to the better by more than the tolerance of 1 nat
    at = problem.evaluate(found)
    gradient = problem.ascent(found, at)[problem.structural :]
    curvature = problem.curvature(found, at)[problem.structural :, problem.structural :]
    assert 0.5 * (gradient @ torch.linalg.solve(curvature, gradient)) < 1
    assert at.objective < problem.evaluate(moved).objective


def test_a_start_follows_from_its_seed(problem, tiny):
    assert torch.equal(start_of(problem, 3), start_of(problem, 3))
    assert not torch.equal(start_of(problem, 3), start_of(problem, 4))
