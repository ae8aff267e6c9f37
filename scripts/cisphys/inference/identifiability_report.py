"""identifiability.json: what the training data say of the structural parameters, and what they cannot."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from cisphys.inference.fit import Fit
from cisphys.inference.identifiability import unvaried_blocks
from cisphys.inference.identifiability_words import convention_words, direction_words, mirror_words, pinned_words, spelled
from cisphys.inference.mirror_checks import CheckedMirror, check_mirrors
from cisphys.inference.named_information import SCALE, Information, Named, information_of, named
from cisphys.inference.null_directions import Direction, element_names, null_directions
from cisphys.inference.prior_shares import DATA, curvatures, shares
from cisphys.inference.problem import Problem
from cisphys.models.spec import BLACK_BOX, LINEAR

SHOWN = 3  # sloppiest and stiffest directions of all parameters
LOADED = 0.1  # least weight of a named parameter in a direction that is spelled out
PINNED = 0.5  # share of the reads below which a prior pins a parameter
MOST_LISTED = 20  # of matrix elements
EXACT = 1e-6  # relative change of predictions that is rounding
METHOD = "expected Fisher information of the training data, the measurement's parameters eliminated, independent observations"
UNIT = "nats per squared kT (per squared natural logarithm for log rates)"


def identifiability(fit: Fit) -> dict[str, Any]:
    """Return what identifiability.json holds: plain numbers, rounded, and sentences. A black box has no named parameters."""
    if fit.network.spec.family == BLACK_BOX:
        return {"family": BLACK_BOX, "method": "", "words": "the weights of a black box mean nothing by themselves"}
    problem, best = fit.problem, fit.best
    information = information_of(problem, best)
    found = named(information)
    lost = int((~information.seen).sum()) + found.shape_null.shape[1] + found.null.shape[1]
    return {
        "family": fit.network.spec.family,
        "method": METHOD,
        "unit": UNIT,
        "parameters": {"matrix_elements": problem.elements, "scalars": list(problem.network.scalar_names)},
        "energies_kT": dict(_sizes(information)),
        "conventions": conventions(fit),
        "unseen": unseen(fit, information),
        "null": [_null(fit, direction) for direction in null_directions(problem, best, information, found)],
        "mirrors": [_mirror(fit, each) for each in check_mirrors(problem, best)],
        "named": named_spectrum(information, found),
        "all": whole_spectrum(fit, information, lost),
        **held(fit, information),
    }


def _sizes(information: Information):
    for name, size in zip(information.names, information.sizes, strict=True):
        if name.startswith(SCALE):
            yield name.removeprefix(SCALE), rounded(size)


def rounded(value: float, digits: int = 4) -> float:
    """Return a number to so many significant digits, without a negative zero."""
    return float(f"{value:.{digits}g}") + 0.0


def conventions(fit: Fit) -> list[dict[str, Any]]:
    """Return the freedoms that a convention takes away before anything is fitted: the gauge, the bounds of t, the time unit."""
    spec, linear = fit.network.spec, fit.network.spec.family in LINEAR
    features = fit.problem.terms[0].design.features
    found = []
    for block, own in zip(fit.network.blocks, features, strict=True):
        spare = 4 * own.length + 16 * len(own.pairs) - own.size
        found.append({"kind": "gauge", "of": block.name, "directions": spare})
    if spec.kinetics:
        found.append({"kind": "time", "of": spec.kinetics.time_unit or "the rates that are given as numbers", "directions": 1})
    elif spec.tied and not linear:
        found.append({"kind": "bounds", "of": "t_sat, t_bg", "directions": 2})
    return [each | {"words": convention_words(each["kind"], each["of"], linear)} for each in found]


def unseen(fit: Fit, information: Information) -> list[dict[str, Any]]:
    """Return, per matrix, the elements that no training variant has."""
    names, found = element_names(fit.problem), []
    still = unvaried_blocks(fit.problem)
    blocks = zip(fit.network.blocks, fit.problem.terms[0].design.slices, still, strict=True)
    for block, own, unvaried in blocks:
        missing = [names[index] for index in range(own.start, own.stop) if not information.seen[index]]
        if missing:
            row = {"matrix": block.name, "elements": len(missing), "of": own.stop - own.start, "all": unvaried}
            found.append(row | {"names": missing[:MOST_LISTED]})
    return found


def _null(fit: Fit, direction: Direction) -> dict[str, Any]:
    of = {name: rounded(value, 3) for name, value in direction.of.items()}
    shapes = {name: rounded(value, 3) for name, value in direction.shapes.items()}
    words = direction_words(fit, direction.kind, of, shapes, direction.curve)
    return {"kind": direction.kind, "curve": direction.curve, "of": of, "shapes": shapes, "words": words}


def _mirror(fit: Fit, checked: CheckedMirror) -> dict[str, Any]:
    values = {name: float(value) for name, value in fit.network.named_values().items() if value.ndim == 0}
    exact = checked.exact and checked.changed < EXACT
    result = {
        "swapped": list(checked.mirror.swapped),
        "reverses_transcription": checked.mirror.reverses,
        "exact": exact,
        "largest_change_of_predictions": 0.0 if exact else rounded(checked.changed, 2),
        "nats": 0.0 if exact else round(checked.nats, 2) + 0.0,
        "refit_converged": checked.settled,
        "matrices_reversed": list(checked.reversed),
        "parameters": {name: [round(values[name], 3) + 0.0, round(value, 3) + 0.0] for name, value in checked.parameters.items()},
    }
    return result | {"words": mirror_words(result, fit.network.spec.family in LINEAR)}


def named_spectrum(information: Information, found: Named) -> dict[str, Any]:
    """Return the eigenvalues of the named parameters' information, and their directions, the sloppiest first."""
    values, vectors = np.linalg.eigh(found.matrix) if len(found.matrix) else (np.zeros(0), np.zeros((0, 0)))
    lost = found.null.shape[1]
    told = zip(values[lost:], vectors.T[lost:], strict=True)
    directions = [_direction(value, _loads(information.names, column)) for value, column in told]
    return {"parameters": list(information.names), "null": lost, **_summed(values[lost:]), "directions": directions}


