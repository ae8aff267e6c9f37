"""Whether a kinetic graph has one steady state in which every state is met, and what is wrong where it has not."""

from collections.abc import Iterable, Sequence


def recurrence_problem(states: Sequence[str], edges: Iterable[tuple[str, str]]) -> str | None:
    """Return in words why the states are not all reachable from each other; None where they are."""
    edges = {(source, target) for source, target in edges if source != target}
    for state in states:
        left, reached = (any(edge[side] == state for edge in edges) for side in (0, 1))
        if not left and not reached:
            return f"no transition joins state '{state}' to another"
        if not left:
            return f"no transition leaves state '{state}', so everything ends there"
        if not reached:
            return f"no transition leads to state '{state}', so it is never met"
    reachable = {state: _reachable(state, edges) for state in states}
    if len(reachable[states[0]]) == len(states) and all(states[0] in found for found in reachable.values()):
        return None
    return _classes(states, reachable)


def _reachable(start: str, edges: set[tuple[str, str]]) -> set[str]:
    found, waiting = {start}, [start]
    while waiting:
        state = waiting.pop()
        new = {target for source, target in edges if source == state} - found
        found |= new
        waiting += new
    return found


def _classes(states: Sequence[str], reachable: dict[str, set[str]]) -> str:
    """Name the sets of states that are never left; what lies outside them is only passed through."""
    mutual = {state: frozenset(other for other in reachable[state] if state in reachable[other]) for state in states}
    closed = list(dict.fromkeys(mutual[state] for state in states if mutual[state] == frozenset(reachable[state])))
    named = [f"{{{', '.join(state for state in states if state in members)}}}" for members in closed]
    if len(closed) > 1:
        return f"the steady state is not one: {' and '.join(named)} are never left once they are entered"
    passed = ", ".join(f"'{state}'" for state in states if state not in closed[0])
    return f"there is no way back to {passed} from {named[0]}"
