"""Variants that a fit predicts worst: for which another latent than their own would explain the measurement best."""

import numpy as np
import pandas as pd
import torch
from torch import Tensor

from cisphys.dna import LETTERS, decode
from cisphys.inference.measurement import Process

WORST, POINTS = 20, 61
COLUMNS = ["dataset", "sequence", "mutations", "observations", "latent", "best_latent", "log_likelihood", "deviance"]


def worst_latents(process: Process, beta: Tensor, v: Tensor) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
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


def residual_table(
    name: str, process: Process, beta: Tensor, v: Tensor, letters: np.ndarray, reference: np.ndarray, unit
) -> pd.DataFrame:
    """Return the rows of the variants with the largest deviance; `unit` turns v into the latent u."""
    log_likelihood, deviance, best = worst_latents(process, beta, v)
    rows = [
        (
            name,
            decode(letters[n]),
            mutations(letters[n], reference),
            float(process.per_variant[n]),
            unit(float(v[n])),
            unit(float(best[n])),
            log_likelihood[n],
            deviance[n],
        )
        for n in np.argsort(-deviance, kind="stable")[:WORST]
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def mutations(letters: np.ndarray, reference: np.ndarray) -> str:
    """Return how a variant differs from the reference, both (length,), such as ``A3C G12T``; positions count from 0."""
    changed = np.flatnonzero(letters != reference)
    return " ".join(f"{LETTERS[reference[i]]}{i}{LETTERS[letters[i]]}" for i in changed)
