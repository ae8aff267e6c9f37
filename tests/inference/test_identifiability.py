"""What the reads inform, and over-dispersion."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from promoters import dataset_of, draw_counts, mutants, sorted_reads, spec_of

from cisphys.inference.dataset import Dataset
from cisphys.inference.identifiability import assess, overdispersion
from cisphys.inference.measured import BinCounts
from cisphys.inference.newton import minimise
from cisphys.inference.problem import Problem
from cisphys.models.equilibrium import ThermodynamicNetwork

# B binds only beside A: its chemical potential and the interaction appear in their sum alone
ONLY_BESIDE = """\
sites: {A: {start: 0, stop: 4}, B: {start: 4, stop: 8}}
interactions: [[A, B]]
states: {none: [], A: [A], A+B: [A, B]}
transcribes: [A+B, A]
"""
ONE_SITE = "sites: {P: {start: 0, stop: 6}}\nstates: {off: [], on: [P]}\ntranscribes: [on]\n"


def optimum_of(text, dataset, reference):
    problem = Problem(ThermodynamicNetwork(spec_of(text)), [dataset], reference, 0.1, 6)
    start = torch.tensor(np.random.default_rng(3).normal(0, 0.5, problem.size))
    return problem, minimise(problem, start, tolerance=1e-6)


def independent_reads(length=6, variants=3000, seed=1) -> Dataset:
    """One read of each variant, in one of three bins, by the number of its mutations."""
    letters = mutants(np.zeros(length, np.uint8), variants, 0.3, seed)
    middle = (letters > 0).sum(1) / length
    p = np.stack([middle, np.full(variants, 0.3), 1 - middle], 1) + 0.1
    return dataset_of(letters, draw_counts(p / p.sum(1, keepdims=True), [1] * variants, seed))


def test_chemical_potential_of_the_polymerase_is_absorbed(fit):
    found = assess(fit.problem, fit.best)
    names = fit.network.scalar_names
    first = fit.problem.elements
    assert [bool(value) for value in found.absorbed[first:]] == [name == "mu.P" for name in names]
    assert [bool(value) for value in found.informed[first:]] == [name != "mu.P" for name in names]
    assert not found.absorbed[:first].any()


def test_a_single_site_has_no_scale():
    """p(bin | latent) takes up any stretch of the latent: the matrix is known up to a factor, its mu not at all."""
    problem, best = optimum_of(ONE_SITE, independent_reads(), np.zeros(6, np.uint8))
    found = assess(problem, best)
    assert found.absorbed.nonzero().flatten().tolist() == [problem.elements]
    assert not found.informed.any()
    assert found.scale_error == float("inf")


def test_two_parameters_that_trade_off_are_both_uninformed():
    dataset = independent_reads(length=8)
    problem, best = optimum_of(ONLY_BESIDE, dataset, np.zeros(8, np.uint8))
    found = assess(problem, best)
    of = dict(zip(["mu.A", "mu.B", "interaction.A.B"], range(problem.elements, problem.structural), strict=True))
    assert found.absorbed[of["mu.A"]]
    for name in ("mu.B", "interaction.A.B"):
        assert not found.absorbed[of[name]]
        assert not found.informed[of[name]]


def test_standard_error_is_that_of_the_inverse_information(fit):
    """With the directions that the reads say nothing about held, it is the root of the inverse's diagonal."""
    problem, best = fit.problem, fit.best
    information = problem.information(best.p, best.at)
    cut = problem.structural
    information[cut:, cut:] += problem.prior[cut:, cut:]
    index = fit.network.scalar_names.index("mu.P") + problem.elements
    kept = torch.tensor([i for i in range(problem.size) if i != index])
    variance = torch.linalg.inv(information[kept[:, None], kept]).diagonal()
    found = assess(problem, best)
    for parameter in (problem.elements, cut - 1):
        expected = variance[(kept == parameter).nonzero().item()].sqrt()
        assert found.error[parameter].item() == pytest.approx(expected.item(), rel=1e-3)


@pytest.fixture(scope="module")
def singles(truth, fit):
    """One read each of 36,000 variants, and the optimum started from that of `fit`."""
    dataset = sorted_reads(*truth, variants=40_000, per_variant=1, dose="0", gate_count=4, seed=5)
    return dataset, *optimum_near(fit, truth, dataset, 1)


def optimum_near(fit, truth, dataset, k):
    """Return problem and optimum with all penalties `k` times as strong as usual."""
    problem = Problem(truth[0], [dataset], truth[1], 0.01 * k, 8)
    problem.prior *= k
    problem.scale_width /= np.sqrt(k)
    return problem, minimise(problem, fit.best.p, tolerance=1e-7)


def unit(problem, index):
    """Return the functional that picks one parameter."""
    return (torch.arange(problem.size) == index).double()


def test_independent_reads_are_not_overdispersed(singles):
    _, problem, best = singles
    for functional in (unit(problem, 0), unit(problem, problem.elements), unit(problem, 0) - 2 * unit(problem, 20)):
        assert 1 <= overdispersion(problem, best, functional) < 1.1


def test_counts_times_k_multiply_the_overdispersion_by_k(fit, truth, singles):
    """With counts and penalties k-fold, scores s and information H grow k-fold: sum (a . s)^2 / a . f, a = H^-1 f, does too."""
    single = singles[0]
    found = {}
    for k in (2, 4, 6):
        dataset = replace(single, data=BinCounts(k * single.counts, single.bins))
        problem, best = optimum_near(fit, truth, dataset, k)
        found[k] = overdispersion(problem, best, unit(problem, 0))
    assert found[2] == pytest.approx(2, rel=0.1)
    assert found[4] == pytest.approx(2 * found[2], rel=1e-3)
    assert found[6] == pytest.approx(3 * found[2], rel=1e-3)
