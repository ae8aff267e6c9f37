"""The points of profiles of a fit to reads: each an optimum, and the curve through them that of refits between them."""

from itertools import pairwise

import numpy as np
import pytest
import torch
from promoters import activated, sorted_reads

from cisphys.inference.held import Held
from cisphys.inference.newton import minimise
from cisphys.inference.orientation import orient
from cisphys.inference.problem import Problem
from cisphys.inference.profile import profile
from cisphys.inference.profile_lines import LinearLine, ScaleLine
from cisphys.inference.refit import solver_of
from cisphys.inference.start import random_start, ranked_effects


def some_weights(problem):
    """Return a chemical potential, and the difference of two."""
    first = torch.zeros(problem.size, dtype=torch.float64)
    first[problem.elements] = 1.0
    second = first.clone()
    second[problem.elements + 1] = -1.0
    return first, second


@pytest.fixture(scope="module")
def two_doses():
    """Return the problem of two doses, 60,000 reads in all, and its optimum."""
    network, base = activated({"0": 0.5, "10": -2.0}, interaction=-4.0)
    datasets = [sorted_reads(network, base, 1500, 30, dose, 3, seed=seed) for seed, dose in enumerate(("0", "10"))]
    problem = Problem(network, datasets, base, 0.01, 6)
    start = random_start(problem, ranked_effects(problem)[0], np.random.default_rng(1))
    best = minimise(problem, start, tolerance=1e-2)
    return problem, minimise(problem, orient(problem, best.p, best.at), tolerance=1e-8)


def test_each_point_is_an_optimum_to_a_hundredth_of_a_nat(two_doses):
    """Refits from elsewhere, by Levenberg-Marquardt with the combination held, to 1e-6 nat."""
    problem, best = two_doses
    away = torch.tensor(np.random.default_rng(2).normal(0, 0.05, problem.size))
    for weights in some_weights(problem):
        curvature = problem.curvature(best.p, best.at)
        line = LinearLine(problem, best, weights, curvature, solver_of(curvature))
        found = profile(line, float(weights @ solver_of(curvature)(weights)) ** 0.5)
        assert found.low["95"] < found.value < found.high["95"]
        for each in found.points:
            held = Held(problem, weights, each.value)
            refit = minimise(held, (best.p + away)[held.others], tolerance=1e-6)
            assert each.rise == pytest.approx(refit.objective - best.objective, abs=2e-3)


def test_heights_and_slopes_tell_the_same_curve(two_doses):
    """Between neighbours of a profile lies what the cubic through heights and slopes says."""
    problem, best = two_doses
    weights = some_weights(problem)[1]
    curvature = problem.curvature(best.p, best.at)
    line = LinearLine(problem, best, weights, curvature, solver_of(curvature))
    points = profile(line, float(weights @ solver_of(curvature)(weights)) ** 0.5).points
    for a, b in pairwise(points):
        wide = b.value - a.value
        middle = (a.rise + b.rise) / 2 + wide / 8 * (a.slope - b.slope)
        held = Held(problem, weights, (a.value + b.value) / 2)
        refit = minimise(held, best.p[held.others], tolerance=1e-6)
        assert middle == pytest.approx(refit.objective - best.objective, abs=0.02)


def test_the_scale_s_profile_does_not_depend_on_its_leash(two_doses):
    """Held ten times as tightly, and from the optimum each time, the same curve comes out."""
    problem, best = two_doses
    solve = solver_of(problem.curvature(best.p, best.at))
    found = profile(ScaleLine(problem, best, 0.1, solve), 0.1)
    assert found.value == pytest.approx(problem.log_scale(best.at.latents))
    for each in found.points[1:-1]:
        tight = ScaleLine(problem, best, 0.01, solve).visit(each.value, best.p, lambda p: False)
        expected = each.rise + each.slope * (tight.value - each.value)
        assert tight.objective - best.objective == pytest.approx(expected, abs=2e-3)
        assert tight.slope == pytest.approx(each.slope, abs=0.05 + 0.02 * abs(each.slope))
