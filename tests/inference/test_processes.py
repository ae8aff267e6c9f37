"""Every measurement process: likelihood, derivatives, information, draws and mirror image, each against a second way."""

import numpy as np
import pytest
import torch
from made_measurements import FUNCTIONS, MAKERS, latents, scipy_log_likelihoods, second_log_likelihoods, some_beta
from second_way import slopes

from cisphys.errors import InputError
from cisphys.inference.alone import fit_alone
from cisphys.inference.sorted_bins import SortedBins


@pytest.fixture(params=MAKERS)
def process(request):
    return MAKERS[request.param]()


@pytest.fixture
def v():
    return latents()


def test_likelihood_is_scipy_s(process, v):
    beta = some_beta(process)
    np.testing.assert_allclose(process.log_likelihoods(beta, v), scipy_log_likelihoods(process, beta, v), rtol=1e-9, atol=1e-9)


def test_likelihood_that_is_maximised_is_that_of_the_formula(process, v):
    beta = some_beta(process)
    found = process.evaluate(beta, v).log_likelihood
    assert abs(found - float(process.log_likelihoods(beta, v).sum())) < 1e-8 * process.observations


def test_derivatives_against_autograd(process, v):
    beta = some_beta(process)
    found = process.evaluate(beta, v)
    free_beta, free_v = beta.clone().requires_grad_(), v.clone().requires_grad_()
    likelihood = second_log_likelihoods(process, free_beta, free_v).sum()
    by_beta, by_v = torch.autograd.grad(likelihood, (free_beta, free_v))
    assert found.log_likelihood == pytest.approx(float(likelihood.detach()), rel=1e-7)
    # the Dirichlet-multinomial interpolates log p between nodes: its slopes are those of the interpolation
    tolerance = 1e-4 if isinstance(process, SortedBins) else 1e-8
    np.testing.assert_allclose(found.by_beta, by_beta, rtol=tolerance, atol=tolerance)
    np.testing.assert_allclose(found.by_v, by_v, rtol=tolerance, atol=tolerance)


def test_derivatives_against_finite_differences(process, v):
    beta = some_beta(process)
    found = process.evaluate(beta, v)
    of_beta = slopes(lambda values: process.evaluate(torch.tensor(values), v).log_likelihood, beta.numpy())
    of_v = slopes(lambda values: process.evaluate(beta, torch.tensor(values)).log_likelihood, v.numpy())
    np.testing.assert_allclose(found.by_beta, of_beta, rtol=1e-5, atol=1e-4)
    np.testing.assert_allclose(found.by_v, of_v, rtol=1e-5, atol=1e-4)


def test_scores_are_each_variant_s_own_derivatives(process, v):
    beta = some_beta(process)
    expected = torch.autograd.functional.jacobian(lambda free: second_log_likelihoods(process, free, v), beta)
    if not isinstance(process, SortedBins):  # one row per observation
        expected = torch.zeros(len(v), process.size).double().index_add(0, process.variant, expected)
    np.testing.assert_allclose(process.beta_scores(beta, v), expected, rtol=1e-8, atol=1e-8)


def test_variants_repeated_or_left_out(process, v):
    """Twice each, or no more than those that were measured: twice the likelihood, or the same one."""
    beta = some_beta(process)
    own = process.log_likelihoods(beta, v)
    times = np.arange(len(v)) % 3
    np.testing.assert_allclose(process.repeated(times).log_likelihoods(beta, v), torch.as_tensor(times) * own, atol=1e-9)
    kept = (process.per_variant > 0).numpy() & (times > 0)
    left = process.repeated(times).only(kept)
    np.testing.assert_allclose(left.log_likelihoods(beta, v[kept]), (torch.as_tensor(times) * own)[kept], atol=1e-9)
    assert len(left.share) == len(left.per_variant) == kept.sum()


def test_a_place_saves_work_and_changes_nothing(process, v):
    once, beta = process.evaluate(process.start(), v), some_beta(process)
    assert process.evaluate(beta, v, once.place).log_likelihood == process.evaluate(beta, v).log_likelihood


def test_mirrored_is_read_at_the_opposite_latent(process, v):
    beta = some_beta(process)
    mirrored = process.mirrored(beta)
    np.testing.assert_allclose(process.log_likelihoods(mirrored, v), process.log_likelihoods(beta, -v), rtol=1e-9, atol=1e-9)


def test_refined_is_about_the_same_process(process, v):
    """More splines hold what fewer said, to a few percent of a nat per observation: their knots lie elsewhere."""
    beta, finer = some_beta(process), remade(process, process.data, 3 * FUNCTIONS)
    found = finer.log_likelihoods(process.refined(beta, 3 * FUNCTIONS), v)
    np.testing.assert_allclose(found, process.log_likelihoods(beta, v), atol=0.05 * float(process.per_variant.max()))


def whole_information(process, beta, v):
    """Return the information of (v, beta), (variants + size,) squared."""
    found = process.information(beta, v, process.evaluate(beta, v).place)
    n = len(v)
    total = torch.zeros(n + process.size, n + process.size, dtype=torch.float64)
    total[range(n), range(n)] = found.w
    total[:n, n:] = sum(weight[:, None] * table[found.cell] for weight, table in found.cross)
    total[n:, :n] = total[:n, n:].T
    total[n:, n:] = found.own
    return total


