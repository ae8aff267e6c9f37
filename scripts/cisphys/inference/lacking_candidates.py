"""What a fitted model might lack: positions that act, pairs of mutations, other widths and places of sites, unshared parameters.

A candidate is an extension of the model by parameters delta that are 0 in the fit, or a restriction of it (`lacking_ends`).
Candidates of one family have their columns du/d delta in one sparse matrix.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import scipy.sparse as sparse
import torch
from torch import Tensor

from cisphys.inference.lacking_mutations import Mutations
from cisphys.inference.lacking_scores import DatasetAtOptimum, Tested
from cisphys.inference.problem import Problem
from cisphys.models.sites import Placement

LATENT = ""  # as a site's name: the extension acts on the latent itself
FLANK = 5  # positions on either side of a site, and at its ends, by which it may be wider or narrower


@dataclass(frozen=True)
class Action:
    """What an extension acts on: the energy of a site (it is added to these placements), or the latent (none)."""

    site: str
    placements: tuple[int, ...]

    def slopes(self, slopes: np.ndarray) -> np.ndarray:
        """Return du/d(what is acted on), (variants,), from du/d(placements) (variants, placements)."""
        return slopes[:, list(self.placements)].sum(1) if self.placements else np.ones(len(slopes))


@dataclass(frozen=True)
class Candidate:
    """One extension of the model, or restriction of it.

    Attributes
    ----------
    kind : position, pair, site_wider, site_narrower, site_shifted, site_elsewhere or shared_parameter
    site : the site that it is about, "" where it acts on the latent
    positions : 0-based, on the variant
    columns : its columns in the family's matrix
    note : what else its words need
    """

    kind: str
    site: str
    positions: tuple[int, ...]
    columns: np.ndarray = field(default_factory=lambda: np.zeros(0, int))
    note: str = ""


@dataclass(frozen=True)
class Added:
    """What placements read (variants, placements) after a step, and what it adds to the latent (variants,)."""

    placed: Tensor
    latent: Tensor | float


Features = Callable[[np.ndarray], sparse.csr_matrix]
Energy = Callable[[np.ndarray, Candidate, np.ndarray], np.ndarray]


class Family:
    """Candidates of one kind of change, with their columns.

    `features` gives X (variants, columns) of letters (variants, length), and `energy` X delta for one candidate's columns, which
    is added to what `action` names.
    """

    exclusive = False

    def __init__(self, action: Action, features: Features, energy: Energy, candidates: Sequence[Candidate]):
        self.action, self.features, self.energy, self.candidates = action, features, energy, list(candidates)

    def one_sided(self, tested: Tested) -> Tested:
        """Return the test, where delta may not be below 0 that of one side."""
        return tested

    def columns(self, data: DatasetAtOptimum, letters: np.ndarray, rows: slice) -> sparse.csr_matrix:
        """Return du/d delta (variants, columns) of some training variants, whose bases are `letters`."""
        return sparse.csr_matrix(self.features(letters).multiply(self.action.slopes(data.slopes[rows])[:, None]))

    def parameters(self, number: int, p: Tensor, candidate: Candidate, delta: np.ndarray) -> Tensor:
        """Return the fitted parameters (size,) as dataset `number` has them, with a candidate's delta."""
        return p

    def add(self, letters: np.ndarray, placed: Tensor, candidate: Candidate, delta: np.ndarray) -> Added:
        """Return what placements read, and what is added to the latent, with a candidate's delta."""
        energy = torch.as_tensor(self.energy(letters, candidate, delta))
        if not self.action.placements:
            return Added(placed, energy)
        placed = placed.clone()
        placed[:, list(self.action.placements)] += energy[:, None]
        return Added(placed, 0.0)


class PairFamily(Family):
    """Pairs of mutations: a variant has one column of a pair at most."""

    exclusive = True


def actions_of(problem: Problem, slopes: Sequence[np.ndarray]) -> list[Action]:
    """Return each site's energy as what an extension may act on, and the latent where no site's energy is the same as it."""
    network, actions = problem.network, []
    for site, modes in zip(network.spec.sites, network.modes, strict=True):
        actions.append(Action(site.name, tuple(dict.fromkeys(placements[0] for placements, _ in modes))))
    same = any(_constant(np.concatenate([action.slopes(own) for own in slopes])) for action in actions)
    return actions if same else [*actions, Action(LATENT, ())]


