"""Mutual information by nearest neighbours, where it is known."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cisphys.inference.mutual_information import normal_scores, of_continuous, of_discrete, with_noise


def generator(seed=1):
    return np.random.default_rng(seed)


@pytest.mark.parametrize("r", [0.0, 0.5, 0.9])
def test_of_normal_pairs(r):
    """-1/2 log2(1 - r^2), whatever monotone functions are made of the two."""
    x, e = generator().normal(size=(2, 4000))
    y = r * x + np.sqrt(1 - r**2) * e
    assert of_continuous(np.exp(x), y**3, generator()) == pytest.approx(-0.5 * np.log2(1 - r**2), abs=0.05)


@pytest.mark.parametrize("redrawn", [0.0, 0.3])
def test_of_bins(redrawn):
    """Bins of shares 1/4, 1/4, 1/2 by the latent, some drawn anew at random: H(bin) - H(bin | latent) by hand."""
    random = generator(2)
    x = random.uniform(size=4000)
    bins = (x > 0.25).astype(int) + (x > 0.5)
    again = random.random(4000) < redrawn
    bins[again] = random.integers(0, 3, again.sum())
    shares = (1 - redrawn) * np.array([0.25, 0.25, 0.5]) + redrawn / 3
    given = np.array([1 - redrawn, 0, 0]) + redrawn / 3
    entropy = [-sum(p * np.log2(p) for p in each if p > 0) for each in (shares, given)]
    assert of_discrete(bins, x, random) == pytest.approx(entropy[0] - entropy[1], abs=0.05)


def test_a_bin_of_one_read_is_left_out():
    random = generator(3)
    x, bins = random.normal(size=400), np.repeat([0, 1], 200)
    with_one = of_discrete(np.append(bins, 2), np.append(x, 0.0), generator())
    assert with_one == pytest.approx(of_discrete(bins, x, generator()), abs=0.02)


def test_four_points_by_hand():
    """Each point's nearest of its bin is nearer than any other: psi(4) - psi(2) + psi(1) - psi(1) = 1/2 + 1/3 nats."""
    found = of_discrete(np.array([0, 0, 1, 1]), np.array([1.0, 2.0, 3.0, 4.0]), generator(), neighbours=1)
    # normal scores -1.15 -0.32 0.32 1.15: between the inner two lies no other point, yet 0.64 < 0.83
    inner = 0.5 * (1.0 + 0.0)  # psi(2) - psi(1) = 1 for the two inner points, 0 for the outer
    assert found == pytest.approx((1 / 2 + 1 / 3 - inner) / np.log(2))


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(-5, 5), min_size=2, max_size=60))
def test_normal_scores_keep_the_order(values):
    scores = normal_scores(np.array(values), generator())
    for i, j in zip(*np.triu_indices(len(values)), strict=True):
        if values[i] != values[j]:
            assert (values[i] < values[j]) == (scores[i] < scores[j])
    assert len(set(scores)) == len(values)


def test_noise_is_about_that_of_new_data_and_has_a_seed():
    random, found = generator(4), []
    for _ in range(20):
        x, e = random.normal(size=(2, 800))
        found.append(with_noise(lambda of, x=x, y=x + e: of_continuous(x[of], y[of], generator()), 800, generator()))
    values, noise = np.array(found).T
    assert 0.5 < noise.mean() / values.std() < 2
    again = with_noise(lambda of: of_continuous(x[of], (x + e)[of], generator()), 800, generator())
    assert again == found[-1]
