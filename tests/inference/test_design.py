"""Sparse designs against dense one-hot algebra."""

import numpy as np
import pytest
import torch
from promoters import mutants, random_letters
from second_way import site_features

from cisphys.inference.design import Design
from cisphys.models.sites import Placement, Site, arrange

# overlapping sites, one of them on the minus strand, and one (E) that no variant has a mutation in
SITES = [Site("A", 0, 5), Site("M", 3, 9, "-"), Site("E", 9, 11), Site("B", 11, 13)]
PLACEMENTS = arrange(SITES).placements
VARIANTS, CELLS = 90, 7


@pytest.fixture
def reference():
    return random_letters(1, 13, seed=2)[0]


@pytest.fixture
def letters(reference):
    letters = mutants(reference, VARIANTS, 0.3, seed=3)
    letters[:, 9:11] = reference[9:11]
    return letters


@pytest.fixture
def design(letters, reference):
    return Design(PLACEMENTS, letters, reference)


@pytest.fixture
def dense(letters, reference):
    return [site_features(site, letters, reference) for site in SITES]


@pytest.fixture
def slopes():
    return np.random.default_rng(4).normal(0, 1, (VARIANTS, len(SITES)))


def jacobian(dense, slopes):
    return np.concatenate([X * slopes[:, k : k + 1] for k, X in enumerate(dense)], 1)


def test_matrices_are_the_dense_ones(design, dense):
    assert design.elements == 3 * (5 + 6 + 2 + 2)
    for placed, X, block in zip(design.placed, dense, design.slices, strict=True):
        np.testing.assert_array_equal(placed.matrix.toarray(), X)
        assert block.stop - block.start == X.shape[1]
        np.testing.assert_array_equal(design.seen[block], X.any(0))


def test_the_reference_has_zero_energy(design, reference):
    for zero, own in zip(design.zeros, (reference[:5], 3 - reference[3:9][::-1]), strict=False):
        np.testing.assert_array_equal(zero, own)


def test_energies(design, dense):
    free = np.random.default_rng(5).normal(0, 1, design.elements)
    expected = np.stack([X @ free[block] for X, block in zip(dense, design.slices, strict=True)], 1)
    np.testing.assert_allclose(design.energies(torch.tensor(free)), expected, atol=1e-12)
    assert (expected[:, 2] == 0).all()


def test_gather(design, dense, slopes):
    weights = np.random.default_rng(6).normal(0, 1, (VARIANTS, 3))
    found = design.gather(torch.tensor(slopes), torch.tensor(weights))
    np.testing.assert_allclose(found, jacobian(dense, slopes).T @ weights, atol=1e-12)


def test_by_cell(design, dense, slopes):
    random = np.random.default_rng(7)
    weights, cell = random.normal(0, 1, VARIANTS), random.integers(0, CELLS, VARIANTS)
    indicator = (cell[:, None] == np.arange(CELLS)).astype(float) * weights[:, None]
    found = design.by_cell(torch.tensor(slopes), torch.tensor(weights), torch.tensor(cell), CELLS)
    np.testing.assert_allclose(found, jacobian(dense, slopes).T @ indicator, atol=1e-12)


@pytest.mark.parametrize("pairs_pay", [True, False])
def test_fisher_information_both_ways(design, dense, slopes, pairs_pay):
    weights = np.random.default_rng(8).gamma(1, 1, VARIANTS)
    design.pairs_pay = pairs_pay
    J = jacobian(dense, slopes)
    found = design.fisher(torch.tensor(slopes), torch.tensor(weights))
    np.testing.assert_allclose(found, J.T @ (J * weights[:, None]), atol=1e-11)


def test_fisher_information_in_more_than_one_block_of_variants():
    letters, reference = random_letters(9000, 3, seed=1), np.zeros(3, np.uint8)
    design = Design([Placement(0, 0, 3, "+")], letters, reference)
    design.pairs_pay = False
    X = site_features(Site("A", 0, 3), letters, reference)
    found = design.fisher(torch.ones(9000, 1, dtype=torch.float64), torch.ones(9000, dtype=torch.float64))
    np.testing.assert_allclose(found, X.T @ X, atol=1e-9)


@pytest.mark.parametrize(("rate", "pays"), [(0.05, True), (0.75, False)])
def test_pairs_pay_where_mutations_are_few(rate, pays):
    # 3 mutations make 6 pairs, at 40 operations each 240, 45 make 1,035 pairs, so 41,400; a dense product takes 180^2 = 32,400
    reference = np.zeros(60, np.uint8)
    design = Design([Placement(0, 0, 60, "+")], mutants(reference, 200, rate), reference)
    assert design.pairs_pay == pays


def test_variants_without_any_mutation(reference):
    design = Design(PLACEMENTS, np.repeat(reference[None], 4, axis=0), reference)
    ones = torch.ones(4, len(SITES), dtype=torch.float64)
    assert not design.energies(torch.ones(design.elements, dtype=torch.float64)).any()
    assert not design.fisher(ones, ones[:, 0]).any()
    assert not design.gather(ones, ones[:, :2]).any()
    assert not design.seen.any()


def shared_features(places, letters, reference):
    """Return X (variants, 3 * length) per place; the bases that have no element are those of the first place."""
    zero = Site("", *places[0])
    zero = reference[zero.start : zero.stop] if zero.strand == "+" else 3 - reference[zero.start : zero.stop][::-1]
    result = []
    for start, stop, strand in places:
        read = letters[:, start:stop] if strand == "+" else 3 - letters[:, start:stop][:, ::-1]
        columns = [read[:, i] == base for i in range(stop - start) for base in range(4) if base != zero[i]]
        result.append(np.stack(columns, 1).astype(float))
    return result


@pytest.mark.parametrize("pairs_pay", [True, False])
def test_placements_that_share_a_matrix_add_up(letters, reference, slopes, pairs_pay):
    places = [(2, 6, "-"), (0, 4, "+"), (7, 11, "-")]
    design = Design([*(Placement(0, *place) for place in places), Placement(1, 11, 13, "+")], letters, reference)
    design.pairs_pay = pairs_pay
    first = [X * slopes[:, k : k + 1] for k, X in enumerate(shared_features(places, letters, reference))]
    J = np.concatenate([sum(first), shared_features([(11, 13, "+")], letters, reference)[0] * slopes[:, 3:]], 1)
    weights = np.random.default_rng(8).gamma(1, 1, VARIANTS)
    found = [design.fisher(torch.tensor(slopes), torch.tensor(weights))]
    found.append(design.gather(torch.tensor(slopes), torch.tensor(weights)[:, None])[:, 0])
    np.testing.assert_allclose(found[0], J.T @ (J * weights[:, None]), atol=1e-11)
    np.testing.assert_allclose(found[1], J.T @ weights, atol=1e-12)
    cell = torch.tensor(np.random.default_rng(9).integers(0, CELLS, VARIANTS))
    by_cell = design.by_cell(torch.tensor(slopes), torch.tensor(weights), cell, CELLS)
    indicator = (cell.numpy()[:, None] == np.arange(CELLS)) * weights[:, None]
    np.testing.assert_allclose(by_cell, J.T @ indicator, atol=1e-12)
