"""The quantities of a fit that have a profile: each named parameter, and what combines them linearly and means something itself.

These are differences of chemical potentials between conditions (how much a protein's activity changes, whatever its
concentration is), ratios of rates, and the affinities of the reversible cycles of a kinetic model on the wild type.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from cisphys.inference.problem import Problem
from cisphys.inference.term import Term
from cisphys.models.cycles import Cycle
from cisphys.models.kinetics import ENERGY
from cisphys.models.network import Network

SCALE = "energy_scale"


@dataclass(frozen=True)
class Quantity:
    """A linear combination of a network's scalars: constant + sum of `terms`, in `unit` (kT, or log for rates).

    `derived` says that it is none of the scalars themselves.
    """

    name: str
    unit: str
    sites: tuple[str, ...]
    terms: Mapping[str, float]
    constant: float = 0.0
    derived: bool = True

    def weights(self, problem: Problem) -> Tensor:
        """Return w (size,), so that the quantity is constant + w' p."""
        weights = torch.zeros(problem.size, dtype=torch.float64)
        for name, coefficient in self.terms.items():
            weights[problem.elements + problem.network.scalar_names.index(name)] = coefficient
        return weights

    def value_in(self, values: Mapping[str, float]) -> float | None:
        """Return its value at the values of scalars; None where one is missing."""
        if not self.terms.keys() <= values.keys():
            return None
        return self.constant + sum(coefficient * values[name] for name, coefficient in self.terms.items())


def quantities_of(problem: Problem) -> list[Quantity]:
    """Return the scalars of a problem's network, then what is derived from them."""
    network = problem.network
    own = [_scalar(name) for name in network.scalar_names]
    of_cycles = {each.name: each for each in affinities(problem).values()}  # a dataset each, or one for all
    return [*own, *_differences_of_mu(network), *_ratios_of_rates(network), *of_cycles.values()]


def _scalar(name: str) -> Quantity:
    kind, *rest = name.split(".")
    sites = {"mu": rest[:1], "spacer": rest[:1], "interaction": rest}.get(kind, [])
    return Quantity(name, "kT" if sites else "log", tuple(sites), {name: 1.0}, derived=False)


def _differences_of_mu(network: Network) -> Iterator[Quantity]:
    """Yield each site's chemical potential under each value of its condition, less that under the first."""
    for site in network.spec.sites:
        names = [f"mu.{site.name}.{value}" for value in network.levels[site.condition]] if site.condition else []
        for name in names[1:]:
            yield Quantity(f"{name} - {names[0]}", "kT", (site.name,), {name: 1.0, names[0]: -1.0})


def _ratios_of_rates(network: Network) -> Iterator[Quantity]:
    """Yield the logarithm of each rate's ratio to the first; a rate itself is a ratio to the unit of time."""
    names = [name for name in network.scalar_names if name.startswith("log_rate.")]
    for name in names[1:]:
        yield Quantity(f"{name} - {names[0]}", "log", (), {name: 1.0, names[0]: -1.0})


def affinities(problem: Problem) -> dict[tuple[str, Cycle], Quantity]:
    """Return (dataset, cycle) -> the affinity of a reversible cycle on the wild type, where the network's scalars drive it.

    Cycles that nothing drives, and those that hold the energy of a site with several modes, which is not linear, are left out.
    """
    kinetics, found = problem.network.spec.kinetics, {}
    for cycle in kinetics.cycles() if kinetics else ():
        terms, _ = kinetics.cycle_affinity(cycle)
        if not all(name.startswith(ENERGY) for name in terms) and (problem.network.plain or not _holds_energy(terms)):
            parts = {term.name: _affinity(problem.network, term, cycle) for term in problem.terms}
            alike = len({(tuple(each.terms.items()), each.constant) for each in parts.values()}) == 1
            for dataset, quantity in parts.items():
                found[dataset, cycle] = quantity if alike else replace(quantity, name=f"{quantity.name} at {dataset}")
    return found


def _holds_energy(terms: Mapping[str, int]) -> bool:
    return any(name.startswith(ENERGY) for name in terms)


def _affinity(network: Network, term: Term, cycle: Cycle) -> Quantity:
    """Return a cycle's affinity under the conditions of a dataset; the energies of the wild type are 0."""
    local, constant = network.spec.kinetics.cycle_affinity(cycle)
    terms: dict[str, float] = {}
    for name, coefficient in local.items():
        if not name.startswith(ENERGY):
            index = network.local_names.index(name)
            own = network.scalar_names[term.scalars[index] - term.design.elements]
            terms[own] = terms.get(own, 0.0) + coefficient
            constant += coefficient * float(term.offset[index])
    return Quantity(f"affinity {network.spec.kinetics.in_words(cycle)}", "kT", (), terms, constant)
