"""What every measurement process of a dataset offers a fit: likelihood, exact derivatives and information of one latent.

A process holds the data of one dataset. Its parameters beta say how a variant's latent v (standardised within the dataset) shows
in the measurement; nothing here knows which network the latent comes from.
"""

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from torch import Tensor

from cisphys.inference.measured import Measured


@dataclass(frozen=True)
class Evaluated:
    """The log likelihood (nats) of a dataset, its gradients by v (variants,) and by beta (size,), and where the variants lie.

    `place` is the process's own: it is handed back to `Process.information`, and to `Process.evaluate` at the same v.
    """

    log_likelihood: float
    by_v: Tensor
    by_beta: Tensor
    place: Any


@dataclass(frozen=True)
class Fisher:
    """The information about v and beta, positive semidefinite.

    `w` (variants,) is that of each v with itself, `own` (size, size) that of beta. That of v_n with beta is the sum of
    ``weight[n] * table[cell[n]]`` over the pairs of `cross`, with weight (variants,), table (cells, size) and cell (variants,).
    """

    w: Tensor
    cell: Tensor
    cross: list[tuple[Tensor, Tensor]]
    own: Tensor


class Process(Protocol):
    """One dataset's measurement.

    Attributes
    ----------
    kind : sorted_bins, rna_dna or continuous
    noise : the distribution about what the latent says, as a config names it
    data : the measurements
    size : number of parameters, beta (size,)
    share : (variants,) weights that sum to 1, by which the latent is standardised
    per_variant : (variants,) how many observations the log likelihood sums: reads, pairs of RNA and DNA counts, or values
    observations : their sum
    """

    kind: str
    noise: str
    data: Measured
    size: int
    share: Tensor
    per_variant: Tensor
    observations: float

    def start(self) -> Tensor:
        """Return a beta (size,) to begin with."""

    def penalty(self, smoothness: float) -> Tensor:
        """Return the precision (size, size) of the prior on beta that keeps curves smooth."""

    def evaluate(self, beta: Tensor, v: Tensor, place: Any = None) -> Evaluated:
        """Return the log likelihood and its exact derivatives; `place` of an evaluation at the same v saves work."""

    def information(self, beta: Tensor, v: Tensor, place: Any) -> Fisher:
        """Return the expected information, or where that has no closed form a positive definite stand-in."""

    def own_information(self, beta: Tensor, v: Tensor, place: Any) -> Tensor:
        """Return the part `own` of `information` alone, (size, size)."""

    def log_likelihoods(self, beta: Tensor, v: Tensor) -> Tensor:
        """Return the log likelihood of each variant's observations (variants,), nats, by the formula itself."""

    def beta_scores(self, beta: Tensor, v: Tensor) -> Tensor:
        """Return the gradient by beta of each variant's log likelihood, (variants, size)."""

    def null_log_likelihoods(self) -> Tensor:
        """Return each variant's log likelihood (variants,) by the best model that does not see the sequence."""

    def condensed(self, v: Tensor) -> tuple["Process", Tensor]:
        """Return a process of fewer variants with nearly the same likelihood as a function of beta, and their v; or itself."""

    def resampled(self, generator: np.random.Generator, unit: str) -> "Process":
        """Return the process with data drawn from its own, with replacement: single ``reads``, or ``variants`` whole."""

    def refined(self, beta: Tensor, functions: int) -> Tensor:
        """Return the beta of about the same process with another number of B-splines: (size of that process,)."""

    def repeated(self, times: np.ndarray) -> "Process":
        """Return the process with all that was measured of each variant counted `times` (variants,) over: 0, 1, 2, ..."""

    def only(self, kept: np.ndarray) -> "Process":
        """Return the process of some of the variants, a mask (variants,)."""

    def mirrored(self, beta: Tensor) -> Tensor:
        """Return the beta (size,) of the same process read at -v."""

    def response(self) -> tuple[Tensor, Tensor]:
        """Return a rough reading that rises with the latent, and the weight it deserves, both (variants,)."""

    def simulate(self, beta: Tensor, v: Tensor, generator: np.random.Generator) -> Measured:
        """Return measurements of the same variants at the same depth, drawn at beta and v."""

    def description(self) -> dict[str, Any]:
        """Return what summary.json says of the process: kind, noise, and what else is not a number of beta."""

    def named(self, beta: Tensor) -> dict[str, Tensor]:
        """Return what predictions need, by the name it is saved under."""

    def curves(self, beta: Tensor, v: Tensor) -> dict[str, Tensor]:
        """Return what is measured at latents v (points,), by column of measurement.tsv, each (points,)."""
