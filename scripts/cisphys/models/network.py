"""Networks as torch modules: sequence -> energies where matrices are read -> site energies -> states -> latent.

Notation (energies in kT; Tareen & Kinney 2020, eq. 1-4)::

    e_m(x) = sum_i theta_b[i, x_i]                 an energy matrix (block) b, read at one placement of a mode m
    e_k(x) = -log sum_m exp(-e_m - spacer_m)       binding energy of site k over its modes (most sites have one)
    G_k(x) = mu_k + e_k(x)                         mu_k: minus the log concentration, what conditions change
    log W_s                                        log weight of state s: what the families differ in
    P_s    = W_s / sum_r W_r                       occupancy of state s
    u      = log sum_on W_s - log sum_off W_s      where all states that transcribe have one rate
    u      = log sum_s t_s W_s - log sum_s W_s     where their rates t_s differ

u, the latent, is a monotone function of the transcription rate: all that a flexible measurement process can tell.
"""

from collections.abc import Mapping, Sequence
from math import inf, log

import numpy as np
import torch
from torch import Tensor, nn

from cisphys.models.features import Features
from cisphys.models.sites import Placement, arrange
from cisphys.models.spec import FREE, NetworkSpec, minus_log_concentration

_SPACER_COST = 2.0  # kT, of each spacing but the usual one, where a fit starts


