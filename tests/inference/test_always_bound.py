"""A site that is bound in no variant of a condition is not told as bound in all."""

import pytest
import torch
from promoters import activated, sorted_reads

from cisphys.inference.always_bound import ALWAYS, unbound_where_that_fits
from cisphys.inference.newton import minimise
from cisphys.inference.problem import Problem
from cisphys.inference.traces import Traces

DOSES = {"0": 6.0, "10": -1.0}  # at dose 0, A is hardly ever bound


@pytest.fixture(scope="module")
def problem():
    network, wild_type = activated(DOSES, interaction=-3.0)
    datasets = [sorted_reads(network, wild_type, 1500, 20, dose, 4, seed) for seed, dose in enumerate(DOSES, start=1)]
    return Problem(network, datasets, wild_type, 0.1, 6)


@pytest.fixture(scope="module")
def wrong(problem):
    """Return the optimum that a search ends in which comes from where A is always bound at dose 0."""
    start = minimise(problem, torch.zeros(problem.size, dtype=torch.float64) + 0.01, most=20).p.clone()
    start[where(problem, "mu.A.10")], start[where(problem, "mu.A.0")] = -1.0, -25.0
    start[where(problem, "interaction.A.P")] = -3.0
    return minimise(problem, start)


def where(problem, name):
    return problem.elements + problem.network.scalar_names.index(name)


def test_the_other_side_is_taken_where_it_fits_as_well(problem, wrong):
    index = where(problem, "mu.A.0")
    assert float(wrong.p[index]) < ALWAYS
    traces = Traces()
    found = unbound_where_that_fits(problem, wrong, traces)
    assert float(found.p[index]) > 4
    assert found.objective <= wrong.objective
    assert found.converged
    assert [trace.stage for trace in traces.runs] == ["end"]
    assert found.trace is traces.runs[0]


def test_other_optima_are_left_alone(problem, wrong):
    found = unbound_where_that_fits(problem, wrong, Traces())
    assert unbound_where_that_fits(problem, found, Traces()) is found
