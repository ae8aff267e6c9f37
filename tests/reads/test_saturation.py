"""Saturation: by hand, against every subset of the reads, and against libraries whose truth is known."""

from itertools import combinations
from math import comb

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cisphys.reads.saturation import COLUMNS, Spectrum, advice, predict_new, rarefy, saturation_curve


def test_spectrum_of_reads():
    spectrum = Spectrum.of(np.array([3, 1, 0, 1, 5]))
    assert (list(spectrum.times), list(spectrum.sequences)) == ([1, 3, 5], [2, 1, 1])
    assert (spectrum.reads, spectrum.distinct) == (10, 4)
    assert spectrum.coverage == pytest.approx(0.8)


@given(st.lists(st.integers(1, 4), min_size=1, max_size=4))
def test_rarefaction_is_the_mean_over_all_subsets(reads):
    spectrum = Spectrum.of(np.array(reads))
    letters = [name for name, times in enumerate(reads) for _ in range(times)]
    for depth in range(len(letters) + 1):
        slow = sum(len(set(chosen)) for chosen in combinations(letters, depth)) / comb(len(letters), depth)
        assert rarefy(spectrum, np.array([depth]))[0] == pytest.approx(slow)


def test_rarefaction_of_a_deep_run_keeps_its_digits():
    """A sequence with half of 20 million reads and 10 million with one: m reads show about 1 + m/2, and one shows one."""
    spectrum = Spectrum(np.array([1.0, 1e7]), np.array([1e7, 1.0]))
    assert rarefy(spectrum, np.array([0, 1, 1e6, 2e7])) == pytest.approx([0, 1, 1 + 5e5, 1e7 + 1], rel=1e-6)


def test_new_sequences_by_hand():
    """At t = 1 the weights of 1, 2 and 3 are P(Binomial(9, 1/2) >= j) = 511/512, -502/512 and 466/512."""
    spectrum = Spectrum(np.array([1.0, 2.0, 3.0, 50.0]), np.array([100.0, 40.0, 10.0, 1.0]))
    growth = predict_new(spectrum, spectrum.reads)
    weights = np.array([511, -502, 466]) / 512
    assert growth.more == 260
    assert growth.new == pytest.approx(weights @ [100, 40, 10])
    assert growth.standard_error == pytest.approx(np.sqrt(weights**2 @ [100, 40, 10]))


def test_new_sequences_keep_within_what_is_possible():
    nothing_rare = Spectrum(np.array([2.0, 30.0]), np.array([500.0, 10.0]))
    assert predict_new(nothing_rare, nothing_rare.reads).new == 0
    all_rare = Spectrum(np.array([1.0, 3.0]), np.array([10.0, 500.0]))
    assert predict_new(all_rare, all_rare.reads).new == 10
    assert predict_new(all_rare, all_rare.reads, room=4).new == 4
    assert predict_new(all_rare, 0).new == 0


def libraries(random: np.random.Generator, size: int):
    """Yield names and relative frequencies of made-up libraries."""
    yield "even", np.ones(size)
    yield "gamma", random.gamma(0.5, 1, size)
    yield "log-normal", random.lognormal(0, 2, size)
    yield "power law", 1 / np.arange(1, size + 1)
    yield "with errors", np.concatenate([random.gamma(2, 1, size), random.gamma(0.1, 0.1, 20 * size)])


@pytest.mark.parametrize("depth", [0.3, 1, 5])
def test_twice_the_reads_show_what_was_predicted(depth):
    """The mean over 20 runs is within 7 % of the truth, or of 1 % of what was seen; the standard error is honest."""
    random = np.random.default_rng(7)
    for name, frequencies in libraries(random, 5000):
        p, reads = frequencies / frequencies.sum(), int(depth * 5000)
        runs = [Spectrum.of(random.multinomial(reads, p)) for _ in range(20)]
        found = [predict_new(run, reads) for run in runs]
        true = (np.exp(-reads * p) - np.exp(-2 * reads * p)).sum()
        seen = np.mean([run.distinct for run in runs])
        assert np.mean([growth.new for growth in found]) == pytest.approx(true, rel=0.07, abs=0.01 * seen), name
        within = np.mean([abs(growth.new - true) <= 2.5 * growth.standard_error for growth in found])
        assert within >= 0.9, name


def test_curve_meets_at_the_reads_at_hand():
    spectrum = Spectrum.of(np.random.default_rng(1).multinomial(3000, np.full(1000, 1e-3)))
    curve = saturation_curve("a", spectrum)
    assert list(curve) == COLUMNS
    assert (curve["reads"].iloc[0], curve["reads"].iloc[-1]) == (0, 6000)
    assert curve["reads"].is_monotonic_increasing
    at_hand = curve[curve["reads"] == 3000]
    assert at_hand["distinct"].tolist() == pytest.approx([spectrum.distinct])
    steps = curve["distinct"].diff().dropna()
    assert steps.min() >= 0


def test_advice_in_words():
    spectrum = Spectrum(np.array([1.0, 2.0, 3.0, 50.0]), np.array([100.0, 40.0, 10.0, 1.0]))
    assert advice(spectrum) == "260 more reads would give about 70 more (± 24), 46.2 %"
    assert advice(Spectrum.of(np.array([]))) == "no reads"


@pytest.mark.parametrize("depth", [-1, 11])
def test_depths_outside_the_reads_are_refused(depth):
    spectrum = Spectrum.of(np.array([3, 1, 1, 5]))
    with pytest.raises(ValueError, match="between 0 and"):
        rarefy(spectrum, np.array([depth]))
    with pytest.raises(ValueError, match="between 0 and"):
        predict_new(spectrum, depth)


def test_published_reads_are_predicted_from_half_of_them(published_data):
    """Kinney et al. 2010: half of the reads of each bin tell how many new variants the other half holds."""
    random, errors, off = np.random.default_rng(1), [], []
    for path in sorted((published_data / "lac_sortseq" / "counts").glob("*.tsv.gz")):
        for reads in pd.read_csv(path, sep="\t").filter(like="ct_").to_numpy().T:
            spectrum = Spectrum.of(random.multivariate_hypergeometric(reads, reads.sum() // 2))
            growth, true = predict_new(spectrum, spectrum.reads), (reads > 0).sum() - spectrum.distinct
            errors.append((growth.new - true) / growth.standard_error)
            off.append(abs(growth.new / true - 1))
    assert len(off) == 45
    assert np.median(off) < 0.03
    assert max(off) < 0.08
    assert np.sqrt(np.mean(np.square(errors))) < 1.3
