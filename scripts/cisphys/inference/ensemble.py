"""Ensembles: the fit again on resampled data, from the optimum or from random starts.

From the optimum, all replicates share the curvature there, factorised once (`cisphys.inference.refit`). From random starts
each is searched for as the fit was, and then the mirror image is taken that lies nearest to the fit. What is not chosen again:
ridge, splines and wild type. Variants that several datasets hold are drawn together.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from cisphys.inference.newton import Optimum, minimise
from cisphys.inference.orientation import reflect
from cisphys.inference.problem import Problem
from cisphys.inference.refit import follow, shared_solver
from cisphys.inference.search import MOST, TOLERANCE
from cisphys.inference.start import random_start, ranked_effects
from cisphys.models.mirrors import find_mirrors
from cisphys.progress import Step, unseen

_TOLERANCE = 0.02  # nats that a replicate's objective may be above its least


@dataclass(frozen=True)
class Resampling:
    """How replicates are made; number k follows from (seed, k) alone.

    Attributes
    ----------
    unit : what is drawn with replacement: single ``reads``, or ``variants`` with all their reads
    start : ``warm``, from the optimum, or ``cold``, from random starts
    restarts : random starts of a cold replicate
    clusters : per dataset, (variants,) which distinct sequence each variant is; each variant its own where None
    """

    seed: int
    unit: str = "reads"
    start: str = "warm"
    restarts: int = 5
    clusters: Sequence[Tensor] | None = None


@dataclass(frozen=True)
class Ensemble:
    """Refits of resampled data.

    `values` holds the structural parameters p (replicates, structural) of each, `log_scales` (replicates,) the logarithm of the
    energies' scale on the fit's own data; `converged` (replicates,) says which ended at an optimum. Where the likelihood is not
    quadratic, their spread understates what the fit does not know: intervals of single parameters are profiles
    (`cisphys.inference.profile`).
    """

    values: np.ndarray
    log_scales: np.ndarray
    converged: np.ndarray

    @property
    def errors(self) -> np.ndarray:
        """Return the standard deviation over the replicates that converged, (structural,)."""
        return self.values[self.converged].std(0, ddof=1)


def bootstrap(
    problem: Problem, best: Optimum, replicates: range, how: Resampling, workers: int = 1, progress: Step = unseen
) -> Ensemble:
    """Refit resampled data.

    Parameters
    ----------
    replicates : their numbers, so that jobs can share an ensemble
    workers : threads; replicates are the same with any number of them
    progress : is told how many are done
    """
    solve = shared_solver(problem, best) if how.start == "warm" else None

    device = torch.get_default_device()  # each thread has its own

    def refit(number: int) -> tuple[np.ndarray, float, bool]:
        with device:
            return refit_here(number)

    def refit_here(number: int) -> tuple[np.ndarray, float, bool]:
        resampled = resample(problem, how, np.random.default_rng([how.seed, number]))
        resampled.terms = [term.measured_only() for term in resampled.terms]  # a third of the variants is in no draw
        found = follow(resampled, best.p, solve, _TOLERANCE) if solve else _search(resampled, best, how, number)
        latents = [term.latent(problem.network, found.p) for term in problem.terms]
        return found.p[: problem.structural].numpy(force=True), problem.log_scale(latents), found.converged

    with ThreadPoolExecutor(workers) as pool:
        found = []
        for each in pool.map(refit, replicates):
            found.append(each)
            progress(len(found), len(replicates))
    values, log_scales, converged = zip(*found, strict=True)
    return Ensemble(np.stack(values), np.array(log_scales), np.array(converged))


def resample(problem: Problem, how: Resampling, generator: np.random.Generator) -> Problem:
    """Return the problem with data drawn from its own."""
    if how.unit == "reads" or how.clusters is None:
        return problem.resampled(lambda process: process.resampled(generator, how.unit))
    clusters = [each.numpy(force=True) for each in how.clusters]
    seen = np.zeros(1 + max(int(each.max()) for each in clusters), dtype=bool)
    for term, own in zip(problem.terms, clusters, strict=True):
        seen[own[(term.process.per_variant > 0).numpy(force=True)]] = True
    times = generator.multinomial(seen.sum(), seen / seen.sum())
    own = iter(clusters)
    return problem.resampled(lambda process: process.repeated(times[next(own)]))


def _search(problem: Problem, best: Optimum, how: Resampling, number: int) -> Optimum:
    """Return the best optimum of several random starts, as the mirror image nearest to the fit's."""
    effects, optima = ranked_effects(problem), []
    for restart in range(1, (how.restarts if problem.network.scalar_names else 1) + 1):
        start = random_start(problem, effects[(restart - 1) % len(effects)], np.random.default_rng([how.seed, number, restart]))
        optima.append(minimise(problem, start, tolerance=TOLERANCE, most=MOST))
    found = min(optima, key=lambda optimum: optimum.objective)
    return minimise(problem, nearest_image(problem, found.p, best), tolerance=_TOLERANCE)


@torch.no_grad()
def nearest_image(problem: Problem, p: Tensor, best: Optimum) -> Tensor:
    """Return p or the mirror image of it that lies nearest to an optimum, by what the problem tells of the differences there."""
    images = [p, *(reflect(problem, p, mirror) for mirror in find_mirrors(problem.network.spec))]
    cut = problem.structural
    metric = problem.curvature(best.p, problem.evaluate(best.p))[:cut, :cut]

    def distance(image: Tensor) -> float:
        moved = (image - best.p)[:cut]
        return float(moved @ metric @ moved)

    return min(images, key=distance)
