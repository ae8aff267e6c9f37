"""Elements of blocks: against plain loops over bases, in both gauges, and refused where there are too many."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cisphys.errors import InputError
from cisphys.models.features import KINDS, MOST_ELEMENTS, Features


def plain_energies(features, single, pair, letters):
    """Sum theta_i[x_i] and theta_p[x_i, x_k] base by base."""
    return np.array(
        [
            sum(single[i, base] for i, base in enumerate(row))
            + sum(pair[p, row[i], row[k]] for p, (i, k) in enumerate(features.pairs))
            for row in letters
        ]
    )


def drawn(kind, length, seed, variants=40):
    """Draw letters, a reference and wild-type gauge elements."""
    generator = np.random.default_rng(seed)
    features = Features(kind, length)
    letters = generator.integers(0, 4, (variants, length)).astype(np.uint8)
    reference = generator.integers(0, 4, length).astype(np.uint8)
    return features, letters, reference, generator.normal(size=features.size)


@pytest.mark.parametrize(("kind", "size"), [("single", 12), ("neighbour", 12 + 27), ("pairwise", 12 + 54)])
def test_three_elements_per_position_and_nine_per_pair(kind, size):
    assert Features(kind, 4).size == size


def test_columns_by_hand():
    # reference ACG; CCT has C for A at 0 (1st of CGT: column 0) and T for G at 2 (3rd of ACT: column 6 + 2)
    reference, letters = np.array([0, 1, 2], np.uint8), np.array([[0, 1, 2], [1, 1, 3], [1, 0, 2]], np.uint8)
    x = Features("pairwise", 3).matrix(letters, reference)
    # pairs (0, 1), (0, 2), (1, 2) start at 9, 18, 27
    assert [row.indices.tolist() for row in x] == [[], [0, 8, 18 + 3 * 0 + 2], [0, 3, 9]]
    assert Features("neighbour", 3).matrix(letters, reference)[2].indices.tolist() == [0, 3, 9]
    assert Features("single", 3).matrix(letters, reference)[1].indices.tolist() == [0, 8]


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(KINDS), st.integers(1, 6), st.integers(0, 2**32 - 1))
def test_matrix_and_both_gauges_give_the_energies_of_plain_sums(kind, length, seed):
    features, letters, reference, free = drawn(kind, length, seed)
    x = features.matrix(letters, reference)
    for whole in (features.embedding(reference) @ free, features.to_zero_sum(reference) @ free):
        single, pair = features.split(whole)
        plain = plain_energies(features, single, pair, letters) - plain_energies(features, single, pair, reference[None])
        np.testing.assert_allclose(x @ free, plain, atol=1e-12)
    np.testing.assert_array_equal(np.diff(x.indptr), features.count_terms(letters, reference))
    assert x.has_sorted_indices


@pytest.mark.parametrize("kind", KINDS)
def test_zero_sum_elements_sum_to_zero_over_each_base(kind):
    features, _, reference, free = drawn(kind, 5, 3)
    whole = features.to_zero_sum(reference) @ free
    single, pair = features.split(whole)
    for sums in (single.sum(1), pair.sum(1), pair.sum(2)):
        np.testing.assert_allclose(sums, 0, atol=1e-12)
    np.testing.assert_allclose(free @ features.penalty @ free, (whole**2).sum())


@pytest.mark.parametrize("kind", KINDS)
def test_the_energies_of_another_reference_have_the_same_zero_sum_elements(kind):
    features, letters, reference, free = drawn(kind, 4, 5, variants=400)
    other = letters[0]
    energies = features.matrix(letters, reference) @ free
    x = features.matrix(letters, other).toarray()
    again, *_ = np.linalg.lstsq(np.column_stack([x, np.ones(len(x))]), energies, rcond=None)
    np.testing.assert_allclose(features.to_zero_sum(other) @ again[:-1], features.to_zero_sum(reference) @ free, atol=1e-9)


def test_bases_that_are_not_seen_are_left_out_of_the_sums():
    features, _, reference, free = drawn("pairwise", 4, 11)
    seen = np.arange(4) != (reference[:, None] + 1) % 4
    single, pair = features.split(features.to_zero_sum(reference, seen) @ free)
    np.testing.assert_allclose((single * seen).sum(1), 0, atol=1e-12)
    left, right = features.pairs.T
    np.testing.assert_allclose((pair * seen[left][:, :, None]).sum(1), 0, atol=1e-12)
    np.testing.assert_allclose((pair * seen[right][:, None, :]).sum(2), 0, atol=1e-12)


def test_table_names_positions_and_bases():
    features, _, reference, free = drawn("neighbour", 3, 7)
    whole = features.to_zero_sum(reference) @ free
    table = features.pair_table(whole, "ACGU")
    assert len(table) == 32
    row = table[(table.position == 1) & (table.base == "G") & (table.second_position == 2) & (table.second_base == "U")]
    assert row.energy.item() == whole[12 + 16 + 4 * 2 + 3]


def test_too_many_elements_are_refused():
    with pytest.raises(InputError, match=r"pairwise matrix of 75 bases has 25,200 elements, a fit holds 6,000"):
        Features("pairwise", 75)
    assert Features("pairwise", 36).size <= MOST_ELEMENTS


def test_no_variants_give_an_empty_matrix():
    assert Features("pairwise", 3).matrix(np.zeros((0, 3), np.uint8), np.zeros(3, np.uint8)).shape == (0, 36)
