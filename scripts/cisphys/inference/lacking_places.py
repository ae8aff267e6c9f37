"""What a model might lack besides mutations that act: other places of a site, parameters that datasets do not share."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import scipy.sparse as sparse
import torch
from torch import Tensor

from cisphys.dna import on_strand
from cisphys.inference.lacking_candidates import Action, Added, Candidate, Family, fixed_places, on_variant
from cisphys.inference.lacking_scores import DatasetAtOptimum, Tested
from cisphys.inference.problem import Problem
from cisphys.models.sites import Placement
from cisphys.models.spec import LINEAR

_FARTHEST = 30.0  # kT: weights of other places are cut off at exp(30)


class ElsewhereFamily(Family):
    """A site that may lie at another place as well: e = -log(exp(-e) + delta exp(-e there)), delta >= 0.

    The columns are -exp(e - e there), of the energies at the optimum.
    """

    def __init__(self, action: Action, problem: Problem, p: Tensor, site: str, place: Placement):
        self.action = action
        design = problem.terms[0].design
        free = p[design.slices[place.block]].numpy(force=True)
        whole = design.features[place.block].embedding(design.zeros[place.block]) @ free
        self._theta = whole.reshape(-1, 4)
        self._home = place
        self.places = _other_places(place, len(problem.reference))
        self.candidates = [
            Candidate("site_elsewhere", site, tuple(range(other.start, other.stop)), np.array([k]), note=other.strand)
            for k, other in enumerate(self.places)
        ]

    def one_sided(self, tested: Tested) -> Tested:
        """Return the test of delta > 0: half the p of both sides, or 1 less that half."""
        if not tested.df:
            return tested
        half = tested.p / 2
        return replace(tested, p=half) if tested.step[0] > 0 else replace(tested, p=1 - half, statistic=0.0)

    def _energy(self, letters: np.ndarray, place: Placement) -> np.ndarray:
        bases = on_strand(letters[:, place.start : place.stop], place.strand)
        return sum(row[base] for row, base in zip(self._theta, bases.T, strict=True))

    def columns(self, data: DatasetAtOptimum, letters: np.ndarray, rows: slice) -> sparse.csr_matrix:
        """Return du/d delta (variants, places)."""
        home, own = self._energy(letters, self._home), self.action.slopes(data.slopes[rows])
        weights = [np.exp(np.clip(home - self._energy(letters, place), None, _FARTHEST)) for place in self.places]
        return sparse.csr_matrix(-own[:, None] * np.stack(weights, 1))

    def add(self, letters: np.ndarray, placed: Tensor, candidate: Candidate, delta: np.ndarray) -> Added:
        """Return what placements read where the site may lie elsewhere as well; a weight below 0 means nothing, and is 0."""
        placed = placed.clone()
        there = torch.as_tensor(self._energy(letters, self.places[candidate.columns[0]]))
        weight = torch.as_tensor(max(float(delta[0]), 0.0), dtype=there.dtype).log()
        k = self.action.placements[0]
        placed[:, k] = -torch.logaddexp(-placed[:, k], weight - there)
        return Added(placed, 0.0)


def _other_places(place: Placement, length: int) -> list[Placement]:
    size = place.stop - place.start
    strands = [(start, strand) for strand in ("+", "-") for start in range(length - size + 1)]
    return [
        Placement(place.block, start, start + size, strand)
        for start, strand in strands
        if (start, strand) != (place.start, place.strand)
    ]


def elsewhere(problem: Problem, p: Tensor) -> list[Family]:
    """Return the families of other places of each site that is one energy matrix at one place."""
    network, found = problem.network, []
    for number, site in enumerate(network.spec.sites):
        places = fixed_places(problem, site.name)
        plain = len(places) == 1 and len(network.modes[number]) == 1 and site.features == "single"
        if plain and network.spec.family not in LINEAR:
            action = Action(site.name, network.modes[number][0][0])
            family = ElsewhereFamily(action, problem, p, site.name, places[0])
            found += [family] if family.candidates else []
    return found


class SharedFamily(Family):
    """Parameters of the network that some datasets have for themselves: columns of the network's own slopes.

    Column k is the k-th structural parameter, in those datasets alone.
    """

    def __init__(self, problem: Problem, members: frozenset[int], candidates: Sequence[Candidate]):
        self.problem, self.members, self.candidates = problem, members, list(candidates)

    def columns(self, data: DatasetAtOptimum, letters: np.ndarray, rows: slice) -> sparse.csr_matrix:
        """Return du/d delta (variants, structural)."""
        shape = (len(letters), self.problem.structural)
        if self._number(data) not in self.members:
            return sparse.csr_matrix(shape)
        total = np.zeros(shape)
        total[:, data.term.structural.numpy(force=True)] = data.raw(rows)
        return sparse.csr_matrix(total)

    def _number(self, data: DatasetAtOptimum) -> int:
        return self.problem.terms.index(data.term)

    def parameters(self, number: int, p: Tensor, candidate: Candidate, delta: np.ndarray) -> Tensor:
        """Return the fitted parameters (size,) as dataset `number` has them."""
        if number not in self.members:
            return p
        return p.index_add(0, torch.as_tensor(candidate.columns), torch.as_tensor(delta))

    def add(self, letters: np.ndarray, placed: Tensor, candidate: Candidate, delta: np.ndarray) -> Added:
        """Return what placements read as it is."""
        return Added(placed, 0.0)


def shared(problem: Problem, groups: Sequence[tuple[str, frozenset[int]]]) -> list[Family]:
    """Return the families of parameters that groups of datasets (what they are called, their numbers) might not share."""
    found = []
    for note, members in groups:
        own = [*_shared_elements(problem, note), *_shared_scalars(problem, members, note)]
        found.append(SharedFamily(problem, members, own))
    return found


def _shared_elements(problem: Problem, note: str) -> list[Candidate]:
    """Return each matrix as a whole, and each position of it where it lies at one place."""
    network, design, found = problem.network, problem.terms[0].design, []
    for number, block in enumerate(network.blocks):
        own, site = design.slices[number], network.spec.site_names[network.sites_of[number]]
        found.append(
            Candidate("shared_parameter", site, (), np.arange(own.start, own.stop), note=f"matrix of {block.name}|{note}")
        )
        places = [place for place in network.placements if place.block == number]
        if len(places) > 1 or block.features != "single":
            continue
        for within, position in enumerate(on_variant(places[0])):
            columns = own.start + 3 * within + np.arange(3)
            found.append(Candidate("shared_parameter", site, (position,), columns, note=f"|{note}"))
    return found


def _shared_scalars(problem: Problem, members: frozenset[int], note: str) -> list[Candidate]:
    """Return each scalar that datasets in the group and outside it have in common."""
    inside, outside = (
        {index for number, term in enumerate(problem.terms) if (number in members) is wanted for index in term.scalars}
        for wanted in (True, False)
    )
    names = problem.network.scalar_names
    return [
        Candidate("shared_parameter", "", (), np.array([index]), note=f"{names[index - problem.elements]}|{note}")
        for index in sorted(inside & outside)
    ]
