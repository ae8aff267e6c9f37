"""identifiability.json: what the training data say of the structural parameters, and what they cannot."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from cisphys.inference.fit import Fit
from cisphys.inference.identifiability import unvaried_blocks
from cisphys.inference.identifiability_words import convention_words, direction_words, mirror_words, pinned_words, spelled
from cisphys.inference.mirror_checks import CheckedMirror, check_mirrors
from cisphys.inference.named_information import SCALE, Information, Named, information_of, named, null_of
from cisphys.inference.null_directions import Direction, element_names, null_directions
from cisphys.inference.prior_shares import DATA, curvatures, shares
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
        "all": whole_spectrum(fit, information),
        "pinned": pinned(fit, information),
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
        "nats": 0.0 if exact else rounded(round(checked.nats, 2), 6),
        "refit_converged": checked.settled,
        "matrices_reversed": list(checked.reversed),
        "parameters": {name: [rounded(values[name]), rounded(value)] for name, value in checked.parameters.items()},
    }
    return result | {"words": mirror_words(result)}


def named_spectrum(information: Information, found: Named) -> dict[str, Any]:
    """Return the eigenvalues of the named parameters' information, and their directions, the sloppiest first."""
    values, vectors = np.linalg.eigh(found.matrix) if len(found.matrix) else (np.zeros(0), np.zeros((0, 0)))
    lost = found.null.shape[1]
    kept = [_direction(value, _loads(information.names, column)) for value, column in zip(values, vectors.T, strict=True)][lost:]
    return {"parameters": list(information.names), "null": lost, **_summed(values[lost:]), "directions": kept}


def whole_spectrum(fit: Fit, information: Information) -> dict[str, Any]:
    """Return the eigenvalues of all parameters' information, and the sloppiest and stiffest directions."""
    whole, names = information.whole, [*element_names(fit.problem), *fit.network.scalar_names]
    values, vectors = np.linalg.eigh(whole)
    lost = int(null_of(values).sum())
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
    """Return the weights of a unit vector that count, the first one above 0; those of near-equal eigenvalues are arbitrary."""
    kept = np.flatnonzero(np.abs(column) >= LOADED)
    sign = np.sign(column[kept[0]]) if len(kept) else 1.0
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
    """Return the three parameters of the largest weights, with these."""
    sign = np.sign(column[np.abs(column).argmax()])
    order = np.argsort(-np.abs(column).round(6), kind="stable")[:3]
    return [f"{sign * column[index]:.2f} {names[index]}" for index in order]


def pinned(fit: Fit, information: Information) -> list[dict[str, Any]]:
    """Return the parameters that a prior pins more than the reads do, and by which."""
    problem, gradient = fit.problem, information.gradient
    elements = np.flatnonzero(information.seen[: problem.elements])
    functionals = np.concatenate([gradient, np.eye(problem.structural)[:, elements]], 1)
    parts = shares(curvatures(problem, fit.best, information), functionals)
    names, rows = [*information.names, *(element_names(problem)[index] for index in elements)], []
    for k, name in enumerate(names):
        if parts[DATA][k] < PINNED:
            by = max((source for source in parts if source != DATA), key=lambda source: parts[source][k])
            rows.append({"name": name, "by": by, "reads": max(round(float(parts[DATA][k]), 2), 0.0), "prior": float(parts[by][k])})
    scalars = [row for row in rows if "[" not in row["name"]]
    listed = sorted((row for row in rows if "[" in row["name"]), key=lambda row: row["reads"])
    for row in rows:
        row["prior"] = round(row["prior"], 2)
    told = [row | {"words": pinned_words(row)} for row in scalars]
    return told + _pinned_elements(listed)


def _pinned_elements(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return one row per matrix of the elements that the ridge pins more than the reads do, the worst named."""
    found = []
    for matrix in dict.fromkeys(row["name"].partition("[")[0] for row in rows):
        own = [row for row in rows if row["name"].partition("[")[0] == matrix]
        row = {"name": f"matrix.{matrix}", "by": own[0]["by"], "elements": len(own)}
        row |= {"names": [each["name"] for each in own[:MOST_LISTED]]}
        found.append(row | {"words": pinned_words(row)})
    return found
