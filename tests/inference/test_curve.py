"""Curves of the latent, and the noise of values at its extremes."""

import numpy as np
import pytest
import scipy.stats
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from made_measurements import monotone

from cisphys.inference.curve import FreeCurve, MonotoneCurve, read_spline
from cisphys.inference.noise import NOISES

V = torch.linspace(-12, 12, 301, dtype=torch.float64)


@settings(max_examples=60, deadline=None)
@given(
    rise=st.floats(-5, 5),
    delta=st.lists(st.floats(-20, 20), min_size=3, max_size=11),
)
def test_a_monotone_curve_never_turns(rise, delta):
    curve = MonotoneCurve(len(delta) + 1)
    own = torch.tensor([0.3, rise, *delta], dtype=torch.float64)
    read = curve.read(own, curve.place(V))
    assert (read.slope * rise >= -1e-12).all()
    assert (read.value.diff() * rise >= -1e-12).all()
    assert (read.value - 0.3).abs().max() <= abs(rise) + 1e-12
    np.testing.assert_allclose(read.value, monotone(own, V), atol=1e-11)
    np.testing.assert_allclose(read.value, read_spline(curve.coefficients(own), V), atol=1e-12)


def test_tables_at_nodes_are_the_derivatives_there():
    own = torch.tensor([0.5, -2.0, 0.3, -1.0, 2.0, 0.1, 0.7], dtype=torch.float64)
    curve, free = MonotoneCurve(6), FreeCurve(5)
    nodes = 0.8 * torch.logit(torch.arange(1, 10, dtype=torch.float64) / 10)

    def value(p):
        return curve.read(p, curve.place(nodes)).value

    step = 1e-6 * torch.eye(7, dtype=torch.float64)
    expected = torch.stack([(value(own + move) - value(own - move)) / 2e-6 for move in step], 1)
    np.testing.assert_allclose(curve.table(own, 11)[1:-1], expected, atol=1e-8)
    of_free = [free.read(unit, free.place(nodes)).value for unit in torch.eye(5, dtype=torch.float64)]
    np.testing.assert_allclose(free.table(own, 11)[1:-1], torch.stack(of_free, 1), atol=1e-12)


@pytest.mark.parametrize("shape", [(0.0, 0.0), (-2.0, 1.0), (5.0, 4.0), (-30.0, 30.0)])
def test_skewed_t_far_out(shape):
    noise, shape = NOISES["skewed_t"], torch.tensor(shape, dtype=torch.float64)
    residual = torch.tensor([-1e8, -30.0, -1.0, 0.0, 0.5, 40.0, 1e8], dtype=torch.float64)
    found = noise.density(residual, torch.full((7,), 1.3, dtype=torch.float64), shape)
    a, b = 2.5 * np.exp(6 * np.tanh(shape.numpy() / 6))
    mode = (a - b) * np.sqrt(a + b) / np.sqrt((2 * a + 1) * (2 * b + 1))
    near = slice(1, 6)
    expected = scipy.stats.jf_skew_t.logpdf(mode + residual[near].numpy() / 1.3, a, b) - np.log(1.3)
    finite = np.isfinite(expected)  # scipy's tail is log 0 where 1 + t / sqrt(a + b + t^2) rounds to 0
    assert finite.sum() >= 3
    np.testing.assert_allclose(found.log[near][finite], expected[finite], rtol=1e-6)
    assert torch.isfinite(torch.stack([found.log, found.by_location, found.by_log_scale])).all()
    assert found.by_location[3] == pytest.approx(0, abs=1e-12)  # 0 is the mode


@pytest.mark.parametrize("shape", [(0.0, 0.0), (-1.0, 1.0), (4.0, 4.5), (-0.7, -0.7)])
def test_information_of_skewed_t_by_numerical_integration(shape):
    noise, shape = NOISES["skewed_t"], torch.tensor(shape, dtype=torch.float64)
    probability = (np.arange(100_000) + 0.5) / 100_000
    residual = torch.as_tensor(noise.standard(shape.numpy()).ppf(probability))
    at = noise.density(residual, torch.ones_like(residual), shape)
    scores = torch.cat([torch.stack([at.by_location, at.by_log_scale], 1), at.by_shape], 1)
    found = noise.information(shape)
    scale = found.diagonal().sqrt()
    np.testing.assert_allclose(
        found / scale[:, None] / scale, scores.T @ scores / len(scores) / scale[:, None] / scale, atol=4e-3
    )
