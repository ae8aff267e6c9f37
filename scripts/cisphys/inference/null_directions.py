"""Changes of the parameters that no likelihood sees, each told by the few named parameters that it is made of.

Three sources, in this order: matrix elements that the training variants cannot tell (bases that only occur together, say);
directions of the named parameters in which the information is zero to rounding; and directions that only the limited
flexibility of the fitted curve p(bin | latent) tells, since some monotone curve takes up any change of them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from cisphys.dna import BASES
from cisphys.inference.identifiability import unvaried_blocks
from cisphys.inference.named_information import SCALE, Information, Named
from cisphys.inference.newton import Optimum
from cisphys.inference.problem import Problem
from cisphys.inference.sparse_basis import beyond, sparse_basis
from cisphys.models.told_apart import NULL, moved_apart

MOST_CONFOUNDED = 60  # directions of matrix elements alone that are told
_STILL = 1e-5  # slope of the latent, below which a scalar moves nothing
_PART = 1e-3  # of the largest coefficient of a direction: what is below is rounding


@dataclass(frozen=True)
class Direction:
    """A change that the reads do not see.

    Attributes
    ----------
    kind : confounded (matrix elements that the variants cannot tell), flat (no prediction depends on it where the fit lies),
        absorbed (by the curve), scale (sizes of matrices), or traded (against each other)
    of : the change of each named parameter or matrix element, kT (log rates: natural logarithm)
    shapes : per matrix, whether its shape follows the change, as the root of the sum of squares of its elements' changes
    curve : ``fitted``, or ``any`` where only another curve could take it up
    """

    kind: str
    of: Mapping[str, float]
    shapes: Mapping[str, float]
    curve: str = "fitted"


def element_names(problem: Problem) -> list[str]:
    """Return ``<matrix>[<position>]<base>`` of every free matrix element, ``<matrix>[3]A[4]C`` of a pair's; of RNA with U."""
    letters = BASES[problem.network.spec.alphabet]
    names = []
    for block, features, zero in zip(
        problem.network.blocks, problem.terms[0].design.features, problem.terms[0].design.zeros, strict=True
    ):
        other = [[base for number, base in enumerate(letters) if number != zero_base] for zero_base in zero]
        names += [f"{block.name}[{i}]{base}" for i, own in enumerate(other) for base in own]
        names += [f"{block.name}[{i}]{a}[{j}]{b}" for i, j in features.pairs for a in other[i] for b in other[j]]
    return names


def null_directions(problem: Problem, best: Optimum, information: Information, found: Named) -> list[Direction]:
    """Return the changes that the reads do not see, but for elements that no variant has.

    Of the directions of matrix elements alone, `MOST_CONFOUNDED` are told; `found.shape_null` has all.
    """
    elements = sparse_basis((information.shapes @ found.shape_null)[:, :MOST_CONFOUNDED])
    names = [*element_names(problem), *problem.network.scalar_names]
    directions = [Direction(_kind_of_elements(problem, column), _spelled(names, column), {}) for column in elements.T]
    fitted = sparse_basis(found.null)
    for column in fitted.T:
        direction = _named_direction(problem, information, column, found.followed @ column)
        still = direction.kind == "absorbed" and _moves_nothing(problem, best, next(iter(direction.of)))
        directions.append(replace(direction, kind="flat") if still else direction)
    known = np.concatenate([fitted, beyond(fitted, null_for_any_curve(problem, best, information))], 1)
    for column in known[:, fitted.shape[1] :].T:
        directions.append(_named_direction(problem, information, column, np.zeros(0), "any"))
    return directions


def null_for_any_curve(problem: Problem, best: Optimum, information: Information) -> np.ndarray:
    """Return a basis (named, k) of the changes of named parameters that a free monotone curve per dataset takes up."""
    varied = [not still for still in unvaried_blocks(problem)]
    if not any(varied):
        return np.zeros((len(information.names), 0))
    found = [moved_apart(problem.network, term.local_scalars(best.p), varied) for term in problem.terms]
    rows = [
        _by_name(problem, information, term.scalars, moved.numpy(force=True))
        for term, (moved, _) in zip(problem.terms, found, strict=True)
    ]
    slopes = max(size for _, size in found)
    if slopes == 0:  # no two sets of energies had the same latent
        return np.zeros((len(information.names), 0))
    _, values, vectors = np.linalg.svd(np.concatenate(rows), full_matrices=True)
    return vectors[int((values > NULL * slopes).sum()) :].T


def _by_name(problem: Problem, information: Information, scalars: Sequence[int], moved: np.ndarray) -> np.ndarray:
    """Return what `moved_apart` says of one dataset, (pairs, local + 2 x matrices), by named parameter: (pairs, named)."""
    rows, blocks = np.zeros((len(moved), len(information.names))), problem.network.blocks
    for column, index in enumerate(scalars):
        rows[:, index - problem.elements] += moved[:, column]
    stretches = moved[:, len(scalars) + len(blocks) :]
    for block, stretch in zip(blocks, stretches.T, strict=True):
        if f"{SCALE}{block.name}" in information.names:
            k = information.names.index(f"{SCALE}{block.name}")
            rows[:, k] = stretch / information.sizes[k]
    return rows


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


def _moves_nothing(problem: Problem, best: Optimum, name: str) -> bool:
    """Tell whether no variant's latent changes with a scalar."""
    index = problem.elements + problem.network.scalar_names.index(name)
    terms = zip(problem.terms, best.at.latents, strict=True)
    slopes = [latent.extra[:, column] for term, latent in terms for column, own in enumerate(term.scalars) if own == index]
    return all(float(slope.abs().max()) < _STILL for slope in slopes)


def _kind_of_elements(problem: Problem, column: np.ndarray) -> str:
    """Return ``confounded`` where a change of elements (structural,) changes no energy, or those of all variants alike."""
    blocks = zip(problem.terms[0].design.slices, problem.ridge.covariances, strict=True)
    moved = sum(float(column[own] @ covariance.numpy(force=True) @ column[own]) for own, covariance in blocks)
    return "confounded" if moved < _PART**2 * float(column @ column) * 1e-3 else "flat"


def _kind(of: Mapping[str, float], shapes: Mapping[str, float]) -> str:
    if all(name.startswith(SCALE) for name in of):
        return "scale"
    return "absorbed" if len(of) == 1 and not shapes else "traded"


def _spelled(names: Sequence[str], column: np.ndarray) -> dict[str, float]:
    """Return the coefficients that are not zero, the first one above 0."""
    kept = np.flatnonzero(np.abs(column) > _PART * np.abs(column).max())
    sign = np.sign(column[kept[0]])
    return {names[index]: float(sign * column[index]) for index in kept}
