"""Mirror solutions: other parameters that predict exactly the same, found by relabelling bound and unbound.

For a subset of the sites, swap bound and unbound. It is a mirror where (1) the swap maps the set of states onto itself, and
(2) all states keep their transcription, or all exchange it (t -> t_min + t_max - t, that is u -> -u). Energies of sites and
pairs keep their form: there are new G', I' with E'(swapped s) = E(s) + const for all states s. No Fisher information shows these.
"""

from dataclasses import dataclass
from itertools import combinations

import numpy as np

from cisphys.models.spec import NetworkSpec

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
    names = spec.site_names
    if len(names) > _MOST_SITES:
        return []
    subsets = (subset for size in range(1, len(names) + 1) for subset in combinations(range(len(names)), size))
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
    if not (keeps or reverses):
        return None
    names = tuple(spec.site_names[k] for k in subset)
    sign = np.where(np.isin(spec.site_names, names), -1.0, 1.0)
    return Mirror(names, bool(reverses), sign, *_change_of_interactions(spec, names))


def _change_of_interactions(spec: NetworkSpec, swapped: tuple[str, ...]) -> tuple[np.ndarray, np.ndarray]:
    """Return shift and turn of a `Mirror`.

    With n = 1 where a site is bound and n' = 1 - n: I n_a n_b = I n_b - I n'_a n_b where only a is swapped, and
    I - I n'_a - I n'_b + I n'_a n'_b where both are.
    """
    shift = np.zeros((len(spec.sites), len(spec.interactions)))
    turn = np.ones(len(spec.interactions))
    for m, pair in enumerate(spec.interactions):
        rows, inside = [spec.site_names.index(site) for site in pair], [site in swapped for site in pair]
        if all(inside):
            shift[rows, m] = -1.0
        elif any(inside):
            turn[m] = -1.0
            shift[rows[inside.index(False)], m] = 1.0
    return shift, np.diag(turn)
