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
from cisphys.inference.held_out import judge_test_variants
from cisphys.inference.identifiability_report import identifiability
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
    matrices = tables.energy_matrices(fit)
    write_text(folder / MODEL, model_text)
    write_description(fit.network, folder / "network.txt", folder / "network.tsv")
    with open_to_write(folder / PARAMETERS) as out:
        out.write(save({name: value.contiguous() for name, value in sorted(tensors(fit).items())}))
    with open_to_write(folder / OPTIMUM) as out:
        out.write(save({"p": fit.best.p.contiguous()}))
    write_table(matrices, folder / "energy_matrices.tsv", digits=6)
    found = standard_errors(fit, datasets)
    write_table(matrix_error_table(fit, matrices, found), folder / "matrix_errors.tsv", digits=6)
    write_table(tables.pair_table(fit), folder / "pair_energies.tsv", digits=6)
    parameters = parameter_table(fit, kcal_per_kT(about["temperature_C"]), truth)
    write_table(parameters, folder / "parameters.tsv", digits=6)
    write_table(parameter_error_table(fit, parameters, found), folder / "parameter_errors.tsv", digits=6)
    unknown = parameters.loc[parameters["identifiable"] == "no", "name"]
    write_table(cycle_table(fit, datasets, unknown), folder / "cycles.tsv", digits=6)
    write_table(occupancy_table(fit, datasets), folder / "occupancies.tsv", digits=6)
    write_table(table_of_tested(fit.tested, sequences_tested(datasets)), folder / "tested.tsv.gz", digits=7)
    held_out = judge_test_variants(fit, datasets, about.get("replicates", {}), about.get("seed", 1))
    write_table(held_out.calibration, folder / "calibration.tsv", digits=6)
    write_table(held_out.residuals, folder / "residuals.tsv", digits=6)
    write_table(profile_table(fit), folder / "profiles.tsv", digits=8)
    write_table(tables.measurement_table(fit), folder / "measurement.tsv", digits=6)
    write_table(tables.trial_table(fit), folder / "restarts.tsv", digits=10)
    write_table(tables.reference_table(matrices, references), folder / "references.tsv", digits=6)
    write_table(tables.reference_matrix_table(references), folder / "reference_matrices.tsv", digits=6)
    told = summary(fit, datasets, about, parameters, found) | held_out.summary
    write_text(folder / SUMMARY, json.dumps(told, indent=1) + "\n")
    write_text(folder / IDENTIFIABILITY, json.dumps(identifiability(fit), indent=1) + "\n")


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
    unknown = parameters.loc[parameters["identifiable"] == "no", "name"]
    result["not_identifiable"] = [name for name in unknown if name in fit.network.scalar_names]
    result["versions"] = {name: version(name) for name in ("numpy", "scipy", "torch")}
    result["versions"] |= {"cisphys": cisphys.__version__, "python": platform.python_version()}
    return result
