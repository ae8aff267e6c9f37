"""Which sample a read is from: its index against the indices of the run, with mismatches."""

from collections.abc import Sequence
from functools import lru_cache
from itertools import combinations
from operator import ne
from pathlib import Path

import numpy as np

from cisphys.errors import InputError
from cisphys.reads.layout import Layout

REMEMBERED = 1 << 16  # index readings with errors whose sample is kept at hand: bounds memory, changes no answer


def distance(first: str, second: str) -> int:
    """Count the positions at which two texts of one length differ (Hamming)."""
    return sum(map(ne, first, second))


class SampleIndex:
    """Finds the sample whose index is nearest to what was read.

    The answer is exact: every index is compared with what was read, unless it is one of them. A letter other than
    A, C, G, T is a mismatch.

    Parameters
    ----------
    samples : pairs of a sample's name and its index; all indices have one length and differ
    mismatches : how many positions may differ
    """

    def __init__(self, samples: Sequence[tuple[str, str]], mismatches: int):
        self.exact = {index: name for name, index in samples}
        self.mismatches = mismatches
        self._names = list(self.exact.values())
        self._indices = np.array([list(index.encode()) for index in self.exact], dtype=np.uint8)
        self._nearest = lru_cache(maxsize=REMEMBERED)(self._search)

    def assign(self, letters: str) -> list[str]:
        """Name the sample of an index reading: none where all are too far, several where they are equally near."""
        name = self.exact.get(letters)
        if name is not None:
            return [name]
        return self._nearest(letters) if self.mismatches else []

    def _search(self, letters: str) -> list[str]:
        read = np.frombuffer(letters.encode(), dtype=np.uint8)
        distances = (self._indices != read).sum(axis=1)
        least = distances.min()
        if least > self.mismatches:
            return []
        return [self._names[row] for row in np.flatnonzero(distances == least)]


def check_indices(samples: Sequence[tuple[str, str]], layout: Layout, path: str | Path | None = None) -> None:
    """Check before a run that every read can be given to one sample.

    Parameters
    ----------
    samples : pairs of a sample's name and its index ("" where the whole run is this sample)
    layout : the layout of the run
    path : the sample sheet, for messages

    Raises
    ------
    InputError : a run without a sample element has several samples or an index; an index is missing, of another length,
        or holds other letters; two indices are equal, or closer than the mismatches permit (all such pairs are named)
    """
    if not samples:
        raise InputError(f"layout '{layout.name}' is used by a run without samples", path=path, remedy="Name its samples")
    if layout.sample is None:
        _check_whole_run(samples, layout, path)
        return
    for name, index in samples:
        _check_index(name, index, layout, path)
    _check_distances(samples, layout.sample.mismatches, path)


def _check_whole_run(samples: Sequence[tuple[str, str]], layout: Layout, path: str | Path | None) -> None:
    remedy = "Add sample[n] to the layout, or give each sample a run of its own and leave its index empty"
    if len(samples) > 1:
        names = ", ".join(name for name, _ in samples)
        raise InputError(f"layout '{layout.name}' has no sample element to tell {names} apart", path=path, remedy=remedy)
    name, index = samples[0]
    if index:
        problem = f"sample '{name}' has the index {index}, but layout '{layout.name}' has no sample element"
        raise InputError(problem, path=path, remedy=remedy)


def _check_index(name: str, index: str, layout: Layout, path: str | Path | None) -> None:
    if not index:
        remedy = f"Write its {layout.sample_length} bases: layout '{layout.name}' has sample[{layout.sample_length}]"
        raise InputError(f"sample '{name}' has no index", path=path, remedy=remedy)
    if wrong := sorted(set(index) - set("ACGT")):
        raise InputError(f"index {index} of sample '{name}' holds '{wrong[0]}'", path=path, remedy="Use A, C, G and T only")
    if len(index) != layout.sample_length:
        problem = f"index {index} of sample '{name}' has {len(index)} bases"
        raise InputError(problem, path=path, remedy=f"Layout '{layout.name}' has sample[{layout.sample_length}]")


def _check_distances(samples: Sequence[tuple[str, str]], mismatches: int, path: str | Path | None) -> None:
    """Two indices must differ at 2k + 1 positions for k mismatches to have one answer."""
    needed = 2 * mismatches + 1
    near = [
        (apart, f"{first} ({one}) and {second} ({two}) differ at {apart}")
        for (first, one), (second, two) in combinations(samples, 2)
        if (apart := distance(one, two)) < needed
    ]
    if not near:
        return
    least = min(apart for apart, _ in near)
    pairs = "; ".join(pair for _, pair in near)
    problem = f"for {mismatches} mismatches, sample indices must differ at {needed} positions or more, but {pairs}"
    permitted = f"Allow {(least - 1) // 2} mismatches in the layout, which these indices permit, or use others"
    raise InputError(problem, path=path, remedy=permitted if least else "Give each sample an index of its own")
