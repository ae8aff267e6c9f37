"""What a fit writes: its folder of plain files (see `cisphys.models.saved`)."""

import json
import platform
from collections.abc import Mapping
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch
from safetensors.torch import save

import cisphys
from cisphys.dna import decode
from cisphys.files import open_to_write, write_text
from cisphys.inference import fit_tables as tables
from cisphys.inference.comparison import table_of_tested
from cisphys.inference.cycle_table import cycle_table
from cisphys.inference.dataset import PARTS, Dataset
from cisphys.inference.error_tables import matrix_error_table, parameter_error_table, ridge_effect, standard_errors
from cisphys.inference.fit import Fit
from cisphys.inference.held_out import HeldOut, judge_test_variants
from cisphys.inference.identifiability_report import identifiability
from cisphys.inference.landscape import landscape_tables
from cisphys.inference.occupancy_table import occupancy_table
from cisphys.inference.orientation import RULE
from cisphys.inference.parameter_table import parameter_table, profile_table
from cisphys.inference.reopened import OPTIMUM
from cisphys.inference.sandwich import Covariances
from cisphys.models.describe import write_description
from cisphys.models.mirrors import find_mirrors
from cisphys.models.saved import MODEL, PARAMETERS, SUMMARY
from cisphys.tables import write_table
from cisphys.units import kcal_per_kT

IDENTIFIABILITY = "identifiability.json"
_DIGITS = {"tested.tsv.gz": 7, "profiles.tsv": 8, "restarts.tsv": 10, "traces.tsv": 10}


def write_fit(
    folder: str | Path,
    fit: Fit,
    datasets: list[Dataset],
    model_text: str,
    about: Mapping[str, Any],
    references: Mapping[str, tuple[str, np.ndarray]],
    truth: Mapping[str, float] | None = None,
) -> None:
    """Write a fit's folder.

    Parameters
    ----------
    model_text : the model's YAML, kept as it is
    about : goes into summary.json first (fit, model, experiments, temperature_C, seed, config_sha256, ...)
    references : site -> (name, matrix (length, 4) in kT) to compare with
    truth : parameter -> the value (kT) that the reads were simulated from
    """
    folder = Path(folder)
    write_text(folder / MODEL, model_text)
    write_description(fit.network, folder / "network.txt", folder / "network.tsv")
    _write_tensors(folder / PARAMETERS, dict(sorted(tensors(fit).items())))
    _write_tensors(folder / OPTIMUM, {"p": fit.best.p})
    found = standard_errors(fit, datasets)
    parameters = parameter_table(fit, kcal_per_kT(about["temperature_C"]), truth)
    held_out = judge_test_variants(fit, datasets, about.get("replicates", {}), about.get("seed", 1))
    estimates, judged = _estimates(fit, datasets, parameters, found, references), _judged(fit, datasets, held_out)
    for name, table in (estimates | judged).items():
        write_table(table, folder / name, digits=_DIGITS.get(name, 6))
    told = summary(fit, datasets, about, parameters, found) | held_out.summary
    write_text(folder / SUMMARY, json.dumps(told, indent=1) + "\n")
    write_text(folder / IDENTIFIABILITY, json.dumps(identifiability(fit), indent=1) + "\n")


def _write_tensors(path: Path, values: Mapping[str, torch.Tensor]) -> None:
    with open_to_write(path) as out:
        out.write(save({name: value.contiguous() for name, value in values.items()}))


def _estimates(fit: Fit, datasets: list[Dataset], parameters: pd.DataFrame, found, references) -> dict[str, pd.DataFrame]:
    """Return, by file, the tables of what was estimated."""
    matrices = tables.energy_matrices(fit)
    unknown = parameters.loc[parameters["value"].isna(), "name"]  # of some of them a bound is known
    return {
        "energy_matrices.tsv": matrices,
        "matrix_errors.tsv": matrix_error_table(fit, matrices, found),
        "pair_energies.tsv": tables.pair_table(fit),
        "parameters.tsv": parameters,
        "parameter_errors.tsv": parameter_error_table(fit, parameters, found),
        "profiles.tsv": profile_table(fit),
        "cycles.tsv": cycle_table(fit, datasets, unknown),
        "occupancies.tsv": occupancy_table(fit, datasets),
        **landscape_tables(fit, datasets, parameters),
        "references.tsv": tables.reference_table(matrices, references),
        "reference_matrices.tsv": tables.reference_matrix_table(references),
    }


def _judged(fit: Fit, datasets: list[Dataset], held_out: HeldOut) -> dict[str, pd.DataFrame]:
    """Return, by file, the tables of how it was found and of what was measured."""
    return {
        "restarts.tsv": tables.trial_table(fit),
        "traces.tsv": tables.trace_table(fit),
        "measurement.tsv": tables.measurement_table(fit),
        "tested.tsv.gz": table_of_tested(fit.tested, sequences_tested(datasets)),
        "calibration.tsv": held_out.calibration,
        "residuals.tsv": held_out.residuals,
    }


def sequences_tested(datasets: list[Dataset]) -> dict[str, list[str]]:
    """Return the test variants of each dataset."""
    return {dataset.name: [decode(letters) for letters in dataset.only("test").letters] for dataset in datasets}


def tensors(fit: Fit) -> dict[str, torch.Tensor]:
    """Return everything that predictions need, by saved name."""
    values = fit.network.named_values()
    for term, latent in zip(fit.problem.terms, fit.best.at.latents, strict=True):
        named = term.process.named(fit.best.p[term.beta])
        values |= {f"measurement.{term.name}.{name}": value for name, value in named.items()}
        values[f"measurement.{term.name}.mean"], values[f"measurement.{term.name}.sd"] = latent.mean, latent.sd
    return values


def summary(
    fit: Fit, datasets: list[Dataset], about: Mapping[str, Any], parameters: pd.DataFrame, found: Covariances | None
) -> dict[str, Any]:
    """Return summary.json: what was fitted to what, and how well; no clock times. `parameters` is the fit's parameters.tsv."""
    spec = fit.network.spec
    result = dict(about)
    result["datasets"] = {
        term.name: term.process.description() | {"conditions": dict(dataset.conditions)}
        for term, dataset in zip(fit.problem.terms, datasets, strict=True)
    }
    result["condition_levels"] = {column: list(values) for column, values in fit.network.levels.items()}
    result["wild_type"] = decode(fit.problem.reference)
    result |= {
        "ridge": fit.problem.ridge.strength,
        "spline": fit.problem.functions,
        "converged": fit.best.converged,
        "ridge_effect": ridge_effect(fit, found),
    }
    result |= {part: asdict(fit.information[part]) for part in PARTS}
    result["by_dataset"] = {part: {name: asdict(value) for name, value in fit.by_dataset[part].items()} for part in PARTS}
    result["mirrors"] = [
        {"swapped": list(mirror.swapped), "reverses_transcription": mirror.reverses} for mirror in find_mirrors(spec)
    ]
    result["canonical"] = RULE
    unknown = parameters.loc[parameters["value"].isna(), "name"]  # of some of them a bound is known
    result["not_identifiable"] = [name for name in unknown if name in fit.network.scalar_names]
    result["versions"] = {name: version(name) for name in ("numpy", "scipy", "torch")}
    result["versions"] |= {"cisphys": cisphys.__version__, "python": platform.python_version()}
    return result
