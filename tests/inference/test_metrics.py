"""Log likelihood and variational information by hand."""

import numpy as np
import pytest

from cisphys.inference.metrics import Information, Judged, variational_information

PERFECT = np.log([[1 - 1e-12, 1e-12], [1e-12, 1 - 1e-12]])


def told(counts, log_p) -> Information:
    """Judge reads in bins, (variants, bins) per dataset, with the bins' own frequencies as the null model."""
    judged = []
    for c, lp in zip(counts, log_p, strict=True):
        log_share = np.log(np.where(c.sum(0) > 0, c.sum(0) / c.sum(), 1.0))
        judged.append(Judged(c.sum(1).astype(float), (c * lp).sum(1), (c * log_share).sum(1)))
    return variational_information(judged)


def test_two_by_two_by_hand():
    # 4 reads in each bin: H = 1 bit; cross-entropy: six reads with p = 3/4, two with p = 1/4
    counts, log_p = np.array([[3, 1], [1, 3]]), np.log([[0.75, 0.25], [0.25, 0.75]])
    found = told([counts], [log_p])
    entropy = -(6 * np.log2(0.75) + 2 * np.log2(0.25)) / 8
    assert (found.reads, found.variants) == (8, 2)
    assert found.log_likelihood == pytest.approx(6 * np.log(0.75) + 2 * np.log(0.25))
    assert found.I_var_bits == pytest.approx(1 - entropy)
    assert found.I_var_se_bits == pytest.approx(0)  # both variants tell the same


def test_perfect_prediction_tells_the_entropy_of_the_bins():
    # 6 and 2 reads: H = -(3/4 log2 3/4 + 1/4 log2 1/4) = 0.8113 bits
    assert told([np.array([[6, 0], [0, 2]])], [PERFECT]).I_var_bits == pytest.approx(0.811278, abs=1e-6)


def test_the_bins_own_frequencies_tell_nothing():
    counts = np.array([[3, 1], [5, 7], [0, 2]])
    log_p = np.log(np.repeat((counts.sum(0) / counts.sum())[None], 3, axis=0))
    found = told([counts], [log_p])
    assert found.I_var_bits == pytest.approx(0, abs=1e-12)


def test_a_bin_without_reads_takes_no_part():
    log_p = np.log([[0.7, 0.2, 0.1], [0.2, 0.7, 0.1]])
    found = told([np.array([[4, 0, 0], [0, 4, 0]])], [log_p])
    assert found.I_var_bits == pytest.approx(1 + np.log2(0.7))


def test_datasets_are_pooled_by_their_reads_each_with_its_own_bins():
    one = np.array([[6, 0], [0, 2]])
    other = np.array([[12, 0, 0], [0, 6, 0], [0, 0, 6]])
    sure = np.log(np.full((3, 3), 1e-12) + np.eye(3) * (1 - 3e-12))
    # H of the other: 1/2, 1/4, 1/4 -> 1.5 bits, with 24 of 32 reads
    found = told([one, other], [PERFECT, sure])
    assert (found.reads, found.variants) == (32, 5)
    assert found.I_var_bits == pytest.approx((8 * 0.811278 + 24 * 1.5) / 32, abs=1e-5)


@pytest.mark.parametrize("clustered", [False, True])
def test_standard_error_against_a_bootstrap_over_variants(clustered):
    random = np.random.default_rng(1)
    p = random.dirichlet(np.ones(3), 400)
    reads = random.poisson(6, 400) + 1 if clustered else np.ones(400, int)
    counts, log_p = random.multinomial(reads, p), np.log(0.7 * p + 0.1)
    found = told([counts], [log_p])
    draws = []
    for _ in range(1500):
        chosen = random.integers(0, 400, 400)
        draws.append(told([counts[chosen]], [log_p[chosen]]).I_var_bits)
    assert found.I_var_se_bits == pytest.approx(np.std(draws), rel=0.1)