def _constant(values: np.ndarray) -> bool:
    return bool(np.ptp(values) < 1e-9 * (1 + np.abs(values).max()))


def covered(problem: Problem, site: int) -> set[int]:
    """Return the positions of the variant that a site covers, in any of its modes."""
    network = problem.network
    places = (network.placements[k] for placements, _ in network.modes[site] for k in placements)
    return {position for place in places for position in range(place.start, place.stop)}


def families(problem: Problem, letters: Sequence[np.ndarray], slopes: Sequence[np.ndarray]) -> list[Family]:
    """Return all families of extensions of sites and latent: single positions with wider sites, and pairs."""
    mutations = Mutations(letters, problem.reference)
    found: list[Family] = []

    def single_energy(letters, candidate, delta):
        return mutations.single_energy(letters, candidate.columns, delta)

    def pair_energy(letters, candidate, delta):
        return mutations.pair_energy(letters, candidate.positions, candidate.columns, delta)

    for action in actions_of(problem, slopes):
        singles = _positions(problem, mutations, action)
        found += [Family(action, mutations.singles, single_energy, singles)] if singles else []
        pairs = zip(mutations.pairs.tolist(), mutations.pair_groups, strict=True)
        known = _pairs_of(problem, action.site)
        new = [(tuple(pair), columns) for pair, columns in pairs if len(columns) and tuple(pair) not in known]
        own = [Candidate("pair", action.site, pair, columns) for pair, columns in new]
        found += [PairFamily(action, mutations.both, pair_energy, own)] if own else []
    return found


def _pairs_of(problem: Problem, site: str) -> set[tuple[int, int]]:
    """Return the pairs of positions whose energies a site has already, wherever it may lie."""
    network, design, found = problem.network, problem.terms[0].design, set()
    for place in network.placements:
        if network.spec.site_names[network.sites_of[place.block]] == site:
            order = list(on_variant(place))
            found |= {tuple(sorted((order[a], order[b]))) for a, b in design.features[place.block].pairs}
    return found


def _positions(problem: Problem, mutations: Mutations, action: Action) -> list[Candidate]:
    """Return each position that a site does not cover as a candidate, and its flanks together as a wider site."""
    names = problem.network.spec.site_names
    taken = covered(problem, names.index(action.site)) if action.site else _covered_by_any(problem)
    groups = mutations.single_groups()
    free = [position for position in range(mutations.length) if position not in taken and len(groups[position])]
    found = [Candidate("position", action.site, (position,), groups[position]) for position in free]
    for place in fixed_places(problem, action.site):
        for outwards in (range(place.start - 1, place.start - 1 - FLANK, -1), range(place.stop, place.stop + FLANK)):
            found += _wider(action.site, outwards, free, groups)
    return found


def on_variant(place: Placement) -> range:
    """Return the positions of the variant in the order in which the place's matrix has them."""
    forward = range(place.start, place.stop)
    return forward if place.strand == "+" else forward[::-1]


def _covered_by_any(problem: Problem) -> set[int]:
    return set().union(*(covered(problem, site) for site in range(len(problem.network.modes))))


def _wider(site: str, outwards: range, free: Sequence[int], groups: Sequence[np.ndarray]) -> list[Candidate]:
    """Return the site with the first two, three, ... positions outwards (with the first alone it is a position)."""
    reach = next((k for k, position in enumerate(outwards) if position not in free), len(outwards))
    taken = [list(outwards[:k]) for k in range(2, reach + 1)]
    return [
        Candidate("site_wider", site, tuple(sorted(own)), np.concatenate([groups[position] for position in own])) for own in taken
    ]


def fixed_places(problem: Problem, site: str) -> list[Placement]:
    """Return where a site's blocks lie, of those that lie at one place only."""
    network = problem.network
    if not site:
        return []
    number = network.spec.site_names.index(site)
    own = [block for block, owner in enumerate(network.sites_of) if owner == number]
    places = [[place for place in network.placements if place.block == block] for block in own]
    return [each[0] for each in places if len(each) == 1]
