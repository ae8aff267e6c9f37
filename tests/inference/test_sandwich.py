"""Robust standard errors: against scores by autograd, repeated data whose errors are known by hand, and simulated refits."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from promoters import dataset_of, draw_counts, mutants, spec_of

from cisphys.inference.measured import BinCounts
from cisphys.inference.newton import minimise
from cisphys.inference.problem import Problem
from cisphys.inference.refit import follow, shared_solver
from cisphys.inference.sandwich import clusters_of, covariances, sum_of_squared_scores
from cisphys.inference.sorted_bins import SortedBins
from cisphys.models.families import network_of

LENGTH, VARIANTS = 5, 500


def log_likelihoods(problem, p):
    """Return each dataset's log likelihood per variant, differentiable in p, the latent by plain products."""
    for term in problem.terms:
        placed = [torch.as_tensor(placed.matrix.toarray()) for placed in term.design.placed]
        blocks = [term.design.slices[each.block] for each in term.design.placed]
        energies = torch.stack([x @ p[block] for x, block in zip(placed, blocks, strict=True)], 1)
        u = problem.network.latent(energies, term.local_scalars(p)[None])
        share = term.process.share
        v = (u - share @ u) / (share @ (u - share @ u) ** 2).sqrt()
        functions, entries = term.process.functions, (term.process.variant, term.process.bin)
        spline = torch.cat([p[term.beta].view(functions, -1), torch.zeros(functions, 1).double()], 1)
        log_p = (bumps(torch.sigmoid(v / 0.8), functions) @ spline).log_softmax(1)
        rows = torch.zeros(len(v), term.process.bins).double().index_put(entries, term.process.count)
        yield (rows * log_p).sum(1)


def bumps(z, functions):
    """Return uniform cubic B-splines (points, functions) as third differences of truncated cubes."""
    x = z[:, None] * (functions - 3) - torch.arange(-3, functions - 3)
    cubes = [factor * (x - shift).clamp(min=0) ** 3 for shift, factor in enumerate((1, -4, 6, -4, 1))]
    return sum(cubes) / 6


def test_squared_scores_are_those_of_autograd(tiny_problem):
    problem, p = tiny_problem
    best = minimise(problem, p, most=3)
    scores = torch.autograd.functional.jacobian(lambda free: torch.cat(list(log_likelihoods(problem, free))), best.p)
    found = sum_of_squared_scores(problem, best)
    np.testing.assert_allclose(found, scores.T @ scores, rtol=1e-4, atol=1e-5 * float(found.abs().max()))
    ends = [len(term.process.share) for term in problem.terms]
    first, second = scores.split(ends)
    together = clusters_of_first(*ends)
    summed = first.index_add(0, together[1], second)
    found = sum_of_squared_scores(problem, best, together)
    np.testing.assert_allclose(found, summed.T @ summed, rtol=1e-4, atol=1e-5 * float(found.abs().max()))


def clusters_of_first(first, second):
    """Put the variants of the second dataset into clusters with those of the first, in a mixed order."""
    assert second <= first
    return [torch.arange(first), torch.tensor(np.random.default_rng(1).permutation(first)[:second])]


def three_bins(letters, u, noise, reads, generator):
    """Return counts of a few reads per variant; the log odds of its bins are off by an error of its own."""
    u = (u - u.mean()) / u.std() + generator.normal(0, noise, len(u))
    p = np.exp(np.stack([-1.5 * u, 0.3 * np.ones_like(u), 1.5 * u], 1))
    return draw_counts(p / p.sum(1, keepdims=True), [reads] * len(u), int(generator.integers(2**31)))


@pytest.fixture(scope="module")
def library():
    """Return variants (variants, 5), all distinct, and their energies."""
    letters = np.unique(mutants(np.zeros(LENGTH, np.uint8), 2000, 0.4, seed=2), axis=0)
    letters = np.random.default_rng(2).permutation(letters)[:VARIANTS]
    theta = np.random.default_rng(3).normal(0, 1, (LENGTH, 4))
    return letters, -theta[np.arange(LENGTH), letters].sum(1)


def all_training(letters, counts):
    dataset = dataset_of(letters, counts)
    return replace(dataset, part=np.zeros(len(letters), np.int8))


def optimum(datasets, k=1.0, start=None):
    """Return problem and optimum, all penalties `k` times as strong as usual."""
    network = network_of(spec_of("type: additive\n").for_length(LENGTH))
    problem = Problem(network, datasets, np.zeros(LENGTH, np.uint8), 0.01 * k, 5)
    problem.prior *= k
    problem.scale_width /= k**0.5
    start = torch.tensor(np.random.default_rng(4).normal(0, 0.5, problem.size)) if start is None else start
    return problem, minimise(problem, start, tolerance=1e-8)


