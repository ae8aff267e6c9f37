"""Mirror solutions: other parameters that predict exactly the same, found by relabelling bound and unbound.

For a subset of the sites, swap bound and unbound. It is a mirror where (1) the swap maps the set of states onto itself, and
(2) all states keep their transcription, or all exchange it (t -> t_min + t_max - t, that is u -> -u). Energies of sites and
interactions keep their form: there are new G', I' with E'(swapped s) = E(s) + const for all states s. No Fisher information
shows these. A site of several modes is never swapped, since -log sum exp is not turned into itself by a change of sign, nor one
whose concentration is given, whose sign is known.
"""

from dataclasses import dataclass
from itertools import combinations

import numpy as np

from cisphys.models.spec import LINEAR, NetworkSpec

_MOST_SITES = 12


@dataclass(frozen=True)
class Mirror:
    """How parameters change: e_k -> sign_k e_k, mu -> sign * mu + shift @ I, I -> turn @ I, and u -> -u if `reverses`.

    Shapes: sign (sites,), shift (sites, interactions), turn (interactions, interactions).
    """

    swapped: tuple[str, ...]
    reverses: bool
    sign: np.ndarray
    shift: np.ndarray
    turn: np.ndarray


def find_mirrors(spec: NetworkSpec) -> list[Mirror]:
    """Return the mirrors of a model, the identity left out; none are looked for beyond twelve sites."""
    if spec.family in LINEAR:
        return [Mirror(spec.site_names, True, np.array([-1.0]), np.zeros((1, 0)), np.zeros((0, 0)))]
    if spec.family != "thermodynamic" or not spec.tied or len(spec.sites) > _MOST_SITES:
        return []
    linear = [k for k, site in enumerate(spec.sites) if len(site.modes) == 1 and not site.concentration]
    subsets = (subset for size in range(1, len(linear) + 1) for subset in combinations(linear, size))
    found = (_mirror_of(spec, subset) for subset in subsets)
    return [mirror for mirror in found if mirror is not None]


def _mirror_of(spec: NetworkSpec, subset: tuple[int, ...]) -> Mirror | None:
    bound = spec.bound()
    swapped = bound.copy()
    swapped[:, subset] = 1 - swapped[:, subset]
    rows = {tuple(row): index for index, row in enumerate(bound)}
    if any(tuple(row) not in rows for row in swapped):
        return None
    target = np.array([rows[tuple(row)] for row in swapped])
    transcribing = spec.transcribing()
    keeps, reverses = (transcribing[target] == transcribing).all(), (transcribing[target] != transcribing).all()
    names = tuple(spec.site_names[k] for k in subset)
    change = _change_of_interactions(spec, frozenset(names))
    if change is None or not (keeps or reverses):
        return None
    sign = np.where(np.isin(spec.site_names, names), -1.0, 1.0)
    return Mirror(names, bool(reverses), sign, *change)


def _change_of_interactions(spec: NetworkSpec, swapped: frozenset[str]) -> tuple[np.ndarray, np.ndarray] | None:
    """Return shift and turn of a `Mirror`, or None where energies would need an interaction that is not declared.

    With n = 1 where a site is bound and n' = 1 - n, an interaction's product of n over its sites turns into
    prod_(not swapped) n prod_(swapped) (1 - n'), whose terms are a constant, single sites and other interactions.
    """
    shift = np.zeros((len(spec.sites), len(spec.interactions)))
    turn = np.zeros((len(spec.interactions), len(spec.interactions)))
    numbers = {frozenset(members): number for number, members in enumerate(spec.interactions)}
    for m, members in enumerate(spec.interactions):
        inside, outside = [site for site in members if site in swapped], frozenset(members) - swapped
        for size in range(len(inside) + 1):
            for chosen in combinations(inside, size):
                term, sign = outside | set(chosen), (-1.0) ** size
                if len(term) == 1:
                    shift[spec.site_names.index(next(iter(term))), m] += sign
                elif term in numbers:
                    turn[numbers[term], m] += sign
                elif term and any(term <= set(bound) for bound in spec.states.values()):
                    return None
    return shift, turn
