"""Replicates of a bootstrap as files that jobs write, and the tables that are made of all of them.

A part holds, for its replicates: ``number`` and ``converged`` (replicates,), ``ddG`` (replicates, rows of matrix_errors.tsv),
``scalars`` (replicates, named parameters) and ``log_scale`` (replicates,).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from safetensors.numpy import load_file, save

from cisphys.files import open_to_write
from cisphys.inference.ensemble import Ensemble
from cisphys.inference.problem import Problem
from cisphys.inference.quantities import SCALE

COLUMNS = ["name", "site", "position", "base", "value", "error", "low95", "high95", "error_at_scale", "replicates", "converged"]
BESIDE = ["sandwich_error", "sandwich_error_at_scale", "profile_low95", "profile_high95", "warning"]
LEAST = 20  # converged replicates that a spread is told of
LEAST_FOR_ENDS = 40  # below it, 2.5 % of the replicates are none
TO_95 = 1.96  # standard errors from the middle of a 95 % interval to its ends
DISAGREE = 1.5  # ratio of the widths of two 95 % intervals, beyond which one of them is called wrong


def share_of(replicates: int, jobs: int, job: int) -> range:
    """Return which replicates a job refits, jobs counted from 1."""
    return range((job - 1) * replicates // jobs, job * replicates // jobs)


def write_part(path: str | Path, problem: Problem, replicates: range, found: Ensemble) -> None:
    """Write one job's replicates."""
    tensors = {
        "number": np.array(replicates, dtype=np.int64),
        "converged": found.converged.astype(np.uint8),
        "ddG": against_wild_type(problem, found.values),
        "scalars": found.values[:, problem.elements :],
        "log_scale": found.log_scales,
    }
    with open_to_write(path) as out:
        out.write(save({name: np.ascontiguousarray(values) for name, values in tensors.items()}))


def against_wild_type(problem: Problem, values: np.ndarray) -> np.ndarray:
    """Return ddG (replicates, 4 * bases of all blocks) of structural parameters (replicates, structural), block by block."""
    design, parts = problem.terms[0].design, []
    for features, own, zero in zip(design.features, design.slices, design.zeros, strict=True):
        whole = (features.embedding(zero) @ values[:, own].T).T
        parts.append(whole[:, : 4 * features.length])
    return np.concatenate(parts, axis=1)


@dataclass(frozen=True)
class Replicates:
    """All replicates of a fit, in the order of their numbers; see the module for the arrays."""

    number: np.ndarray
    converged: np.ndarray
    ddG: np.ndarray  # noqa: N815
    scalars: np.ndarray
    log_scale: np.ndarray


def read_parts(paths: Sequence[str | Path]) -> Replicates:
    """Read all parts."""
    parts = [load_file(path) for path in paths]
    whole = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    order = np.argsort(whole["number"])
    whole = {name: values[order] for name, values in whole.items()}
    return Replicates(**whole | {"converged": whole["converged"].astype(bool)})


def parameter_replicates(found: Replicates, errors: pd.DataFrame) -> pd.DataFrame:
    """Return ``replicate name value`` of each named parameter that the reads inform, replicates that converged.

    `errors` is parameter_errors.tsv.
    """
    kept, parts = found.converged, [pd.DataFrame(columns=["replicate", "name", "value"])]
    for index, (name, value) in enumerate(zip(errors["name"], errors["value"], strict=True)):
        if np.isfinite(value):
            own = {"replicate": found.number[kept], "name": name, "value": _values(found, index, name)[kept]}
            parts.append(pd.DataFrame(own))
    return pd.concat(parts[1:] or parts, ignore_index=True)


def _values(found: Replicates, index: int, name: str) -> np.ndarray:
    return np.exp(found.log_scale) if name == SCALE else found.scalars[:, index]