def test_information_is_positive_semidefinite(process, v):
    # beta's part lies at nodes and the latents' own at the latents, which may differ by the width of a node
    values = torch.linalg.eigvalsh(whole_information(process, some_beta(process), v))
    assert values.min() > -0.02 * values.max()
    beta = some_beta(process)
    own = process.own_information(beta, v, process.evaluate(beta, v).place)
    assert torch.linalg.eigvalsh(own).min() > -1e-9 * own.diagonal().max()
    np.testing.assert_array_equal(own, process.information(beta, v, process.evaluate(beta, v).place).own)


@pytest.mark.parametrize("name", MAKERS)
def test_information_is_the_covariance_of_scores(name):
    """By draws at known parameters, along directions of beta, of the latents, and of both."""
    process, v = MAKERS[name](variants=120), latents(120)
    beta = some_beta(process)
    random = np.random.default_rng(7)
    drawn = [remade(process, process.simulate(beta, v, random)) for _ in range(500)]
    information = np.mean([whole_information(each, beta, v).numpy() for each in drawn[:30]], axis=0)
    directions = random.normal(0, 1, (12, len(information)))
    directions[:4, : len(v)] = 0  # beta alone
    directions[4:8, len(v) :] = 0  # latents alone
    directions /= np.sqrt(np.diag(information) + 1e-3 * np.diag(information).max())
    at = [each.evaluate(beta, v) for each in drawn]
    scores = [directions @ torch.cat([each.by_v, each.by_beta]).numpy() for each in at]
    expected = np.einsum("kd,de,ke->k", directions, information, directions)
    found = (np.array(scores) ** 2).mean(0)
    assert np.abs(np.array(scores).mean(0) / np.sqrt(found)).max() < 5 / np.sqrt(500)  # scores have mean 0
    # 500 draws: a standard error of 6 %. Where the information is that of mean and variance, it may be too small.
    low = 0.75 if name in ("dirichlet", "beta_binomial") else 0.8
    assert (expected / found).min() > low
    assert (expected / found).max() < 1.25


def remade(process, data, functions=FUNCTIONS):
    """Return the same process of other data."""
    if process.kind == "continuous":
        return type(process)(data, functions, process.noise, process.width_kind)
    return type(process)(data, functions) if process.kind == "sorted_bins" else type(process)(data, functions, process.noise)


@pytest.mark.parametrize("name", MAKERS)
def test_what_is_drawn_is_found_again(name):
    process, v = MAKERS[name](variants=1500), latents(1500)
    truth = some_beta(process)
    drawn = remade(process, process.simulate(truth, v, np.random.default_rng(9)))
    found = fit_alone(drawn, v)
    points = torch.linspace(-1.5, 1.5, 13, dtype=torch.float64)
    for column, expected in process.curves(truth, points).items():
        value = process.curves(found, points)[column]
        spread = float(expected.max() - expected.min()) + float(expected.abs().mean())
        assert (value - expected).abs().max() < 0.08 * spread, column


def test_null_model_sees_no_sequence_and_is_the_best_of_those(process, v):
    # whatever a flat curve says, by any of its parameters, it says no better
    null = process.null_log_likelihoods().sum()
    flat = process.start()
    if process.kind != "sorted_bins":
        flat[1] = 0.0
    for seed in range(5):
        moved = flat + torch.tensor(np.random.default_rng(seed).normal(0, 0.05, process.size)) * (flat.abs() > 0)
        if process.kind == "sorted_bins":
            moved[:-1] = flat[:-1]
        assert process.log_likelihoods(moved, torch.zeros_like(v)).sum() <= null + 0.01


def test_a_variant_without_measurements_has_no_weight(process, v):
    empty = 5 if process.kind == "sorted_bins" else len(v) - 1
    assert process.share[empty] == 0
    assert process.share.sum() == pytest.approx(1)
    assert process.log_likelihoods(some_beta(process), v)[empty] == pytest.approx(0, abs=1e-12)
    assert process.response()[1][empty] == 0
    assert process.observations == process.per_variant.sum()


def test_penalty_is_positive_semidefinite(process):
    penalty = process.penalty(0.03)
    assert penalty.shape == (process.size, process.size)
    assert torch.linalg.eigvalsh(penalty).min() > -1e-12


@pytest.mark.parametrize("unit", ["reads", "variants"])
def test_resampled_is_the_likelihood_of_what_was_drawn(process, v, unit):
    if process.noise == "dirichlet_multinomial" and unit == "reads":
        with pytest.raises(InputError, match="depend on one another"):
            process.resampled(np.random.default_rng(1), unit)
        return
    beta = some_beta(process)
    drawn = process.resampled(np.random.default_rng(1), unit)
    own, found = process.log_likelihoods(beta, v).numpy(), drawn.log_likelihoods(beta, v).numpy()
    assert drawn.evaluate(beta, v).log_likelihood == pytest.approx(found.sum(), rel=1e-7)
    if unit == "variants":  # each variant counts 0, 1, 2, ... times, as many in all as have measurements
        seen = own != 0
        times = found[seen] / own[seen]
        np.testing.assert_allclose(times, times.round(), atol=1e-9)
        assert times.sum() == pytest.approx(seen.sum())
        assert len(np.unique(times.round())) > 2
    else:
        assert drawn.observations == process.observations
