"""Uniform cubic B-splines on [0, 1]: smooth curves with a few coefficients."""

import numpy as np


def basis(z: np.ndarray, functions: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the values and the derivatives d/dz, both (points, functions), of uniform cubic B-splines on [0, 1].

    The `functions` - 3 intervals are equally wide; in each, four neighbouring functions are non-zero and sum to 1
    (de Boor 1978, with uniform knots that go on beyond both ends).
    """
    intervals = functions - 3
    scaled = np.asarray(z, float) * intervals
    first = np.clip(scaled.astype(int), 0, intervals - 1)
    f = scaled - first
    values = np.stack([(1 - f) ** 3, 3 * f**3 - 6 * f**2 + 4, -3 * f**3 + 3 * f**2 + 3 * f + 1, f**3], 1) / 6
    slopes = np.stack([-3 * (1 - f) ** 2, 9 * f**2 - 12 * f, -9 * f**2 + 6 * f + 3, 3 * f**2], 1) / 6 * intervals
    rows, columns = np.arange(len(f))[:, None], first[:, None] + np.arange(4)
    both = np.zeros((2, len(f), functions))
    both[0, rows, columns], both[1, rows, columns] = values, slopes
    return both[0], both[1]


def refined(coefficients: np.ndarray, functions: int) -> np.ndarray:
    """Return the coefficients (functions, ...) of about the same curve by another number of B-splines, by least squares."""
    z = np.linspace(0, 1, 16 * max(functions, len(coefficients)))
    return np.linalg.lstsq(basis(z, functions)[0], basis(z, len(coefficients))[0] @ coefficients, rcond=None)[0]


def roughness(functions: int, level: float = 0.01) -> np.ndarray:
    """Return the penalty (functions, functions): squared second differences, and `level` times the squares themselves."""
    second = np.diff(np.eye(functions), 2, axis=0)
    return second.T @ second + level * np.eye(functions)
