"""What the reads say of the parameters that have names: scalars, and the size of each energy matrix.

Most parameters are matrix elements. Here each matrix is told as its size (the standard deviation of its energies over the reads,
kT) and its shape, and the shapes follow whatever the named parameters do: the information that is left is that of the named
parameters alone, small enough to be read line by line.
"""

from dataclasses import dataclass

import numpy as np

from cisphys.inference.identifiability import without_measurement
from cisphys.inference.newton import Optimum
from cisphys.inference.problem import Problem

SCALE = "scale."  # and the matrix's name: the standard deviation of its energies, kT
_NULL = 1e-9  # of the largest eigenvalue of the scaled information, as in `identifiability`
_ABSORBED = 1e-6  # of the largest root of the information: a parameter below it moves nothing
_LEAST = 1e-6  # kT, of a matrix's size


@dataclass(frozen=True)
class Information:
    """The information of the reads once p(bin | latent) follows, in nats per squared kT.

    Attributes
    ----------
    whole : (structural, structural), the free matrix elements and the scalars
    seen : (structural,) False for elements that no training variant has
    names : the named parameters: scalars, then ``scale.<matrix>`` of each matrix whose energies vary
    sizes : of each name, the matrix's size in kT (0 for a scalar)
    basis : (structural, named) the change of p for one kT of each
    gradient : (structural, named) d named / dp
    shapes : (structural, shapes) an orthonormal basis of what else the elements that were seen can do
    """

    whole: np.ndarray
    seen: np.ndarray
    names: tuple[str, ...]
    sizes: tuple[float, ...]
    basis: np.ndarray
    gradient: np.ndarray
    shapes: np.ndarray


@dataclass(frozen=True)
class Named:
    """The information of the named parameters once the shapes follow.

    Attributes
    ----------
    matrix : (named, named)
    null : (named, k) a basis of the changes that the reads do not see
    followed : (shapes, named) the change of the shapes that goes with each named parameter
    shape_null : (shapes, k) a basis of the changes of shapes alone that the reads do not see
    """

    matrix: np.ndarray
    null: np.ndarray
    followed: np.ndarray
    shape_null: np.ndarray


def information_of(problem: Problem, best: Optimum) -> Information:
    """Return the information at an optimum, and the named parameters."""
    whole = without_measurement(problem, problem.information(best.p, best.at)).numpy(force=True)
    p, size = best.p.numpy(force=True), problem.structural
    seen = np.ones(size, dtype=bool)
    seen[: problem.elements] = np.any([term.design.seen for term in problem.terms], axis=0)
    units = np.eye(size)[:, problem.elements :]
    found = [(name, 0.0, units[:, k], units[:, k]) for k, name in enumerate(problem.network.scalar_names)]
    shapes = [np.zeros((size, 0))]
    for block, own, covariance in zip(
        problem.network.blocks, problem.terms[0].design.slices, problem.ridge.covariances, strict=True
    ):
        columns = np.arange(own.start, own.stop)[seen[own]]
        theta, spread = p[columns], (covariance.numpy(force=True) @ p[own])[seen[own]]
        spread_of_energies = float(np.sqrt(max(theta @ spread, 0.0)))
        if spread_of_energies < _LEAST:
            shapes.append(np.eye(size)[:, columns])
            continue
        whole_matrix = (_placed(size, columns, each / spread_of_energies) for each in (theta, spread))
        found.append((f"{SCALE}{block.name}", spread_of_energies, *whole_matrix))
        shapes.append(_placed(size, columns, np.linalg.qr(spread[:, None], mode="complete")[0][:, 1:]))
    names, sizes, basis, gradient = zip(*found, strict=True) if found else ((), (), (), ())
    none = [np.zeros((size, 0))]
    stacked = (np.column_stack(none + list(each)) for each in (basis, gradient))
    return Information(whole, seen, tuple(names), tuple(sizes), *stacked, np.concatenate(shapes, 1))


def _placed(size: int, rows: np.ndarray, values: np.ndarray) -> np.ndarray:
    whole = np.zeros((size, *values.shape[1:]))
    whole[rows] = values
    return whole


def named(information: Information) -> Named:
    """Return the information of the named parameters, those of the shapes eliminated."""
    whole, basis, shapes = information.whole, information.basis, information.shapes
    own, mixed = shapes.T @ whole @ shapes, shapes.T @ whole @ basis
    top = basis.T @ whole @ basis
    largest = max([*top.diagonal(), *own.diagonal(), 0.0])
    values, vectors, scale = _scaled_eigen(own, largest)
    lost = null_of(values)
    kept = vectors[:, ~lost] / scale[:, None]
    followed = -kept @ ((kept.T @ mixed) / values[~lost][:, None])
    matrix = top + mixed.T @ followed
    return Named((matrix + matrix.T) / 2, null_space(matrix, top, largest), followed, vectors[:, lost] / scale[:, None])


def null_of(values: np.ndarray) -> np.ndarray:
    """Say which eigenvalues of an information whose diagonal was scaled to 1 are zero but for rounding."""
    return values < _NULL * max(values.max(initial=0.0), 1.0)


def null_space(matrix: np.ndarray, before: np.ndarray, largest: float) -> np.ndarray:
    """Return a basis (named, k) of the null space of an information; `before` is the one that it was made of by elimination."""
    scale = _scale_of(before, largest)
    values, vectors = np.linalg.eigh(matrix / scale[:, None] / scale)
    return vectors[:, null_of(values)] / scale[:, None]


def _scaled_eigen(matrix: np.ndarray, largest: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return eigenvalues and eigenvectors of a matrix whose diagonal is scaled to 1, and the scale of each parameter."""
    scale = _scale_of(matrix, largest)
    return *np.linalg.eigh(matrix / scale[:, None] / scale), scale


def _scale_of(matrix: np.ndarray, largest: float) -> np.ndarray:
    """Return the root of the diagonal, or that of the largest where a parameter moves nothing."""
    root, most = np.sqrt(matrix.diagonal().clip(min=0)), np.sqrt(largest) or 1.0
    return np.where(root < _ABSORBED * most, most, root)
