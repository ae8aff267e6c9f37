"""What a point of the optimisation says in the network's own terms: its parameters, and predictions for any variants."""

from collections.abc import Sequence

import torch
from torch import Tensor

from cisphys.inference.dataset import Dataset
from cisphys.inference.design import Design
from cisphys.inference.measurement import Process
from cisphys.inference.metrics import Judged
from cisphys.inference.newton import Optimum
from cisphys.inference.problem import Problem
from cisphys.inference.processes import process_of


@torch.no_grad()
def judge(problem: Problem, best: Optimum, datasets: Sequence[Dataset]) -> dict[str, Judged]:
    """Return, per dataset, how well its variants are predicted; the datasets are those of the problem, in its order."""
    result = {}
    for term, latent, dataset in zip(problem.terms, best.at.latents, datasets, strict=True):
        v = (latent_of(problem, best.p, dataset) - latent.mean) / latent.sd
        result[dataset.name] = judged(process_of(dataset, problem.functions), best.p[term.beta], v)
    return result


def judged(process: Process, beta: Tensor, v: Tensor) -> Judged:
    """Return how well a process's measurements are predicted at beta (size,) and the standardised latent v (variants,)."""
    parts = [process.per_variant, process.log_likelihoods(beta, v), process.null_log_likelihoods()]
    if process.kind != "sorted_bins":
        measured, weight = process.response()
        parts += [process.expected(beta, v)[weight > 0], measured[weight > 0]]
    return Judged(*(part.numpy(force=True) for part in parts), latent=v.numpy(force=True))


@torch.no_grad()
def latent_of(problem: Problem, p: Tensor, dataset: Dataset) -> Tensor:
    """Return u (variants,) of any variants at the parameters p."""
    network = problem.network
    design = Design(network.placements, dataset.letters, problem.reference, network.blocks)
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
