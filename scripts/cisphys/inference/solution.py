"""What a point of the optimisation says in the network's own terms: its parameters, and predictions for any variants."""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from cisphys.inference.dataset import Dataset
from cisphys.inference.design import Design
from cisphys.inference.measurement import Process
from cisphys.inference.metrics import Judged
from cisphys.inference.newton import Optimum
from cisphys.inference.problem import Problem
from cisphys.inference.processes import process_of


def judge(problem: Problem, best: Optimum, datasets: Sequence[Dataset]) -> dict[str, Judged]:
    """Return, per dataset, how well its variants are predicted; the datasets are those of the problem, in its order."""
    return Unseen(problem, datasets).judge(problem, best)


def judge_fitted(problem: Problem, best: Optimum) -> dict[str, Judged]:
    """Return, per dataset, how well the problem's own variants, those of its training data, are predicted."""
    pairs = zip(problem.terms, best.at.latents, strict=True)
    return {term.name: judged(term.process, best.p[term.beta], latent.v) for term, latent in pairs}


class Unseen:
    """Variants that a problem does not hold, of its datasets and in their order, made ready to be predicted many times."""

    def __init__(self, problem: Problem, datasets: Sequence[Dataset]):
        self.datasets = datasets
        self.designs = [design_of(problem, dataset) for dataset in datasets]
        self._processes: dict[int, list[Process]] = {}  # by the number of splines

    def log_likelihoods(self, problem: Problem, best: Optimum) -> np.ndarray:
        """Return the log likelihood of each variant's observations (variants,), nats, datasets one after the other."""
        predicted = self._predicted(problem, best.p, best.at.latents)
        return torch.cat([process.log_likelihoods(beta, v) for process, beta, v in predicted]).numpy(force=True)

    def log_likelihood(self, problem: Problem, p: Tensor, standards: Sequence) -> float:
        """Return the log likelihood of all observations (nats) at p (size,).

        Parameters
        ----------
        standards : per dataset, `mean` and `sd` of the latent of the problem's own variants at p
        """
        predicted = self._predicted(problem, p, standards)
        return sum(process.evaluate(beta, v).log_likelihood for process, beta, v in predicted)

    def judge(self, problem: Problem, best: Optimum) -> dict[str, Judged]:
        """Return, per dataset, how well its variants are predicted."""
        predicted = zip(self.datasets, self._predicted(problem, best.p, best.at.latents), strict=True)
        return {dataset.name: judged(*one) for dataset, one in predicted}

    def _predicted(self, problem: Problem, p: Tensor, standards: Sequence):
        """Yield each dataset's process, its parameters, and the variants' standardised latents."""
        functions = problem.functions
        if functions not in self._processes:
            self._processes[functions] = [process_of(dataset, functions) for dataset in self.datasets]
        parts = zip(problem.terms, standards, self.datasets, self.designs, self._processes[functions], strict=True)
        for term, fitted, dataset, design, process in parts:
            v = (latent_of(problem, p, dataset, design) - fitted.mean) / fitted.sd
            yield process, p[term.beta], v


def judged(process: Process, beta: Tensor, v: Tensor) -> Judged:
    """Return how well a process's measurements are predicted at beta (size,) and the standardised latent v (variants,)."""
    parts = [process.per_variant, process.log_likelihoods(beta, v), process.null_log_likelihoods()]
    if process.kind != "sorted_bins":
        measured, weight = process.response()
        parts += [process.expected(beta, v)[weight > 0], measured[weight > 0]]
    return Judged(*(part.numpy(force=True) for part in parts), latent=v.numpy(force=True))


def design_of(problem: Problem, dataset: Dataset) -> Design:
    """Return the design of any variants in terms of the problem's parameters."""
    return Design(problem.network.placements, dataset.letters, problem.reference, problem.network.blocks)


@torch.no_grad()
def latent_of(problem: Problem, p: Tensor, dataset: Dataset, design: Design | None = None) -> Tensor:
    """Return u (variants,) of any variants at the parameters p; `design` is theirs, made anew if None."""
    network, design = problem.network, design or design_of(problem, dataset)
    scalars = p[problem.elements : problem.structural][network.scalar_index(dataset.conditions)]
    offset = network.scalar_offset(dataset.conditions)
    return network.latent(design.energies(p[: problem.elements]), (scalars + offset)[None])


def network_values(problem: Problem, p: Tensor) -> dict[str, Tensor]:
    """Return p's part of the network by saved names; theta is zero at the wild type, so mu is the wild type's own energy."""
    network, design, values = problem.network, problem.terms[0].design, {}
    for k, block in enumerate(network.blocks):
        whole = design.features[k].embedding(design.zeros[k]) @ p[design.slices[k]].numpy(force=True)
        theta, pairs = (torch.as_tensor(each, device=p.device) for each in design.features[k].split(whole))
        values[f"theta.{block.name}"] = theta
        if len(pairs):
            values[f"pairs.{block.name}"] = pairs
    return values | dict(zip(network.scalar_names, p[problem.elements : problem.structural], strict=True))
