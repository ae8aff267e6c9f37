"""Bases of null spaces that can be read: each vector made of as few parameters as the space allows, whatever basis came in."""

import numpy as np

_PART = 1e-3  # of the largest coefficient of a vector: what is below is rounding
_SEPARATE = 1e-4  # of a vector: so much must lie outside those that are known already


def sparse_basis(vectors: np.ndarray) -> np.ndarray:
    """Return another basis of the span of the columns (n, k), each with a 1 where all others have a 0.

    The pivots are the largest coefficients that are left, the first among equals, so that the answer is the same for any basis.
    """
    rows = (vectors / np.linalg.norm(vectors, axis=0)).T.copy() if vectors.size else vectors.T.copy()
    free = np.ones(len(rows), dtype=bool)
    order = np.zeros(len(rows), dtype=int)
    for _ in rows:
        size = np.linalg.norm(
            np.linalg.svd(rows[free], full_matrices=False)[2], axis=0
        )  # of each parameter's part in what is left
        pivot = int(np.flatnonzero(size > size.max() - 1e-3)[0])
        row = int(np.flatnonzero(free)[np.abs(rows[free, pivot]).argmax()])
        rows[row] /= rows[row, pivot]
        others = np.arange(len(rows)) != row
        rows[others] -= np.outer(rows[others, pivot], rows[row])
        free[row], order[row] = False, pivot
    rows[np.abs(rows) < _PART * np.abs(rows).max(1, initial=0, keepdims=True)] = 0.0
    return rows[np.argsort(order, kind="stable")].T


def beyond(known: np.ndarray, wider: np.ndarray) -> np.ndarray:
    """Return a sparse basis of what the span of `wider` (n, k) holds outside that of `known` (n, m)."""
    pivots = [int(np.abs(column - 1).argmin()) for column in _unit_rows(known)]
    left = wider - known @ wider[pivots] if pivots else wider
    if not left.size:
        return np.zeros((len(known), 0))
    vectors, values, _ = np.linalg.svd(left, full_matrices=False)
    return sparse_basis(vectors[:, values > _SEPARATE * max(1.0, values.max())])


def _unit_rows(known: np.ndarray) -> list[np.ndarray]:
    """Return, per column of a sparse basis, its values where all other columns are 0 (elsewhere infinite)."""
    others = [(np.delete(known, k, axis=1) != 0).any(1) for k in range(known.shape[1])]
    return [np.where(taken, np.inf, column) for taken, column in zip(others, known.T, strict=True)]
