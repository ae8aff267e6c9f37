"""What networks of all families share: sequence -> energies where matrices are read -> site energies -> latent.

Notation (energies in kT; Tareen & Kinney 2020, eq. 1-4)::

    e_m(x) = sum_i theta_b[i, x_i]                 an energy matrix (block) b, read at one placement of a mode m
    e_k(x) = -log sum_m exp(-e_m - spacer_m)       binding energy of site k over its modes (most sites have one)
    G_k(x) = mu_k + e_k(x)                         mu_k: minus the log concentration, what conditions change
    u(e, mu, ...)                                  the latent: what the families differ in

u is a monotone function of the transcription rate: all that a flexible measurement process can tell.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence

import numpy as np
import torch
from torch import Tensor, nn

from cisphys.models.features import Features
from cisphys.models.sites import Placement, arrange
from cisphys.models.spec import NetworkSpec, minus_log_concentration

_SPACER_COST = 2.0  # kT, of each spacing but the favoured one, where a fit starts


class Network(nn.Module, ABC):
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

    @abstractmethod
    def own_scalars(self) -> list[str]:
        """Return the names of the family's own scalars."""

    @abstractmethod
    def latent(self, placed: Tensor, scalars: Tensor) -> Tensor:
        """Return u (variants,) from what placements read (variants, placements) and local scalars (variants or 1, local)."""

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

    def registers(self) -> list[tuple[int | None, ...]]:
        """Return the spacings (one per site, None: has none) that a start may favour: the usual ones, then each other in turn."""
        usual = tuple(modes[0][1] for modes in self.modes)
        others = [(k, length) for k, site in enumerate(self.spec.sites) for length in site.spacers[1:]]
        return [usual, *((*usual[:k], length, *usual[k + 1 :]) for k, length in others)]

    def register_weights(self, register: Sequence[int | None]) -> list[float]:
        """Return the weight of each placement where sites lie in these spacings, at any of their offsets and strands.

        A regression that let a box lie at all spacings would smear its matrix over neighbouring positions: a start from which
        fits do not find back.
        """
        weights = [0.0] * len(self.placements)
        for modes, length in zip(self.modes, register, strict=True):
            chosen = [placements for placements, spacer in modes if spacer == length]
            for placement in (each for placements in chosen for each in placements):
                weights[placement] = 1.0 / len(chosen)
        return weights

    def spacer_costs(self, register: Sequence[int | None]) -> dict[str, float]:
        """Return where fits start that favour these spacings: the costs in kT of all but the usual ones, by name.

        Where all spacings cost nothing, matrices that are shifted by a base do as well at first.
        """
        costs = {}
        for site, favoured in zip(self.spec.sites, register, strict=True):
            for length in site.spacers[1:]:
                cost = _SPACER_COST if favoured == site.spacers[0] else -_SPACER_COST if length == favoured else 0.0
                costs[f"spacer.{site.name}.{length}"] = cost
        return costs

    def site_energies(self, placed: Tensor, scalars: Tensor) -> Tensor:
        """Return binding energies e (variants, sites) from those of placements (variants, placements)."""
        if self.plain:
            return placed
        return torch.stack([self._site_energy(k, placed, scalars) for k in range(len(self.modes))], 1)

    def mode_energies(self, site: int, placed: Tensor, scalars: Tensor) -> Tensor:
        """Return the energy of each way for a site to lie, its spacer's cost included: (modes, variants)."""
        energies = []
        for (placements, _), name in zip(self.modes[site], self.mode_spacers(site), strict=True):
            energy = placed[:, list(placements)].sum(1)
            if name:
                energy = energy + scalars[:, len(self.spec.sites) + self._spacers.index(name)]
            energies.append(energy)
        return torch.stack(energies)

    def mode_spacers(self, site: int) -> list[str | None]:
        """Return the name of the cost of each way for a site to lie; None where there is none."""
        names = (f"spacer.{self.spec.sites[site].name}.{spacer}" for _, spacer in self.modes[site])
        return [name if name in self._spacers else None for name in names]

    def _site_energy(self, site: int, placed: Tensor, scalars: Tensor) -> Tensor:
        energies = self.mode_energies(site, placed, scalars)
        return energies[0] if len(energies) == 1 else -torch.logsumexp(-energies, 0)

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

    def forward(self, letters: np.ndarray, conditions: Mapping[str, str] | None = None) -> Tensor:
        """Return u (variants,) for bases (variants, length)."""
        return self.latent(self.placed_energies(letters), self.local_scalars(conditions))

    def draw_scalars(self, generator: np.random.Generator) -> np.ndarray:
        """Return the scalars (scalars,) that a fit starts from: those of interactions 1 kT or more from zero, the others zero.

        Without its interaction, a site that acts through nothing else would act on nothing, and the fit run away.
        """
        drawn = generator.normal(0, 2, len(self.scalar_names))
        acts = np.array([name.startswith("interaction.") for name in self.scalar_names], dtype=bool)
        return np.where(acts, drawn + np.sign(drawn), 0.0)

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
