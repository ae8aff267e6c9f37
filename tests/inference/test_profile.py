"""Profile likelihoods: intervals that are known in closed form, and one found by refits and root finding."""

from math import exp, log, sqrt

import numpy as np
import pytest
import torch
from analytic import Analytic, point
from scipy.optimize import brentq

from cisphys.inference.newton import minimise
from cisphys.inference.problem import Problem
from cisphys.inference.profile import LowerFound, profile
from cisphys.inference.profile_lines import FARTHEST, LinearLine
from cisphys.inference.refit import solver_of


def line_of(problem, best, *weights):
    """Return the line along weights' p about an optimum; one whole number is the parameter of that index."""
    along = torch.eye(problem.size, dtype=torch.float64)[weights[0]] if len(weights) == 1 else point(*weights)
    curvature = problem.curvature(best.p, best.at)
    return LinearLine(problem, best, along, curvature, solver_of(curvature))


def profiled(function, size, index, width, start, overdispersion=1.0):
    problem = Analytic(function, size)
    return profile(line_of(problem, minimise(problem, start, tolerance=1e-9), index), width, overdispersion)


def correlated(p):
    """A quadratic with variances 4 and 1 and correlation 0.9 about (2, -1)."""
    covariance = torch.tensor([[4.0, 1.8], [1.8, 1.0]], dtype=torch.float64)
    away = p - point(2, -1)
    return 0.5 * away @ torch.linalg.solve(covariance, away)


@pytest.mark.parametrize(("index", "optimum", "sd"), [(0, 2, 2), (1, -1, 1)])
@pytest.mark.parametrize("guess", [0.05, 1.0, 4.0])
def test_a_quadratic_has_the_normal_intervals(index, optimum, sd, guess):
    found = profiled(correlated, 2, index, guess * sd, point(0, 0))
    assert found.value == pytest.approx(optimum, abs=1e-3)
    for level, z in (("68", 0.9945), ("95", 1.96)):
        assert found.low[level] == pytest.approx(optimum - z * sd, abs=0.02 * sd)
        assert found.high[level] == pytest.approx(optimum + z * sd, abs=0.02 * sd)


def test_overdispersion_widens_by_its_root():
    found = profiled(correlated, 2, 1, 1.0, point(0, 0), overdispersion=2.25)
    assert found.overdispersion == 2.25
    assert found.high["95"] == pytest.approx(-1 + 1.5 * 1.96, abs=0.03)


def test_a_skewed_function_has_skewed_ends():
    # F = e^x - x rises by 1.96^2 / 2 = 1.9208 at the roots of e^x - x - 1 = 1.9208
    found = profiled(lambda p: (p[0].exp() - p[0]) + 0.5 * (p[1] - p[0]) ** 2, 2, 0, 1.0, point(1, 1))
    roots = [brentq(lambda x: exp(x) - x - 1 - 1.96**2 / 2, *bracket) for bracket in ((-9, 0), (0, 9))]
    assert found.low["95"] == pytest.approx(roots[0], abs=0.03)
    assert found.high["95"] == pytest.approx(roots[1], abs=0.03)


def test_a_side_that_saturates_is_open():
    # the least of log(1 + e^-x) + a log(1 + e^x) lies at log(1 / a); with a = 1e-9 it is flat above
    def flat_above(p):
        return 3 * torch.nn.functional.softplus(-p[0]) + 3e-9 * torch.nn.functional.softplus(p[0]) + 0.5 * (p[1] - 1) ** 2

    problem = Analytic(flat_above, 2)
    best = minimise(problem, point(5, 1), tolerance=1e-10)
    found = profile(line_of(problem, best, 0), 1.0)
    assert found.high == {"68": None, "95": None}
    # 3 log(1 + e^-x) = 1.9208 where e^-x = e^(1.9208 / 3) - 1
    assert found.low["95"] == pytest.approx(-log(exp(1.96**2 / 6) - 1), abs=0.05)
    assert max(point.value for point in found.points) == pytest.approx(best.p[0].item() + FARTHEST)
    assert "to open" in str(found)


