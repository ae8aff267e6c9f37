"""Networks that pass through states, each with a weight: what equilibrium and kinetic ones share.

P_s = W_s / sum_r W_r                       occupancy of state s
u   = log sum_on W_s - log sum_off W_s      where all states that transcribe have one rate
"""

from abc import abstractmethod
from collections.abc import Mapping

import numpy as np
from torch import Tensor

from cisphys.models.network import Network


class StateNetwork(Network):
    """A network whose site energies give each state a weight W."""

    @abstractmethod
    def log_weights(self, energies: Tensor, scalars: Tensor) -> Tensor:
        """Return log W (variants, states) from binding energies e (variants, sites) and local scalars (variants or 1, local)."""

    @abstractmethod
    def latent_of_sites(self, energies: Tensor, scalars: Tensor) -> Tensor:
        """Return u (variants,) from binding energies e (variants, sites) and local scalars (variants or 1, local)."""

    def latent(self, placed: Tensor, scalars: Tensor) -> Tensor:
        """Return u (variants,) from what placements read (variants, placements) and local scalars (variants or 1, local)."""
        return self.latent_of_sites(self.site_energies(placed, scalars), scalars)

    def occupancies(self, letters: np.ndarray, conditions: Mapping[str, str] | None = None) -> Tensor:
        """Return P_s (variants, states), which sum to 1."""
        scalars = self.local_scalars(conditions)
        return self.log_weights(self.site_energies(self.placed_energies(letters), scalars), scalars).softmax(1)


def log_odds(log_weights: Tensor, on: Tensor) -> Tensor:
    """Return log sum_on W - log sum_off W (variants,) of log W (variants, states) and which states are on (states,)."""
    return log_weights[:, on].logsumexp(1) - log_weights[:, ~on].logsumexp(1)
