"""p(bin | v): the tabulated likelihood, its gradients and its information against the formula itself."""

import numpy as np
import pytest
import torch
from second_way import log_p_bins, slopes, spline_basis

from cisphys.inference.measured import BinCounts
from cisphys.inference.measurement import standardise
from cisphys.inference.sorted_bins import SortedBins

FUNCTIONS, BINS, VARIANTS = 7, 4, 60


@pytest.fixture
def counts():
    counts = np.random.default_rng(3).poisson(0.7, (VARIANTS, BINS)).astype(float)
    counts[5] = 0
    return counts


@pytest.fixture
def bins(counts):
    return SortedBins(BinCounts(counts, tuple(range(BINS))), FUNCTIONS)


@pytest.fixture
def beta():
    return torch.tensor(np.random.default_rng(1).normal(0, 2, FUNCTIONS * (BINS - 1)))


@pytest.fixture
def v():
    spread = np.random.default_rng(2).normal(0, 1.2, VARIANTS)
    return torch.tensor(np.concatenate([spread[:-3], [-40.0, 40.0, 0.0]]))


def by_formula(v, beta):
    """Return log p(bin | v), (variants, bins), a second way."""
    return log_p_bins(np.asarray(v), np.asarray(beta).reshape(FUNCTIONS, BINS - 1))


def test_formula_is_the_one_of_the_docstring(bins, beta, v):
    np.testing.assert_allclose(bins.log_probability(beta, v), by_formula(v, beta), atol=1e-12)
    np.testing.assert_allclose(bins.log_probability(beta, v).exp().sum(1), 1, atol=1e-12)


def test_tabulated_likelihood_is_the_formula_s(bins, beta, v, counts):
    found = bins.evaluate(beta, v).log_likelihood
    assert abs(found - (counts * by_formula(v, beta)).sum()) < 1e-6 * counts.sum()


def test_likelihood_per_variant(bins, beta, v, counts):
    found = bins.log_likelihoods(beta, v)
    np.testing.assert_allclose(found, (counts * by_formula(v, beta)).sum(1), atol=1e-12)
    assert found[5] == 0


def test_gradients_against_autograd_of_the_formula(bins, beta, v, counts):
    found = bins.evaluate(beta, v)
    free_v, free_beta = v.clone().requires_grad_(), beta.clone().requires_grad_()
    z = torch.sigmoid(free_v / 0.8)
    # the truncated powers of a cubic B-spline, so that autograd can pass through z
    places = torch.arange(FUNCTIONS) - 3.0
    x = z[:, None] * (FUNCTIONS - 3) - places
    powers = [(-1) ** j * c * torch.relu(x - j) ** 3 for j, c in enumerate([1, 4, 6, 4, 1])]
    psi = sum(powers) / 6 @ torch.cat([free_beta.view(FUNCTIONS, -1), torch.zeros(FUNCTIONS, 1)], 1)
    likelihood = (torch.tensor(counts) * psi.log_softmax(1)).sum()
    likelihood.backward()
    np.testing.assert_allclose(found.by_v, free_v.grad, atol=1e-4)
    np.testing.assert_allclose(found.by_beta, free_beta.grad, atol=1e-5)


def test_gradients_against_finite_differences_of_the_table(bins, beta, v):
    found = bins.evaluate(beta, v)
    of_v = slopes(lambda values: bins.evaluate(beta, torch.tensor(values)).log_likelihood, v.numpy())
    of_beta = slopes(lambda values: bins.evaluate(torch.tensor(values), v).log_likelihood, beta.numpy())
    np.testing.assert_allclose(found.by_v, of_v, atol=1e-5)
    np.testing.assert_allclose(found.by_beta, of_beta, atol=1e-6)


def test_a_place_saves_work_and_changes_nothing(bins, beta, v):
    once = bins.evaluate(beta, v)
    again = bins.evaluate(beta * 0.5, v, once.place)
    assert again.log_likelihood == bins.evaluate(beta * 0.5, v).log_likelihood
    assert again.place is once.place