def whole_spectrum(fit: Fit, information: Information, lost: int) -> dict[str, Any]:
    """Return the eigenvalues of all parameters' information, the `lost` ones that are 0 left out, and directions at both ends."""
    whole, names = information.whole, [*element_names(fit.problem), *fit.network.scalar_names]
    values, vectors = np.linalg.eigh(whole)
    shown = {
        "sloppiest": range(lost, min(lost + SHOWN, len(values))),
        "stiffest": range(len(values) - 1, max(lost, len(values) - 1 - SHOWN), -1),
    }
    told = {
        which: [_direction(values[k], _summarised(fit, names, vectors[:, k]), _leading(names, vectors[:, k])) for k in numbers]
        for which, numbers in shown.items()
    }
    return {"null": lost, **_summed(values[lost:]), **told}


def _summed(values: np.ndarray) -> dict[str, Any]:
    eigenvalues = [rounded(value) for value in values[::-1]]
    condition = rounded(eigenvalues[0] / eigenvalues[-1], 3) if eigenvalues else None
    return {"condition_number": condition, "eigenvalues": eigenvalues}


def _direction(value: float, of: dict[str, float], elements: Sequence[str] | None = None) -> dict[str, Any]:
    found = {"eigenvalue": rounded(value), "error_kT": rounded(value**-0.5), "of": of, "words": spelled(of)}
    return found if elements is None else found | {"elements": list(elements)}


