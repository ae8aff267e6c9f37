"""A small black-box network, sequence -> v -> measurement: how well any model could do, beside those that say how it works.

    h_0 = x (mutations from a reference), h_l = tanh(W_l h_l-1 + b_l), u = w' x + w_L' h_L, v = u standardised within its dataset

The first biases are each dataset's own, so that conditions may act on any base. Measurement processes are those of all models: their
exact gradient by v is what is sent back through the network. All weights and the processes' parameters move together, by L-BFGS on
all training variants; the validation variants say where to stop. One path for CPU and GPU; on a CPU the same seed gives the same bytes.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sparse
import torch
from torch import Tensor, nn

from cisphys.models.features import Features
from cisphys.inference.measurement import Process
from cisphys.log import logger

_SMOOTHNESS = 0.03
_STEPS = 10  # of L-BFGS between two looks at the validation variants
_MEMORY = 20  # pairs of steps and gradients
_LEAST_GAIN = 1e-5  # nats per validation observation


class _Product(torch.autograd.Function):
    """X weights, for a constant sparse X given with its transpose; torch's own derivative of it is not there on all devices."""

    @staticmethod
    def forward(ctx, weights: Tensor, matrix: Tensor, transposed: Tensor) -> Tensor:
        ctx.transposed = transposed
        return matrix @ weights

    @staticmethod
    def backward(ctx, gradient: Tensor) -> tuple[Tensor, None, None]:
        return ctx.transposed @ gradient, None, None


class Inputs:
    """The mutations of some variants, as a sparse matrix (variants, 3 * length) and its transpose."""

    def __init__(self, letters: np.ndarray, reference: np.ndarray):
        matrix = Features("single", letters.shape[1]).matrix(letters, reference)
        self._matrix, self._transposed = _as_torch(matrix), _as_torch(matrix.T.tocsr())

    def __matmul__(self, weights: Tensor) -> Tensor:
        return _Product.apply(weights, self._matrix, self._transposed)


def _as_torch(matrix: sparse.csr_matrix) -> Tensor:
    from cisphys.inference.design import sparse_tensor

    return sparse_tensor(matrix).to(torch.get_default_device())


