"""The ridge on the energy matrices, measured against the spread of each site's energies, so that it does not pull at their scale.

    R(p) = r / 2 * sum_k (theta_k' K_k theta_k) / (theta_k' V_k theta_k)

theta' K_k theta is the sum of squares in the zero-sum gauge, so that R is the same in any gauge; V_k is the covariance of site
k's elements over the reads, so that theta_k' V_k theta_k is the variance of its energies. An ordinary ridge shrinks all energies
together, which costs hardly any likelihood, since p(bin | .) absorbs a stretch of the latent: then the scale of the energies in
kT, and with it the interactions, would be the ridge's rather than the data's.
"""

from collections.abc import Sequence

import torch
from torch import Tensor

_LEAST = 1e-12  # squared kT, the least variance of a site's energies


class Ridge:
    """The penalty of the given strength on the sites' free elements.

    Parameters
    ----------
    blocks : where each site's elements lie in p
    covariances, penalties : per site V and K, both (elements, elements)
    """

    def __init__(self, strength: float, blocks: Sequence[slice], covariances: Sequence[Tensor], penalties: Sequence[Tensor]):
        self.strength, self.blocks = strength, blocks
        self.covariances, self.penalties = covariances, penalties

    def stronger(self, strength: float) -> "Ridge":
        """Return the same penalty at another strength."""
        return Ridge(strength, self.blocks, self.covariances, self.penalties)

    def _sites(self, p: Tensor):
        """Yield each site's block, theta, K theta, V theta and the variance of its energies."""
        for block, covariance, penalty in zip(self.blocks, self.covariances, self.penalties, strict=True):
            theta = p[block]
            spread = covariance @ theta
            yield block, theta, penalty @ theta, spread, (theta @ spread).clamp(min=_LEAST)

    def value(self, p: Tensor) -> float:
        """Return R(p)."""
        return 0.5 * self.strength * float(sum(theta @ shrunk / variance for _, theta, shrunk, _, variance in self._sites(p)))

    def gradient(self, p: Tensor) -> Tensor:
        """Return dR/dp, (size,)."""
        total = torch.zeros_like(p)
        for block, theta, shrunk, spread, variance in self._sites(p):
            total[block] = self.strength / variance * (shrunk - (theta @ shrunk) / variance * spread)
        return total

    def add_curvature(self, matrix: Tensor, p: Tensor) -> None:
        """Add the Gauss-Newton part of the Hessian, which is positive semidefinite, to a matrix (size, size)."""
        for (block, theta, shrunk, spread, variance), penalty in zip(self._sites(p), self.penalties, strict=True):
            h = spread / variance
            crossed = torch.outer(shrunk, h)
            own = torch.outer(h, h) * (theta @ shrunk) - crossed - crossed.T + penalty
            matrix[block, block] += self.strength / variance * own
