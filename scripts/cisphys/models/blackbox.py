"""A small network without biophysics, as a ceiling for those that say how they work.

    z = sum_i W_0[i, x_i],   h_1 = tanh(z[:-1] + b_0),   h_l+1 = tanh(h_l W_l + b_l),   u = z[-1] + h_L W_L

The last column of W_0 goes straight to u, so that what is additive needs no hidden unit. Where the model names a condition
column, each of its values has a b_0 of its own.
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np
import torch
from torch import Tensor, nn

from cisphys.errors import InputError
from cisphys.models.spec import NetworkSpec

NO_ENERGIES = "a black box has no energies and no states"


class BlackBoxNetwork(nn.Module):
    """The network that a `NetworkSpec` of the family ``blackbox`` declares, for variants of one length; see the module's notes.

    Attributes
    ----------
    blocks, placements, scalar_names : none; what reads them of any network finds nothing of physical meaning
    first : W_0 (length, 4, hidden[0] + 1), zero at the wild type
    """

    blocks = placements = ()

    def __init__(self, spec: NetworkSpec, levels: Mapping[str, Sequence[str]] | None = None, dtype: torch.dtype = torch.float64):
        super().__init__()
        self.spec, self.scalar_names = spec, []
        self.levels = {column: tuple(values) for column, values in (levels or {}).items()}
        own = self.levels.get(spec.sites[0].condition, ("",))
        self.first = nn.Parameter(torch.zeros(len(spec.sites[0]), 4, spec.hidden[0] + 1, dtype=dtype))
        sizes = [*spec.hidden, 1]
        self.weights = nn.ParameterList(torch.zeros(a, b, dtype=dtype) for a, b in pairwise(sizes))
        self.biases = nn.ParameterList(
            [torch.zeros(len(own), spec.hidden[0], dtype=dtype), *(torch.zeros(n, dtype=dtype) for n in spec.hidden[1:])]
        )

    def level(self, conditions: Mapping[str, str] | None) -> int:
        """Return which b_0 holds under these conditions."""
        column = self.spec.sites[0].condition
        return self.levels[column].index((conditions or {})[column]) if column else 0

    def above(self, sums: Tensor, level: int) -> Tensor:
        """Return u (variants,) from z (variants, hidden[0] + 1)."""
        hidden = torch.tanh(sums[:, :-1] + self.biases[0][level])
        for weight, bias in zip(self.weights[:-1], list(self.biases)[1:], strict=True):
            hidden = torch.tanh(hidden @ weight + bias)
        return sums[:, -1] + (hidden @ self.weights[-1])[:, 0]

    def forward(self, letters: np.ndarray, conditions: Mapping[str, str] | None = None) -> Tensor:
        """Return u (variants,) for bases (variants, length)."""
        site = self.spec.sites[0]
        sums = self.first.new_zeros(len(letters), self.first.shape[2])
        for position, table in enumerate(self.first):
            sums = sums + table[torch.as_tensor(letters[:, site.start + position].astype(np.int64))]
        return self.above(sums, self.level(conditions))

    def energies(self, letters: np.ndarray, conditions: Mapping[str, str] | None = None) -> Tensor:
        """Raise InputError."""
        raise InputError(NO_ENERGIES, remedy="Ask it for `latent` or `predict`")

    occupancies = energies

    def named_values(self) -> dict[str, Tensor]:
        """Return every parameter by the name it is saved under: weight.<layer> and bias.<layer>; layer 0 reads the bases."""
        weights = [self.first, *self.weights]
        named = [("weight", weights), ("bias", list(self.biases))]
        return {f"{kind}.{layer}": value.detach() for kind, values in named for layer, value in enumerate(values)}

    @torch.no_grad()
    def set_values(self, values: Mapping[str, Tensor | np.ndarray]) -> None:
        """Set parameters by their saved names; all of them must be given (KeyError)."""
        for name, own in self.named_values().items():
            own.copy_(torch.as_tensor(values[name], dtype=own.dtype))
