"""A model's YAML file as a `NetworkSpec`; what breaks the schema or contradicts itself is named with its line."""

from itertools import combinations
from pathlib import Path

from cisphys.errors import nearest
from cisphys.log import logger
from cisphys.models.kinetic_language import KINETIC_KEYS, build_kinetics
from cisphys.models.site_language import Checks, site_of
from cisphys.models.sites import Site
from cisphys.models.spec import BLACK_BOX, FREE, LINEAR, NetworkSpec
from cisphys.schema import validate
from cisphys.yaml_lines import Lines, load_yaml

EVERY = "every"
HIDDEN = (20, 10)  # units of a black box that says nothing else
_MOST_STATES = 4096
_RATES_OF_STATES = ("transcribes", "basal")


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
    check = Checks(lines)
    family = data.get("type") or "thermodynamic"
    _check_lengths(data.get("variant_length"), data.get("wild_type"), check)
    common = {
        "description": (data.get("description") or "").strip(),
        "variant_length": data.get("variant_length"),
        "wild_type": data.get("wild_type"),
        "family": family,
        "alphabet": data.get("alphabet") or "dna",
    }
    if family == BLACK_BOX:
        hidden = tuple(data.get("hidden") or HIDDEN)
        return NetworkSpec(sites=(_whole_variant(data, "single", check),), hidden=hidden, **common)
    check.no_keys(data, ("hidden", "condition"), family)
    if family in LINEAR:
        return NetworkSpec(sites=(_whole_variant(data, LINEAR[family], check),), **common)
    return _spec_of_states(data, common, check)


def _whole_variant(data: dict, features: str, check: Checks) -> Site:
    """Return the only site of a linear model or black box; `stop` is -1 where it reaches to the variant's end."""
    check.no_keys(data, ("sites", "states", "transcribes", "interactions", "exclusions", "basal"), data["type"])
    start, stop = data.get("start") or 0, data.get("stop")
    stop = -1 if stop is None else stop
    if stop != -1 and stop <= start:
        check.fail(f"the model stops at {stop}, which is not after its start {start}", "stop")
    return Site("sequence", start, stop, condition=data.get("condition"), mutants_weaken=None, features=features)


def _spec_of_states(data: dict, common: dict, check: Checks) -> NetworkSpec:
    family = common["family"]
    is_kinetic = family == "kinetic"
    check.has_keys(data, ("sites", "states", "transitions" if is_kinetic else "transcribes"), family)
    check.no_keys(data, ("start", "stop", *(_RATES_OF_STATES if is_kinetic else KINETIC_KEYS)), family)
    sites = tuple(site_of(name, entry, check) for name, entry in data["sites"].items())
    names = [site.name for site in sites]
    exclusions = _groups(data, "exclusions", names, check)
    states = _every_state(names, exclusions, check) if data["states"] == EVERY else _states(data["states"], names, check)
    if not is_kinetic:
        _check_twins(states, check)
    _check_exclusions(states, exclusions, check)
    for state, members in states.items():
        _warn_of_overlap(state, [site for site in sites if site.name in members])
    interactions = _groups(data, "interactions", names, check)
    for index, members in enumerate(interactions):
        if not any(set(members) <= set(bound) for bound in states.values()):
            check.fail(f"no state binds {_all_of(members)}, which are said to interact", "interactions", index)
    common |= {"sites": sites, "interactions": interactions, "states": states}
    if is_kinetic:
        return NetworkSpec(kinetics=build_kinetics(data, check.lines, names, interactions, states), **common)
    rates, basal = _rates(data["transcribes"], data.get("basal") or 0, states, check)
    return NetworkSpec(rates=rates, basal=basal, **common)


def _groups(data: dict, key: str, names: list[str], check: Checks) -> tuple[tuple[str, ...], ...]:
    """Return the groups of sites under `interactions` or `exclusions`."""
    groups = [tuple(group) for group in data.get(key) or []]
    singular = key.removesuffix("s")
    for index, group in enumerate(groups):
        check.members(group, names, f"{singular} {' - '.join(group)}", key, index)
    check.unique([".".join(sorted(group)) for group in groups], singular, key)
    return tuple(groups)


