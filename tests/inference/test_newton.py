"""The minimiser against hand-made functions and against scipy's."""

import numpy as np
import pytest
import torch
from analytic import Analytic, point
from scipy.optimize import minimize

from cisphys.inference.newton import _System, minimise


def valley(p):
    """A curved valley (Rosenbrock 1960) with its least value 0 at (1, 1)."""
    return 100 * (p[1] - p[0] ** 2) ** 2 + (1 - p[0]) ** 2


def bowl(p):
    return 3 + 0.5 * ((p[0] - 1) ** 2 + 4 * (p[1] + 2) ** 2 + 2 * (p[0] - 1) * (p[1] + 2))


def test_a_quadratic_takes_a_few_steps():
    found = minimise(Analytic(bowl, 2), point(10, 10))
    assert found.converged
    assert found.iterations <= 4
    assert found.objective == pytest.approx(3, abs=1e-6)
    np.testing.assert_allclose(found.p, [1, -2], atol=1e-3)


def test_a_curved_valley():
    found = minimise(Analytic(valley, 2), point(-1.2, 1), tolerance=1e-9)
    assert found.converged
    np.testing.assert_allclose(found.p, [1, 1], atol=1e-4)


def test_damping_remembers_the_steepest_curvature():
    """At p = 1 of p^2 / 2, where the curvature has been 100 before: step = -1 / (1 + damping x 100), as its promise says."""
    problem, p = Analytic(lambda p: 0.5 * p[0] ** 2, 1), point(1)
    for before, step in ((0.0, -1 / 1.5), (100.0, -1 / 51)):
        system = _System(problem, p, problem.evaluate(p), torch.tensor([0]), point(before))
        found, promised = system.solve(0.5)
        assert found.item() == pytest.approx(step)
        assert promised == pytest.approx(-step / 2)
        assert system.steepest.item() == max(before, 1.0)


def test_no_step_uphill():
    objectives = [minimise(Analytic(valley, 2), point(-1.2, 1), most=most).objective for most in range(12)]
    assert (np.diff(objectives) < 0).all()


class Stiff(Analytic):
    """A problem whose curvature is taken for four times what it is: each Newton step goes a quarter of the way."""

    def curvature(self, p, at):
        return 4 * super().curvature(p, at)


def test_a_wrong_curvature_is_mended_on_the_way():
    """Newton steps alone leave (9 / 16)^k of the excess after k of them: 40 for the ten orders that the tolerance is below it."""
    start, scales = torch.ones(6, dtype=torch.float64), torch.arange(1, 7, dtype=torch.float64)
    problem = Stiff(lambda p: 1e4 * (scales * p**2 + 0.1 * p**4).sum(), 6)
    found = minimise(problem, start, tolerance=1e-6)
    assert found.converged
    assert found.objective < 1e-6
    assert found.iterations < 20


def test_each_step_is_told(watched):
    """Newton steps that go a quarter of the way promise a quarter of the slope, and a quadratic's end is known."""
    found, told = watched(Stiff(bowl, 2), point(10, 10))
    methods, points, objectives, promised = zip(*told, strict=True)
    assert methods[:2] == ("start", "Newton")
    assert set(methods[2:]) == {"Newton", "L-BFGS"}
    assert len(told) == found.iterations + 1
    assert points[0].tolist() == [10, 10]
    assert torch.equal(points[-1], found.p)
    assert objectives[-1] == found.objective
    assert (np.diff(objectives) < 0).all()
    # the excess 0.5 g' H^-1 g of a quadratic, whose curvature is taken for four times what it is: a quarter of it is promised
    assert np.isnan(promised[0])
    assert promised[1] == pytest.approx((objectives[0] - 3) / 4, rel=0.02)


@pytest.fixture
def watched():
    """Return a function that minimises, and returns the optimum and what was told of each step."""

    def run(problem, start):
        told = []
        watch = lambda method, p, at, promised: told.append((method, p, at.objective, promised))  # noqa: E731
        return minimise(problem, start, tolerance=1e-6, watch=watch), told

    return run


def test_too_few_iterations_are_no_convergence():
    found = minimise(Analytic(valley, 2), point(-1.2, 1), most=3)
    assert not found.converged
    assert found.iterations == 3
    assert found.objective < float(valley(point(-1.2, 1)))


def test_what_is_not_free_stays():
    # with p1 held at 10: the least of (p0 - 1)^2 / 2 + 12 (p0 - 1) lies at p0 = -11
    found = minimise(Analytic(bowl, 2), point(10, 10), free=torch.tensor([0]))
    assert found.p[1] == 10
    assert found.p[0].item() == pytest.approx(-11, abs=1e-3)


def test_an_optimum_is_left_where_it_is():
    found = minimise(Analytic(bowl, 2), point(1, -2))
    assert found.converged
    np.testing.assert_allclose(found.p, [1, -2], atol=1e-9)


def test_start_is_not_changed():
    start = point(10, 10)
    minimise(Analytic(bowl, 2), start)
    assert start.tolist() == [10, 10]


def test_curvature_that_is_nowhere_definite_is_no_convergence():
    start = point(0.1)
    found = minimise(Analytic(lambda p: -(p**2).sum(), 1), start)
    assert not found.converged
    assert torch.equal(found.p, start)


def test_the_fit_s_problem_against_scipy(signal):
    problem, start = signal
    found = minimise(problem, start)
    width = problem.curvature(found.p, found.at).diagonal().rsqrt()  # for scipy, all parameters alike

    def both(q):
        q = torch.tensor(q) * width
        at = problem.evaluate(q)
        return at.objective, -(problem.ascent(q, at) * width).numpy()

    expected = minimize(both, start / width, jac=True, method="L-BFGS-B", options={"maxiter": 4000, "maxcor": 60, "ftol": 1e-10})
    assert found.converged
    assert found.objective < problem.evaluate(start).objective - 10
    assert found.objective == pytest.approx(expected.fun, abs=0.01)