@pytest.fixture(scope="module")
def counted(library):
    letters, u = library
    return all_training(letters, three_bins(letters, u, 0.0, 3, np.random.default_rng(5)))


def test_reads_counted_k_times_change_no_robust_error(counted):
    """Counts and penalties k-fold: H and Q grow k-fold, B = sum s s' k^2-fold: H^-1 B H^-1 stays, H^-1 and H^-1 Q H^-1 shrink."""
    problem, best = optimum([counted])
    three = replace(counted, data=BinCounts(3 * counted.counts, counted.bins))
    tripled, same = optimum([three], 3.0, best.p)
    before, after = covariances(problem, best), covariances(tripled, same)
    np.testing.assert_allclose(after.naive, before.naive / 3, rtol=1e-3)
    priors = priors_in_the_middle(problem, best)
    assert float(before.sandwich.diagonal().min()) > 0
    np.testing.assert_allclose(after.sandwich - priors / 3, before.sandwich - priors, rtol=0.01, atol=2e-5)
    assert after.informed == pytest.approx(before.informed, rel=1e-6)


def priors_in_the_middle(problem, best):
    """Return H^-1 Q H^-1 of the structural parameters."""
    inverse = torch.linalg.inv(problem.curvature(best.p, best.at))
    priors = problem.curvature(best.p, best.at) - problem.information(best.p, best.at)
    return (inverse @ priors @ inverse)[: problem.structural, : problem.structural]


def test_a_replicate_with_the_same_reads_says_nothing_new_of_its_variants(counted):
    """Two datasets with the same reads: a cluster's score is twice a dataset's, so B of the network is 4-fold, not 2-fold."""
    again = replace(counted, name="again")
    problem, best = optimum([counted, again])
    cut = slice(0, problem.structural)
    apart = sum_of_squared_scores(problem, best)[cut, cut]
    together = sum_of_squared_scores(problem, best, clusters_of([counted, again]))[cut, cut]
    np.testing.assert_allclose(together, 2 * apart, rtol=1e-2, atol=1e-3 * float(apart.abs().max()))


def test_clusters_are_the_distinct_sequences(library):
    letters = library[0][:6]
    one, two = dataset_of(letters, np.ones((6, 2))), dataset_of(letters[[4, 0, 4]], np.ones((3, 2)))
    found = clusters_of([one, two])
    for a in range(6):
        for position, b in enumerate((4, 0, 4)):
            assert bool(found[0][a] == found[1][position]) == np.array_equal(letters[a], letters[b])


def test_pull_of_the_ridge_is_what_a_change_of_it_does(counted):
    """dp / d log ridge by refits at a ridge 5 % up and down."""
    problem, best = optimum([counted])
    problem.set_ridge(0.2)
    best = minimise(problem, best.p, tolerance=1e-9)
    found = covariances(problem, best).pull
    ends = []
    for factor in (1.05, 1 / 1.05):
        problem.set_ridge(0.2 * factor)
        ends.append(minimise(problem, best.p, tolerance=1e-12).p[: problem.structural])
    expected = (ends[0] - ends[1]) / (2 * np.log(1.05))
    # the curvature holds the expected information, where the objective has the reads' own
    assert float((found - expected).norm()) < 0.15 * float(expected.norm())


@pytest.mark.parametrize(("noise", "refits"), [(0.0, 60), (0.8, 200)])
def test_sandwich_is_the_spread_of_refits(library, noise, refits):
    """Refits of reads that are drawn anew, errors of the variants included; elements relative to the energies' scale."""
    letters, u = library
    generator = np.random.default_rng(6)
    draws = [three_bins(letters, u, noise, 6, generator) for _ in range(refits)]
    problem, best = optimum([all_training(letters, draws[0])])
    solve, theta, errors = shared_solver(problem, best), [], []
    for number, drawn in enumerate(draws):
        other = problem.resampled(lambda process, drawn=drawn: SortedBins(BinCounts(drawn, (0, 1, 2)), process.functions))
        refit = follow(other, best.p, solve, 0.01)
        assert refit.converged
        elements, scale = refit.p[: problem.elements], np.exp(problem.log_scale(refit.at.latents))
        theta.append((elements / scale).numpy())
        if number < 20:
            at_scale = torch.eye(problem.elements).double() - torch.outer(elements, other.slope_of_scale(refit.at))
            found = covariances(other, refit)
            errors.append([(found.errors(at_scale, robust) / scale).numpy() for robust in (True, False)])
    spread = np.std(theta, axis=0, ddof=1)
    robust, naive = np.sqrt((np.array(errors) ** 2).mean(0)) / spread
    # a spread is known to 5 or 9 %, the mean of 15 that hang together to about a third of that
    assert robust.mean() == pytest.approx(1, abs=0.07)
    if noise:
        assert naive.mean() < 0.85 * robust.mean()
    else:
        assert naive.mean() == pytest.approx(robust.mean(), abs=0.05)