def bootstrap_table(
    found: Replicates, matrix_errors: pd.DataFrame, parameter_errors: pd.DataFrame, parameters: pd.DataFrame
) -> pd.DataFrame:
    """Return ``name site position base value error low95 high95 error_at_scale replicates converged`` and what stands `BESIDE`.

    Parameters
    ----------
    matrix_errors, parameter_errors, parameters : the fit's tables of these names

    Errors in kT are left out where the sandwich's are: where the reads do not tell the energies' scale.
    """
    rows = [_element_row(found, index, row) for index, row in enumerate(matrix_errors.to_dict("records"))]
    told = parameters.set_index("name")
    for index, row in enumerate(parameter_errors.to_dict("records")):
        if np.isfinite(row["value"]):
            spread = _spread(_values(found, index, row["name"])[found.converged])
            rows.append(_parameter_row(row, told.loc[row["name"]]) | spread)
    rows = [_with_warning(row | {"replicates": len(found.number), "converged": found.converged.sum()}) for row in rows if row]
    return pd.DataFrame(rows, columns=COLUMNS + BESIDE).astype({"position": "Int64"})


def _element_row(found: Replicates, index: int, row: Mapping) -> dict:
    """Return the row of a matrix element; none for the wild type's base, and for what no training variant has."""
    if not row["error_at_scale"] > 0:
        return {}
    values = found.ddG[found.converged, index]
    relative = np.exp(found.log_scale[found.converged] - found.log_scale[found.converged].mean())
    spread = _spread(values) if np.isfinite(row["error"]) else {}
    return {
        "name": f"ddG.{row['site']}.{row['position']}.{row['base']}",
        **{name: row[name] for name in ("site", "position", "base")},
        "value": row["ddG"],
        **spread,
        "error_at_scale": _spread(values / relative).get("error"),
        "sandwich_error": row["error"],
        "sandwich_error_at_scale": row["error_at_scale"],
    }


def _parameter_row(errors: Mapping, told: pd.Series) -> dict:
    """Return the row of a named parameter, with its interval where that is a profile's."""
    row = {"name": errors["name"], "site": told["site"], "value": errors["value"], "sandwich_error": errors["error"]}
    profiled = told["method"].startswith("profile")
    return row | ({f"profile_{end}": told[end] for end in ("low95", "high95")} if profiled else {})


def _spread(values: np.ndarray) -> dict[str, float]:
    """Return standard deviation and percentiles, as far as so many replicates tell them."""
    spread = {"error": values.std(ddof=1)} if len(values) >= LEAST else {}
    if len(values) >= LEAST_FOR_ENDS:
        spread |= dict(zip(("low95", "high95"), np.quantile(values, [0.025, 0.975]), strict=True))
    return spread


def _with_warning(row: dict) -> dict:
    """Return the row with its warning, empty where bootstrap, sandwich and profile agree."""
    if row["converged"] < LEAST:
        return row | {"warning": f"fewer than {LEAST} replicates converged"}
    in_kt = np.isfinite(row.get("error", np.nan))
    at_scale = "" if in_kt else "_at_scale"
    widths = {
        "bootstrap": 2 * TO_95 * row[f"error{at_scale}"],
        "sandwich": 2 * TO_95 * row[f"sandwich_error{at_scale}"],
    }
    if "low95" in row:
        widths["bootstrap"] = row["high95"] - row["low95"]
    if "profile_low95" in row:
        low, high = row["profile_low95"], row["profile_high95"]
        widths["profile"] = high - low if np.isfinite([low, high]).all() else np.inf
    return row | {"warning": disagreement(widths)}


def disagreement(widths: Mapping[str, float]) -> str:
    """Say which of several 95 % intervals are much narrower than the widest; an interval that is open has infinite width."""
    widest = max(widths, key=widths.__getitem__)
    narrow = {name: widths[widest] / width for name, width in widths.items() if width * DISAGREE < widths[widest]}
    if not narrow:
        return ""
    verb = "understates" if len(narrow) == 1 else "understate"
    if widths[widest] == np.inf:
        return f"{' and '.join(narrow)} {verb}: the {widest} interval is open"
    times = " and ".join(f"{ratio:.1f}" for ratio in narrow.values())
    return f"{' and '.join(narrow)} {verb}: the {widest} interval is {times} times as wide"
