"""The ridge on the energy matrices, measured against the spread of each site's energies, so that it does not pull at their scale.

    R(p) = r / 2 * sum_k (theta_k' K theta_k) / (theta_k' V_k theta_k)

K takes each position's mean off its four elements, so that R is the same in any gauge; V_k is the covariance of site k's
mutations over the reads, so that theta_k' V_k theta_k is the variance of its energies. An ordinary ridge shrinks all energies
together, which costs hardly any likelihood, since p(bin | .) absorbs a stretch of the latent: then the scale of the energies in
kT, and with it the interactions, would be the ridge's rather than the data's.
"""

from collections.abc import Sequence

import torch
from torch import Tensor

_LEAST = 1e-12  # squared kT, the least variance of a site's energies


def at_position(theta: Tensor) -> Tensor:
    """Return K theta for the free elements (3 * length,) of a site, the reference base of each position being 0."""
    rows = theta.view(-1, 3)
    return (rows - rows.sum(1, keepdim=True) / 4).flatten()


class Ridge:
    """The penalty of the given strength on the sites' free elements.

    Parameters
    ----------
    blocks : where each site's elements lie in p
    covariances : per site V (3 * length, 3 * length)
    """

    def __init__(self, strength: float, blocks: Sequence[slice], covariances: Sequence[Tensor]):
        self.strength, self.blocks, self.covariances = strength, blocks, covariances

    def stronger(self, strength: float) -> "Ridge":
        """Return the same penalty at another strength."""
        return Ridge(strength, self.blocks, self.covariances)

    def _sites(self, p: Tensor):
        """Yield each site's block, theta, K theta, V theta and the variance of its energies."""
        for block, covariance in zip(self.blocks, self.covariances, strict=True):
            theta = p[block]
            spread = covariance @ theta
            yield block, theta, at_position(theta), spread, (theta @ spread).clamp(min=_LEAST)

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
        for block, theta, shrunk, spread, variance in self._sites(p):
            h = spread / variance
            crossed = torch.outer(shrunk, h)
            own = torch.outer(h, h) * (theta @ shrunk) - crossed - crossed.T
            own += torch.block_diag(*[torch.eye(3, dtype=p.dtype) - 0.25] * (len(theta) // 3))
            matrix[block, block] += self.strength / variance * own
