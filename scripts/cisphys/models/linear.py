"""Linear networks, the baselines: matrices of single bases, neighbouring pairs or all pairs, and no states."""

from collections.abc import Mapping

import numpy as np
from torch import Tensor

from cisphys.models.network import Network


class LinearNetwork(Network):
    """The latent is minus one energy that is linear in bases, neighbouring pairs or all pairs: no states, no biophysics."""

    def _names_of_mu(self, site) -> list[str]:
        return []

    @property
    def local_names(self) -> list[str]:
        """There are no scalars: p(bin | latent) takes up any constant."""
        return []

    def scalar_index(self, conditions: Mapping[str, str]) -> list[int]:
        """Return no scalars."""
        return []

    def own_scalars(self) -> list[str]:
        """Return none."""
        return []

    def latent(self, placed: Tensor, scalars: Tensor) -> Tensor:
        """Return minus the energy."""
        return -placed.sum(1)

    def energies(self, letters: np.ndarray, conditions: Mapping[str, str] | None = None) -> Tensor:
        """Return the energy (variants, 1)."""
        return self.placed_energies(letters)