def node_information(beta, reads_at_node):
    """Return the information of beta of reads at the nodes, a sum over outcomes of score times score."""
    z = np.linspace(0, 1, len(reads_at_node))
    B = spline_basis(z, FUNCTIONS)
    p = np.exp(by_formula(0.8 * np.log(np.clip(z, 1e-12, None) / np.clip(1 - z, 1e-12, None)), beta))
    total = np.zeros((FUNCTIONS * (BINS - 1),) * 2)
    for node, reads in enumerate(reads_at_node):
        for outcome in range(BINS):
            score = np.outer(B[node], (np.arange(BINS - 1) == outcome) - p[node, :-1]).ravel()
            total += reads * p[node, outcome] * np.outer(score, score)
    return total


def test_information_of_beta_against_a_sum_over_bins(bins, beta, v, counts):
    place = bins.evaluate(beta, v).place
    nodes = FUNCTIONS - 3
    nearest = np.round(1 / (1 + np.exp(-v.numpy() / 0.8)) * nodes * 64).astype(int)
    reads_at_node = np.bincount(nearest, counts.sum(1), nodes * 64 + 1)
    expected = node_information(beta, reads_at_node)
    np.testing.assert_allclose(bins.own_information(beta, v, place), expected, atol=1e-8)
    np.testing.assert_allclose(bins.information(beta, v, place).own, expected, atol=1e-8)


def test_information_of_the_latent_against_a_sum_over_bins(bins, beta, v, counts):
    found = bins.information(beta, v, bins.evaluate(beta, v).place)
    log_p, step = by_formula(v, beta), 1e-5
    by_v = (by_formula(v + step, beta) - by_formula(v - step, beta)) / (2 * step)
    by_beta = slopes(lambda values: by_formula(v, values), beta.numpy())  # (size, variants, bins)
    reads, p = counts.sum(1), np.exp(log_p)
    scale = reads.max()
    np.testing.assert_allclose(found.w, reads * (p * by_v**2).sum(1), atol=0.02 * scale)
    weight, table = found.cross[0]
    mixed = reads[:, None] * np.einsum("nb,nb,knb->nk", p, by_v, by_beta)
    np.testing.assert_allclose(weight[:, None] * table[found.cell], mixed, atol=0.02 * scale)


def test_mirrored_is_read_at_the_opposite_latent(bins, beta, v):
    np.testing.assert_allclose(bins.log_probability(bins.mirrored(beta), v), bins.log_probability(beta, -v), atol=1e-12)


def test_penalty_is_that_of_each_bin_s_curve(bins, beta):
    bends = np.diff(beta.view(FUNCTIONS, -1).numpy(), 2, axis=0)
    expected = 0.3 * ((bends**2).sum() + 0.01 * (beta**2).sum().item())
    assert (beta @ bins.penalty(0.3) @ beta).item() == pytest.approx(expected)


def test_a_fit_starts_from_the_bins_shares(bins, counts, v):
    p = bins.log_probability(bins.start(), v).exp()
    np.testing.assert_allclose(p, np.tile(counts.sum(0) / counts.sum(), (VARIANTS, 1)), atol=1e-12)


def test_response_is_the_mean_sorted_bin():
    counts = np.array([[9, 1, 0, 0], [0, 1, 1, 2], [5, 0, 0, 0]])
    mean, reads = SortedBins(BinCounts(counts, (0, 1, 2, 3)), 5).response()
    assert mean.tolist() == [0, 1.25, 0]
    assert reads.tolist() == [1, 4, 0]


def test_standardised_values_have_weighted_mean_0_and_sd_1():
    share = torch.tensor([0.5, 0.25, 0.25], dtype=torch.float64)
    found = standardise(torch.tensor([0.0, 4.0, 8.0], dtype=torch.float64), share)
    np.testing.assert_allclose(found, (np.array([0, 4, 8]) - 3) / np.sqrt(11), atol=1e-14)