def test_one_level_may_be_reached_and_the_other_not():
    # a rise that saturates at 1 nat: 68 % lies at 0.4945 nat, 95 % would need 1.9208
    found = profiled(lambda p: 1 - torch.exp(-0.5 * p[0] ** 2) + 0.5 * p[1] ** 2, 2, 0, 1.0, point(0.1, 0))
    x = sqrt(-2 * log(1 - 0.9945**2 / 2))
    assert found.low["68"] == pytest.approx(-x, abs=0.03)
    assert found.high["68"] == pytest.approx(x, abs=0.03)
    assert found.low["95"] is None
    assert found.high["95"] is None


def test_points_lie_on_the_profile():
    found = profiled(correlated, 2, 0, 2.0, point(0, 0))
    values, rises, slopes = np.array(found.points).T
    assert (np.diff(values) > 0).all()
    np.testing.assert_allclose(rises, (values - 2) ** 2 / 8, atol=2e-3)
    np.testing.assert_allclose(slopes, (values - 2) / 4, atol=2e-3)


def test_a_better_optimum_is_news():
    # two wells: the one on the left is 0.9 lower, the ridge between them 0.9 above the one on the right
    problem = Analytic(lambda p: 1.5 * (p[0] ** 2 - 1) ** 2 + 0.45 * p[0] + p[1] ** 2, 2)
    shallow = minimise(problem, point(0.9, 0), tolerance=1e-9)
    assert shallow.p[0] > 0
    with pytest.raises(LowerFound) as news:
        profile(line_of(problem, shallow, 0), 1.0)
    assert problem.evaluate(news.value.p).objective < shallow.objective


def test_what_is_no_optimum_is_news():
    problem = Analytic(correlated, 2)
    with pytest.raises(LowerFound):
        profile(line_of(problem, minimise(problem, point(9, 9), most=0), 0), 1.0)


def test_a_mirror_image_ends_the_profile():
    # |x| has the same wells on both sides; the image with x < 0 is another orientation
    problem = Analytic(lambda p: 0.02 * (p[0] ** 2 - 9) ** 2 / 9 + 0.5 * p[1] ** 2, 2)
    best = minimise(problem, point(2, 0), tolerance=1e-10)
    found = profile(line_of(problem, best, 0), 1.0, is_own_image=lambda p: float(p[0]) > 0)
    assert found.low["95"] == pytest.approx(0, abs=0.05)
    assert found.mirrored == {"low"}
    assert min(point.value for point in found.points) >= 0
    # 0.02 / 9 (x^2 - 9)^2 = 1.9208
    assert found.high["95"] == pytest.approx(sqrt(9 + sqrt(1.9208 * 9 / 0.02)), abs=0.05)


def test_a_jump_ends_the_interval():
    """Where the function rises steeply by 50 at x = 1, no point lies near the threshold."""
    problem = Analytic(lambda p: 0.05 * p[0] ** 2 + 50 * torch.sigmoid((p[0] - 1) * 1e5) + 0.5 * p[1] ** 2, 2)
    found = profile(line_of(problem, minimise(problem, point(0.0, 0.5), tolerance=1e-10), 0), 3.0)
    assert found.high["95"] == pytest.approx(1.0, abs=0.02)
    assert found.low["95"] == pytest.approx(-1.96 / sqrt(0.1), abs=0.1)
    assert found.mirrored == frozenset()


