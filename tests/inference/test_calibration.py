"""Observed against predicted: by hand on a few counts, and on reads that the fit is right or wrong about."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
import torch
from made_measurements import latents, rna_dna, values
from promoters import dataset_of, random_letters

from cisphys.inference.calibration import calibration_table, chi_square, compare_groups, groups_of, read_correlation
from cisphys.inference.continuous import ContinuousValues
from cisphys.inference.held_out import judge_test_variants
from cisphys.inference.measured import BinCounts, Values
from cisphys.inference.rna_dna import RnaDna
from cisphys.inference.sorted_bins import SortedBins

TWO_GROUPS = np.array([0, 0, 1, -1])


def nothing(size):
    return torch.zeros(size, size, dtype=torch.float64)


def test_groups_are_equally_many_and_by_the_latent():
    v = np.random.default_rng(1).normal(size=1000)
    seen = np.arange(1000) > 99
    group = groups_of(v, seen)
    assert np.bincount(group[seen]).tolist() == [90] * 10
    assert (group[~seen] == -1).all()
    ends = [(v[group == g].min(), v[group == g].max()) for g in range(10)]
    assert all(high < low for (_, high), (low, _) in pairwise(ends))
    assert groups_of(v[:30], np.ones(30, bool)).max() == 0  # too few for two groups


def test_correlation_of_reads_by_hand():
    """Two reads each, p = 1/2: (c - 1)^2 is 1 where they agree, 1/2 is expected of independent ones."""
    p = np.full((2, 2), 0.5)
    assert read_correlation(np.array([[2.0, 0], [0, 2]]), p) == 1.0
    assert read_correlation(np.array([[1.0, 1], [1, 1]]), p) == 0.0
    assert read_correlation(np.array([[2.0, 0], [1, 1]]), p) == pytest.approx(0.0)
    assert read_correlation(np.array([[1.0, 0], [0, 1]]), p) == 0.0  # single reads say nothing


def test_bins_by_hand():
    """Flat curves: 1/2 and 1/2 are predicted everywhere; of 6 and 2 reads, 4 and 0 are in the first bin."""
    process = SortedBins(BinCounts(np.array([[3.0, 1], [1, 1], [0, 2], [5, 0]]), (0, 1)), 4)
    found = compare_groups(process, torch.zeros(4, dtype=torch.float64), torch.zeros(4).double(), TWO_GROUPS, nothing(4))
    np.testing.assert_allclose(found.predicted, 0.5)
    np.testing.assert_allclose(found.observed, [[2 / 3, 1 / 3], [0, 1]])
    # squares beyond chance: 2 (0 + (1 - 4/4) + (1 - 2/4)) = 1 in all, of 2 (3 + 1/2 + 1/2) x ... possible
    rho = (2 * (1 - 1) + 2 * (0 - 0.5) + 2 * (1 - 0.5)) / (2 * (3 * 1 + 1 * 0.5 + 1 * 0.5))
    assert found.rho == max(rho, 0)
    np.testing.assert_allclose(found.error[:, 0], [np.sqrt(0.25 / 6), np.sqrt(0.25 / 2)])
    np.testing.assert_array_equal(found.counted, [[False, False], [False, False]])
    assert chi_square(found) == {"chi_square": 0.0, "degrees_of_freedom": 0, "p": 1.0}
    full = replace(found, counted=np.ones((2, 2), bool))
    every = chi_square(full)
    assert every["chi_square"] == pytest.approx((4 - 3) ** 2 / 1.5 + (0 - 1) ** 2 / 0.5)
    assert every["degrees_of_freedom"] == 2
    table = calibration_table("x", np.array([1.0, 3, 5, 9]), np.array([4.0, 2, 2, 5]), TWO_GROUPS, full)
    assert table["latent"].tolist() == [2, 2, 5, 5]
    assert table["observations"].tolist() == [6, 6, 2, 2]
    assert table["measured"].tolist() == ["p_0", "p_1"] * 2
    assert table["z"][2] == pytest.approx(-0.5 / np.sqrt(0.25 / 2))
    few = calibration_table("x", np.zeros(4), np.zeros(4), TWO_GROUPS, found)
    assert few["z"].isna().all()  # fewer than five reads are expected


def test_error_of_what_was_learnt_is_added():
    """d p / d logit = 1/4 where p = 1/2; a shift of all coefficients of the one free bin is a shift of the logit."""
    process = SortedBins(BinCounts(np.full((4, 2), 50.0), (0, 1)), 4)
    shift = torch.ones(4, 4, dtype=torch.float64) * 0.3**2
    found = compare_groups(process, torch.zeros(4).double(), torch.zeros(4).double(), TWO_GROUPS, shift)
    np.testing.assert_allclose(found.error[1], np.sqrt(0.25 / 100 + (0.25 * 0.3) ** 2))


def test_ratios_by_hand():
    """Log ratio 0 is predicted; of size 10, scores 10 (RNA - DNA) / (10 + DNA) and information 10 DNA / (10 + DNA)."""
    process = rna_dna("negative_binomial")
    counts = {"rna": np.array([30.0, 10, 8]), "dna": np.array([10.0, 30, 8]), "replicate": np.zeros(3, int)}
    data = replace(process.data, variants=4, variant=np.array([0, 1, 2]), replicates=("1",), **counts)
    process = RnaDna(data, 4, "negative_binomial")
    beta = torch.zeros(process.size, dtype=torch.float64)
    found = compare_groups(process, beta, torch.zeros(4).double(), TWO_GROUPS, nothing(process.size))
    np.testing.assert_allclose(found.predicted, 0, atol=1e-12)
    np.testing.assert_allclose(found.observed[:, 0], [(10 - 5) / (5 + 7.5), 0], atol=1e-12)
    np.testing.assert_allclose(found.error[:, 0], [np.sqrt(10**2 + 5**2) / 12.5, 0], atol=1e-12)


@pytest.mark.parametrize("noise", ["beta_binomial", "negative_binomial"])
def test_scores_of_draws_vanish(noise):
    """Where the counts are drawn from what is said of them; so do those of a ratio that is 0.3 off, shifted back by 0.3."""
    process = rna_dna(noise, variants=12, each=2000)
    v, beta = latents(12), process.start()
    drawn = RnaDna(process.simulate(beta, v, np.random.default_rng(1)), process.curve.functions, noise)
    score, _ = drawn.by_log_ratio(beta, v)
    assert abs(score.mean()) < 4 * score.std() / len(score) ** 0.5
    off = beta.clone()
    off[0] -= 0.3  # the curve's lower end, and all of it
    group = np.append(np.zeros(11, int), -1)
    found = compare_groups(drawn, off, v, group, nothing(len(beta)))
    assert found.observed[0, 0] - found.predicted[0, 0] == pytest.approx(0.3, abs=0.07)


def test_values_by_hand():
    """A straight curve: predicted is its mean over a group, and the error that of the mean of residuals."""
    data = Values(4, np.array([0, 1, 2, 2]), np.array([1.0, 2.0, 5.0, 7.0]), np.zeros(4))
    process = ContinuousValues(data, 1)
    beta = torch.tensor([3.0, 0.0], dtype=torch.float64)  # constant 3, width 1
    found = compare_groups(process, beta, torch.zeros(4).double(), TWO_GROUPS, nothing(2))
    np.testing.assert_allclose(found.predicted, 3.0)
    np.testing.assert_allclose(found.observed[:, 0], [1.5, 6.0])
    np.testing.assert_allclose(found.error[:, 0], [0.5, 0.0])


@pytest.mark.parametrize(("noise", "use_median"), [("gaussian", False), ("skewed_t", False), ("cauchy", True)])
def test_centre_is_that_of_draws(noise, use_median):
    process = values(noise, variants=12, each=4000)
    v, beta = latents(12), process.start()
    if noise == "skewed_t":
        beta[-1] = 1.0  # the right tail is the lighter one
    shift, median = process.centre(beta, v)
    assert median == use_median
    drawn = process.simulate(beta, v, np.random.default_rng(1)).y
    middle = [(np.median if use_median else np.mean)(drawn[process.data.variant == n]) for n in range(11)]
    np.testing.assert_allclose(middle, (process.expected(beta, v) + shift).numpy()[:11], atol=0.12)


def test_a_right_fit_is_calibrated_and_a_wrong_one_is_not(fit, reads):
    """The latents of the test variants stretched by a third: too sure of itself."""
    right = judge_test_variants(fit, [reads], {}, 1).summary["calibration"]["dose0"]
    assert right["p"] > 1e-3
    assert right["read_correlation"] < 0.01
    stretched = replace(fit.tested["dose0"], latent=1.3 * fit.tested["dose0"].latent)
    wrong = judge_test_variants(replace(fit, tested={"dose0": stretched}), [reads], {}, 1).summary["calibration"]["dose0"]
    assert wrong["p"] < 1e-6


def test_the_variant_that_does_not_fit_is_named(fit, reads):
    """One test variant's reads are moved to the gate at the other end."""
    tests = np.flatnonzero(reads.part == 2)
    counts = reads.counts.copy()
    odd = tests[np.argmax(counts[tests, 1])]
    counts[odd] = np.roll(np.eye(5)[0] * 40, 4)
    found = judge_test_variants(fit, [replace(reads, data=replace(reads.data, counts=counts))], {}, 1).residuals
    first = found.iloc[0]
    sequence = "".join("ACGT"[base] for base in reads.letters[odd])
    assert first["sequence"] == sequence
    assert first["best_latent"] > first["latent"]
    assert first["deviance"] > 2 * found["deviance"].iloc[1]
    reference = fit.problem.reference
    changed = {f"{'ACGT'[reference[i]]}{i}{sequence[i]}" for i in range(18) if "ACGT"[reference[i]] != sequence[i]}
    assert set(first["mutations"].split()) == changed
    assert found["deviance"].is_monotonic_decreasing
    assert (found["deviance"] >= 0).all()
    assert len(found) == 20


def test_free_parameters_are_those_that_variants_inform():
    """18 bases of two sites of 6: 36 elements, three scalars, and 6 coefficients for each of three free bins."""
    from promoters import TWO_SITES, network_of

    from cisphys.inference.problem import Problem

    letters = random_letters(400, 18)
    data = dataset_of(letters, np.ones((400, 4)), conditions={"dose": "0"})
    network = network_of(TWO_SITES, {"dose": ["0"]})
    assert Problem(network, [data], letters[0], 0.1, 6).free_parameters == 36 + 3 + 18
    kept = letters[letters[:, 3] == letters[0, 3]]
    data = dataset_of(kept, np.ones((len(kept), 4)), conditions={"dose": "0"})
    assert Problem(network, [data], letters[0], 0.1, 6).free_parameters == 33 + 3 + 18
