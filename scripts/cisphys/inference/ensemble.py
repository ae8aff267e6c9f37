"""Ensembles: the fit again on resampled data, each replicate started from the optimum.

A replicate's optimum is near, so all share the curvature at the optimum, factorised once (`cisphys.inference.refit`). What
is not chosen again: ridge and splines, the wild type, and the mirror image.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from cisphys.inference.newton import Optimum
from cisphys.inference.problem import Problem
from cisphys.inference.refit import follow, shared_solver

UNITS = ("reads", "variants")
_TOLERANCE = 0.02  # nats that a replicate's objective may be above its least


@dataclass(frozen=True)
class Ensemble:
    """Refits of resampled data.

    `values` holds the structural parameters p (replicates, structural) of each; `converged` (replicates,) says which ended at an
    optimum. Where the likelihood is not quadratic, their spread understates what the fit does not know: intervals of single
    parameters are profiles (`cisphys.inference.profile`).
    """

    values: np.ndarray
    converged: np.ndarray

    @property
    def errors(self) -> np.ndarray:
        """Return the standard deviation over the replicates that converged, (structural,)."""
        return self.values[self.converged].std(0, ddof=1)


def bootstrap(
    problem: Problem, best: Optimum, replicates: int, seed: int, unit: str = "reads", workers: int = 1, first: int = 0
) -> Ensemble:
    """Refit `replicates` resamplings of the data, warm from the optimum.

    Parameters
    ----------
    unit : what is drawn with replacement: single ``reads``, or ``variants`` with all their reads
    workers : threads; replicates are the same with any number of them
    first : number of the first replicate, so that jobs can share an ensemble: replicate k follows from (seed, k) alone
    """
    solve = shared_solver(problem, best)

    def refit(number: int) -> tuple[np.ndarray, bool]:
        generator = np.random.default_rng([seed, number])
        resampled = problem.resampled(lambda process: process.resampled(generator, unit))
        optimum = follow(resampled, best.p, solve, _TOLERANCE)
        return optimum.p[: problem.structural].numpy(force=True), optimum.converged

    with ThreadPoolExecutor(workers) as pool:
        values, converged = zip(*pool.map(refit, range(first, first + replicates)), strict=True)
    return Ensemble(np.stack(values), np.array(converged))
