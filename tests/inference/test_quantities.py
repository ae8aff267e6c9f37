"""What a fit profiles: names, and combinations of parameters against what the network itself says of the wild type."""

from types import SimpleNamespace

import numpy as np
import pytest
import torch
from kinetic_models import ACTIVATOR, OPENING
from promoters import dataset_of, mutants, spec_of

from cisphys.inference.cycle_table import cycle_table
from cisphys.inference.identifiability import assess
from cisphys.inference.newton import Optimum
from cisphys.inference.problem import Problem
from cisphys.inference.profile import Profile
from cisphys.inference.quantities import affinities, quantities_of
from cisphys.models.families import network_of

BY_DOSE = OPENING.replace("stop: 5}", "stop: 5, chemical_potential: {by: dose}}")
WILD_TYPE = np.array([0, 1, 2, 3, 0], np.uint8)


def problem_of(text, doses=("0", "10"), wild_type=WILD_TYPE):
    levels = {"dose": list(doses)} if "dose" in text else {}
    datasets = []
    for number, dose in enumerate(doses):
        letters = mutants(wild_type, 40, 0.3, seed=number)
        counts = np.random.default_rng(number).poisson(2, (40, 3)) + 1.0
        datasets.append(dataset_of(letters, counts, f"d{dose}", {"dose": dose} if levels else {}))
    return Problem(network_of(spec_of(text), levels), datasets, wild_type, 0.1, 5), datasets


def test_names_and_units(tiny_problem):
    found = {each.name: each for each in quantities_of(tiny_problem[0])}
    scalars = ["mu.A.0", "mu.A.10", "mu.P", "interaction.A.P"]
    assert list(found) == [*scalars, "mu.A.10 - mu.A.0"]
    assert [found[name].sites for name in scalars] == [("A",), ("A",), ("P",), ("A", "P")]
    assert {each.unit for each in found.values()} == {"kT"}
    assert [each.name for each in found.values() if each.derived] == ["mu.A.10 - mu.A.0"]
    weights = found["mu.A.10 - mu.A.0"].weights(tiny_problem[0])
    assert weights.nonzero().flatten().tolist() == [tiny_problem[0].elements, tiny_problem[0].elements + 1]
    assert found["mu.A.10 - mu.A.0"].value_in({"mu.A.0": 1.0, "mu.A.10": -2.0}) == -3.0
    assert found["mu.A.10 - mu.A.0"].value_in({"mu.A.0": 1.0}) is None


def test_ratios_of_rates_are_to_the_first():
    names = [each.name for each in quantities_of(problem_of(ACTIVATOR, ("x",), np.zeros(9, np.uint8))[0])]
    assert "log_rate.P - log_rate.A" in names


@pytest.mark.parametrize("text", [OPENING, BY_DOSE])
def test_an_affinity_is_the_network_s_own(text):
    problem, datasets = problem_of(text)
    network = problem.network
    values = dict(zip(network.scalar_names, np.random.default_rng(3).normal(0, 1, 9), strict=False))
    network.set_values({"theta.P": np.random.default_rng(4).normal(0, 1, (5, 4)) * (np.arange(4) != WILD_TYPE[:, None])} | values)
    found = affinities(problem)
    assert {dataset for dataset, _ in found} == {"d0", "d10"}
    for dataset in datasets:
        (cycle,) = network.spec.kinetics.cycles()
        own = network.affinities(WILD_TYPE[None], dataset.conditions)[0, 0].item()
        assert found[dataset.name, cycle].value_in(values) == pytest.approx(own)
    names = {each.name for each in found.values()}
    first = "affinity " + network.spec.kinetics.in_words(cycle)
    assert names == ({first} if text == OPENING else {f"{first} at d0", f"{first} at d10"})
    assert len([each for each in quantities_of(problem) if each.name.startswith("affinity")]) == len(names)


def test_a_profile_of_an_affinity_stands_in_the_table_of_cycles():
    problem, datasets = problem_of(OPENING)
    quantity = next(iter(affinities(problem).values()))
    ends = ({"68": 0.5, "95": 0.1}, {"68": None, "95": None})
    fit = SimpleNamespace(network=problem.network, problem=problem, profiles={quantity.name: Profile(1.0, 1.2, *ends, ())})
    row = next(row for row in cycle_table(fit, datasets, []).itertuples() if row.quantity == "affinity")
    assert np.isnan(row.value)  # the data push it up: a bound alone
    assert (row.low68, row.low95) == (0.5, 0.1)
    assert np.isnan(row.high95)
    assert "only its lower bound" in row.reason


def test_a_sum_may_be_informed_though_its_parts_are_not():
    """u = log(exp(G_A) + exp(-G_B - I)): a shift of G_A against G_B + I shifts u, so that only their sum is known."""
    text = """\
    sites: {A: {start: 0, stop: 3}, B: {start: 3, stop: 6}}
    interactions: [[A, B]]
    states: {none: [], A: [A], A+B: [A, B]}
    transcribes: [A+B, none]
    """
    problem, _ = problem_of(text, ("x",), np.zeros(6, np.uint8))
    p = torch.tensor(np.random.default_rng(3).normal(0, 0.5, problem.size))
    told = assess(problem, Optimum(p, problem.evaluate(p), 0, True))
    weights = {name: torch.zeros(problem.structural, dtype=torch.float64) for name in problem.network.scalar_names}
    for index, weight in enumerate(weights.values(), start=problem.elements):
        weight[index] = 1.0
    assert not any(told.tells(weight) for weight in weights.values())
    assert told.tells(sum(weights.values()))
    assert not told.tells(weights["mu.B"] + weights["interaction.A.B"])
