"""Mirror solutions: other parameters that predict exactly the same, found by relabelling bound and unbound.

For a subset of the sites, swap bound and unbound. It is a mirror where (1) the swap maps the set of states onto itself,
(2) all states keep their transcription, or all exchange it (t -> t_min + t_max - t, that is u -> -u), and (3) the energies keep
their form: there are new G', I' with E'(swapped s) = E(s) + const for all states s. No Fisher information shows these.
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
    interactions = _change_of_interactions(spec, target)
    if interactions is None:
        return None
    sites = len(spec.sites)
    sign = np.where(np.isin(np.arange(sites), subset), -1.0, 1.0)
    return Mirror(tuple(spec.site_names[k] for k in subset), bool(reverses), sign, interactions[:sites], interactions[sites:])


def _change_of_interactions(spec: NetworkSpec, target: np.ndarray) -> np.ndarray | None:
    """Return what each interaction adds to (mu, I) of the mirror image, (sites + interactions, interactions), or None.

    A site's own energy keeps its form in any swap: it is -e_k, and a constant, where bound and unbound are swapped, else e_k.
    """
    energies = np.concatenate([spec.bound(), spec.interacting()], 1)
    with_constant = np.concatenate([energies[target], np.ones((len(energies), 1))], 1)
    solution = np.linalg.pinv(with_constant) @ spec.interacting()
    fits = np.allclose(with_constant @ solution, spec.interacting(), atol=1e-9)
    return np.round(solution[:-1], 9) + 0.0 if fits else None
