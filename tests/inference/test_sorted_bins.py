"""p(bin | v): the tabulated likelihood, its gradients and its information against the formula itself."""

import numpy as np
import pytest
import torch
from second_way import log_p_bins, slopes, spline_basis

from cisphys.inference.sorted_bins import BinnedReads, SortedBins, expected_information

FUNCTIONS, BINS, VARIANTS = 7, 4, 60


@pytest.fixture
def bins():
    return SortedBins(FUNCTIONS, BINS)


@pytest.fixture
def beta():
    return torch.tensor(np.random.default_rng(1).normal(0, 2, (FUNCTIONS, BINS - 1)))


@pytest.fixture
def v():
    spread = np.random.default_rng(2).normal(0, 1.2, VARIANTS)
    return torch.tensor(np.concatenate([spread[:-3], [-40.0, 40.0, 0.0]]))


@pytest.fixture
def counts():
    counts = np.random.default_rng(3).poisson(0.7, (VARIANTS, BINS)).astype(float)
    counts[5] = 0
    return counts


def test_formula_is_the_one_of_the_docstring(bins, beta, v):
    np.testing.assert_allclose(bins.log_probability(v, beta), log_p_bins(v.numpy(), beta.numpy()), atol=1e-12)
    np.testing.assert_allclose(bins.log_probability(v, beta).exp().sum(1), 1, atol=1e-12)


def test_tabulated_likelihood_is_the_formula_s(bins, beta, v, counts):
    found, _, _ = BinnedReads(counts).evaluate(bins, beta, bins.place(v))
    expected = (counts * log_p_bins(v.numpy(), beta.numpy())).sum()
    assert abs(found - expected) < 1e-6 * counts.sum()


def test_likelihood_per_variant(bins, beta, v, counts):
    found = BinnedReads(counts).log_likelihoods(bins, beta, v)
    np.testing.assert_allclose(found, (counts * log_p_bins(v.numpy(), beta.numpy())).sum(1), atol=1e-12)
    assert found[5] == 0


def test_gradients_against_autograd_of_the_formula(bins, beta, v, counts):
    _, by_v, by_beta = BinnedReads(counts).evaluate(bins, beta, bins.place(v))
    free_v, free_beta = v.clone().requires_grad_(), beta.clone().requires_grad_()
    z = torch.sigmoid(free_v / 0.8)
    # the truncated powers of a cubic B-spline, so that autograd can pass through z
    places = torch.arange(FUNCTIONS) - 3.0
    x = z[:, None] * (FUNCTIONS - 3) - places
    powers = [(-1) ** j * c * torch.relu(x - j) ** 3 for j, c in enumerate([1, 4, 6, 4, 1])]
    psi = sum(powers) / 6 @ torch.cat([free_beta, torch.zeros(FUNCTIONS, 1)], 1)
    likelihood = (torch.tensor(counts) * psi.log_softmax(1)).sum()
    likelihood.backward()
    np.testing.assert_allclose(by_v, free_v.grad, atol=1e-4)
    np.testing.assert_allclose(by_beta, free_beta.grad, atol=1e-5)


def test_gradients_against_finite_differences_of_the_table(bins, beta, v, counts):
    reads = BinnedReads(counts)
    _, by_v, by_beta = reads.evaluate(bins, beta, bins.place(v))

    def of_v(values):
        return reads.evaluate(bins, beta, bins.place(torch.tensor(values)))[0]

    def of_beta(values):
        return reads.evaluate(bins, torch.tensor(values).view_as(beta), bins.place(v))[0]

    np.testing.assert_allclose(by_v, slopes(of_v, v.numpy()), atol=1e-5)
    np.testing.assert_allclose(by_beta.flatten(), slopes(of_beta, beta.flatten().numpy()), atol=1e-6)


def test_expected_information_against_a_sum_over_bins(bins, beta):
    reads_at_node = torch.tensor(np.random.default_rng(4).poisson(0.5, bins.intervals + 1).astype(float))
    z = np.arange(bins.intervals + 1) / bins.intervals
    B = spline_basis(z, FUNCTIONS)
    p = np.exp(log_p_bins(0.8 * np.log(np.clip(z, 1e-12, None) / np.clip(1 - z, 1e-12, None)), beta.numpy()))
    expected = np.zeros((FUNCTIONS * (BINS - 1),) * 2)
    for node, reads in enumerate(reads_at_node.tolist()):
        for outcome in range(BINS):
            score = np.outer(B[node], (np.arange(BINS - 1) == outcome) - p[node, :-1]).ravel()
            expected += reads * p[node, outcome] * np.outer(score, score)
    np.testing.assert_allclose(expected_information(bins, bins.table(beta), reads_at_node), expected, atol=1e-8)


def test_mirrored_is_read_at_the_opposite_latent(bins, beta, v):
    np.testing.assert_allclose(bins.log_probability(v, bins.mirrored(beta)), bins.log_probability(-v, beta), atol=1e-12)


def test_penalty_is_that_of_each_bin_s_curve(bins, beta):
    bends = np.diff(beta.numpy(), 2, axis=0)
    expected = 0.3 * ((bends**2).sum() + 0.01 * (beta**2).sum().item())
    flat = beta.flatten()
    assert (flat @ bins.penalty(0.3) @ flat).item() == pytest.approx(expected)


def test_flat_logits_give_equal_bins(bins, v):
    p = bins.log_probability(v, torch.zeros(FUNCTIONS, BINS - 1, dtype=torch.float64)).exp()
    np.testing.assert_allclose(p, 1 / BINS, atol=1e-12)