def _all_of(members: tuple[str, ...]) -> str:
    return f"both {members[0]} and {members[1]}" if len(members) == 2 else f"{', '.join(members[:-1])} and {members[-1]}"


def _every_state(names: list[str], exclusions: tuple[tuple[str, ...], ...], check: Checks) -> dict[str, tuple[str, ...]]:
    """Return all combinations of sites that hold no whole exclusion; they are named by their sites, bare DNA ``empty``."""
    if 2 ** len(names) > _MOST_STATES:
        check.fail(
            f"{len(names)} sites make {2 ** len(names)} states, more than {_MOST_STATES}", "states", remedy="List the states"
        )
    groups = (group for size in range(len(names) + 1) for group in combinations(names, size))
    allowed = [group for group in groups if not any(set(each) <= set(group) for each in exclusions)]
    return {"+".join(group) or "empty": group for group in allowed}


def _states(declared: dict, names: list[str], check: Checks) -> dict[str, tuple[str, ...]]:
    states = {name: tuple(members) for name, members in declared.items()}
    for state, members in states.items():
        check.members(members, names, f"state '{state}'", "states", state)
    for name in names:
        if not any(name in members for members in states.values()):
            check.fail(f"no state binds site '{name}'", "sites", name, remedy="Add such a state, or take the site out")
    return states


def _check_twins(states: dict, check: Checks) -> None:
    """In equilibrium, states with the same bound sites are one; kinetic models may have several."""
    seen: dict[frozenset, str] = {}
    for state, members in states.items():
        twin = seen.setdefault(frozenset(members), state)
        if twin != state:
            check.fail(f"states '{twin}' and '{state}' bind the same sites", "states", state)


def _check_exclusions(states: dict, exclusions: tuple[tuple[str, ...], ...], check: Checks) -> None:
    for index, group in enumerate(exclusions):
        for state, members in states.items():
            if set(group) <= set(members):
                check.fail(f"state '{state}' binds {_all_of(group)}, which exclude each other", "exclusions", index)


def _warn_of_overlap(state: str, sites: list[Site]) -> None:
    ordered = sorted((site for site in sites if len(site.modes) == 1 and not site.boxes), key=lambda site: site.start)
    for left, right in combinations(ordered, 2):
        if right.start < left.stop:
            shared = f"[{right.start}:{min(left.stop, right.stop)})"
            logger.warning("state '%s' binds '%s' and '%s', which share bases %s", state, left.name, right.name, shared)


def _rates(
    declared: list | dict, basal: float | str, states: dict, check: Checks
) -> tuple[dict[str, float | None], float | None]:
    """Return the transcription rate of each state and the basal one, in units of the highest; a list ties all its states."""
    given = dict.fromkeys(declared, 1.0) if isinstance(declared, list) else dict(declared)
    for name in given:
        if name not in states:
            check.fail(f"'{name}' transcribes but is no state ({nearest(name, states)})", "transcribes")
    rates = {state: _rate(given.get(state, 0.0)) for state in states}
    values = list(rates.values())
    if all(value == 0 for value in values):
        check.fail("no state transcribes", "transcribes")
    if FREE not in values and len(set(values)) == 1:
        check.fail("all states transcribe alike, so no variant differs from another", "transcribes")
    if FREE in values and not any(values):
        remedy = "Give one of them the rate 1: it is the unit of the others"
        check.fail("all transcription rates are free, but only their ratios can be known", "transcribes", remedy=remedy)
    unit = max(value for value in values if value is not FREE)
    in_units = {state: value if value is FREE else value / unit for state, value in rates.items()}
    return in_units, FREE if basal == "free" else float(basal) / unit


def _rate(value: float | str) -> float | None:
    return FREE if value == "free" else float(value)


def _check_lengths(variant_length: int | None, wild_type: str | None, check: Checks) -> None:
    if variant_length and wild_type and len(wild_type) != variant_length:
        check.fail(f"the wild type has {len(wild_type)} bases, but variant_length is {variant_length}", "wild_type")
