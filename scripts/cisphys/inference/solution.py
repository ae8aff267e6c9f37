"""What a point of the optimisation says in the network's own terms: its parameters, and predictions for any variants."""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from cisphys.dna import LETTERS
from cisphys.inference.dataset import Dataset
from cisphys.inference.newton import Optimum
from cisphys.inference.problem import Problem
from cisphys.models.network import ThermodynamicNetwork


def judge(problem: Problem, best: Optimum, datasets: Sequence[Dataset]) -> dict[str, tuple[Dataset, np.ndarray]]:
    """Return, per dataset, its variants and log p(bin | variant), (variants, bins), in nats."""
    result = {}
    for term, latent, dataset in zip(problem.terms, best.at.latents, datasets, strict=True):
        v = (latent_of(problem, best.p, dataset) - latent.mean) / latent.sd
        result[dataset.name] = dataset, term.bins.log_probability(v, problem.beta(best.p, term)).numpy(force=True)
    return result


@torch.no_grad()
def latent_of(problem: Problem, p: Tensor, dataset: Dataset) -> Tensor:
    """Return u (variants,) of any variants at the parameters p."""
    network = ThermodynamicNetwork(problem.network.spec, problem.network.levels)
    network.set_values(network_values(problem, p))
    return network(dataset.letters, dataset.conditions)


def network_values(problem: Problem, p: Tensor) -> dict[str, Tensor]:
    """Return p's part of the network by saved names; theta is zero at the wild type, so mu is the wild type's own energy."""
    spec, values = problem.network.spec, {}
    for site, block, design in zip(spec.sites, problem.terms[0].design.blocks, problem.terms[0].design.sites, strict=True):
        theta = torch.zeros(len(site), len(LETTERS), dtype=p.dtype)
        theta[design.is_mutant] = p[block]
        values[f"theta.{site.name}"] = theta
    names = [*problem.network.mu_names, *(f"interaction.{name}" for name in spec.interaction_names)]
    return values | dict(zip(names, p[problem.elements : problem.structural], strict=True))
