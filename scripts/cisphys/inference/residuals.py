"""Variants that a fit predicts worst: for which another latent than their own would explain the measurement best."""

import numpy as np
import pandas as pd
import torch
from torch import Tensor

from cisphys.dna import LETTERS, decode
from cisphys.inference.measurement import Process

WORST, POINTS = 20, 61
COLUMNS = ["sequence", "mutations", "observations", "latent", "best_latent", "log_likelihood", "deviance"]


def best_latents(process: Process, beta: Tensor, v: Tensor) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return, of each variant, log likelihood, deviance and the latent that explains it best, (variants,) each.

    Deviance = 2 (log likelihood at the best latent - at v), nats; the best is sought where the variants' latents lie.
    """
    own = process.log_likelihoods(beta, v)
    best, at = own.clone(), v.clone()
    for point in torch.linspace(float(v.min()), float(v.max()), POINTS, dtype=v.dtype):
        there = process.log_likelihoods(beta, point.expand(len(v)))
        better = there > best
        best, at = torch.where(better, there, best), torch.where(better, point, at)
    return tuple(part.numpy(force=True) for part in (own, 2 * (best - own), at))


def residual_table(process: Process, beta: Tensor, v: Tensor, letters: np.ndarray, reference: np.ndarray) -> pd.DataFrame:
    """Return the columns `COLUMNS` of the variants with the largest deviance; latents are standardised, as v (variants,) is.

    `letters` (variants, length) and `reference` (length,) are bases as 0..3.
    """
    log_likelihood, deviance, best = best_latents(process, beta, v)
    worst = np.argsort(-deviance, kind="stable")[:WORST]
    columns = (
        [decode(letters[n]) for n in worst],
        [mutations(letters[n], reference) for n in worst],
        process.per_variant.numpy(force=True)[worst],
        v.numpy(force=True)[worst],
        best[worst],
        log_likelihood[worst],
        deviance[worst],
    )
    return pd.DataFrame(dict(zip(COLUMNS, columns, strict=True)))


def mutations(letters: np.ndarray, reference: np.ndarray) -> str:
    """Return how a variant differs from the reference, both (length,), such as ``A3C G12T``; positions count from 0."""
    changed = np.flatnonzero(letters != reference)
    return " ".join(f"{LETTERS[reference[i]]}{i}{LETTERS[letters[i]]}" for i in changed)
