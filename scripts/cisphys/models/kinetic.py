"""Kinetic networks: sequence -> site energies -> log rates -> King-Altman weights -> occupancies -> latent.

The states are in a steady state that need not be an equilibrium (energies in kT, rates in the unit of time of the model)::

    log k_c = a_c + sum_k E_ck e_k(x) + sum_j S_cj s_j    E, S: whole numbers; e_k: binding energies; s_j: scalars
    P_s     = W_s / sum_r W_r                             W_s: sum over the King-Altman diagrams of state s
    u       = log sum_on P_s - log sum_off P_s            where all states that transcribe do so at one rate
    u       = log sum_c k_c P_source(c)                   else, over the channels c that transcribe

u, the latent, is a monotone function of the transcription rate t.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import torch
from torch import Tensor

from cisphys.models.drive import affinities, total_entropy_production
from cisphys.models.spec import NetworkSpec, minus_log_concentration
from cisphys.models.state_network import StateNetwork, log_odds
from cisphys.models.steady_state import SteadyState


class KineticNetwork(StateNetwork):
    """The network of a `NetworkSpec` with `kinetics`.

    Its own scalars are interactions (kT), log rates and log factors; `steady_state` solves its graph.
    """

    def __init__(self, spec: NetworkSpec, levels: Mapping[str, Sequence[str]] | None = None, dtype: torch.dtype = torch.float64):
        super().__init__(spec, levels, dtype)
        kinetics = spec.kinetics
        self.steady_state = SteadyState(len(kinetics.states), kinetics.edges)
        self.register_buffer("by_energy", torch.as_tensor(kinetics.coefficients(kinetics.energies), dtype=dtype))
        self.register_buffer("by_scalar", torch.as_tensor(kinetics.coefficients(self.local_names), dtype=dtype))
        self.register_buffer("constants", torch.as_tensor(kinetics.constants(), dtype=dtype)[:, None])
        self._transcribing = [index for channels in kinetics.transcribing().values() for index in channels]
        self._on = torch.as_tensor(spec.transcribing())

    def own_scalars(self) -> list[str]:
        """Return the interactions, log rates and log factors."""
        return [name for name in self.spec.kinetics.scalars if not name.startswith("mu.")]

    def scalar_offset(self, conditions: Mapping[str, str]) -> Tensor:
        """Return what is added to each local scalar under these conditions (local,): logarithms of concentrations."""
        offset = super().scalar_offset(conditions)
        for name, column in self.spec.kinetics.concentrations.items():
            offset[self.local_names.index(name)] = -minus_log_concentration(conditions[column], column)
        return offset

    def log_rates(self, energies: Tensor, scalars: Tensor) -> Tensor:
        """Return log k (variants, channels) from binding energies e (variants, sites) and scalars (variants or 1, local)."""
        return (self.by_energy @ energies.T + self.by_scalar @ scalars.T + self.constants).T

    def log_weights(self, energies: Tensor, scalars: Tensor) -> Tensor:
        """Return log P (variants, states)."""
        return self.steady_state.log_occupancies(self.log_rates(energies, scalars))

    def latent_of_sites(self, energies: Tensor, scalars: Tensor) -> Tensor:
        """Return u (variants,) from binding energies e (variants, sites) and local scalars (variants or 1, local)."""
        log_rates = self.log_rates(energies, scalars)
        log_p = self.steady_state.log_occupancies(log_rates)
        if self.spec.kinetics.two_levels:
            return log_odds(log_p, self._on)
        sources = [self.spec.kinetics.edges[channel][0] for channel in self._transcribing]
        return (log_rates[:, self._transcribing] + log_p[:, sources]).logsumexp(1)

    def affinities(self, letters: np.ndarray, conditions: Mapping[str, str] | None = None) -> Tensor:
        """Return the affinity (kT) of each of the kinetics' cycles, (variants, cycles), for bases (variants, length)."""
        kinetics = self.spec.kinetics
        return affinities(self._log_rates_of(letters, conditions), kinetics.pairs, kinetics.cycles())

    def entropy_production(self, letters: np.ndarray, conditions: Mapping[str, str] | None = None) -> Tensor:
        """Return the entropy production (variants,) in k_B per unit of time: infinite where a transition has no reverse."""
        log_rates = self._log_rates_of(letters, conditions)
        log_p = self.steady_state.log_occupancies(log_rates)
        return total_entropy_production(log_rates, log_p, self.spec.kinetics.edges, self.spec.kinetics.pairs)

    def _log_rates_of(self, letters: np.ndarray, conditions: Mapping[str, str] | None) -> Tensor:
        scalars = self.local_scalars(conditions)
        return self.log_rates(self.site_energies(self.placed_energies(letters), scalars), scalars)

    def draw_scalars(self, generator: np.random.Generator) -> np.ndarray:
        """Return the scalars (scalars,) that a fit starts from: interactions as elsewhere, log rates and factors about 0."""
        drawn = super().draw_scalars(generator)
        rates = np.array([name.startswith(("log_rate.", "log_factor.")) for name in self.scalar_names], dtype=bool)
        return np.where(rates, generator.normal(0, 1, len(drawn)), drawn)
