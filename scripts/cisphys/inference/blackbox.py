"""Trains a black box: network and measurement together, by L-BFGS on all training variants, until the validation variants tire.

Measurement processes are those of all models: their exact gradient by the standardised latent is what is sent back through the
network. The prior on the weights that lead to u is measured against the spread of u, which no measurement knows. One path for CPU
and GPU; on a CPU the same seed gives the same bytes.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from cisphys.inference.design import sparse_tensor
from cisphys.inference.measurement import Process
from cisphys.inference.problem import SMOOTHNESS
from cisphys.models.blackbox import BlackBoxNetwork
from cisphys.models.features import Features

STEPS = 10  # of L-BFGS between two looks at the validation variants
MOST = 600  # steps
_PATIENCE = 5  # looks without gain
_MEMORY = 20  # pairs of steps and gradients that L-BFGS keeps
_LEAST_GAIN = 1e-5  # nats per validation observation


class _Product(torch.autograd.Function):
    """X weights, for a constant sparse X that is given with its transpose."""

    @staticmethod
    def forward(ctx, weights: Tensor, matrix: Tensor, transposed: Tensor) -> Tensor:
        ctx.transposed = transposed
        return matrix @ weights

    @staticmethod
    def backward(ctx, gradient: Tensor) -> tuple[Tensor, None, None]:
        return ctx.transposed @ gradient, None, None


class Part:
    """Training or validation variants of one dataset: their mutations X (variants, 3 * length) and their measurements.

    Parameters
    ----------
    letters : (variants, length) bases as 0..3, those that the network reads
    reference : (length,)
    level : which first bias of the network holds
    """

    def __init__(self, letters: np.ndarray, reference: np.ndarray, process: Process, level: int = 0):
        matrix = Features("single", letters.shape[1]).matrix(letters, reference)
        self._matrix, self._transposed = sparse_tensor(matrix), sparse_tensor(matrix.T.tocsr())
        self.process, self.level = process, level

    def sums(self, free: Tensor) -> Tensor:
        """Return X free (variants, k) for weights (3 * length, k)."""
        return _Product.apply(free, self._matrix, self._transposed)


@dataclass(frozen=True)
class Look:
    """Where a training is after so many steps: its objective, and the log likelihoods of both sets of variants, in nats."""

    steps: int
    objective: float
    training: float
    validation: float


@dataclass(frozen=True)
class Standard:
    """The latent of one dataset's training variants: v (variants,), and what standardised it."""

    v: Tensor
    mean: Tensor
    sd: Tensor


class Training:
    """The objective over all training variants: minus the log likelihood, plus the priors on weights and curves, in nats.

    Parameters
    ----------
    network : its weights above the bases are trained in place; those of the bases are `free` (3 * length, hidden[0] + 1)
    parts : one per dataset
    decay : prior precision of the weights
    """

    def __init__(self, network: BlackBoxNetwork, parts: Sequence[Part], decay: float, generator: torch.Generator):
        self.network, self.parts, self.decay = network, parts, decay
        self.betas = [nn.Parameter(part.process.start()) for part in parts]
        self.penalties = [part.process.penalty(SMOOTHNESS) for part in parts]
        self.free = nn.Parameter(torch.zeros(3 * len(network.first), network.first.shape[2], dtype=network.first.dtype))
        with torch.no_grad():
            for weights, inputs in [(self.free, len(network.first) / 4), *((each, len(each)) for each in network.weights)]:
                drawn = torch.randn(weights.shape, generator=generator, dtype=weights.dtype, device="cpu")
                weights.copy_(drawn / max(inputs, 1) ** 0.5)
        self.parameters = [self.free, *network.weights, *network.biases, *self.betas]
        self.observations = sum(part.process.observations for part in parts)
        self._evaluated: list[tuple[float, float]] = []  # objective and log likelihood, nats

    def standard(self, k: int) -> Standard:
        """Return the standardised latent of a dataset's training variants."""
        part, share = self.parts[k], self.parts[k].process.share
        u = self.network.above(part.sums(self.free), part.level)
        mean = share @ u
        sd = (share @ (u - mean) ** 2).sqrt().clamp(min=1e-9)
        return Standard((u - mean) / sd, mean, sd)

    def __call__(self) -> Tensor:
        """Return the objective per observation; the parameters' gradients are left in place."""
        for parameter in self.parameters:
            parameter.grad = None
        standards = [self.standard(k) for k in range(len(self.parts))]
        total = self._prior(standards)
        measured = []
        for part, beta, standard in zip(self.parts, self.betas, standards, strict=True):
            measured.append(part.process.evaluate(beta.detach(), standard.v.detach()))
            total = total - standard.v @ measured[-1].by_v  # its gradient is that of minus the log likelihood
        (total / self.observations).backward()
        value = self._prior(standards).detach()
        for beta, penalty, at in zip(self.betas, self.penalties, measured, strict=True):
            smooth = penalty @ beta.detach()
            beta.grad = (smooth - at.by_beta) / self.observations
            value = value + 0.5 * beta.detach() @ smooth - at.log_likelihood
        self._evaluated.append((float(value), sum(at.log_likelihood for at in measured)))
        return value / self.observations

    def _prior(self, standards: Sequence[Standard]) -> Tensor:
        """Return half the decay times the squares of all weights, those that lead to u in units of its spread."""
        variance = torch.stack([standard.sd**2 for standard in standards]).mean()
        to_u = (self.free[:, -1] ** 2).sum() + (self.network.weights[-1] ** 2).sum()
        inner = sum((weights**2).sum() for weights in [self.free[:, :-1], *self.network.weights[:-1]])
        return 0.5 * self.decay * (inner + to_u / variance)

    @torch.no_grad()
    def predicts(self, parts: Sequence[Part]) -> float:
        """Return the log likelihood (nats) of other variants, one part per dataset."""
        total = 0.0
        for k, part in enumerate(parts):
            standard = self.standard(k)
            v = (self.network.above(part.sums(self.free), part.level) - standard.mean) / standard.sd
            total += float(part.process.log_likelihoods(self.betas[k], v).sum())
        return total

    def run(self, validation: Sequence[Part], told: Callable[[int, float], None] = lambda steps, seen: None) -> list[Look]:
        """Train until the validation variants gain no more, and go back to where they were predicted best.

        Returns the looks: at the start, and one per `STEPS` steps. `told` is told each, steps and validation, for whoever waits.
        """
        descent = torch.optim.LBFGS(
            self.parameters,
            max_iter=STEPS,
            history_size=_MEMORY,
            tolerance_grad=0,
            tolerance_change=0,
            line_search_fn="strong_wolfe",
        )
        least = _LEAST_GAIN * sum(part.process.observations for part in validation)
        seen, best, since, kept, passed = [self.predicts(validation)], -np.inf, 0, [], []
        while since < _PATIENCE and (len(seen) - 1) * STEPS < MOST:
            self._evaluated = []
            descent.step(self)
            passed.append(self._evaluated[0])  # where this round of steps began
            seen.append(self.predicts(validation))
            told(STEPS * len(passed), seen[-1])
            since = 0 if seen[-1] > best + least else since + 1
            if not kept or seen[-1] > best:
                best, kept = seen[-1], [parameter.detach().clone() for parameter in self.parameters]
        self()
        passed.append(self._evaluated[-1])
        with torch.no_grad():
            for parameter, value in zip(self.parameters, kept, strict=True):
                parameter.copy_(value)
        return [Look(STEPS * k, *own, held_out) for k, (own, held_out) in enumerate(zip(passed, seen, strict=True))]
