"""Bring a fit to the canonical one of its mirror solutions."""

from collections.abc import Sequence

import torch
from torch import Tensor

from cisphys.inference.dataset import Dataset
from cisphys.inference.problem import Evaluation, Problem
from cisphys.inference.start import mean_bin
from cisphys.models.mirrors import Mirror, find_mirrors

RULE = (
    "the one in which the mean single mutant of the wild type binds each site more weakly (or as `mutants` of the site says), "
    "and in which transcription rises with the mean sorted bin"
)


def reflect(problem: Problem, p: Tensor, mirror: Mirror) -> Tensor:
    """Return the parameters of the mirror image of p, (size,), which predict the same."""
    q = p.clone()
    interactions = slice(problem.structural - len(mirror.turn), problem.structural)
    shift = torch.as_tensor(mirror.shift) @ p[interactions]
    site_names = problem.network.spec.site_names
    for k, block in enumerate(problem.terms[0].design.blocks):
        q[block] = p[block] * mirror.sign[k]
        for index, name in enumerate(problem.network.mu_names):
            if name.split(".")[1] == site_names[k]:
                q[problem.elements + index] = mirror.sign[k] * p[problem.elements + index] + shift[k]
    q[interactions] = torch.as_tensor(mirror.turn) @ p[interactions]
    if mirror.reverses:
        for term in problem.terms:
            q[term.beta] = term.bins.mirrored(problem.beta(p, term)).flatten()
    return q


def orient(problem: Problem, p: Tensor, at: Evaluation, datasets: Sequence[Dataset]) -> Tensor:
    """Return p or the mirror image of it that is canonical (`RULE`)."""
    rising = _trend(at, datasets) >= 0
    images = [(p, rising)]
    for mirror in find_mirrors(problem.network.spec):
        images.append((reflect(problem, p, mirror), rising != mirror.reverses))
    return max(images, key=lambda image: (agreement(problem, image[0]), image[1]))[0]


def agreement(problem: Problem, p: Tensor) -> int:
    """Count the sites whose mean ddG of single mutants of the reference has the sign that the model declares."""
    pairs = zip(problem.network.spec.sites, problem.terms[0].design.blocks, strict=True)
    return sum((float(p[block].mean()) > 0) == site.mutants_weaken for site, block in pairs)


def _trend(at: Evaluation, datasets: Sequence[Dataset]) -> float:
    """Return the covariance of latent and mean sorted bin over the reads of all datasets."""
    total = 0.0
    for latent, dataset in zip(at.latents, datasets, strict=True):
        y, reads = (torch.as_tensor(values) for values in mean_bin(dataset))
        y = y - (y @ reads) / reads.sum()
        total += float((reads * y) @ latent.v)
    return total
