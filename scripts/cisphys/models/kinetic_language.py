"""The kinetic keys of a model file, checked and made a `Kinetics`: transitions, binding, balanced, time_unit."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from cisphys.errors import nearest
from cisphys.models.balance import balanced
from cisphys.models.kinetics import ENERGY, Channel, Kinetics
from cisphys.models.recurrence import recurrence_problem
from cisphys.models.transitions import TransitionReader
from cisphys.yaml_lines import Lines

KINETIC_KEYS = ("transitions", "binding", "balanced", "time_unit")


def build_kinetics(
    data: Mapping, lines: Lines, sites: Sequence[str], interactions: Sequence[Sequence[str]], states: Mapping[str, Sequence[str]]
) -> Kinetics:
    """Read the kinetic keys of a model that fits the schema; the parameters are those of `TransitionReader`.

    Raises
    ------
    InputError : with the line, for a transition that makes no sense, or a graph without one steady state
    """
    reader = TransitionReader(lines, sites, interactions, states)
    entries = data.get("transitions") or []
    channels = [reader.read(index, entry) for index, entry in enumerate(entries)]
    _check_given_twice(channels, lines)
    if data.get("binding") == "every":
        channels += reader.every_binding(channels)
    kinetics = Kinetics(tuple(sites), tuple(states), tuple(channels), _pairs(channels), None, reader.concentrations)
    _check_graph(kinetics, lines)
    _check_terms(kinetics, interactions, lines)
    _check_transcription(kinetics, lines)
    kinetics = balanced(kinetics, data.get("balanced") or [], lines)
    numbers = any(isinstance(entry.get("rate"), int | float) for entry in entries)
    unit = _time_unit(kinetics, data.get("time_unit"), numbers, lines)
    return kinetics if unit is None else _held_at_one(kinetics, unit)


def _check_given_twice(channels: Sequence[Channel], lines: Lines) -> None:
    seen: dict[tuple, int] = {}
    for index, channel in enumerate(channels):
        key = (channel.source, channel.target, tuple(sorted(channel.terms)), channel.constant, channel.transcribes)
        if seen.setdefault(key, index) != index:
            raise lines.error(f"the transition {channel.name} is given twice", "transitions", index)


def _pairs(channels: Sequence[Channel]) -> tuple[tuple[int, int], ...]:
    """Pair channels with their reverse: a site's binding with its unbinding, others in their order; transcription has none."""
    open_ends = [index for index, channel in enumerate(channels) if not channel.transcribes]
    pairs = []
    for same_site in (True, False):
        for index in list(open_ends):
            found = [other for other in open_ends if _reverses(channels[index], channels[other], same_site)]
            if index in open_ends and found:
                pairs.append((index, found[0]))
                open_ends = [other for other in open_ends if other not in pairs[-1]]
    return tuple(sorted(pairs))


def _reverses(channel: Channel, other: Channel, same_site: bool) -> bool:
    if (channel.source, channel.target) != (other.target, other.source):
        return False
    return not same_site or (channel.what == other.what and {channel.way, other.way} == {"binds", "unbinds"})


def _check_graph(kinetics: Kinetics, lines: Lines) -> None:
    problem = recurrence_problem(kinetics.states, [(channel.source, channel.target) for channel in kinetics.channels])
    if problem:
        remedy = "Add the missing transitions, or take the states out"
        raise lines.error(problem, "transitions", remedy=remedy)


def _check_terms(kinetics: Kinetics, interactions: Sequence[Sequence[str]], lines: Lines) -> None:
    """Every site and every interaction must be in some rate."""
    used = {name for channel in kinetics.channels for name in channel.terms}
    for site in kinetics.sites:
        for term, way in ((f"mu.{site}", "binds"), (f"{ENERGY}{site}", "unbinds")):
            if term not in used:
                raise lines.error(f"no transition {way} site '{site}'", "sites", site, remedy="Add it, or take the site out")
    for index, group in enumerate(interactions):
        if f"interaction.{'.'.join(group)}" not in used:
            problem = f"no transition unbinds one of {', '.join(group)} while the others are bound: they never interact"
            raise lines.error(problem, "interactions", index)


def _check_transcription(kinetics: Kinetics, lines: Lines) -> None:
    transcribing = kinetics.transcribing()
    if not transcribing:
        raise lines.error("no transition makes a transcript", "transitions", remedy="Write `transcribes: true` where one does")
    if kinetics.two_levels and len(transcribing) == len(kinetics.states):
        raise lines.error("all states transcribe alike, so no variant differs from another", "transitions")


def _time_unit(kinetics: Kinetics, given: str | None, numbers: bool, lines: Lines) -> str | None:
    """Return the rate constant that is held at 1; None where `numbers` in the file say what the unit of time is."""
    constants = [name.partition(".")[2] for name in kinetics.scalars if name.startswith("log_rate.")]
    free = [name for name in constants if f"log_rate.{name}" not in kinetics.concentrations]
    if given is not None and numbers:
        raise lines.error("rates that are numbers state the unit of time already", "time_unit")
    if given is not None and given not in constants:
        raise lines.error(f"'{given}' is no free rate constant ({nearest(given, constants)})", "time_unit")
    if given is not None and given not in free:
        raise lines.error(f"'{given}' comes with a concentration and cannot be the unit of time", "time_unit")
    return None if numbers or not free else given or free[0]


def _held_at_one(kinetics: Kinetics, unit: str) -> Kinetics:
    channels = []
    for channel in kinetics.channels:
        terms = {name: times for name, times in channel.terms.items() if name != f"log_rate.{unit}"}
        channels.append(replace(channel, terms=terms))
    return replace(kinetics, channels=tuple(channels), time_unit=unit)
