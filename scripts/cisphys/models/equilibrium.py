"""Thermodynamic networks: states in equilibrium, weighted by their energies (eq. 1-4 of Tareen & Kinney 2020).

log W_s = -(sum of G_k of its sites + its interactions)      kT
u       = log sum_on W_s - log sum_off W_s                   where all states that transcribe have one rate
u       = log sum_s t_s W_s - log sum_s W_s                  where their rates t_s differ
"""

from collections.abc import Mapping, Sequence
from math import inf, log

import torch
from torch import Tensor

from cisphys.models.spec import FREE, NetworkSpec
from cisphys.models.state_network import StateNetwork, log_odds


class ThermodynamicNetwork(StateNetwork):
    """States in equilibrium: log W_s = -(sum of the G of its sites + its interactions)."""

    def __init__(self, spec: NetworkSpec, levels: Mapping[str, Sequence[str]] | None = None, dtype: torch.dtype = torch.float64):
        super().__init__(spec, levels, dtype)
        self.register_buffer("bound", torch.as_tensor(spec.bound(), dtype=dtype))
        self.register_buffer("interacting", torch.as_tensor(spec.interacting(), dtype=dtype))
        self.register_buffer("transcribing", torch.as_tensor(spec.transcribing()))
        self.rates = _Rates(spec)

    def own_scalars(self) -> list[str]:
        """Return the interactions, then the transcription rates that are fitted."""
        return [*(f"interaction.{name}" for name in self.spec.interaction_names), *_Rates(self.spec).names]

    def log_weights(self, energies: Tensor, scalars: Tensor) -> Tensor:
        """Return -E_s (variants, states)."""
        interaction = self.own(scalars)[:, : len(self.spec.interactions)]
        return -((energies + self.mu(scalars)) @ self.bound.T + interaction @ self.interacting.T)

    def latent_and_slopes(self, placed: Tensor, scalars: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return u and its slopes; where sites have one place and rates are tied by the closed form P(s | on) - P(s | off)."""
        if not (self.plain and self.spec.tied):
            return super().latent_and_slopes(placed, scalars)
        return self._closed_form(placed.detach(), scalars.detach())

    @torch.no_grad()
    def _closed_form(self, placed: Tensor, scalars: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return u and its slopes: -du/dE_s = P(s | on) of the states that transcribe, -P(s | off) of the others."""
        u, by_energy, by_interaction = 0.0, 0.0, 0.0
        energies, interaction = (placed + self.mu(scalars[None])).T, self.own(scalars[None])[0]
        for sign, states in ((1.0, self.transcribing), (-1.0, ~self.transcribing)):
            bound, interacting = self.bound[states], self.interacting[states]
            log_weights = -torch.addmm((interacting @ interaction)[:, None], bound, energies)  # (states, variants)
            highest = log_weights.amax(0)
            share = log_weights.sub_(highest).exp_()
            total = share.sum(0)
            share /= total
            u = u + sign * (highest + total.log_())
            by_energy, by_interaction = by_energy - sign * bound.T @ share, by_interaction - sign * interacting.T @ share
        return u, by_energy.T, torch.cat([by_energy, by_interaction]).T

    def latent_of_sites(self, energies: Tensor, scalars: Tensor) -> Tensor:
        """Return the logit of the transcription rate between its bounds, or where rates differ, its logarithm."""
        log_weights = self.log_weights(energies, scalars)
        if self.spec.tied:
            return log_odds(log_weights, self.transcribing)
        rates = self.rates.logs(self.own(scalars)[:, len(self.spec.interactions) :])
        return (log_weights + rates).logsumexp(1) - log_weights.logsumexp(1)


class _Rates:
    """Log transcription rates of the states where they differ: given, fitted, or basal."""

    def __init__(self, spec: NetworkSpec):
        self.fixed = [spec.rates[state] for state in spec.states]
        self.basal, self.tied = spec.basal, spec.tied
        self.names = []
        if not spec.tied:
            self.names = [f"log_rate.{state}" for state, rate in spec.rates.items() if rate is FREE]
            self.names += ["log_rate.basal"] if spec.basal is FREE else []

    def logs(self, free: Tensor) -> Tensor:
        """Return log t_s (variants or 1, states) from the fitted ones (variants or 1, free)."""
        column = iter(range(free.shape[1]))
        basal = free[:, -1] if self.basal is FREE else free.new_full((len(free),), log(self.basal) if self.basal else -inf)
        parts = [
            basal if rate == 0 else free[:, next(column)] if rate is FREE else free.new_full((len(free),), log(rate))
            for rate in self.fixed
        ]
        return torch.stack(parts, 1)
