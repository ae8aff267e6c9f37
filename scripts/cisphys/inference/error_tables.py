"""The standard errors of a fit: of every matrix element and of every named parameter, in the gauge they are printed in."""

from collections.abc import Sequence
from math import exp
from typing import Any

import numpy as np
import pandas as pd
import torch

from cisphys.dna import LETTERS
from cisphys.inference.dataset import Dataset
from cisphys.inference.fit import Fit
from cisphys.inference.fit_tables import seen_bases
from cisphys.inference.quantities import SCALE
from cisphys.inference.sandwich import Covariances, clusters_of, covariances

# relative standard error of the energies' scale up to which those in kT hold: of the 95 % intervals, 96 % do at 0.4, 88 % at 0.7
_MOST_OF_SCALE = 0.5
ERRORS = ["error", "naive_error", "ridge_pull"]
MATRIX_COLUMNS = ["site", "position", "variant_position", "base", "ddG", "error", "naive_error", "error_at_scale", "ridge_pull"]
ENERGY_COLUMNS = ["energy", "energy_error"]


def standard_errors(fit: Fit, datasets: Sequence[Dataset]) -> Covariances | None:
    """Return the covariances of a network's parameters, clustered by sequence; None for a black box, which has no energies."""
    if not fit.network.blocks:
        return None
    return covariances(fit.problem, fit.best, clusters_of([dataset.only("training") for dataset in datasets]))


def matrix_error_table(fit: Fit, matrices: pd.DataFrame, found: Covariances | None) -> pd.DataFrame:
    """Return ``site position variant_position base ddG error naive_error error_at_scale ridge_pull energy energy_error``, in kT.

    ddG is against the wild type's base; `energy` is zero-sum, as `matrices` (energy_matrices.tsv) has it. What no training
    variant has is empty, and so is every error in kT where the reads do not tell the energies' scale.
    """
    parts = [pd.DataFrame(columns=MATRIX_COLUMNS + ENERGY_COLUMNS)]
    for number, block in enumerate(fit.network.blocks):
        rows = matrices.loc[matrices["site"] == block.name].melt(
            ["site", "position", "variant_position"], list(LETTERS), "base", "energy", ignore_index=False
        )
        rows = rows.rename_axis("row").sort_values("row", kind="stable").reset_index(drop=True)
        parts.append(rows.assign(**_of_block(fit, number, found))[MATRIX_COLUMNS + ENERGY_COLUMNS])
    return pd.concat(parts[1:] or parts, ignore_index=True)


def _of_block(fit: Fit, number: int, found: Covariances) -> dict[str, np.ndarray]:
    """Return the columns of one block's single bases, (length * 4,) each."""
    design = fit.problem.terms[0].design
    features, own, zero = design.features[number], design.slices[number], design.zeros[number]
    bases = seen_bases(fit.problem, number)
    against_wild_type = _functionals(features.embedding(zero), own, fit.problem.structural)
    zero_sum = _functionals(features.to_zero_sum(zero, bases), own, fit.problem.structural)
    at_scale = against_wild_type - torch.outer(against_wild_type @ _structural(fit), fit.problem.slope_of_scale(fit.best.at))
    columns = {
        "ddG": against_wild_type @ _structural(fit),
        "error": found.errors(against_wild_type),
        "naive_error": found.errors(against_wild_type, robust=False),
        "error_at_scale": found.errors(at_scale),
        "ridge_pull": against_wild_type @ found.pull,
        "energy_error": found.errors(zero_sum),
    }
    shown = bases.ravel()
    known = {name: shown & (scale_is_known(fit) | (name in ("ddG", "error_at_scale", "ridge_pull"))) for name in columns}
    return {name: np.where(known[name], value.numpy(force=True)[: len(shown)], np.nan) for name, value in columns.items()}


def _functionals(maps, own: slice, structural: int) -> torch.Tensor:
    """Return a sparse map (all elements, elements) of one block as one of all structural parameters."""
    whole = torch.zeros(maps.shape[0], structural, dtype=torch.float64)
    whole[:, own] = torch.as_tensor(maps.toarray())
    return whole


def _structural(fit: Fit) -> torch.Tensor:
    return fit.best.p[: fit.problem.structural]


def scale_is_known(fit: Fit) -> bool:
    """Tell whether standard errors in kT hold, or only those at the scale that was found."""
    return fit.scale_error <= _MOST_OF_SCALE


def parameter_error_table(fit: Fit, parameters: pd.DataFrame, found: Covariances | None) -> pd.DataFrame:
    """Return ``name value error naive_error ridge_pull`` of the named parameters and of the energies' scale at the fit's optimum.

    What `parameters` (parameters.tsv) calls not identifiable has no numbers.
    """
    if found is None:
        return pd.DataFrame(columns=["name", "value", *ERRORS])
    problem, rows = fit.problem, []
    unknown = set(parameters.loc[parameters["identifiable"] == "no", "name"])
    for index, name in enumerate(fit.network.scalar_names, start=problem.elements):
        unit = torch.zeros(problem.structural, dtype=torch.float64)
        unit[index] = 1.0
        rows.append({"name": name} | (_row(float(fit.best.p[index]), unit, 1.0, found) if name not in unknown else {}))
    value = exp(problem.log_scale(fit.best.at.latents))
    row = _row(value, problem.slope_of_scale(fit.best.at), value, found) if SCALE not in unknown else {}
    rows.append({"name": SCALE} | row)
    return pd.DataFrame(rows, columns=["name", "value", *ERRORS])


def _row(value: float, functional: torch.Tensor, factor: float, found: Covariances) -> dict[str, Any]:
    """Return the columns of one number whose slope by the structural parameters is factor * functional."""
    robust, naive = (factor * float(found.errors(functional[None], robust)) for robust in (True, False))
    return {"value": value, "error": robust, "naive_error": naive, "ridge_pull": factor * float(functional @ found.pull)}


def ridge_effect(fit: Fit, found: Covariances | None) -> dict[str, float]:
    """Return how much the ridge shrinks: parameters that the reads determine, of how many, and the ridge's pull.

    `scale_pull` is the relative change of the energies' scale; `largest_pull` the largest of an element, in its standard errors.
    """
    if found is None:
        return {}
    elements = fit.problem.elements
    error = found.sandwich.diagonal()[:elements].clamp(min=1e-300).sqrt()
    numbers = {
        "informed": found.informed,
        "parameters": fit.problem.structural,
        "scale_pull": float(fit.problem.slope_of_scale(fit.best.at) @ found.pull),
        "largest_pull": float((found.pull[:elements].abs() / error).max()),
    }
    return {name: float(f"{value:.4g}") for name, value in numbers.items()}