class Network(nn.Module):
    """What all families share: energy matrices, where they are read, and the named scalars.

    Attributes
    ----------
    blocks, placements : the energy matrices, and where on the variant they are read
    scalar_names : every other parameter: ``mu.<site>[.<value>]``, ``spacer.<site>.<length>``, then the family's own
    scalar_index : the numbers of the scalars that hold under some conditions; its order, `local_names`, is the one of `latent`

    Parameters
    ----------
    spec : the declaration, for variants of one length
    levels : condition column -> its values, in order; a site whose chemical potential depends on the column has one mu for each
    """

    def __init__(self, spec: NetworkSpec, levels: Mapping[str, Sequence[str]] | None = None, dtype: torch.dtype = torch.float64):
        super().__init__()
        self.spec = spec
        self.levels = {column: tuple(values) for column, values in (levels or {}).items()}
        arrangement = arrange(spec.sites)
        self.blocks, self.placements = arrangement.blocks, arrangement.placements
        self.modes, self.sites_of = arrangement.modes, arrangement.sites_of
        self._own = self.own_scalars()
        self._spacers = [f"spacer.{site.name}.{length}" for site in spec.sites for length in site.spacers[1:]]
        self.scalar_names = [*(name for site in spec.sites for name in self._names_of_mu(site)), *self._spacers, *self._own]
        self.theta = nn.ParameterList(torch.zeros(block.length, 4, dtype=dtype) for block in self.blocks)
        self._pairs = [Features(block.features, block.length).pairs for block in self.blocks]
        self.pair_theta = nn.ParameterList(torch.zeros(len(pairs), 4, 4, dtype=dtype) for pairs in self._pairs)
        self.scalars = nn.Parameter(torch.zeros(len(self.scalar_names), dtype=dtype))

    def own_scalars(self) -> list[str]:
        """Return the names of the family's own scalars."""
        raise NotImplementedError

    def log_weights(self, energies: Tensor, scalars: Tensor) -> Tensor:
        """Return log W (variants, states) from binding energies e (variants, sites) and local scalars (variants or 1, local)."""
        raise NotImplementedError

    def _names_of_mu(self, site) -> list[str]:
        if site.condition is None:
            return [f"mu.{site.name}"]
        return [f"mu.{site.name}.{value}" for value in self.levels[site.condition]]

    def _name_of_mu(self, site, conditions: Mapping[str, str]) -> str:
        return f"mu.{site.name}" if site.condition is None else f"mu.{site.name}.{conditions[site.condition]}"

    @property
    def local_names(self) -> list[str]:
        """The scalars as one dataset sees them: mu of each site, spacers, the family's own."""
        return [*(f"mu.{site.name}" for site in self.spec.sites), *self._spacers, *self._own]

    def scalar_index(self, conditions: Mapping[str, str]) -> list[int]:
        """Return which scalar each of the local ones is under these conditions."""
        names = [self._name_of_mu(site, conditions) for site in self.spec.sites]
        return [self.scalar_names.index(name) for name in [*names, *self._spacers, *self._own]]

    def scalar_offset(self, conditions: Mapping[str, str]) -> Tensor:
        """Return what is added to each local scalar under these conditions (local,): -log(concentration) to a mu."""
        offset = torch.zeros(len(self.local_names), dtype=self.scalars.dtype)
        for k, site in enumerate(self.spec.sites):
            if site.concentration:
                offset[k] = minus_log_concentration(conditions[site.concentration], site.concentration)
        return offset

    def local_scalars(self, conditions: Mapping[str, str] | None = None) -> Tensor:
        """Return the network's own scalars under these conditions, (1, local)."""
        conditions = conditions or {}
        return (self.scalars[self.scalar_index(conditions)] + self.scalar_offset(conditions))[None]

    def mu(self, scalars: Tensor) -> Tensor:
        """Return mu (variants or 1, sites) of local scalars."""
        return scalars[:, : len(self.spec.sites)]

    def own(self, scalars: Tensor) -> Tensor:
        """Return the family's own scalars (variants or 1, own) of local ones."""
        return scalars[:, scalars.shape[1] - len(self._own) :]

    @property
    def plain(self) -> bool:
        """Whether each site is one energy matrix at one place, so that what placements read are the sites' energies."""
        return len(self.placements) == len(self.spec.sites)

    def placed_energies(self, letters: np.ndarray) -> Tensor:
        """Return what each placement reads, (variants, placements) in kT, for bases (variants, length) given as 0..3."""
        bases = torch.as_tensor(np.ascontiguousarray(letters.T).astype(np.int32))  # (length, variants)
        return torch.stack([self._placed_energy(place, bases) for place in self.placements], 1)

    def _placed_energy(self, place: Placement, bases: Tensor) -> Tensor:
        """Return what one placement reads (variants,), position by position: bases are (length, variants)."""
        covered = bases[place.start : place.stop]
        covered = covered if place.strand == "+" else 3 - covered.flip(0)
        energy = sum(row.index_select(0, base) for row, base in zip(self.theta[place.block], covered, strict=True))
        pairs = zip(self.pair_theta[place.block], self._pairs[place.block], strict=True)
        return energy + sum(own.flatten().index_select(0, 4 * covered[left] + covered[right]) for own, (left, right) in pairs)

    def usual_weights(self) -> list[float]:
        """Return the weight of each placement where sites lie in their usual spacing, at any of their offsets and strands.

        A regression that let a box lie at all spacings would smear its matrix over neighbouring positions: a start from which
        fits do not find back.
        """
        weights = [0.0] * len(self.placements)
        for modes in self.modes:
            usual = [placements for placements, spacer in modes if spacer == modes[0][1]]
            for placement in (each for placements in usual for each in placements):
                weights[placement] = 1.0 / len(usual)
        return weights

    def site_energies(self, placed: Tensor, scalars: Tensor) -> Tensor:
        """Return binding energies e (variants, sites) from those of placements (variants, placements)."""
        if self.plain:
            return placed
        return torch.stack([self._site_energy(k, placed, scalars) for k in range(len(self.modes))], 1)

    def _site_energy(self, site: int, placed: Tensor, scalars: Tensor) -> Tensor:
        energies = []
        for placements, spacer in self.modes[site]:
            energy = placed[:, list(placements)].sum(1)
            name = f"spacer.{self.spec.sites[site].name}.{spacer}"
            if name in self._spacers:
                energy = energy + scalars[:, len(self.spec.sites) + self._spacers.index(name)]
            energies.append(energy)
        return energies[0] if len(energies) == 1 else -torch.logsumexp(-torch.stack(energies), 0)

    def latent(self, placed: Tensor, scalars: Tensor) -> Tensor:
        """Return u (variants,) from what placements read (variants, placements) and local scalars (variants or 1, local)."""
        log_weights = self.log_weights(self.site_energies(placed, scalars), scalars)
        return self.log_rate(log_weights, scalars)

    def log_rate(self, log_weights: Tensor, scalars: Tensor) -> Tensor:
        """Return u (variants,) from log W (variants, states): see the module's notes."""
        raise NotImplementedError

    def latent_and_slopes(self, placed: Tensor, scalars: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return u (variants,), du/d placed (variants, placements) and du/d scalars (variants, local), for scalars (local,)."""
        placed = placed.detach().requires_grad_()
        spread = scalars.detach().expand(len(placed), -1).clone().requires_grad_()
        with torch.enable_grad():
            u = self.latent(placed, spread)
            slopes = torch.autograd.grad(u.sum(), (placed, spread), materialize_grads=True)
        return u.detach(), *slopes

    def energies(self, letters: np.ndarray, conditions: Mapping[str, str] | None = None) -> Tensor:
        """Return G (variants, sites) in kT for bases (variants, length) given as 0..3."""
        scalars = self.local_scalars(conditions)
        return self.site_energies(self.placed_energies(letters), scalars) + self.mu(scalars)

    def occupancies(self, letters: np.ndarray, conditions: Mapping[str, str] | None = None) -> Tensor:
        """Return P_s (variants, states), which sum to 1."""
        scalars = self.local_scalars(conditions)
        return self.log_weights(self.site_energies(self.placed_energies(letters), scalars), scalars).softmax(1)

    def forward(self, letters: np.ndarray, conditions: Mapping[str, str] | None = None) -> Tensor:
        """Return u (variants,) for bases (variants, length)."""
        return self.latent(self.placed_energies(letters), self.local_scalars(conditions))

    def draw_scalars(self, generator: np.random.Generator) -> np.ndarray:
        """Return the scalars (scalars,) that a fit starts from: those of interactions 1 kT or more from zero, spacers at a cost.

        Without its interaction, a site that acts through nothing else would act on nothing, and the fit run away. Where all
        spacings cost nothing, matrices that are shifted by a base do as well at first.
        """
        drawn = generator.normal(0, 2, len(self.scalar_names))
        acts, spaces = (
            np.array([name.startswith(kind) for name in self.scalar_names], dtype=bool) for kind in ("interaction.", "spacer.")
        )
        return np.where(acts, drawn + np.sign(drawn), np.where(spaces, _SPACER_COST, 0.0))

    def named_values(self) -> dict[str, Tensor]:
        """Return every parameter by the name it is saved under: theta.<block>, pairs.<block>, and the scalars."""
        values = {f"theta.{block.name}": theta.detach() for block, theta in zip(self.blocks, self.theta, strict=True)}
        pairs = zip(self.blocks, self.pair_theta, strict=True)
        values |= {f"pairs.{block.name}": theta.detach() for block, theta in pairs if len(theta)}
        return values | dict(zip(self.scalar_names, self.scalars.detach(), strict=True))

    @torch.no_grad()
    def set_values(self, values: Mapping[str, Tensor | np.ndarray | float]) -> None:
        """Set parameters by their saved names; all of them must be given (KeyError)."""
        for name, own in self.named_values().items():
            own.copy_(torch.as_tensor(values[name], dtype=own.dtype))


class ThermodynamicNetwork(Network):
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
        interaction = self.own(scalars[None])[0]
        for sign, states in ((1.0, self.transcribing), (-1.0, ~self.transcribing)):
            bound, interacting = self.bound[states], self.interacting[states]
            log_weights = -(
                bound @ (placed + self.mu(scalars[None])).T + (interacting @ interaction)[:, None]
            )  # (states, variants)
            total = log_weights.logsumexp(0)
            share = (log_weights - total).exp_().T
            u = u + sign * total
            by_energy, by_interaction = by_energy - sign * share @ bound, by_interaction - sign * share @ interacting
        return u, by_energy, torch.cat([by_energy, by_interaction], 1)

    def log_rate(self, log_weights: Tensor, scalars: Tensor) -> Tensor:
        """Return the logit of the transcription rate between its bounds, or where rates differ, its logarithm."""
        if self.spec.tied:
            return log_weights[:, self.transcribing].logsumexp(1) - log_weights[:, ~self.transcribing].logsumexp(1)
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
