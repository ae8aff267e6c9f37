"""Refits of resampled data, and the quasi-Newton steps that they take."""

from copy import copy

import numpy as np
import pytest
import torch
from promoters import dataset_of, draw_counts, mutants, spec_of

from cisphys.inference import ensemble as ensembles
from cisphys.inference.ensemble import Resampling, bootstrap, nearest_image, resample
from cisphys.inference.measured import BinCounts
from cisphys.inference.newton import minimise
from cisphys.inference.orientation import reflect
from cisphys.inference.problem import Problem
from cisphys.inference.refit import follow, shared_solver
from cisphys.inference.sorted_bins import SortedBins
from cisphys.inference.start import random_start, ranked_effects
from cisphys.models.families import network_of
from cisphys.models.mirrors import find_mirrors

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
    start = random_start(problem, ranked_effects(problem)[0], np.random.default_rng(4))
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
    ensemble = bootstrap(problem, best, range(120), Resampling(1))
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
    whole = bootstrap(problem, best, range(4), Resampling(7))
    parts = [bootstrap(problem, best, range(first, first + 2), Resampling(7), workers=2) for first in (0, 2)]
    np.testing.assert_array_equal(np.concatenate([part.values for part in parts]), whole.values)
    assert not np.array_equal(bootstrap(problem, best, range(1), Resampling(8)).values, whole.values[:1])


def test_errors_leave_out_what_did_not_converge(additive):
    problem, best = additive
    ensemble = bootstrap(problem, best, range(4), Resampling(7))
    ensemble.converged[1] = False
    np.testing.assert_allclose(ensemble.errors, ensemble.values[[0, 2, 3]].std(0, ddof=1))


def test_progress_is_told(additive):
    problem, best = additive
    told = []
    bootstrap(problem, best, range(3, 6), Resampling(7), progress=lambda *each: told.append(each))
    assert told == [(1, 3), (2, 3), (3, 3)]


def test_variants_of_several_datasets_are_drawn_together():
    """Two replicates of one library: what is drawn of the one is drawn of the other; a variant without reads is never drawn."""
    letters = np.array([[0, 1], [2, 3], [1, 1], [3, 0]], dtype=np.uint8)
    counts = np.array([[1, 1], [2, 1], [0, 0], [4, 1]])
    one = dataset_of(letters, counts)
    other = dataset_of(letters[::-1], 3 * counts[::-1])
    spec = spec_of("type: additive\n").for_length(2)
    pair = Problem(network_of(spec), [one, other], np.zeros(2, np.uint8), 1e-3, 6)
    how = Resampling(1, "variants", clusters=[torch.tensor([5, 0, 1, 3]), torch.tensor([3, 1, 0, 5])])
    totals = []
    for seed in range(60):
        drawn = resample(pair, how, np.random.default_rng(seed))
        first, second = (term.process.per_variant for term in drawn.terms)
        np.testing.assert_array_equal(second, 3 * first.flip(0))
        totals.append(first.numpy())
    times = np.array(totals)[:, [0, 1, 3]] / [2, 3, 5]
    assert (times.sum(1) == 3).all()
    np.testing.assert_allclose(times.mean(0), 1, atol=0.35)


def test_variants_without_reads_change_nothing_when_left_out(tiny_problem):
    problem, p = tiny_problem
    drawn = resample(problem, Resampling(1, "variants"), np.random.default_rng(1))
    short = copy(drawn)
    short.terms = [term.measured_only() for term in drawn.terms]
    for term, full in zip(short.terms, drawn.terms, strict=True):
        assert len(term.process.share) == term.design.variants == int((full.process.share > 0).sum())
    whole, part = drawn.evaluate(p), short.evaluate(p)
    assert part.objective == pytest.approx(whole.objective, rel=1e-12)
    np.testing.assert_allclose(short.ascent(p, part), drawn.ascent(p, whole), rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(short.curvature(p, part), drawn.curvature(p, whole), rtol=1e-9, atol=1e-9)


@pytest.fixture(scope="module")
def cold(fit):
    return bootstrap(fit.problem, fit.best, range(3), Resampling(2, start="cold", restarts=2))


def test_cold_replicates_find_what_warm_ones_do(fit, cold):
    """The same draws: from random starts, another way round, the same optima, as the same mirror image."""
    warm = bootstrap(fit.problem, fit.best, range(3), Resampling(2))
    assert cold.converged.all()
    elements = slice(0, fit.problem.elements)
    spread = np.abs(warm.values - fit.best.p[: fit.problem.structural].numpy())[:, elements].mean()
    assert np.abs(cold.values - warm.values)[:, elements].mean() < 0.3 * spread
    np.testing.assert_allclose(cold.log_scales, warm.log_scales, atol=0.05)


def test_cold_replicates_follow_from_seed_and_number_alone(fit, cold):
    last = bootstrap(fit.problem, fit.best, range(2, 3), Resampling(2, start="cold", restarts=2))
    np.testing.assert_array_equal(last.values, cold.values[2:])


def test_the_nearest_mirror_image_is_the_fit_s_own(fit):
    images = [reflect(fit.problem, fit.best.p, mirror) for mirror in find_mirrors(fit.network.spec)]
    assert len(images) >= 3
    for image in images:
        found = nearest_image(fit.problem, image, fit.best)
        np.testing.assert_allclose(found[: fit.problem.structural], fit.best.p[: fit.problem.structural], atol=1e-9)


def test_threads_work_on_the_device_of_their_caller(additive, monkeypatch):
    """Each thread has a default device of its own; torch's device of shapes stands in for a GPU."""
    (problem, best), seen = additive, []
    monkeypatch.setattr(ensembles, "resample", lambda *given: copy(problem))
    monkeypatch.setattr(ensembles, "shared_solver", lambda *given: len)
    monkeypatch.setattr(ensembles, "follow", lambda *given: seen.append(torch.get_default_device().type) or best)
    monkeypatch.setattr(type(problem.terms[0]), "latent", lambda *given: best.at.latents[0])
    with torch.device("meta"):
        bootstrap(problem, best, range(2), Resampling(1), workers=2)
    assert seen == ["meta", "meta"]
