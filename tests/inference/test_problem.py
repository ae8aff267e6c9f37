"""The objective of a fit, its gradient and its information, against a second way to work them out."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from promoters import LEVELS, REPRESSION, dataset_of, draw_counts, random_letters, spec_of
from second_way import SlowProblem, slopes

from cisphys.inference import sorted_bins
from cisphys.inference.problem import Problem
from cisphys.models.equilibrium import ThermodynamicNetwork


@pytest.fixture
def slow(tiny):
    spec, datasets, wild_type = tiny
    return SlowProblem(spec, LEVELS, datasets, wild_type, 0.07, 6)


def test_parameters_are_elements_then_mu_then_interactions_then_splines(tiny_problem):
    problem, _ = tiny_problem
    # 6 bases in each of 2 sites; mu.A at two doses, mu.P; one interaction; 6 splines for 3 and for 2 free bins
    assert (problem.elements, problem.structural, problem.size) == (36, 40, 40 + 18 + 12)
    assert problem.network.scalar_names == ["mu.A.0", "mu.A.10", "mu.P", "interaction.A.P"]
    assert [term.structural[-3:].tolist() for term in problem.terms] == [[36, 38, 39], [37, 38, 39]]
    assert [(term.beta.start, term.beta.stop) for term in problem.terms] == [(40, 58), (58, 70)]


def test_objective(tiny_problem, slow):
    problem, p = tiny_problem
    at = problem.evaluate(p)
    assert at.objective == pytest.approx(slow.objective(p.numpy()), abs=1e-4)
    for found, log_p, dataset in zip(at.measured, slow.log_p(p.numpy()), slow.datasets, strict=True):
        assert found.log_likelihood == pytest.approx((dataset.counts * log_p).sum(), abs=1e-4)


def test_latent_is_standardised_over_reads(tiny_problem):
    problem, p = tiny_problem
    for term, latent in zip(problem.terms, problem.evaluate(p).latents, strict=True):
        reads = term.process.per_variant.numpy()
        assert np.average(latent.v, weights=reads) == pytest.approx(0, abs=1e-12)
        assert np.average(latent.v**2, weights=reads) == pytest.approx(1)


def test_gradient_of_every_parameter_against_finite_differences(tiny_problem):
    problem, p = tiny_problem
    ascent = problem.ascent(p, problem.evaluate(p)).numpy()
    expected = -slopes(lambda q: problem.evaluate(torch.tensor(q)).objective, p.numpy())
    np.testing.assert_allclose(ascent, expected, atol=2e-5)
    for group in (slice(0, 36), slice(36, 39), slice(39, 40), slice(40, 58), slice(58, 70)):
        assert np.abs(expected[group]).max() > 0.01


def test_gradient_against_the_second_way(tiny_problem, slow):
    problem, p = tiny_problem
    ascent = problem.ascent(p, problem.evaluate(p)).numpy()
    np.testing.assert_allclose(ascent, -slopes(slow.objective, p.numpy()), atol=1e-3)


@pytest.mark.parametrize(("nodes", "tolerance"), [(64, 0.06), (4096, 1e-3)])
def test_information_is_the_expected_outer_product_of_scores(tiny, slow, monkeypatch, nodes, tolerance):
    """p(bin | v) and its slope are taken at the nearest node: with more nodes, the information comes closer to the sum."""
    monkeypatch.setattr(sorted_bins, "_NODES_PER_INTERVAL", nodes)
    spec, datasets, wild_type = tiny
    problem = Problem(ThermodynamicNetwork(spec, LEVELS), datasets, wild_type, 0.07, 6)
    p = torch.tensor(np.random.default_rng(7).normal(0, 0.8, problem.size))
    information = problem.information(p, problem.evaluate(p)).numpy()
    expected = np.zeros_like(information)
    for k, dataset in enumerate(slow.datasets):
        score = slopes(lambda q, k=k: slow.log_p(q)[k], p.numpy())  # (size, variants, bins)
        weight = dataset.counts.sum(1)[:, None] * np.exp(slow.log_p(p.numpy())[k])
        expected += np.einsum("inb,jnb,nb->ij", score, score, weight)
    scale = np.sqrt(np.clip(expected.diagonal(), 1e-3, None))
    np.testing.assert_allclose(information / np.outer(scale, scale), expected / np.outer(scale, scale), atol=tolerance)


def test_information_is_symmetric_and_positive_semidefinite(tiny_problem):
    problem, p = tiny_problem
    for scale in (0.1, 1.0, 4.0):
        information = problem.information(scale * p, problem.evaluate(scale * p))
        np.testing.assert_allclose(information, information.T, atol=1e-9)
        values = torch.linalg.eigvalsh(information)
        assert values[0] > -1e-3 * values[-1]


def test_information_by_pairs_and_dense_is_the_same(tiny_problem):
    problem, p = tiny_problem
    found = []
    for pairs_pay in (True, False):
        for term in problem.terms:
            term.design.pairs_pay = pairs_pay
        found.append(problem.information(p, problem.evaluate(p)))
    np.testing.assert_allclose(found[0], found[1], atol=1e-9)


def penalty(problem, p):
    at = problem.evaluate(p)
    return at.objective + sum(each.log_likelihood for each in at.measured)


def test_penalty(tiny_problem, slow):
    problem, p = tiny_problem
    assert penalty(problem, p) == pytest.approx(slow.prior(p.numpy()))
    problem.set_ridge(25.0)
    slow.ridge = 25.0
    assert penalty(problem, p) == pytest.approx(slow.prior(p.numpy()))
    expected = -slopes(lambda q: problem.evaluate(torch.tensor(q)).objective, p.numpy())
    np.testing.assert_allclose(problem.ascent(p, problem.evaluate(p)), expected, atol=1e-4)


def test_curvature_is_the_information_and_that_of_the_penalty(tiny_problem, slow):
    problem, p = tiny_problem
    problem.set_ridge(25.0)
    at = problem.evaluate(p)

    def residuals(q):  # half the sum of their squares is the penalty on matrices and scale
        return np.append(np.sqrt(25.0) * slow.shapes(q).ravel(), slow.off_scale(q))

    J = slopes(residuals, p.numpy())
    expected = problem.information(p, at) + problem.prior + torch.tensor(J @ J.T)
    np.testing.assert_allclose(problem.curvature(p, at), expected, atol=1e-5)


def test_ridge_does_not_depend_on_the_reference(tiny):
    """The same matrices told against another reference differ by a constant per position: neither ridge nor fit may change."""
    spec, datasets, wild_type = tiny
    network = ThermodynamicNetwork(spec, LEVELS)
    other = random_letters(1, 18, seed=9)[0]
    problems = [Problem(network, datasets, reference, 0.5, 6) for reference in (wild_type, other)]
    random = np.random.default_rng(3)
    theta = [random.normal(0, 1, (len(site), 4)) for site in spec.sites]
    rest = torch.tensor(random.normal(0, 1, problems[0].size - problems[0].elements))
    # chemical potentials take up what the gauge moves, and carry the weak prior: compare without it
    one, two = (
        problem.evaluate(parameters_of(problem, theta, rest)).objective - weak_prior(problem, theta, rest) for problem in problems
    )
    assert one == pytest.approx(two)


def parameters_of(problem, theta, rest):
    """Return p for matrices in any gauge: zero at the reference, what that takes away goes into mu."""
    elements, shifts = [], []
    for matrix, zero in zip(theta, problem.terms[0].design.zeros, strict=True):
        is_free = np.arange(4) != zero[:, None]
        own = matrix[~is_free]
        elements.append((matrix - own[:, None])[is_free])
        shifts.append(own.sum())
    rest = rest.clone()
    rest[:3] += torch.tensor([shifts[0], shifts[0], shifts[1]])
    return torch.cat([torch.tensor(np.concatenate(elements)), rest])


def weak_prior(problem, theta, rest):
    return 0.5e-4 * float((parameters_of(problem, theta, rest)[problem.elements : problem.structural] ** 2).sum())


def test_scale_is_the_latent_s_spread_within_datasets(tiny_problem, slow):
    problem, p = tiny_problem
    at = problem.evaluate(p)
    assert problem.log_scale(at.latents) == pytest.approx(0.5 * np.log(slow.standardised(p.numpy())[1]))
    expected = slopes(lambda q: 0.5 * np.log(slow.standardised(q)[1]), p.numpy())
    np.testing.assert_allclose(problem.slope_of_scale(at), expected[: problem.structural], atol=1e-7)
    assert not expected[problem.structural :].any()


def test_ridge_does_not_pull_at_the_size_of_a_matrix(tiny_problem):
    problem, p = tiny_problem
    stretched = p.clone()
    stretched[problem.terms[0].design.slices[1]] *= 7.0
    assert problem.ridge.value(stretched) == pytest.approx(problem.ridge.value(p))
    assert problem.ridge.value(p) > 0.1


def test_model_without_interactions():
    letters = random_letters(50, 8, seed=1)
    counts = draw_counts(np.full((50, 3), 1 / 3), [4] * 50)
    datasets = [dataset_of(letters, counts)]
    spec, reference = spec_of(REPRESSION), np.zeros(8, np.uint8)
    problem = Problem(ThermodynamicNetwork(spec), datasets, reference, 0.1, 5)
    p = torch.tensor(np.random.default_rng(2).normal(0, 1, problem.size))
    slow = SlowProblem(spec, {}, datasets, reference, 0.1, 5)
    assert problem.structural == problem.elements + 2
    assert problem.evaluate(p).objective == pytest.approx(slow.objective(p.numpy()), abs=1e-4)
    np.testing.assert_allclose(problem.ascent(p, problem.evaluate(p)), -slopes(slow.objective, p.numpy()), atol=1e-3)


def test_the_same_sequence_in_two_datasets_is_one_unit(tiny):
    spec, (first, second), wild_type = tiny
    rows = np.unique(first.letters, axis=0, return_index=True)[1]
    one = replace(first, letters=first.letters[rows], data=replace(first.data, counts=first.counts[rows]), part=first.part[rows])
    backwards = replace(second, letters=one.letters[::-1].copy(), part=one.part[::-1])
    backwards = replace(backwards, data=replace(second.data, counts=second.counts[: len(rows)]))
    problem = Problem(ThermodynamicNetwork(spec, LEVELS), [one, backwards], wild_type, 0.1, 6)
    values = torch.arange(2.0 * len(rows), dtype=torch.float64)
    expected = values[: len(rows)] + values[len(rows) :].flip(0)
    assert torch.equal(problem.by_sequence(values), expected)
    alone = Problem(ThermodynamicNetwork(spec, LEVELS), [one], wild_type, 0.1, 6)
    assert torch.equal(alone.by_sequence(values[: len(rows)]), values[: len(rows)])
