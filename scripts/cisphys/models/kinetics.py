"""A kinetic graph as declared: states, channels, and each channel's log rate as whole numbers times energies and scalars.

    log k = constant + sum of coefficient x term

The terms are ``energy.<site>``, the binding energy e(x) of a site without its chemical potential, and scalars: ``mu.<site>``,
``interaction.<a>.<b>``, ``log_rate.<name>`` and ``log_factor.<name>``. Whole numbers keep detailed balance exact: the affinity of
a cycle is a sum of the same terms.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from cisphys.models.cycles import Cycle, fundamental_cycles

ENERGY = "energy."


@dataclass(frozen=True)
class Channel:
    """One directed transition, which binds a site, unbinds a site, or has a rate of its own.

    `way` is binds, unbinds or rate; `what` is the site, or the rate's name or number.
    """

    source: str
    target: str
    way: str
    what: str
    terms: Mapping[str, int]
    constant: float = 0.0
    transcribes: bool = False

    @property
    def said(self) -> str:
        """What happens: ``binds RNAP, times push``."""
        factors = [name.partition(".")[2] for name in self.terms if name.startswith("log_factor.")]
        return ", times ".join([f"{self.way} {self.what}", *factors])

    @property
    def name(self) -> str:
        """The channel for people: ``empty -> RNAP, binds RNAP``."""
        return f"{self.source} -> {self.target}, {self.said}"

    def spelled(self) -> str:
        """Return the log rate as a formula: ``log_rate.RNAP + energy.RNAP + interaction.CRP.RNAP``."""
        parts = [_signed(coefficient, name) for name, coefficient in self.terms.items()]
        if self.constant or not parts:
            parts.append(f"{'-' if self.constant < 0 else '+'} {abs(self.constant):.4g}")
        return " ".join(parts).removeprefix("+ ")


def _signed(coefficient: int, name: str) -> str:
    return f"{'-' if coefficient < 0 else '+'} {'' if abs(coefficient) == 1 else f'{abs(coefficient)} '}{name}"


@dataclass(frozen=True)
class Kinetics:
    """The kinetic part of a model.

    `pairs` joins each reversible channel with its reverse. `time_unit` is the rate constant that is held at 1, because a steady
    state fixes rates up to a common factor (None: numbers in the file state the unit). `concentrations` maps a scalar to the
    condition column whose logarithm is added to it.
    """

    sites: tuple[str, ...]
    states: tuple[str, ...]
    channels: tuple[Channel, ...]
    pairs: tuple[tuple[int, int], ...]
    time_unit: str | None
    concentrations: Mapping[str, str]

    @cached_property
    def scalars(self) -> tuple[str, ...]:
        """The names of all scalars that some rate depends on: chemical potentials, interactions, log rates, log factors."""
        used = [name for channel in self.channels for name in channel.terms if not name.startswith(ENERGY)]
        kinds = ("mu", "interaction", "log_rate", "log_factor")
        return tuple(sorted(dict.fromkeys(used), key=lambda name: kinds.index(name.partition(".")[0])))

    @cached_property
    def edges(self) -> tuple[tuple[int, int], ...]:
        """The numbers of source and target of every channel."""
        return tuple((self.states.index(channel.source), self.states.index(channel.target)) for channel in self.channels)

    def coefficients(self, names: Sequence[str]) -> np.ndarray:
        """Return (channels, names): how often each term is in each log rate."""
        return np.array([[channel.terms.get(name, 0) for name in names] for channel in self.channels], dtype=np.int64)

    @property
    def energies(self) -> tuple[str, ...]:
        """The names of the sites' energies among the terms."""
        return tuple(f"{ENERGY}{site}" for site in self.sites)

    def constants(self) -> np.ndarray:
        """Return (channels,): the logarithms of the fixed parts of the rates."""
        return np.array([channel.constant for channel in self.channels])

    def cycles(self) -> list[Cycle]:
        """Return a basis of the cycles of reversible channels."""
        return fundamental_cycles(len(self.states), self.edges, self.pairs)

    def in_words(self, cycle: Cycle) -> str:
        """Return a cycle as its states in order: ``empty -> A -> A+P -> P -> empty``."""
        steps = [self.pairs[number][0 if direction > 0 else 1] for number, direction in cycle]
        return " -> ".join([self.channels[steps[0]].source, *(self.channels[step].target for step in steps)])

    def cycle_affinity(self, cycle: Cycle) -> tuple[dict[str, int], float]:
        """Return the affinity of a cycle, in kT, as coefficients of the terms that do not cancel, and a constant."""
        terms: dict[str, int] = {}
        constant = 0.0
        for number, direction in cycle:
            for index, sign in zip(self.pairs[number], (direction, -direction), strict=True):
                constant += sign * self.channels[index].constant
                for name, coefficient in self.channels[index].terms.items():
                    terms[name] = terms.get(name, 0) + sign * coefficient
        return {name: coefficient for name, coefficient in terms.items() if coefficient}, constant

    def transcribing(self) -> dict[str, tuple[int, ...]]:
        """Return, for each state that transcribes, the channels by which it does."""
        found: dict[str, tuple[int, ...]] = {}
        for index, channel in enumerate(self.channels):
            if channel.transcribes:
                found[channel.source] = (*found.get(channel.source, ()), index)
        return found

    @property
    def two_levels(self) -> bool:
        """Whether all states that transcribe do it at one rate, the same for all variants."""
        rows = [
            sorted((sorted(self.channels[index].terms.items()), self.channels[index].constant) for index in indices)
            for indices in self.transcribing().values()
        ]
        varies = any(name.startswith(ENERGY) for row in rows for terms, _ in row for name, _ in terms)
        return not varies and all(row == rows[0] for row in rows)
