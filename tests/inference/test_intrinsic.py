"""Bounds of the intrinsic information hold what is known."""

from itertools import product
from math import comb, log, log2

import numpy as np
import pandas as pd
import pytest
from promoters import dataset_of, random_letters

from cisphys.inference.intrinsic import entropy_of_few, intrinsic_information, of_bins, of_replicates


@pytest.mark.parametrize("reads", [1, 2, 3, 5])
def test_entropy_is_the_series_without_its_end(reads):
    """The mean over all outcomes of so many reads of a coin, against sum_k sum_b p_b (1 - p_b)^k / k, k < reads."""
    p = 0.3
    outcomes = np.array([(heads, reads - heads) for heads in range(reads + 1)], float)
    chance = [comb(reads, heads) * p**heads * (1 - p) ** (reads - heads) for heads in range(reads + 1)]
    series = sum(q * (1 - q) ** k / k for q, k in product((p, 1 - p), range(1, reads)))
    assert entropy_of_few(outcomes) @ chance == pytest.approx(series)


@pytest.mark.parametrize(("reads", "width"), [(5, 0.6), (40, 0.12)])
@pytest.mark.parametrize("shared", [False, True])
def test_bounds_of_bins_hold_the_truth(reads, width, shared):
    """Where reads of a replicate share an error too: the bounds widen, and still hold it."""
    random = np.random.default_rng(1)
    p = random.dirichlet(np.full(5, 0.5), 2000)
    entropies = [-np.where(q > 0, q * np.log2(np.where(q > 0, q, 1)), 0).sum(-1) for q in (p.mean(0), p)]
    truth = entropies[0] - entropies[1].mean()
    own = (lambda: np.stack([random.dirichlet(30 * q + 1e-9) for q in p])) if shared else (lambda: p)
    found = of_bins([random.multinomial(reads, own()).astype(float) for _ in range(2)])
    assert found.low_bits < truth < found.high_bits
    assert found.high_bits - found.low_bits < width + 0.2 * shared
    assert 0 < found.low_se_bits < 0.02


def test_two_variants_by_hand():
    """Two variants, each always in a bin of its own: 1 bit, and the other replicate foretells it but for the shrinkage."""
    counts = np.array([[50.0, 0.0], [0.0, 50.0]])
    found = of_bins([counts, counts])
    assert found.high_bits == pytest.approx(1.0)
    assert found.low_bits == pytest.approx(1.0, abs=0.003)
    assert of_bins([counts]).low_bits is None
    assert of_bins([counts / 50, counts / 50]) is None  # a read each: nothing but H(bin) bounds it


@pytest.mark.parametrize("replicates", [2, 3])
def test_normal_replicates(replicates):
    """Signal to noise 3: 1/2 log2(4) = 1 bit; I(y; y') of two is -1/2 log2(1 - (3/4)^2)."""
    random = np.random.default_rng(2)
    x = np.sqrt(3) * random.normal(size=4000)
    found = of_replicates(pd.DataFrame({r: x + random.normal(size=4000) for r in range(replicates)}), random)
    assert found.high_bits == pytest.approx(1.0, abs=0.05)
    square = 9 / 16 if replicates == 2 else 9 / 4 / 3.5  # the squared correlation with the mean of the others
    assert found.low_bits == pytest.approx(-0.5 * log2(1 - square), abs=0.06)
    assert found.high_se_bits == pytest.approx((1 + 0.75) / (2 * log(2) * np.sqrt(4000)), rel=0.05)


def test_replicates_are_aligned_by_sequence():
    """The same variants in another order, each in a bin of its own."""
    letters = random_letters(60, 8)
    counts = np.repeat(np.eye(2), 30, axis=0) * 9
    first, second = dataset_of(letters, counts, "x.1"), dataset_of(letters[::-1].copy(), counts[::-1].copy(), "x.2")
    found = intrinsic_information([first, second], {"x": ["x.1", "x.2"]}, np.random.default_rng(1))
    assert list(found) == ["x"]
    assert found["x"].low_bits == pytest.approx(1.0, abs=0.01)
    alone = intrinsic_information([first, second], {}, np.random.default_rng(1))
    assert {name: bounds.low_bits for name, bounds in alone.items()} == {"x.1": None, "x.2": None}
