"""What holds a parameter in place: the reads, or one of the priors.

With the information I of the reads and the curvatures Q_1, Q_2, ... of the priors, the covariance is S = (I + sum Q)^-1, and
S = S I S + sum S Q_k S: the variance of any parameter f'p is a sum of parts, f' S I S f from the reads and f' S Q_k S f from each
prior. Their shares say who pins it: 1 where only the reads do, 0 where the reads say nothing.
"""

import numpy as np
import torch

from cisphys.inference.named_information import Information
from cisphys.inference.newton import Optimum
from cisphys.inference.problem import Problem

DATA = "reads"
RIDGE, WEAK, SCALE_PRIOR = "ridge", "weak_prior", "scale_prior"
_JITTER = 1e-12  # of the largest curvature: what nothing holds has shares of 0


def curvatures(problem: Problem, best: Optimum, information: Information) -> dict[str, np.ndarray]:
    """Return the curvature (structural, structural) of each prior on the network, and of the reads."""
    cut = problem.structural
    ridge = torch.zeros(problem.size, problem.size, dtype=torch.float64)
    problem.ridge.add_curvature(ridge, best.p)
    slope = (problem.slope_of_scale(best.at) / problem.scale_width).numpy(force=True)
    return {
        DATA: information.whole,
        RIDGE: ridge[:cut, :cut].numpy(force=True),
        WEAK: problem.prior[:cut, :cut].numpy(force=True),
        SCALE_PRIOR: np.outer(slope, slope),
    }


def shares(curvature: dict[str, np.ndarray], functionals: np.ndarray) -> dict[str, np.ndarray]:
    """Return by source its share (k,) of what pins each of k functionals (structural, k); they sum to 1 where anything does."""
    total = sum(curvature.values())
    total = total + _JITTER * total.diagonal().max(initial=1e-300) * np.eye(len(total))
    response = np.linalg.solve(total, functionals)
    variance = (functionals * response).sum(0)
    return {source: (response * (own @ response)).sum(0) / variance for source, own in curvature.items()}
