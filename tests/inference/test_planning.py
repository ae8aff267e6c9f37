"""How an interval would shrink with other data: known cases, and the Fisher information against simulation."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from cisphys.errors import InputError
from cisphys.inference.changed_data import fewer_bins, more_reads, more_variants, one_more_condition
from cisphys.inference.dataset import Dataset
from cisphys.inference.identifiability import assess
from cisphys.inference.measured import BinCounts, MoleculeCounts, Values
from cisphys.inference.planning import COLUMNS, FISHER, SIMULATION, Question, plan_table
from cisphys.inference.simulated import Source

COUNTS = np.array([[3.0, 0, 1, 2], [0, 5, 4, 0], [1, 1, 1, 1]])
PARAMETER = "mu.A.0"


def dataset_of(data) -> Dataset:
    letters = np.arange(3 * len(data)).reshape(len(data), 3).astype(np.uint8) % 4
    return Dataset("x", letters, data, np.zeros(len(data), np.int8), {})


def random() -> np.random.Generator:
    return np.random.default_rng(1)


# what is changed --------------------------------------------------------------------------------------------------------


def test_whole_factors_multiply_and_fractions_are_drawn():
    dataset = dataset_of(BinCounts(COUNTS, (0, 1, 2, 3)))
    np.testing.assert_array_equal(more_reads(dataset, 3, random()).counts, 3 * COUNTS)
    half = np.mean([more_reads(dataset, 1.5, np.random.default_rng(k)).counts for k in range(400)], axis=0)
    np.testing.assert_allclose(half, 1.5 * COUNTS, atol=0.2)


def test_rna_and_dna_grow_together():
    data = MoleculeCounts(2, np.array([1, 0]), np.array([0, 0]), np.array([4.0, 6]), np.array([2.0, 0]), ("1",))
    found = more_reads(dataset_of(data), 2, random()).data
    np.testing.assert_array_equal(found.rna, [8, 12])
    np.testing.assert_array_equal(found.dna, [4, 0])


def test_variants_come_again_with_their_measurements():
    data = Values(3, np.array([2, 0, 2, 1]), np.array([2.1, 0.1, 2.2, 1.1]), np.zeros(4))
    found = more_variants(dataset_of(data), 2, random())
    np.testing.assert_array_equal(found.letters[:3], found.letters[3:])
    assert [sorted(found.data.y[found.data.variant == n].tolist()) for n in range(6)] == 2 * [[0.1], [1.1], [2.1, 2.2]]
    counted = more_variants(dataset_of(BinCounts(COUNTS, (0, 1, 2, 3))), 2 / 3, random())
    assert len(counted.letters) == 2
    assert {tuple(row) for row in counted.counts} < {tuple(row) for row in COUNTS}


def test_neighbouring_bins_are_merged_and_the_unsorted_library_stays():
    found = fewer_bins(dataset_of(BinCounts(COUNTS, (0, 1, 2, 3))), 2)
    assert found.bins == (0, 1, 2)
    np.testing.assert_array_equal(found.counts, [[3, 1, 2], [0, 9, 0], [1, 2, 1]])
    assert fewer_bins(dataset_of(BinCounts(COUNTS, (1, 2, 3, 4))), 2).counts.tolist() == [[3, 3], [5, 4], [2, 2]]


@pytest.mark.parametrize("number", [1, 4])
def test_bins_that_there_are_not(number):
    with pytest.raises(InputError, match=f"{number} sorted bins are asked for, dataset x has 3 sorted bins"):
        fewer_bins(dataset_of(BinCounts(COUNTS, (0, 1, 2, 3))), number)


def test_values_have_no_reads():
    data = Values(1, np.array([0]), np.array([1.0]), np.zeros(1))
    with pytest.raises(InputError, match="dataset x has values, which have no reads"):
        more_reads(dataset_of(data), 2, random())


@pytest.mark.parametrize(
    ("site", "names"), [("A", ["mu.A.0", "mu.A.other", "mu.P"]), ("P", ["mu.A.0", "mu.P.now", "mu.P.other"])]
)
def test_one_more_condition_is_a_mu_of_its_own(pinned, site, names):
    source, dataset = pinned
    changed, everything = one_more_condition(source, [dataset], site, 1.5)
    problem, old = changed.problem, source.problem
    assert problem.network.scalar_names == [*names, "interaction.A.P"]
    values = dict(
        zip(problem.network.scalar_names, changed.optimum.p[problem.elements : problem.structural].tolist(), strict=True)
    )
    before = float(source.optimum.p[old.elements + old.network.local_names.index(f"mu.{site}")])
    assert values[f"mu.{site}.other"] == pytest.approx(before + 1.5)
    assert len(everything) == 2
    # the data at hand are seen as before
    torch.testing.assert_close(changed.optimum.at.latents[0].v, source.optimum.at.latents[0].v)
    # in the other condition the latent is another, but for P, of which all variants have the same more or less
    same = torch.allclose(changed.optimum.at.latents[1].v, source.optimum.at.latents[0].v)
    assert same == (site == "P")


def test_a_condition_that_changes_nothing_is_as_many_reads_again(pinned):
    """With mu known to both: the sum of the informations of two independent experiments."""
    source, dataset = pinned
    changed, _ = one_more_condition(source, [dataset], "A", 0.0)
    torch.testing.assert_close(changed.optimum.at.latents[1].v, source.optimum.at.latents[0].v)
    own, both = (each.problem.information(each.optimum.p, each.optimum.at) for each in (source, changed))
    cut = source.problem.elements
    torch.testing.assert_close(both[:cut, :cut], 2 * own[:cut, :cut])


# what it brings ---------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def table(pinned):
    question = Question(PARAMETER, reads=[4], variants=[2], bins=[2], site="A", shifts=[2], simulations=40)
    told = []
    found = plan_table(pinned[0], [pinned[1]], question, 1, lambda *each: told.append(each))
    assert [done for done, _, _ in told] == list(range(1, 201))
    assert told[-1][1:] == (200, "condition of A 2")
    return found


def test_error_falls_as_the_root_of_what_is_counted(table):
    assert list(table.columns) == COLUMNS
    fisher = table[table["method"] == FISHER].set_index("what")
    assert fisher.loc["now", "relative"] == 1
    assert fisher.loc["reads", "relative"] == pytest.approx(0.5, rel=0.05)
    assert fisher.loc["variants", "relative"] == pytest.approx(0.5**0.5, rel=0.05)
    assert fisher.loc["bins", "relative"] > 1.05
    assert fisher.loc["condition of A", "relative"] < 1
    assert fisher.loc["reads", "observations"] == 4 * fisher.loc["now", "observations"]
    np.testing.assert_allclose(table["width95"], 2 * 1.96 * table["error"])


def test_simulation_agrees_with_the_information(table):
    """Half the distance of two quantiles of 40 draws has a standard error of 15 %."""
    ratio = (
        table[table["method"] == SIMULATION].set_index("what")["error"]
        / table[table["method"] == FISHER].set_index("what")["error"]
    )
    assert (np.abs(np.log(ratio)) < 0.5).all()
    assert np.mean(np.log(ratio)) == pytest.approx(0, abs=0.2)


def test_overdispersion_stays_with_more_reads_and_falls_with_more_variants(pinned):
    """Reads of a variant that come ten times each: as many as before are independent."""
    source, dataset = pinned
    few = replace(dataset, data=replace(dataset.data, counts=more_reads(dataset, 0.1, random()).counts * 10))
    old = source.problem
    problem = type(old)(old.network, [few], old.reference, old.ridge.strength, old.functions)
    problem.scale_width = old.scale_width
    copied = Source(problem, replace(source.optimum, at=problem.evaluate(source.optimum.p)))
    asked = Question(PARAMETER, reads=[2], variants=[2])
    told, plain = (plan_table(each, [data], asked, seed=1).set_index("what") for each, data in ((copied, few), pinned))
    assert told.loc["now", "error"] > 1.5 * plain.loc["now", "error"]
    assert told.loc["variants", "relative"] == pytest.approx(0.5**0.5, rel=0.1)
    excess = told.loc["now", "error"] ** 2 - plain.loc["now", "error"] ** 2
    expected = (0.5 * plain.loc["now", "error"] ** 2 + excess) ** 0.5
    assert told.loc["reads", "error"] == pytest.approx(expected, rel=0.1)


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        (Question("interaction.A.Q"), r"no parameter 'interaction\.A\.Q' \(did you mean 'interaction\.A\.P'"),
        (Question("mu.P"), "the data at hand say nothing of mu.P"),
        (Question(PARAMETER, site="B", shifts=[1]), "the model has no site 'B'"),
    ],
)
def test_questions_without_an_answer(pinned, asked, message):
    with pytest.raises(InputError, match=message):
        plan_table(pinned[0], [pinned[1]], asked, seed=1)


def test_informed_by_more(pinned):
    """The error told for now is that of the inverse information."""
    source, dataset = pinned
    (row,) = plan_table(source, [dataset], Question(PARAMETER), seed=1).to_dict("records")
    problem = source.problem
    assert row["error"] == pytest.approx(float(assess(problem, source.optimum).error[problem.elements]), rel=0.05)
