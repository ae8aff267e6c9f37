"""Detailed balance of chosen cycles: one free constant of the cycle follows from the others, so that no cycle is driven."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from cisphys.models.cycles import Cycle
from cisphys.models.kinetics import ENERGY, Channel, Kinetics
from cisphys.yaml_lines import Lines


def balanced(kinetics: Kinetics, cycles: Sequence[Sequence[str]], lines: Lines) -> Kinetics:
    """Return the kinetics with zero affinity around each cycle, given by its states in order.

    Raises
    ------
    InputError : where two states of a cycle are not joined by exactly one reversible pair, or no constant can be set
    """
    for index, states in enumerate(cycles):
        place = ("balanced", index)
        terms, constant = kinetics.cycle_affinity(_cycle(kinetics, states, lines, place))
        if terms or constant:
            kinetics = _without(kinetics, _set_by_the_others(terms, states, lines, place), terms, constant)
    return kinetics


def _cycle(kinetics: Kinetics, states: Sequence[str], lines: Lines, place: tuple) -> Cycle:
    cycle = []
    for a, b in zip(states, [*states[1:], states[0]], strict=True):
        found = [
            (number, 1 if kinetics.channels[forward].source == a else -1)
            for number, (forward, _) in enumerate(kinetics.pairs)
            if {kinetics.channels[forward].source, kinetics.channels[forward].target} == {a, b}
        ]
        if len(found) != 1:
            problem = f"'{a}' and '{b}' are joined by {len(found)} reversible pairs of transitions, where a cycle takes one"
            raise lines.error(problem, *place)
        cycle += found
    return tuple(cycle)


def _set_by_the_others(terms: Mapping[str, int], states: Sequence[str], lines: Lines, place: tuple) -> str:
    """Return the constant that the cycle's balance sets: the last one that comes once."""
    around = " -> ".join([*states, states[0]])
    varying = [name for name in terms if name.startswith(ENERGY)]
    if varying:
        raise lines.error(f"the affinity of {around} changes with the sequence ({', '.join(varying)})", *place)
    free = [name for name, times in terms.items() if name.startswith(("log_rate.", "log_factor.")) and abs(times) == 1]
    if not free:
        raise lines.error(f"{around} holds no free constant that could balance it", *place)
    return free[-1]


def _without(kinetics: Kinetics, name: str, terms: Mapping[str, int], constant: float) -> Kinetics:
    """Put in, wherever `name` stands, what makes sum of terms + constant zero."""
    channels = [_substituted(channel, name, terms, constant) for channel in kinetics.channels]
    return replace(kinetics, channels=tuple(channels))


def _substituted(channel: Channel, name: str, terms: Mapping[str, int], constant: float) -> Channel:
    times = channel.terms.get(name, 0) * terms[name]  # terms[name] is 1 or -1, its own inverse
    names = dict.fromkeys([*channel.terms, *terms])
    changed = {each: channel.terms.get(each, 0) - times * terms.get(each, 0) for each in names}
    left = {each: coefficient for each, coefficient in changed.items() if coefficient}
    return replace(channel, terms=left, constant=channel.constant - times * constant)
