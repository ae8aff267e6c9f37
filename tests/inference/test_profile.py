"""Profile likelihoods: intervals that are known in closed form, and one found by refits and root finding."""

from math import exp, log, sqrt

import numpy as np
import pytest
import torch
from analytic import Analytic, point
from scipy.optimize import brentq, minimize

from cisphys.inference.newton import minimise
from cisphys.inference.profile import FARTHEST, LowerFound, profile


def profiled(function, size, index, width, start, overdispersion=1.0):
    problem = Analytic(function, size)
    return profile(problem, minimise(problem, start, tolerance=1e-9), index, width, overdispersion)


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
    # F = log(1 + e^-x) + a log(1 + e^x) with a = 0.1: least at log(1 / a), and linear beyond; with a -> 1e-9 the high side is flat
    def flat_above(p):
        return 3 * torch.nn.functional.softplus(-p[0]) + 3e-9 * torch.nn.functional.softplus(p[0]) + 0.5 * (p[1] - 1) ** 2

    problem = Analytic(flat_above, 2)
    best = minimise(problem, point(5, 1), tolerance=1e-10)
    found = profile(problem, best, 0, 1.0)
    assert found.high == {"68": None, "95": None}
    # 3 log(1 + e^-x) = 1.9208 where e^-x = e^(1.9208 / 3) - 1
    assert found.low["95"] == pytest.approx(-log(exp(1.96**2 / 6) - 1), abs=0.05)
    assert max(value for value, _ in found.points) == pytest.approx(best.p[0].item() + FARTHEST)
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
    values, rises = np.array(found.points).T
    assert (np.diff(values) > 0).all()
    np.testing.assert_allclose(rises, (values - 2) ** 2 / 8, atol=2e-3)


def test_a_better_optimum_is_news():
    problem = Analytic(lambda p: ((p[0] ** 2 - 1) ** 2 + 0.3 * p[0]) * 10 + p[1] ** 2, 2)
    shallow = minimise(problem, point(0.9, 0), tolerance=1e-9)
    assert shallow.p[0] > 0
    with pytest.raises(LowerFound) as news:
        profile(problem, shallow, 0, 1.0)
    assert problem.evaluate(news.value.p).objective < shallow.objective


def test_what_is_no_optimum_is_news():
    problem = Analytic(correlated, 2)
    with pytest.raises(LowerFound):
        profile(problem, minimise(problem, point(9, 9), most=0), 0, 1.0)


def test_the_fit_s_interval_against_refits_and_root_finding(tiny_problem):
    problem, p = tiny_problem
    best = minimise(problem, p, tolerance=1e-6)
    index = problem.elements - 1  # a matrix element of P
    others = [i for i in range(problem.size) if i != index]
    found = profile(problem, best, index, 1.0)

    def refit(x):
        def both(rest):
            q = best.p.clone()
            q[index], q[others] = x, torch.tensor(rest)
            at = problem.evaluate(q)
            return at.objective, -problem.ascent(q, at)[others].numpy()

        start = best.p[others].numpy()
        return minimize(both, start, jac=True, method="L-BFGS-B", options={"maxiter": 3000, "ftol": 1e-13}).fun

    def excess(x):
        return sqrt(2 * max(refit(x) - best.objective, 0)) - 1.96

    value = best.p[index].item()
    for end, side in ((found.low["95"], -1), (found.high["95"], 1)):
        assert end == pytest.approx(brentq(excess, value, value + side * 12, xtol=1e-3), abs=0.03)