def test_a_false_optimum_reached_from_afar_is_looked_at_again():
    """The second parameter follows the first, in a valley beside others that are 2.3 higher: a long first step ends in those."""

    def valleys(p):
        away = p[1] - p[0]
        return 0.005 * p[0] ** 2 + 3 * (1 - torch.cos(2.5 * away)) + 0.4 * away**2

    problem = Analytic(valleys, 2)
    found = profile(line_of(problem, minimise(problem, point(0.1, 0.1), tolerance=1e-10), 0), 10.0)
    for end, side in ((found.low["95"], -1), (found.high["95"], 1)):
        assert end == pytest.approx(side * 1.96 / sqrt(0.01), rel=0.02)


@pytest.mark.parametrize("guess", [1e-3, 1.0, 300.0])
def test_a_poor_guess_of_the_width_costs_points_only(guess):
    found = profiled(correlated, 2, 0, guess, point(0, 0))
    assert found.high["95"] == pytest.approx(2 + 2 * 1.96, abs=0.05)
    assert len(found.points) < 40


def test_the_fit_s_interval_against_refits_and_root_finding(fit, reads):
    """The chemical potential of A: each refit starts anew, away from the optimum."""
    problem = Problem(fit.network, [reads.only("training")], fit.problem.reference, 0.1, 8)
    best = minimise(problem, fit.best.p, tolerance=1e-6)
    index = problem.elements
    others = torch.tensor([i for i in range(problem.size) if i != index])
    found = profile(line_of(problem, best, index), 0.1)
    away = torch.tensor(np.random.default_rng(1).normal(0, 0.1, problem.size))

    def excess(x):
        start = best.p + away
        start[index] = x
        return sqrt(2 * max(minimise(problem, start, others, 1e-5).objective - best.objective, 0)) - 1.96

    assert found.low["68"] < best.p[index] < found.high["68"]
    for end in (found.low["95"], found.high["95"]):
        width = abs(end - found.value)
        root = brentq(excess, end - 0.3 * width, end + 0.3 * width, xtol=0.005 * width)
        assert end == pytest.approx(root, abs=0.03 * width)


@pytest.mark.parametrize(("tilt", "beyond"), [(0.0, True), (-5.0, False)])
def test_the_other_infinity_is_looked_at(tilt, beyond):
    """A barrier between two flat ends, both as high; with a tilt, the lower end is worse by 5."""

    def barrier(p):
        return 30 * torch.exp(-(p[0] ** 2) / 20) + tilt * torch.sigmoid(p[0]) + 1e-4 * (p[0] - 20) ** 2 + 0.5 * p[1] ** 2

    problem = Analytic(barrier, 2)
    found = profile(line_of(problem, minimise(problem, point(20.0, 1.0), tolerance=1e-9), 0), 3.0)
    assert found.high == {"68": None, "95": None}
    # 30 exp(-x^2 / 20) = 1.9208, the rest being small
    assert found.low["95"] == pytest.approx(sqrt(20 * log(30 / 1.9208)), abs=0.15)
    assert (found.beyond is not None) == beyond


def test_a_better_optimum_at_the_other_infinity_is_news():
    problem = Analytic(lambda p: 30 * torch.exp(-(p[0] ** 2) / 20) + torch.sigmoid(p[0]) + 1e-5 * p[0] ** 2 + 0.5 * p[1] ** 2, 2)
    with pytest.raises(LowerFound) as news:
        profile(line_of(problem, minimise(problem, point(20.0, 1.0), tolerance=1e-9), 0), 3.0)
    assert news.value.p[0] < 0


def test_a_combination_has_the_normal_interval():
    """p0 - p1 of `correlated` has the variance 4 + 1 - 2 x 1.8 = 1.4 about 3."""
    problem = Analytic(correlated, 2)
    found = profile(line_of(problem, minimise(problem, point(0, 0), tolerance=1e-9), 1, -1), 1.0)
    assert found.value == pytest.approx(3, abs=1e-3)
    assert found.low["95"] == pytest.approx(3 - 1.96 * sqrt(1.4), abs=0.01)
    assert found.high["68"] == pytest.approx(3 + 0.9945 * sqrt(1.4), abs=0.01)
