"""Intervals hold the truth as often as they say: measurements are drawn and fitted many times."""

from math import sqrt

import numpy as np
import pytest
import torch
from scipy.stats import binom

from cisphys.inference.newton import minimise
from cisphys.inference.problem import Problem
from cisphys.inference.profile import LEVELS
from cisphys.inference.recovery import errors_of_elements
from cisphys.inference.simulated import Source, drawn

TIMES = 100
SCALARS = ("mu.A.0", "interaction.A.P")


def refitted(source: Source, dataset, number: int) -> tuple[dict[str, float], np.ndarray]:
    """Return |r|, the root of the rise at the truth, of each scalar's profile, and (found - true) / error of the elements."""
    problem, truth = source.problem, source.optimum.p
    datasets = drawn(source, [dataset], np.random.default_rng([3, number]))
    again = Problem(problem.network, datasets, problem.reference, problem.ridge.strength, problem.functions)
    again.scale_width = problem.scale_width
    found = minimise(again, truth)
    roots = {}
    for name in SCALARS:
        index = problem.elements + problem.network.scalar_names.index(name)
        held = found.p.clone()
        held[index] = truth[index]
        others = torch.tensor([i for i in range(problem.size) if i != index])
        roots[name] = sqrt(2 * max(minimise(again, held, others).objective - found.objective, 0))
    elements = slice(0, problem.elements)
    return roots, ((found.p - truth)[elements] / errors_of_elements(Source(again, found))).numpy()


@pytest.fixture(scope="module")
def simulations(pinned):
    """Return the roots (simulations, scalars) and the elements' deviations in standard errors (simulations, elements)."""
    roots, deviations = zip(*(refitted(*pinned, number) for number in range(TIMES)), strict=True)
    return np.array([list(each.values()) for each in roots]), np.abs(deviations)


def bounds(share: float, tests: int) -> tuple[float, float]:
    """Return how many of `TIMES` simulations lie within, so that one in 2,000 would leave any of so many tests outside."""
    return binom.ppf(2.5e-4 / tests, TIMES, share), binom.ppf(1 - 2.5e-4 / tests, TIMES, share)


@pytest.mark.parametrize("level", LEVELS)
def test_profiles_hold_the_truth_as_often_as_they_say(simulations, level):
    low, high = bounds({"68": 0.68, "95": 0.95}[level], 2 * len(SCALARS))
    for count in (simulations[0] < LEVELS[level]).sum(0):
        assert low <= count <= high


@pytest.mark.parametrize("level", LEVELS)
def test_elements_lie_within_their_errors_as_often_as_they_say(simulations, level):
    share, deviations = {"68": 0.68, "95": 0.95}[level], simulations[1]
    low, high = bounds(share, deviations.shape[1])
    count = (deviations < LEVELS[level]).sum(0)
    assert ((low <= count) & (count <= high)).all()
    assert count.mean() == pytest.approx(TIMES * share, abs=5)


def test_intervals_of_half_the_width_would_be_found_out(simulations):
    roots, deviations = simulations
    low, _ = bounds(0.95, deviations.shape[1])
    assert ((roots < LEVELS["95"] / 2).sum(0) < low).all()
    assert ((deviations < LEVELS["95"] / 2).sum(0) < low).mean() > 0.9
