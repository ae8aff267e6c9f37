"""A combination of parameters that is held: against Lagrange's conditions of a quadratic, solved as one linear system."""

import numpy as np
import pytest
import torch
from analytic import Analytic

from cisphys.inference.held import Held
from cisphys.inference.newton import minimise
from cisphys.inference.profile_lines import LinearLine
from cisphys.inference.refit import Follower, solver_of

SIZE = 5


@pytest.fixture(params=[1, 2, 3])
def case(request):
    """A quadratic 1/2 (p - m)' A (p - m), with A and m, and a combination with two zeros."""
    random = np.random.default_rng(request.param)
    root = torch.tensor(random.normal(size=(SIZE, SIZE)))
    matrix, centre = root @ root.T + 0.1 * torch.eye(SIZE), torch.tensor(random.normal(size=SIZE))
    weights = torch.tensor(random.normal(size=SIZE) * [1, 0, 1, 1, 0])
    return Analytic(lambda p: 0.5 * (p - centre) @ matrix @ (p - centre), SIZE), matrix, centre, weights


def by_lagrange(matrix, centre, weights, value):
    """Return the optimum with weights' p = value, and the multiplier, which is the slope of the least value."""
    system = torch.zeros(SIZE + 1, SIZE + 1, dtype=torch.float64)
    system[:SIZE, :SIZE], system[:SIZE, SIZE], system[SIZE, :SIZE] = matrix, -weights, weights
    solved = torch.linalg.solve(system, torch.cat([matrix @ centre, torch.tensor([value], dtype=torch.float64)]))
    return solved[:SIZE], float(solved[SIZE])


def test_the_plane_s_optimum_and_slope(case):
    problem, matrix, centre, weights = case
    best = minimise(problem, torch.zeros(SIZE, dtype=torch.float64), tolerance=1e-12)
    line = LinearLine(problem, best, weights, matrix, solver_of(matrix), constant=10.0)
    assert line.origin.value == pytest.approx(10 + float(weights @ centre), abs=1e-5)
    for value in (-2.0, 0.5, 3.0):
        expected, slope = by_lagrange(matrix, centre, weights, value)
        found = line.visit(value + 10, best.p + 0.3, lambda p: False)
        np.testing.assert_allclose(found.p, expected, atol=1e-3)
        assert float(weights @ found.p) == pytest.approx(value, abs=1e-12)
        assert found.slope == pytest.approx(slope, rel=1e-3)
        assert found.objective == pytest.approx(float(problem.function(expected)), abs=1e-5)


def test_gradient_and_curvature_are_derivatives(case):
    problem, _, _, weights = case
    held = Held(problem, weights, 0.7)
    q = torch.tensor(np.random.default_rng(9).normal(size=SIZE - 1))

    def value(q):
        return problem.function(held.whole(q))

    at = held.evaluate(q)
    assert at.objective == pytest.approx(float(value(q)))
    np.testing.assert_allclose(held.ascent(q, at), -torch.autograd.functional.jacobian(value, q), atol=1e-10)
    np.testing.assert_allclose(held.curvature(q, at), torch.autograd.functional.hessian(value, q), atol=1e-10)


def test_the_tangent_is_the_way_of_the_optima(case):
    problem, matrix, centre, weights = case
    best = minimise(problem, torch.zeros(SIZE, dtype=torch.float64), tolerance=1e-12)
    line = LinearLine(problem, best, weights, matrix, solver_of(matrix))
    ahead, behind = (by_lagrange(matrix, centre, weights, value)[0] for value in (1.0, 0.0))
    np.testing.assert_allclose(line.tangent, ahead - behind, atol=1e-9)


def test_a_follower_with_another_s_curvature_finds_the_same():
    """A curved valley, its curvature taken far away: the steps mend it, or it is computed anew."""
    problem = Analytic(lambda p: (1 - p[0]) ** 2 + 100 * (p[1] - p[0] ** 2) ** 2, 2)
    start = torch.tensor([-1.2, 1.0], dtype=torch.float64)
    follower = Follower(problem.curvature(start, None))
    for _ in range(2):
        found = follower.optimum(problem, start, 1e-10)
        assert found.converged
        np.testing.assert_allclose(found.p, [1, 1], atol=1e-4)


def test_a_search_that_went_astray_stops_early():
    problem = Analytic(lambda p: (1 - p[0]) ** 2 + 100 * (p[1] - p[0] ** 2) ** 2, 2)
    start = torch.tensor([-1.2, 1.0], dtype=torch.float64)
    found = Follower(torch.eye(2, dtype=torch.float64) * 1e4).optimum(problem, start, 1e-12, lambda p: float(p[0]) < 0.99)
    assert not found.converged
    assert found.p[0] < 0.99
