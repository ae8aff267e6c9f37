"""A thermodynamic network as a torch module: sequence -> site energies -> Boltzmann weights -> occupancies -> latent.

Notation (energies in kT; Tareen & Kinney 2020, eq. 1-4)::

    e_k(x) = sum_i theta_k[i, x_i]            binding energy of site k, theta_k: its energy matrix
    G_k(x) = mu_k + e_k(x)                    mu_k: minus the log concentration, what conditions change
    E_s    = sum_k A_sk G_k + sum_m B_sm I_m  A, B: 0/1 weights fixed by the states; I_m: interaction energies
    P_s    = exp(-E_s) / sum_r exp(-E_r)      occupancy of state s
    u      = log sum_on exp(-E_s) - log sum_off exp(-E_s)

u, the latent, is the logit of the transcription rate between its bounds t_bg and t_sat: all that sorted bins can tell.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import torch
from torch import Tensor, nn

from cisphys.dna import on_strand
from cisphys.models.spec import NetworkSpec


class ThermodynamicNetwork(nn.Module):
    """The network that a `NetworkSpec` declares.

    Parameters
    ----------
    spec : the declaration
    levels : condition column -> its values, in order; a site whose chemical potential depends on the column has one mu for each
    """

    def __init__(self, spec: NetworkSpec, levels: Mapping[str, Sequence[str]] | None = None, dtype: torch.dtype = torch.float64):
        super().__init__()
        self.spec = spec
        self.levels = {column: tuple(values) for column, values in (levels or {}).items()}
        self.mu_names = [name for site in spec.sites for name in self._names_of_mu(site)]
        self.theta = nn.ParameterList(torch.zeros(len(site), 4, dtype=dtype) for site in spec.sites)
        self.mu = nn.Parameter(torch.zeros(len(self.mu_names), dtype=dtype))
        self.interaction = nn.Parameter(torch.zeros(len(spec.interactions), dtype=dtype))
        self.register_buffer("bound", torch.as_tensor(spec.bound(), dtype=dtype))
        self.register_buffer("interacting", torch.as_tensor(spec.interacting(), dtype=dtype))
        self.register_buffer("transcribing", torch.as_tensor(spec.transcribing()))

    def _names_of_mu(self, site) -> list[str]:
        if site.condition is None:
            return [f"mu.{site.name}"]
        return [f"mu.{site.name}.{value}" for value in self.levels[site.condition]]

    def mu_index(self, conditions: Mapping[str, str]) -> list[int]:
        """Return, per site, which entry of `mu` holds under these conditions."""
        names = [
            f"mu.{site.name}" if site.condition is None else f"mu.{site.name}.{conditions[site.condition]}"
            for site in self.spec.sites
        ]
        return [self.mu_names.index(name) for name in names]

    def energies(self, letters: np.ndarray, conditions: Mapping[str, str] | None = None) -> Tensor:
        """Return G (variants, sites) in kT for bases (variants, length) given as 0..3."""
        columns = []
        for site, theta in zip(self.spec.sites, self.theta, strict=True):
            covered = on_strand(letters[:, site.start : site.stop], site.strand).astype(np.int64)
            columns.append(theta[torch.arange(len(site)), torch.as_tensor(covered)].sum(1))
        return torch.stack(columns, 1) + self.mu[self.mu_index(conditions or {})]

    def log_weights(self, energies: Tensor, interaction: Tensor) -> Tensor:
        """Return -E_s (variants, states) from G (variants, sites) and I (interactions,) or (variants, interactions)."""
        return -(energies @ self.bound.T + interaction @ self.interacting.T)

    def occupancies(self, energies: Tensor) -> Tensor:
        """Return P_s (variants, states), which sum to 1, from G (variants, sites)."""
        return self.log_weights(energies, self.interaction).softmax(1)

    def latent(self, energies: Tensor, interaction: Tensor) -> Tensor:
        """Return u (variants,) from G (variants, sites) and I (interactions,) or (variants, interactions)."""
        weights = self.log_weights(energies, interaction)
        return weights[:, self.transcribing].logsumexp(1) - weights[:, ~self.transcribing].logsumexp(1)

    def forward(self, letters: np.ndarray, conditions: Mapping[str, str] | None = None) -> Tensor:
        """Return u (variants,) for bases (variants, length)."""
        return self.latent(self.energies(letters, conditions), self.interaction)

    def named_values(self) -> dict[str, Tensor]:
        """Return every parameter by the name it is saved under: theta.<site>, mu.<site>[.<value>], interaction.<a>.<b>."""
        values = {f"theta.{site}": theta.detach() for site, theta in zip(self.spec.site_names, self.theta, strict=True)}
        values |= dict(zip(self.mu_names, self.mu.detach(), strict=True))
        names = (f"interaction.{name}" for name in self.spec.interaction_names)
        return values | dict(zip(names, self.interaction.detach(), strict=True))

    @torch.no_grad()
    def set_values(self, values: Mapping[str, Tensor | np.ndarray | float]) -> None:
        """Set parameters by their saved names; all of them must be given (KeyError)."""
        for name, own in self.named_values().items():
            own.copy_(torch.as_tensor(values[name], dtype=own.dtype))
