"""The entries of a kinetic model's `transitions`, and `binding: every`, as channels.

A transition says one of three things: ``binds: site``, rate k exp(-mu); ``unbinds: site``, rate k exp(e + interactions with the
partners that are bound in `from`), with the same k; or ``rate:``, a named constant or a number. So the concentration is in the
on-rates and the sequence in the off-rates, and without further factors (`times`) binding is in equilibrium, P_bound / P_unbound =
exp(-mu - e). k is the rate at which the wild type is left, since energies are counted from the wild type.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import permutations
from math import log

from cisphys.errors import InputError, nearest
from cisphys.models.kinetics import ENERGY, Channel
from cisphys.yaml_lines import Lines

_WAYS = ("binds", "unbinds", "rate")


class TransitionReader:
    """Reads transitions one by one; `concentrations` maps scalars to the condition columns that were met.

    Parameters
    ----------
    lines : the lines of the model file's keys
    sites : names of the sites
    interactions : groups of sites with an energy of their own where all are bound
    states : the sites that are bound in each state
    """

    def __init__(self, lines: Lines, sites: Sequence[str], interactions: Sequence, states: Mapping[str, Sequence[str]]):
        self.lines, self.sites, self.interactions = lines, tuple(sites), [tuple(group) for group in interactions]
        self.states = {name: frozenset(members) for name, members in states.items()}
        self._columns: dict[str, str | None] = {}
        self._meanings = {site: f"the binding constant of site '{site}'" for site in sites}

    @property
    def concentrations(self) -> dict[str, str]:
        """Scalar -> the condition column whose logarithm is added to it."""
        return {name: column for name, column in self._columns.items() if column is not None}

    def read(self, index: int, entry: Mapping) -> Channel:
        """Return the channel of an entry. Raises InputError with its line."""
        place = ("transitions", index)
        self._check_states(entry, place)
        ways = [way for way in _WAYS if entry.get(way) is not None]
        if len(ways) != 1:
            said = f"says {' and '.join(ways)}" if ways else "has none"
            raise self.lines.error(f"a transition has one of binds, unbinds and rate: this one {said}", *place)
        channel = self._with_rate(entry, place) if ways == ["rate"] else self._with_site(ways[0], entry, place)
        channel = self._with_factor(channel, entry, place)
        self._note_concentration(channel, entry, place)
        return replace(channel, transcribes=bool(entry.get("transcribes")))

    def _check_states(self, entry: Mapping, place: tuple) -> None:
        for key in ("from", "to"):
            if entry[key] not in self.states:
                raise self.lines.error(f"'{entry[key]}' is no state ({nearest(entry[key], self.states)})", *place, key)
        if entry["from"] == entry["to"] and not entry.get("transcribes"):
            raise self.lines.error(f"a transition from '{entry['from']}' to itself that makes no transcript does nothing", *place)

    def _with_rate(self, entry: Mapping, place: tuple) -> Channel:
        value = entry["rate"]
        if not isinstance(value, str):
            return Channel(entry["from"], entry["to"], "rate", f"{value:g}", {}, log(value))
        self._check_meaning(value, "a rate constant", *place, "rate")
        return Channel(entry["from"], entry["to"], "rate", value, {f"log_rate.{value}": 1})

    def _with_site(self, way: str, entry: Mapping, place: tuple) -> Channel:
        source, target, site = entry["from"], entry["to"], entry[way]
        if site not in self.sites:
            raise self.lines.error(f"'{site}' is no site ({nearest(site, self.sites)})", *place, way)
        less, more = (source, target) if way == "binds" else (target, source)
        if site in self.states[less] or self.states[more] != self.states[less] | {site}:
            bound = " and ".join(f"'{state}' has {self._members(state)}" for state in (source, target))
            raise self.lines.error(f"{way} {site}, but {bound} bound", *place, way, remedy="Correct the states or the site")
        return self.binding(less, more, site) if way == "binds" else self.unbinding(more, less, site)

    def _members(self, state: str) -> str:
        return ", ".join(site for site in self.sites if site in self.states[state]) or "nothing"

    def binding(self, source: str, target: str, site: str) -> Channel:
        """Return the channel in which a site is bound: log k - mu."""
        return Channel(source, target, "binds", site, {f"log_rate.{site}": 1, f"mu.{site}": -1})

    def unbinding(self, source: str, target: str, site: str) -> Channel:
        """Return the channel in which a site is left: log k + e + the interactions that are lost."""
        lost = [group for group in self.interactions if site in group and self.states[source].issuperset(group)]
        interactions = {f"interaction.{'.'.join(group)}": 1 for group in lost}
        return Channel(source, target, "unbinds", site, {f"log_rate.{site}": 1, f"{ENERGY}{site}": 1, **interactions})

    def _with_factor(self, channel: Channel, entry: Mapping, place: tuple) -> Channel:
        name = entry.get("times")
        if name is None:
            return channel
        self._check_meaning(name, "a factor", *place, "times")
        return replace(channel, terms={**channel.terms, f"log_factor.{name}": 1})

    def _check_meaning(self, name: str, meaning: str, *place) -> None:
        before = self._meanings.setdefault(name, meaning)
        if before != meaning:
            raise self.lines.error(f"'{name}' is {meaning} here, and {before} elsewhere", *place, remedy="Take two names")

    def _note_concentration(self, channel: Channel, entry: Mapping, place: tuple) -> None:
        """A concentration multiplies a named factor or rate: the same one wherever that name is used."""
        column = entry.get("concentration")
        named = [name for name in channel.terms if name.startswith("log_factor.") or name == f"log_rate.{entry.get('rate')}"]
        if column is not None and not named:
            remedy = "That of a site belongs to the site: `chemical_potential: {concentration: <column>}`"
            raise self.lines.error("a concentration needs a named `rate` or `times`", *place, "concentration", remedy=remedy)
        if named and self._columns.setdefault(named[-1], column) != column:
            problem = f"'{named[-1].partition('.')[2]}' is given with different concentrations, or with one and without"
            raise self.lines.error(problem, *place, remedy="A constant has one unit: take two names")

    def every_binding(self, given: Sequence[Channel]) -> list[Channel]:
        """Return binding and unbinding of all states that differ by one site, as far as they are not given."""
        self._check_twins()
        there = {(channel.source, channel.target, channel.way, channel.what) for channel in given}
        made = []
        for less, more in permutations(self.states, 2):
            extra = self.states[more] - self.states[less]
            if len(extra) == 1 and self.states[less] < self.states[more]:
                (site,) = extra
                made += [self.binding(less, more, site), self.unbinding(more, less, site)]
        return [channel for channel in made if (channel.source, channel.target, channel.way, channel.what) not in there]

    def _check_twins(self) -> None:
        first: dict[frozenset, str] = {}
        for state, members in self.states.items():
            twin = first.setdefault(members, state)
            if twin != state:
                problem = (
                    f"`binding: every` cannot tell the states '{twin}' and '{state}' apart: the same sites are bound in both"
                )
                raise self._error(problem)

    def _error(self, problem: str) -> InputError:
        return self.lines.error(problem, "binding", remedy="Take it out and list the transitions")
