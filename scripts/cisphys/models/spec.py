"""What a model's YAML file declares: its family, sites, interactions, states, and the rates at which states transcribe."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from math import inf, log
from pathlib import Path

import numpy as np

from cisphys.errors import InputError
from cisphys.models.kinetics import Kinetics
from cisphys.models.sites import Site

ABSENT = 40.0  # kT, chemical potential of what has the concentration 0: its site is bound once in e^40 molecules
FREE = None  # a rate that is fitted
BLACK_BOX = "blackbox"
LINEAR = {"additive": "single", "neighbour": "neighbour", "pairwise": "pairwise"}  # what their energies are made of


@dataclass(frozen=True)
class NetworkSpec:
    """A declared model.

    Attributes
    ----------
    description : what the model claims
    sites : its binding sites; the linear families have one that covers the variant
    interactions : sites whose joint binding has an energy of its own
    states : name -> bound sites
    rates : state -> transcription rate in units of the highest; 0 where it does not transcribe, None where the rate is fitted
    basal : rate of the states that do not transcribe, in the same unit
    variant_length, wild_type : length that the coordinates are for, and the sequence that ddG are told against (None: any length,
        and the library's consensus)
    family : ``thermodynamic``, ``kinetic``, ``additive``, ``neighbour``, ``pairwise`` or ``blackbox``
    alphabet : ``dna`` or ``rna``
    kinetics : the transitions between the states of a kinetic model, which has no `rates` and no `basal`
    hidden : units of each hidden layer of a black box
    """

    description: str
    sites: tuple[Site, ...]
    interactions: tuple[tuple[str, ...], ...] = ()
    states: dict[str, tuple[str, ...]] = field(default_factory=dict)
    rates: dict[str, float | None] = field(default_factory=dict)
    basal: float | None = 0.0
    variant_length: int | None = None
    wild_type: str | None = None
    family: str = "thermodynamic"
    alphabet: str = "dna"
    kinetics: Kinetics | None = None
    hidden: tuple[int, ...] = ()

    @property
    def site_names(self) -> tuple[str, ...]:
        """The sites' names in the order of the file."""
        return tuple(site.name for site in self.sites)

    @property
    def interaction_names(self) -> tuple[str, ...]:
        """The interactions as ``CRP.RNAP``."""
        return tuple(".".join(members) for members in self.interactions)

    @property
    def transcribes(self) -> tuple[str, ...]:
        """The states that transcribe, at whatever rate."""
        if self.kinetics:
            return tuple(state for state in self.states if state in self.kinetics.transcribing())
        return tuple(state for state in self.states if self.rates.get(state, 0) != 0)

    @property
    def tied(self) -> bool:
        """Whether all states that transcribe do so at one rate: then sorted bins tell nothing of the rates."""
        if self.kinetics:
            return self.kinetics.two_levels
        return all(self.rates[state] == 1 for state in self.transcribes)

    @property
    def condition_columns(self) -> tuple[str, ...]:
        """The columns of whose values each has parameters of its own."""
        return _distinct(site.condition for site in self.sites)

    @property
    def concentration_columns(self) -> tuple[str, ...]:
        """The columns that hold concentrations."""
        of_rates = self.kinetics.concentrations.values() if self.kinetics else ()
        return _distinct([*(site.concentration for site in self.sites), *of_rates])

    def bound(self) -> np.ndarray:
        """Return (states, sites): 1 where a site is bound in a state."""
        rows = [[float(site in members) for site in self.site_names] for members in self.states.values()]
        return np.array(rows).reshape(len(self.states), len(self.sites))

    def interacting(self) -> np.ndarray:
        """Return (states, interactions): 1 where a state holds all partners."""
        rows = [[float(set(each) <= set(members)) for each in self.interactions] for members in self.states.values()]
        return np.array(rows).reshape(len(self.states), len(self.interactions))

    def transcribing(self) -> np.ndarray:
        """Return (states,): True where a state transcribes."""
        return np.array([name in self.transcribes for name in self.states], dtype=bool)

    def for_length(self, length: int) -> "NetworkSpec":
        """Return the model for variants of this length: sites that reach to the variant's end (`stop` -1) get their stop."""
        return replace(self, sites=tuple(replace(site, stop=length) if site.stop == -1 else site for site in self.sites))

    def check_length(self, length: int, source: str | Path) -> None:
        """Raise InputError where variants of this length cannot hold the sites."""
        declared = len(self.wild_type) if self.wild_type else self.variant_length
        if declared not in (None, length):
            raise InputError(
                f"the variants have {length} bases, but the model's coordinates are for {declared}",
                path=source,
                remedy="Correct the model (`variant_length`, `wild_type`, sites), or fit it to another experiment",
            )
        for site in self.for_length(length).sites:
            first, last = site.footprint
            if first < 0 or last > length or first >= last:
                raise InputError(
                    f"site {site.name} [{first}:{last}) reaches beyond the variants' {length} bases",
                    path=source,
                    remedy="Correct the site's coordinates (0-based, stop not included)",
                )


def _distinct(names: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in names if name))


def minus_log_concentration(value: str, column: str) -> float:
    """Return -log of a concentration that is written in a sheet, or `ABSENT` where it is 0.

    Raises
    ------
    InputError : the value is no number of 0 or more
    """
    try:
        concentration = float(value)
    except ValueError:
        concentration = -1.0
    if not 0 <= concentration < inf:
        remedy = "Give a number of 0 or more, or use `{by: <column>}`"
        raise InputError(f"'{value}' in column '{column}' is no concentration", remedy=remedy)
    return -log(concentration) if concentration > 0 else ABSENT
