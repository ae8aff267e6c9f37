"""The fit of one measurement process where each variant's latent is held."""

from dataclasses import dataclass

from torch import Tensor

from cisphys.inference.measurement import Evaluated, Process
from cisphys.inference.newton import minimise

_SMOOTHNESS = 0.03


@dataclass(frozen=True)
class _At:
    objective: float
    measured: Evaluated


class _Alone:
    """A process at fixed latents as something that can be minimised."""

    def __init__(self, process: Process, v: Tensor):
        self.process, self.v, self.size = process, v, process.size
        self.place = process.evaluate(process.start(), v).place
        self.prior = process.penalty(_SMOOTHNESS)

    def evaluate(self, beta: Tensor) -> _At:
        """Return minus the log likelihood with the prior, and its parts."""
        measured = self.process.evaluate(beta, self.v, self.place)
        return _At(0.5 * float(beta @ self.prior @ beta) - measured.log_likelihood, measured)

    def ascent(self, beta: Tensor, at: _At) -> Tensor:
        """Return minus the gradient, (size,)."""
        return at.measured.by_beta - self.prior @ beta

    def curvature(self, beta: Tensor, at: _At) -> Tensor:
        """Return information and prior, (size, size)."""
        return self.process.own_information(beta, self.v, self.place) + self.prior


def fit_alone(process: Process, v: Tensor, free: Tensor | None = None) -> Tensor:
    """Return the most likely beta (size,) at latents v (variants,); only the indices `free` move from the process's start."""
    return minimise(_Alone(process, v), process.start(), free).p
