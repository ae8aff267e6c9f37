"""The fitted values that the figure of the network shows: weights, and the states of the wild type.

The wild type's binding energy is 0 by the gauge where a site has one place, and a sum over places where it may lie in several.
What the data cannot tell has no value; of states that share such an unknown, the shares of their common occupancy are still
known.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp, isfinite

import numpy as np
import pandas as pd

from cisphys.models.spec import NetworkSpec, minus_log_concentration

UNKNOWN = "?"
RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True)
class Occupancy:
    """A state's share: of all molecules, or, where a group (0, 1, ...) is named, of those in its states; None: not known."""

    share: float | None
    group: int | None = None

    @property
    def said(self) -> str:
        """The share as text: ``12 %``, or ``12 % of a`` in group a."""
        if self.share is None:
            return UNKNOWN
        percent = "< 0.1 %" if 0 < self.share < 0.0005 else f"{100 * self.share:.{0 if self.share > 0.0995 else 1}f} %"
        return percent if self.group is None else f"{percent} of {group_letter(self.group)}"


def group_letter(group: int) -> str:
    """Return the name of a group: a, b, ..."""
    return chr(ord("a") + group) if group < 26 else str(group)


class Weights:
    """The values of named parameters and the wild type's binding energies by site (kT), as far as the data tell them.

    Parameters
    ----------
    parameters : table with the columns name, value, identifiable
    sites : the table landscape_sites.tsv; binding energies are the same in all datasets
    """

    def __init__(self, parameters: pd.DataFrame, sites: pd.DataFrame):
        told = parameters[parameters["identifiable"] != "no"] if len(parameters) else parameters
        values = dict(zip(told["name"], told["value"].astype(float), strict=True)) if len(told) else {}
        self.known: dict[str, float] = {name: value for name, value in values.items() if isfinite(value)}
        pinned = sites[sites["rests_on"].fillna("") == ""]
        self.known |= {f"energy.{site}": float(value) for site, value in zip(pinned["site"], pinned["wild_type"], strict=True)}

    def said(self, name: str, unit: str = "") -> str:
        """Return a value as text, ``−4.23 kT``, or ``?``."""
        return number(self.known[name], unit) if name in self.known else UNKNOWN


def number(value: float, unit: str = "") -> str:
    """Return a number with three significant digits, zeros at its end kept, and a true minus: ``−5.50 kT``, ``8.10 × 10⁵``."""
    rounded = float(f"{value:.2e}")
    if rounded == 0 or 1e-3 <= abs(rounded) < 1e4:
        text = f"{abs(rounded):#.3g}".removesuffix(".") if abs(rounded) < 1000 else f"{abs(rounded):.0f}"
    else:
        digits, exponent = f"{abs(rounded):.2e}".split("e")
        text = f"{digits} × 10{str(int(exponent)).translate(RAISED)}"
    return f"{'−' if rounded < 0 else ''}{text}{f' {unit}' if unit else ''}"


Sum = tuple[float, tuple[tuple[str, int], ...]]  # what is known of a sum of terms, and the terms that are not


def state_energies(spec: NetworkSpec, weights: Weights, conditions: Mapping[str, str]) -> dict[str, Sum]:
    """Return the energy of each state of the wild type, in kT."""
    return {state: _total(_terms(spec, members), spec, weights, conditions) for state, members in spec.states.items()}


def occupancies(spec: NetworkSpec, weights: Weights, conditions: Mapping[str, str]) -> dict[str, Occupancy]:
    """Return the occupancy of each state in the wild type."""
    if spec.kinetics:
        return _steady(spec, weights, conditions)
    energies = state_energies(spec, weights, conditions)
    groups = list(dict.fromkeys(unknown for _, unknown in energies.values()))
    found: dict[str, Occupancy] = {}
    for letter, group in enumerate(groups):
        own = {state: energy for state, (energy, unknown) in energies.items() if unknown == group}
        found |= _shares(own, letter if len(groups) > 1 else None)
    return {state: found[state] for state in spec.states}


def log_rates(spec: NetworkSpec, weights: Weights, conditions: Mapping[str, str]) -> list[float | None]:
    """Return the log rate of each channel on the wild type, None where the data do not tell it."""
    totals = [_total(channel.terms, spec, weights, conditions) for channel in spec.kinetics.channels]
    pairs = zip(totals, spec.kinetics.channels, strict=True)
    return [None if unknown else value + channel.constant for (value, unknown), channel in pairs]


def steady_state(states: int, edges: Sequence[tuple[int, int]], log_rates: Sequence[float]) -> np.ndarray:
    """Return the occupancies (states,) that rates along edges settle to, by the elimination of Grassmann, Taksar and Heyman."""
    flow = np.zeros((states, states))
    for (source, target), rate in zip(edges, np.exp(np.array(log_rates) - max(log_rates)), strict=True):
        flow[source, target] += rate
    for last in range(states - 1, 0, -1):
        flow[:last, last] /= flow[last, :last].sum()
        flow[:last, :last] += np.outer(flow[:last, last], flow[last, :last])
    shares = np.ones(states)
    for state in range(1, states):
        shares[state] = shares[:state] @ flow[:state, state]
    return shares / shares.sum()


def _steady(spec: NetworkSpec, weights: Weights, conditions: Mapping[str, str]) -> dict[str, Occupancy]:
    rates = log_rates(spec, weights, conditions)
    if None in rates:
        return dict.fromkeys(spec.states, Occupancy(None))
    shares = steady_state(len(spec.states), spec.kinetics.edges, rates)
    return {state: Occupancy(float(share)) for state, share in zip(spec.kinetics.states, shares, strict=True)}


def _shares(energies: Mapping[str, float], group: int | None) -> dict[str, Occupancy]:
    """Return the shares of states in their common occupancy; that of a group's only state is not known."""
    if group is not None and len(energies) == 1:
        return dict.fromkeys(energies, Occupancy(None))
    lowest = min(energies.values())
    factors = {state: exp(lowest - energy) for state, energy in energies.items()}
    return {state: Occupancy(factor / sum(factors.values()), group) for state, factor in factors.items()}


def _terms(spec: NetworkSpec, members: Sequence[str]) -> dict[str, int]:
    """Return the terms of the energy of a state that binds these sites."""
    terms = [f"{kind}.{site}" for site in members for kind in ("mu", "energy")]
    named = zip(spec.interactions, spec.interaction_names, strict=True)
    terms += [f"interaction.{name}" for partners, name in named if set(partners) <= set(members)]
    return dict.fromkeys(terms, 1)


def _total(terms: Mapping[str, int], spec: NetworkSpec, weights: Weights, conditions: Mapping[str, str]) -> Sum:
    """Sum up terms on the wild type under these conditions."""
    known, unknown = 0.0, []
    for name, coefficient in terms.items():
        value = _term(name, spec, weights, conditions)
        if value is None:
            unknown.append((name, coefficient))
        else:
            known += coefficient * value
    return known, tuple(unknown)


def _term(name: str, spec: NetworkSpec, weights: Weights, conditions: Mapping[str, str]) -> float | None:
    kind, _, rest = name.partition(".")
    site = next((each for each in spec.sites if each.name == rest), None)
    shift = 0.0
    if kind == "mu":
        name = f"mu.{rest}.{conditions[site.condition]}" if site.condition else name
        shift = minus_log_concentration(conditions[site.concentration], site.concentration) if site.concentration else 0.0
    elif spec.kinetics and name in spec.kinetics.concentrations:
        column = spec.kinetics.concentrations[name]
        shift = -minus_log_concentration(conditions[column], column)
    value = weights.known.get(name)
    return None if value is None else value + shift
