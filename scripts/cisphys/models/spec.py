"""A network as its YAML file declares it: sites, interactions, states, and the states that transcribe."""

from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import numpy as np

from cisphys.errors import InputError, nearest
from cisphys.log import logger
from cisphys.schema import validate
from cisphys.yaml_lines import Lines, load_yaml


@dataclass(frozen=True)
class Site:
    """A binding site: bases [start, stop) of the variant, read 5' to 3' on its strand.

    `condition` names the condition column that the chemical potential depends on (None: one value for all).
    `mutants_weaken` says which orientation is canonical: the mean single mutant of the wild type binds more weakly, or not.
    """

    name: str
    start: int
    stop: int
    strand: str = "+"
    condition: str | None = None
    mutants_weaken: bool = True

    def __len__(self) -> int:
        return self.stop - self.start


@dataclass(frozen=True)
class NetworkSpec:
    """A thermodynamic model: which sites are bound in which state, what interacts, which states transcribe.

    `variant_length` is the length that the coordinates are for, and `wild_type` the sequence that ddG are told against (None: any
    length, and the library's consensus).
    """

    description: str
    sites: tuple[Site, ...]
    interactions: tuple[tuple[str, str], ...]
    states: dict[str, tuple[str, ...]]
    transcribes: tuple[str, ...]
    variant_length: int | None = None
    wild_type: str | None = None

    @property
    def site_names(self) -> tuple[str, ...]:
        """The sites' names in the order of the file."""
        return tuple(site.name for site in self.sites)

    @property
    def interaction_names(self) -> tuple[str, ...]:
        """The interactions as ``CRP.RNAP``."""
        return tuple(".".join(pair) for pair in self.interactions)

    def bound(self) -> np.ndarray:
        """Return (states, sites): 1 where a site is bound in a state."""
        return np.array([[float(site in members) for site in self.site_names] for members in self.states.values()])

    def interacting(self) -> np.ndarray:
        """Return (states, interactions): 1 where a state holds both partners."""
        rows = [[float(a in members and b in members) for a, b in self.interactions] for members in self.states.values()]
        return np.array(rows).reshape(len(self.states), len(self.interactions))

    def transcribing(self) -> np.ndarray:
        """Return (states,): True where a state transcribes."""
        return np.array([name in self.transcribes for name in self.states])

    def check_length(self, length: int, source: str | Path) -> None:
        """Raise InputError where variants of this length cannot hold the sites."""
        declared = len(self.wild_type) if self.wild_type else self.variant_length
        if declared not in (None, length):
            raise InputError(
                f"the variants have {length} bases, but the model's coordinates are for {declared}",
                path=source,
                remedy="Correct the model (`variant_length`, `wild_type`, sites), or fit it to another experiment",
            )
        for site in self.sites:
            if site.stop > length:
                raise InputError(
                    f"site {site.name} [{site.start}:{site.stop}) reaches beyond the variants' {length} bases",
                    path=source,
                    remedy="Correct the site's coordinates (0-based, stop not included)",
                )


def load_spec(path: str | Path, schema: str | Path) -> NetworkSpec:
    """Read and check a model's YAML file.

    Raises
    ------
    InputError : with the line, where the file breaks the schema or contradicts itself
    """
    data, lines = load_yaml(path)
    return build_spec(validate(data, schema, lines=lines), lines)


def build_spec(data: dict, lines: Lines) -> NetworkSpec:
    """Turn a model's declaration that fits the schema into a `NetworkSpec`; `lines` is for the messages."""
    check = _Check(lines)
    sites = tuple(_site(name, entry, check) for name, entry in data["sites"].items())
    names = [site.name for site in sites]
    states = {name: tuple(members) for name, members in data["states"].items()}
    for state, members in states.items():
        check.members(members, names, f"state '{state}'", "states", state)
        _warn_of_overlap(state, [site for site in sites if site.name in members])
    _check_states(states, names, check)
    pairs = tuple(_pair(index, pair, names, states, check) for index, pair in enumerate(data.get("interactions") or []))
    check.unique([".".join(sorted(pair)) for pair in pairs], "interaction", "interactions")
    _check_transcribes(data["transcribes"], states, check)
    _check_lengths(data.get("variant_length"), data.get("wild_type"), check)
    return NetworkSpec(
        (data.get("description") or "").strip(),
        sites,
        pairs,
        states,
        tuple(data["transcribes"]),
        data.get("variant_length"),
        data.get("wild_type"),
    )


class _Check:
    """Raises InputErrors that name the model's file and line."""

    def __init__(self, lines: Lines):
        self.lines = lines

    def fail(self, problem: str, *keys, remedy: str = ""):
        raise self.lines.error(problem, *keys, remedy=remedy)

    def members(self, members, valid, owner: str, *keys):
        for name in members:
            if name not in valid:
                self.fail(f"{owner} names '{name}', which is no site ({nearest(name, valid)})", *keys)
        self.unique(members, f"site of {owner}", *keys)

    def unique(self, names, what: str, *keys):
        for name in names:
            if list(names).count(name) > 1:
                self.fail(f"{what} '{name}' is given twice", *keys)


def _site(name: str, entry: dict, check: _Check) -> Site:
    if entry["stop"] <= entry["start"]:
        check.fail(f"site '{name}' stops at {entry['stop']}, which is not after its start {entry['start']}", "sites", name)
    potential = entry.get("chemical_potential", "free")
    condition = potential["by"] if isinstance(potential, dict) else None
    weaken = (entry.get("mutants") or "weaken") == "weaken"
    return Site(name, entry["start"], entry["stop"], entry.get("strand") or "+", condition, weaken)


def _warn_of_overlap(state: str, sites: list[Site]) -> None:
    ordered = sorted(sites, key=lambda site: site.start)
    for left, right in combinations(ordered, 2):
        if right.start < left.stop:
            shared = f"[{right.start}:{min(left.stop, right.stop)})"
            logger.warning("state '%s' binds '%s' and '%s', which share bases %s", state, left.name, right.name, shared)


def _check_states(states: dict, names: list[str], check: _Check) -> None:
    seen: dict[frozenset, str] = {}
    for state, members in states.items():
        twin = seen.setdefault(frozenset(members), state)
        if twin != state:
            check.fail(f"states '{twin}' and '{state}' bind the same sites", "states", state)
    for name in names:
        if not any(name in members for members in states.values()):
            check.fail(f"no state binds site '{name}'", "sites", name, remedy="Add such a state, or take the site out")


def _pair(index: int, pair: list[str], names, states, check: _Check) -> tuple[str, str]:
    check.members(pair, names, f"interaction {' - '.join(pair)}", "interactions", index)
    if not any(set(pair) <= set(members) for members in states.values()):
        check.fail(f"no state binds both {pair[0]} and {pair[1]}, which are said to interact", "interactions", index)
    return pair[0], pair[1]


def _check_transcribes(transcribes: list[str], states: dict, check: _Check) -> None:
    for name in transcribes:
        if name not in states:
            check.fail(f"'{name}' transcribes but is no state ({nearest(name, states)})", "transcribes")
    if set(transcribes) == set(states):
        check.fail("all states transcribe alike, so no variant differs from another", "transcribes")


def _check_lengths(variant_length: int | None, wild_type: str | None, check: _Check) -> None:
    if variant_length and wild_type and len(wild_type) != variant_length:
        check.fail(f"the wild type has {len(wild_type)} bases, but variant_length is {variant_length}", "wild_type")
