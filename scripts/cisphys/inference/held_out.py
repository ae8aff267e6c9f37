"""What the test variants say of a fit: calibration, the variants it predicts worst, predictive and intrinsic information."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd
import torch
from torch import Tensor

from cisphys.inference.calibration import calibration_table, chi_square, compare_groups, groups_of
from cisphys.inference.dataset import Dataset
from cisphys.inference.fit import Fit
from cisphys.inference.intrinsic import intrinsic_information
from cisphys.inference.metrics import predictive_information
from cisphys.inference.problem import SMOOTHNESS
from cisphys.inference.processes import process_of
from cisphys.inference.residuals import residual_table


@dataclass(frozen=True)
class HeldOut:
    """The tables calibration.tsv and residuals.tsv, and what summary.json says beside them."""

    calibration: pd.DataFrame
    residuals: pd.DataFrame
    summary: dict[str, Any]


@torch.no_grad()
def judge_test_variants(fit: Fit, datasets: Sequence[Dataset], replicates: Mapping[str, Sequence[str]], seed: int) -> HeldOut:
    """Hold a fit against its test variants.

    Parameters
    ----------
    datasets : all variants, in the fit's order
    replicates : experiment -> its datasets, where it has several
    """
    tests = [dataset.only("test") for dataset in datasets]
    names = [test.name for test in tests]
    found = [_of_dataset(fit, k, test, np.random.default_rng([seed, k])) for k, test in enumerate(tests)]
    calibrations, residuals, verdicts, predictive = zip(*found, strict=True)
    intrinsic = intrinsic_information(tests, replicates, np.random.default_rng(seed))
    summary = {
        "parameters": fit.problem.free_parameters,
        "calibration": dict(zip(names, verdicts, strict=True)),
        "predictive": dict(zip(names, predictive, strict=True)),
        "intrinsic": {name: asdict(bounds) for name, bounds in intrinsic.items()},
    }
    return HeldOut(pd.concat(calibrations, ignore_index=True), pd.concat(residuals, ignore_index=True), summary)


def _of_dataset(
    fit: Fit, k: int, test: Dataset, generator: np.random.Generator
) -> tuple[pd.DataFrame, pd.DataFrame, dict[str, Any], dict[str, Any] | None]:
    """Return the rows of calibration.tsv and residuals.tsv, the chi-square, and I_pred where there is one."""
    term, latent, v = fit.problem.terms[k], fit.best.at.latents[k], torch.as_tensor(fit.tested[test.name].latent)
    mean, sd = float(latent.mean), float(latent.sd)
    process, beta = process_of(test, fit.problem.functions), fit.best.p[term.beta]
    observations, standard = process.per_variant.numpy(force=True), v.numpy(force=True)
    group = groups_of(standard, observations > 0)
    compared = compare_groups(process, beta, v, group, _spread_of_beta(fit, k))
    residuals = residual_table(process, beta, v, test.letters, fit.problem.reference)
    residuals[["latent", "best_latent"]] = residuals[["latent", "best_latent"]] * sd + mean
    residuals.insert(0, "dataset", test.name)
    told = predictive_information(process, standard, generator)
    verdict = chi_square(compared) | ({} if compared.rho is None else {"read_correlation": compared.rho})
    return (
        calibration_table(test.name, standard * sd + mean, observations, group, compared),
        residuals,
        verdict,
        told and asdict(told),
    )


def _spread_of_beta(fit: Fit, k: int) -> Tensor:
    """Return the covariance (size, size) of a measurement process's parameters, were the latents known."""
    term, at = fit.problem.terms[k], fit.best.at
    beta = fit.best.p[term.beta]
    precision = term.process.own_information(beta, at.latents[k].v, at.measured[k].place) + term.process.penalty(SMOOTHNESS)
    return torch.linalg.pinv(precision, hermitian=True)