class BlackBox(nn.Module):
    """The network; `datasets` is how many have first biases of their own.

    Parameters
    ----------
    length : bases per variant
    hidden : units of each hidden layer, at least one
    """

    def __init__(self, length: int, hidden: Sequence[int], datasets: int, generator: torch.Generator):
        super().__init__()
        sizes = [3 * length, *hidden, 1]

        def drawn(rows: int, columns: int, fan_in: int) -> nn.Parameter:
            values = torch.randn(rows, columns, generator=generator, dtype=torch.float64, device="cpu") / fan_in**0.5
            return nn.Parameter(values.to(torch.get_default_device()))

        fan_in = [max(1, length // 4), *hidden]  # a variant has a few mutations, not 3 * length
        self.weights = nn.ParameterList(drawn(a, b, n) for a, b, n in zip(sizes[:-1], sizes[1:], fan_in, strict=True))
        self.biases = nn.ParameterList(torch.zeros(size, dtype=torch.float64) for size in hidden[1:])
        self.first = nn.Parameter(torch.zeros(datasets, hidden[0], dtype=torch.float64))
        self.direct = drawn(3 * length, 1, fan_in[0])

    def forward(self, inputs: Inputs, dataset: int) -> Tensor:
        """Return u (variants,)."""
        hidden = torch.tanh(inputs @ self.weights[0] + self.first[dataset])
        for weight, bias in zip(self.weights[1:-1], self.biases, strict=True):
            hidden = torch.tanh(hidden @ weight + bias)
        return (inputs @ self.direct + hidden @ self.weights[-1])[:, 0]


@dataclass(frozen=True)
class BlackBoxOptions:
    """Units per hidden layer, seed, L-BFGS steps at most, looks without gain before it ends, and the prior precision of weights."""

    hidden: tuple[int, ...] = (20, 10)
    seed: int = 1
    most: int = 600
    patience: int = 5
    decay: float = 1.0


@dataclass(frozen=True)
class Part:
    """One dataset's training variants, or its validation variants: their mutations and their measurements."""

    inputs: Inputs
    process: Process


@dataclass(frozen=True)
class Trained:
    """A trained network with its measurement processes.

    `betas`, `means` and `sds` are per dataset: its process's parameters, and what standardises its latent. `validation` holds the
    validation variants' log likelihood (nats) at each look, one per ten steps.
    """

    network: BlackBox
    betas: tuple[Tensor, ...]
    means: tuple[Tensor, ...]
    sds: tuple[Tensor, ...]
    validation: tuple[float, ...]

    @torch.no_grad()
    def latent(self, inputs: Inputs, dataset: int) -> Tensor:
        """Return v (variants,), standardised as the dataset's training variants were."""
        return (self.network(inputs, dataset) - self.means[dataset]) / self.sds[dataset]

    def log_likelihood(self, parts: Sequence[Part]) -> float:
        """Return the log likelihood (nats) of all parts, one per dataset."""
        each = (part.process.log_likelihoods(self.betas[k], self.latent(part.inputs, k)).sum() for k, part in enumerate(parts))
        return float(sum(each))


class _Training:
    """The objective over all training variants: minus log likelihood, plus the priors on weights and curves, per observation."""

    def __init__(self, network: BlackBox, parts: Sequence[Part], decay: float):
        self.network, self.parts, self.decay = network, parts, decay
        self.betas = [nn.Parameter(part.process.start()) for part in parts]
        self.penalties = [part.process.penalty(_SMOOTHNESS) for part in parts]
        self.observations = sum(part.process.observations for part in parts)
        self.parameters = [*network.parameters(), *self.betas]

    def standardised(self, k: int) -> tuple[Tensor, Tensor, Tensor]:
        """Return v (variants,), mean and standard deviation of u, of one dataset."""
        u, share = self.network(self.parts[k].inputs, k), self.parts[k].process.share
        mean = share @ u
        sd = (share @ (u - mean) ** 2).sqrt().clamp(min=1e-12)
        return (u - mean) / sd, mean, sd

    def __call__(self) -> Tensor:
        """Return the objective; the parameters' gradients are left in place."""
        for parameter in self.parameters:
            parameter.grad = None
        weights = [each for each in self.network.parameters() if each.ndim == 2]
        prior = 0.5 * self.decay * sum((weight**2).sum() for weight in weights) / self.observations
        prior.backward()
        total = prior.detach()
        for k, part in enumerate(self.parts):
            v, _, _ = self.standardised(k)
            beta = self.betas[k].detach()
            at = part.process.evaluate(beta, v.detach())
            smooth = self.penalties[k] @ beta
            v.backward(-at.by_v / self.observations)
            self.betas[k].grad = (smooth - at.by_beta) / self.observations
            total = total + (0.5 * beta @ smooth - at.log_likelihood) / self.observations
        return total

    @torch.no_grad()
    def snapshot(self) -> list[Tensor]:
        """Return a copy of all parameters."""
        return [parameter.detach().clone() for parameter in self.parameters]

    @torch.no_grad()
    def restore(self, values: Sequence[Tensor]) -> None:
        """Set all parameters."""
        for parameter, value in zip(self.parameters, values, strict=True):
            parameter.copy_(value)

    @torch.no_grad()
    def trained(self, validation: Sequence[float] = ()) -> Trained:
        """Return the network as it is now."""
        _, means, sds = zip(*(self.standardised(k) for k in range(len(self.parts))), strict=True)
        return Trained(self.network, tuple(beta.detach().clone() for beta in self.betas), means, sds, tuple(validation))


def train(
    length: int,
    training: Sequence[Part],
    validation: Sequence[Part],
    options: BlackBoxOptions,
    report: Callable[[str], None] = logger.info,
) -> Trained:
    """Train a black box on one dataset or on several; `training` and `validation` have one part for each, in the same order."""
    network = BlackBox(length, options.hidden, len(training), torch.Generator().manual_seed(options.seed))
    objective = _Training(network, training, options.decay)
    descent = torch.optim.LBFGS(
        objective.parameters,
        max_iter=_STEPS,
        history_size=_MEMORY,
        tolerance_grad=0,
        tolerance_change=0,
        line_search_fn="strong_wolfe",
    )
    least = _LEAST_GAIN * sum(part.process.observations for part in validation)
    seen: list[float] = []
    best, since, kept = -np.inf, 0, objective.snapshot()
    while since < options.patience and len(seen) * _STEPS < options.most:
        descent.step(objective)
        seen.append(objective.trained().log_likelihood(validation))
        since = 0 if seen[-1] > best + least else since + 1
        if seen[-1] > best:
            best, kept = seen[-1], objective.snapshot()
    objective.restore(kept)
    report(f"black box: {len(seen) * _STEPS} steps, validation {best:.2f} nats")
    return objective.trained(seen)
