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
def hold_out(fit: Fit, datasets: Sequence[Dataset], replicates: Mapping[str, Sequence[str]], seed: int) -> HeldOut:
    """Hold a fit against its test variants.

    Parameters
    ----------
    datasets : all variants, in the fit's order
    replicates : experiment -> its datasets, where it has several
    """
    tests = [dataset.only("test") for dataset in datasets]
    found = [_of_dataset(fit, k, test, np.random.default_rng([seed, k])) for k, test in enumerate(tests)]
    intrinsic = intrinsic_information(tests, replicates, np.random.default_rng(seed))
    summary = {
        "parameters": fit.problem.free_parameters,
        "calibration": {test.name: own[2] for test, own in zip(tests, found, strict=True)},
        "predictive": {test.name: own[3] for test, own in zip(tests, found, strict=True)},
        "intrinsic": {name: asdict(bounds) for name, bounds in intrinsic.items()},
    }
    calibration, residuals = (pd.concat([own[part] for own in found], ignore_index=True) for part in (0, 1))
    return HeldOut(calibration, residuals, summary)


def _of_dataset(
    fit: Fit, k: int, test: Dataset, generator: np.random.Generator
) -> tuple[pd.DataFrame, pd.DataFrame, dict[str, Any], dict[str, Any] | None]:
    term, latent, v = fit.problem.terms[k], fit.best.at.latents[k], torch.as_tensor(fit.tested[test.name].latent)
    process, beta = process_of(test, fit.problem.functions), fit.best.p[term.beta]
    seen = process.per_variant.numpy(force=True)
    group = groups_of(v.numpy(force=True), seen > 0)
    compared = compare_groups(process, beta, v, group, _spread_of_beta(fit, k))
    u = (v * latent.sd + latent.mean).numpy(force=True)
    told = predictive_information(process, v.numpy(force=True), generator)
    residuals = residual_table(
        test.name, process, beta, v, test.letters, fit.problem.reference, lambda x: x * float(latent.sd) + float(latent.mean)
    )
    about = chi_square(compared) | ({} if compared.rho is None else {"read_correlation": compared.rho})
    return calibration_table(test.name, u, seen, group, compared), residuals, about, told and asdict(told)


def _spread_of_beta(fit: Fit, k: int) -> Tensor:
    """Return the covariance (size, size) of a measurement process's parameters, were the latents known."""
    term, at = fit.problem.terms[k], fit.best.at
    beta = fit.best.p[term.beta]
    precision = term.process.own_information(beta, at.latents[k].v, at.measured[k].place) + term.process.penalty(SMOOTHNESS)
    return torch.linalg.pinv(precision, hermitian=True)
