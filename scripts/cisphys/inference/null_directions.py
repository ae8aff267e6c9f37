"""Changes of the parameters that no likelihood sees, each told by the few named parameters that it is made of.

Three sources, in this order: matrix elements that the training variants cannot tell (bases that none has, or bases that only occur
together); directions of the named parameters in which the information is zero to rounding; and directions that only the limited
flexibility of the fitted curve p(bin | latent) tells, since some monotone curve takes up any change of them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from cisphys.inference.identifiability import unvaried_blocks
from cisphys.inference.named_information import SCALE, Information, Named
from cisphys.inference.newton import Optimum
from cisphys.inference.problem import Problem
from cisphys.models.told_apart import NULL, moved_apart

_PART = 1e-3  # of the largest coefficient of a direction: what is below is rounding
_SEPARATE = 1e-4  # of a direction: so much must lie outside those that are known already


@dataclass(frozen=True)
class Direction:
    """A change that the reads do not see.

    Attributes
    ----------
    kind : confounded (matrix elements alone), absorbed (by the curve), scale (sizes of matrices), or traded (against each other)
    of : the change of each named parameter or matrix element, kT (log rates: natural logarithm)
    shapes : per matrix, whether its shape follows the change, as the root of the sum of squares of its elements' changes
    curve : ``fitted``, or ``any`` where only another curve could take it up
    """

    kind: str
    of: Mapping[str, float]
    shapes: Mapping[str, float]
    curve: str = "fitted"


def sparse_basis(vectors: np.ndarray) -> np.ndarray:
    """Return another basis of the span of the columns (n, k), each with a 1 where all others have a 0.

    The pivots are the largest coefficients that are left, the first among equals, so that the answer is the same for any basis.
    """
    rows = (vectors / np.linalg.norm(vectors, axis=0)).T.copy() if vectors.size else vectors.T.copy()
    free = np.ones(len(rows), dtype=bool)
    order = np.zeros(len(rows), dtype=int)
    for _ in rows:
        size = np.linalg.norm(np.linalg.svd(rows[free], full_matrices=False)[2], axis=0)  # of each parameter's part in what is left
        pivot = int(np.flatnonzero(size > size.max() - 1e-3)[0])
        row = int(np.flatnonzero(free)[np.abs(rows[free, pivot]).argmax()])
        rows[row] /= rows[row, pivot]
        others = np.arange(len(rows)) != row
        rows[others] -= np.outer(rows[others, pivot], rows[row])
        free[row], order[row] = False, pivot
    rows[np.abs(rows) < _PART * np.abs(rows).max(1, initial=0, keepdims=True)] = 0.0
    return rows[np.argsort(order, kind="stable")].T


def element_names(problem: Problem) -> list[str]:
    """Return ``<matrix>[<position>]<base>`` of every free matrix element, ``<matrix>[3]A[4]C`` of a pair's."""
    names = []
    for block, features, zero in zip(
        problem.network.blocks, problem.terms[0].design.features, problem.terms[0].design.zeros, strict=True
    ):
        letters = problem.network.spec.alphabet
        bases = [[base for base in ("ACGU" if letters == "rna" else "ACGT")] for _ in zero]
        other = [[base for number, base in enumerate(own) if number != z] for own, z in zip(bases, zero, strict=True)]
        names += [f"{block.name}[{i}]{base}" for i, own in enumerate(other) for base in own]
        names += [f"{block.name}[{i}]{a}[{j}]{b}" for i, j in features.pairs for a in other[i] for b in other[j]]
    return names


def null_directions(problem: Problem, best: Optimum, information: Information, found: Named) -> list[Direction]:
    """Return all changes that the reads do not see, but for elements that no variant has."""
    elements = sparse_basis(information.shapes @ found.shape_null)
    names = [*element_names(problem), *problem.network.scalar_names]
    directions = [Direction("confounded", _spelled(names, column), {}) for column in elements.T]
    fitted = sparse_basis(found.null)
    for column in fitted.T:
        directions.append(_named_direction(problem, information, column, found.followed @ column))
    known = np.concatenate([fitted, beyond(fitted, null_for_any_curve(problem, best, information))], 1)
    for column in known[:, fitted.shape[1] :].T:
        directions.append(_named_direction(problem, information, column, np.zeros(0), "any"))
    return directions


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


def null_for_any_curve(problem: Problem, best: Optimum, information: Information) -> np.ndarray:
    """Return a basis (named, k) of the changes of named parameters that a free monotone curve per dataset takes up."""
    network, scalars = problem.network, list(problem.network.scalar_names)
    varied = [not still for still in unvaried_blocks(problem)]
    if not any(varied):
        return np.zeros((len(information.names), 0))
    sizes = dict(zip(information.names, information.sizes, strict=True))
    rows, slopes = [], 0.0
    for term in problem.terms:
        moved, size = moved_apart(network, term.local_scalars(best.p), varied)
        moved, local = moved.numpy(force=True), len(term.scalars)
        own = np.zeros((len(moved), len(information.names)))
        for column, index in enumerate(term.scalars):
            own[:, index - problem.elements] += moved[:, column]
        for k, block in enumerate(network.blocks):
            if f"{SCALE}{block.name}" in sizes:
                stretch = moved[:, local + len(network.blocks) + k]
                own[:, information.names.index(f"{SCALE}{block.name}")] = stretch / sizes[f"{SCALE}{block.name}"]
        rows.append(own)
        slopes = max(slopes, size)
    if slopes == 0:
        return np.zeros((len(information.names), 0))
    _, values, vectors = np.linalg.svd(np.concatenate(rows), full_matrices=True)
    return vectors[int((values > NULL * slopes).sum()) :].T


def _named_direction(
    problem: Problem, information: Information, column: np.ndarray, followed: np.ndarray, curve: str = "fitted"
) -> Direction:
    of = _spelled(information.names, column)
    shapes = information.shapes @ followed if len(followed) else np.zeros(problem.structural)
    parts = {}
    for block, own in zip(problem.network.blocks, problem.terms[0].design.slices, strict=True):
        moved = float(np.linalg.norm(shapes[own]))
        if moved > _PART:
            parts[block.name] = moved
    return Direction(_kind(of, parts), of, parts, curve)


def _kind(of: Mapping[str, float], shapes: Mapping[str, float]) -> str:
    if all(name.startswith(SCALE) for name in of):
        return "scale"
    return "absorbed" if len(of) == 1 and not shapes else "traded"


def _spelled(names: Sequence[str], column: np.ndarray) -> dict[str, float]:
    """Return the coefficients that are not zero, the first one above 0."""
    kept = np.flatnonzero(np.abs(column) > _PART * np.abs(column).max())
    sign = np.sign(column[kept[0]])
    return {names[index]: float(sign * column[index]) for index in kept}
