"""Measurements drawn from a fit, of the same variants at the same depth: what it would find again, and how well."""

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass, replace

import numpy as np
import torch

from cisphys.inference.dataset import Dataset
from cisphys.inference.newton import Optimum, minimise
from cisphys.inference.problem import Problem
from cisphys.inference.processes import process_of
from cisphys.inference.profiles import PROFILE_RIDGE, PROFILE_SCALE_WIDTH
from cisphys.inference.solution import latent_of


@dataclass(frozen=True)
class Source:
    """Parameters that measurements are drawn from, with the problem that they are the optimum of."""

    problem: Problem
    optimum: Optimum


def unshrunk(problem: Problem, best: Optimum) -> Source:
    """Return the optimum near `best` that neither the ridge nor the prior on the scale pulls at noticeably.

    A fit finds again what it has shrunk itself: only a truth that is not shrunk shows what the ridge does to the energies, and
    intervals of standard errors hold without shrinkage only.
    """
    free = copy(problem)
    free.set_ridge(min(PROFILE_RIDGE, problem.ridge.strength))
    free.scale_width = PROFILE_SCALE_WIDTH
    return Source(free, minimise(free, best.p))


@torch.no_grad()
def drawn(source: Source, datasets: Sequence[Dataset], generator: np.random.Generator) -> list[Dataset]:
    """Return datasets of the same variants with measurements drawn at the source's parameters.

    `datasets` are those of the source's problem, in its order; they may hold other variants than it.
    """
    problem, at, result = source.problem, source.optimum, []
    for term, latent, dataset in zip(problem.terms, at.at.latents, datasets, strict=True):
        v = (latent_of(problem, at.p, dataset) - latent.mean) / latent.sd
        process = process_of(dataset, problem.functions)
        result.append(replace(dataset, data=process.simulate(at.p[term.beta], v, generator)))
    return result
