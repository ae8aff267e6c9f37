"""Refits of resampled data, and the quasi-Newton steps that they take."""

import numpy as np
import pytest
import torch
from promoters import dataset_of, draw_counts, mutants, spec_of

from cisphys.inference.ensemble import bootstrap
from cisphys.inference.measured import BinCounts
from cisphys.inference.newton import minimise
from cisphys.inference.problem import Problem
from cisphys.inference.refit import follow, shared_solver
from cisphys.inference.sorted_bins import SortedBins
from cisphys.inference.start import least_squares, random_start
from cisphys.models.families import network_of

COUNTS = np.array([[3, 0, 1], [0, 0, 0], [2, 5, 4]])


@pytest.fixture(scope="module")
def additive():
    """Return a problem of an additive model on 4,000 single reads in three bins, and its optimum."""
    theta = np.random.default_rng(1).normal(0, 1, (6, 4))
    letters = mutants(np.zeros(6, np.uint8), 4000, 0.3, seed=2)
    u = -theta[np.arange(6), letters].sum(1)
    u = (u - u.mean()) / u.std()
    p = np.exp(np.stack([-u, 0.5 * np.ones_like(u), u], 1))
    dataset = dataset_of(letters, draw_counts(p / p.sum(1, keepdims=True), [1] * len(u), seed=3))
    problem = Problem(network_of(spec_of("type: additive\n").for_length(6)), [dataset], np.zeros(6, np.uint8), 1e-3, 6)
    start = random_start(problem, least_squares(problem.terms), np.random.default_rng(4))
    return problem, minimise(problem, start, tolerance=1e-8)


@pytest.mark.parametrize("unit", ["reads", "variants"])
def test_reads_are_drawn_from_those_there_are(unit):
    process = SortedBins(BinCounts(COUNTS, (0, 1, 2)), 6)
    drawn = [process.resampled(np.random.default_rng(seed), unit) for seed in range(400)]
    assert all(torch.equal(each.variant, process.variant) and torch.equal(each.bin, process.bin) for each in drawn)
    mean = torch.stack([each.count for each in drawn]).mean(0)
    np.testing.assert_allclose(mean, process.count, rtol=0.2)
    for each in drawn:
        np.testing.assert_allclose(each.per_variant, torch.bincount(each.variant, each.count, 3))
        assert each.share.sum() == pytest.approx(1)
        if unit == "reads":
            assert each.observations == 15
        else:  # the reads of a variant stay in their proportions
            ratio = each.count / process.count
            assert len(set(ratio[:2].tolist())) == len(set(ratio[2:].tolist())) == 1


def test_steps_with_a_shared_curvature_end_where_newtons_do(additive):
    problem, best = additive
    solve = shared_solver(problem, best)
    for seed in range(3):
        other = problem.resampled(lambda process, seed=seed: process.resampled(np.random.default_rng(seed), "reads"))
        newton = minimise(other, best.p, tolerance=1e-8)
        found = follow(other, best.p, solve, 1e-7)
        assert found.converged
        assert found.objective == pytest.approx(newton.objective, abs=1e-6)
        np.testing.assert_allclose(found.p[: problem.structural], newton.p[: problem.structural], atol=2e-3)


def test_far_from_the_optimum_newton_takes_over(additive):
    problem, best = additive
    far = torch.tensor(np.random.default_rng(5).normal(0, 3, problem.size))
    found = follow(problem, far, shared_solver(problem, best), 1e-6)
    assert found.converged
    assert found.objective <= problem.evaluate(far).objective - 10


def test_spread_of_replicates_is_that_of_the_information(additive):
    """Of directions that the reads pin, for single reads that the model describes: the scale of an additive energy is none."""
    problem, best = additive
    ensemble = bootstrap(problem, best, 120, seed=1)
    assert ensemble.converged.all()
    # elements relative to their length, whose error is the prior's; delta method on the inverse curvature
    theta = best.p[: problem.elements]
    jacobian = (torch.eye(len(theta)).double() - torch.outer(theta, theta) / (theta @ theta)) / theta.norm()
    covariance = torch.linalg.inv(problem.curvature(best.p, best.at))[: problem.elements, : problem.elements]
    expected = (jacobian @ covariance @ jacobian.T).diagonal().sqrt()
    found = (ensemble.values / np.linalg.norm(ensemble.values, axis=1, keepdims=True)).std(0, ddof=1)
    assert np.mean(found / expected.numpy()) == pytest.approx(1, abs=0.1)


def test_replicates_follow_from_seed_and_number_alone(additive):
    problem, best = additive
    whole = bootstrap(problem, best, 4, seed=7)
    parts = [bootstrap(problem, best, 2, seed=7, first=first, workers=2) for first in (0, 2)]
    np.testing.assert_array_equal(np.concatenate([part.values for part in parts]), whole.values)
    assert not np.array_equal(bootstrap(problem, best, 1, seed=8).values, whole.values[:1])


def test_errors_leave_out_what_did_not_converge(additive):
    problem, best = additive
    ensemble = bootstrap(problem, best, 4, seed=7)
    ensemble.converged[1] = False
    np.testing.assert_allclose(ensemble.errors, ensemble.values[[0, 2, 3]].std(0, ddof=1))