def _loads(names: Sequence[str], column: np.ndarray) -> dict[str, float]:
    """Return the weights of a unit vector that count, the largest one above 0."""
    kept = np.flatnonzero(np.abs(column) >= LOADED)
    sign = np.sign(column[np.abs(column).round(3).argmax()]) if len(kept) else 1.0
    return {names[index]: round(float(sign * column[index]), 2) for index in kept}


def _summarised(fit: Fit, names: Sequence[str], column: np.ndarray) -> dict[str, float]:
    """Return the weights of the scalars, and of each matrix the root of the sum of its elements' squared weights."""
    first = fit.problem.elements
    of = _loads(names[first:], column[first:])
    for block, own in zip(fit.network.blocks, fit.problem.terms[0].design.slices, strict=True):
        part = float(np.linalg.norm(column[own]))
        if part >= LOADED:
            of[f"matrix.{block.name}"] = round(part, 2)
    return of


def _leading(names: Sequence[str], column: np.ndarray) -> list[str]:
    """Return the parameters of the three largest weights, with these, those that hardly count left out."""
    size = np.abs(column).round(6)
    sign = np.sign(column[size.argmax()])
    order = [index for index in np.argsort(-size, kind="stable")[:3] if size[index] >= LOADED]
    return [f"{sign * column[index]:.2f} {names[index]}" for index in order]


def held(fit: Fit, information: Information) -> dict[str, Any]:
    """Return `shares`, what holds each named parameter in place, and `pinned`, those that a prior holds more than the reads do.

    Matrix elements are told at their matrix's size, which has shares of its own.
    """
    problem, names = fit.problem, element_names(fit.problem)
    elements = np.flatnonzero(information.seen[: problem.elements])
    functionals = np.concatenate([information.gradient, _at_size(problem, fit, information)[:, elements]], 1)
    parts = shares(curvatures(problem, fit.best, information), functionals)
    rows = {
        name: {source: round(max(float(part[k]), 0.0), 2) + 0.0 for source, part in parts.items()}
        for k, name in enumerate([*information.names, *(names[index] for index in elements)])
    }
    weak = {name: row for name, row in rows.items() if row[DATA] < PINNED}
    told = [_pinned(name, row) for name, row in weak.items() if name in information.names]
    listed = {name: row for name, row in weak.items() if name not in information.names}
    return {"shares": {name: rows[name] for name in information.names}, "pinned": told + _pinned_elements(listed)}


def _at_size(problem: Problem, fit: Fit, information: Information) -> np.ndarray:
    """Return the functionals (structural, elements) of the matrix elements, their matrix's size held."""
    functionals, theta = np.eye(problem.structural)[:, : problem.elements], fit.best.p.numpy(force=True)
    for block, own in zip(problem.network.blocks, problem.terms[0].design.slices, strict=True):
        if f"{SCALE}{block.name}" in information.names:
            k = information.names.index(f"{SCALE}{block.name}")
            functionals[:, own] -= np.outer(information.gradient[:, k], theta[own] / information.sizes[k])
    return functionals


def _prior_of(row: Mapping[str, float]) -> str:
    return max((source for source in row if source != DATA), key=lambda source: row[source])


def _pinned(name: str, row: Mapping[str, float]) -> dict[str, Any]:
    told = {"name": name, "by": _prior_of(row), "reads": row[DATA]}
    return told | {"words": pinned_words(told)}


def _pinned_elements(rows: Mapping[str, Mapping[str, float]]) -> list[dict[str, Any]]:
    """Return one row per matrix of the elements that a prior pins more than the reads do, the worst first."""
    found = []
    for matrix in dict.fromkeys(name.partition("[")[0] for name in rows):
        own = sorted((name for name in rows if name.partition("[")[0] == matrix), key=lambda name: rows[name][DATA])
        told = {"name": f"matrix.{matrix}", "by": _prior_of(rows[own[0]]), "elements": len(own), "names": own[:MOST_LISTED]}
        found.append(told | {"words": pinned_words(told)})
    return found
