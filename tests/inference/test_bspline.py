"""Uniform cubic B-splines against scipy's."""

import numpy as np
import pytest
from scipy.interpolate import BSpline

from cisphys.inference.bspline import basis, roughness

Z = np.concatenate([[0.0, 1.0, 0.25, 0.5], np.random.default_rng(1).random(50), np.arange(10) / 9])


@pytest.mark.parametrize("functions", [4, 5, 8, 12])
def test_values_and_slopes_are_scipys(functions):
    knots = np.arange(-3, functions + 1) / (functions - 3)
    curves = BSpline(knots, np.eye(functions), 3)
    values, derivatives = basis(Z, functions)
    np.testing.assert_allclose(values, curves(Z), atol=1e-12)
    np.testing.assert_allclose(derivatives, curves.derivative()(Z), atol=1e-10)


@pytest.mark.parametrize("functions", [4, 7, 12])
def test_functions_are_a_partition_of_unity(functions):
    values, derivatives = basis(Z, functions)
    assert values.shape == (len(Z), functions)
    assert (values >= 0).all()
    assert ((values > 0).sum(1) <= 4).all()
    np.testing.assert_allclose(values.sum(1), 1, atol=1e-12)
    np.testing.assert_allclose(derivatives.sum(1), 0, atol=1e-10)


def test_slopes_against_finite_differences():
    inside = np.random.default_rng(2).uniform(0.01, 0.99, 40)
    step = 1e-6
    expected = (basis(inside + step, 9)[0] - basis(inside - step, 9)[0]) / (2 * step)
    np.testing.assert_allclose(basis(inside, 9)[1], expected, atol=1e-6)


def test_values_at_a_knot_by_hand():
    # with four functions on one interval: 1/6, 4/6, 1/6, 0 at the left end
    np.testing.assert_allclose(basis(np.array([0.0, 1.0]), 4)[0], np.array([[1, 4, 1, 0], [0, 1, 4, 1]]) / 6)


def test_straight_lines_are_not_rough():
    line = np.arange(7.0)
    assert line @ roughness(7, level=0.0) @ line == pytest.approx(0, abs=1e-12)
    # second differences of 0 1 0 0 are -2 and 1; squares of the coefficients: 1
    bump = np.array([0.0, 1, 0, 0])
    assert bump @ roughness(4, level=0.5) @ bump == pytest.approx(5 + 0.5)
