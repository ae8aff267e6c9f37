"""Bring a fit to the canonical one of its mirror solutions."""

import torch
from torch import Tensor

from cisphys.inference.problem import Evaluation, Problem
from cisphys.models.mirrors import Mirror, find_mirrors

RULE = (
    "the one in which the mean single mutant of the wild type binds each site more weakly (or as `mutants` of the site says), "
    "and in which transcription rises with what is measured (the mean sorted bin, RNA/DNA, or the value)"
)


def reflect(problem: Problem, p: Tensor, mirror: Mirror) -> Tensor:
    """Return the parameters of the mirror image of p, (size,), which predict the same."""
    q, network, sites = p.clone(), problem.network, problem.network.spec.site_names
    interactions = [
        problem.elements + network.scalar_names.index(f"interaction.{name}") for name in network.spec.interaction_names
    ]
    shift = torch.as_tensor(mirror.shift) @ p[interactions]
    for block, site in zip(problem.terms[0].design.slices, network.sites_of, strict=True):
        q[block] = p[block] * mirror.sign[site]
    for index, name in enumerate(network.scalar_names, start=problem.elements):
        kind, *rest = name.split(".")
        if kind == "mu":
            site = sites.index(rest[0])
            q[index] = mirror.sign[site] * p[index] + shift[site]
    q[interactions] = torch.as_tensor(mirror.turn) @ p[interactions]
    if mirror.reverses:
        for term in problem.terms:
            q[term.beta] = term.process.mirrored(p[term.beta])
    return q


def orient(problem: Problem, p: Tensor, at: Evaluation) -> Tensor:
    """Return p or the mirror image of it that is canonical (`RULE`)."""
    rising = _trend(problem, at) >= 0
    images = [(p, rising)]
    for mirror in find_mirrors(problem.network.spec):
        images.append((reflect(problem, p, mirror), rising != mirror.reverses))
    return max(images, key=lambda image: (agreement(problem, image[0]), image[1]))[0]


def agreement(problem: Problem, p: Tensor) -> int:
    """Count the energy matrices whose mean ddG of single mutants of the reference has the sign that the model declares."""
    sites = (problem.network.spec.sites[number] for number in problem.network.sites_of)
    design = problem.terms[0].design
    blocks = zip(design.slices, design.features, strict=True)
    singles = (slice(block.start, block.start + 3 * features.length) for block, features in blocks)
    pairs = [(site.mutants_weaken, block) for site, block in zip(sites, singles, strict=True)]
    return sum((float(p[block].mean()) > 0) == weaken for weaken, block in pairs if weaken is not None)


def _trend(problem: Problem, at: Evaluation) -> float:
    """Return the covariance of latent and response over all datasets."""
    total = 0.0
    for term, latent in zip(problem.terms, at.latents, strict=True):
        y, weight = term.process.response()
        y = y - (y @ weight) / weight.sum()
        total += float((weight * y) @ latent.v)
    return total
