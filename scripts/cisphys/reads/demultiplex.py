"""Which sample a read is from: what it holds for each sample element, against the indices of the run, with mismatches."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from cisphys.reads.elements import Layout, turned
from cisphys.reads.index_checks import check_indices, parts_of

__all__ = ["Demultiplexing", "SampleIndex", "check_indices", "indices_of", "samples_by_parts"]
REMEMBERED = 1 << 16  # index readings with errors whose sample is kept at hand: bounds memory, changes no answer


@dataclass(frozen=True)
class Demultiplexing:
    """How indices are assigned.

    margin : at how many more positions than the nearest index the second nearest differs at least
    indels : whether one base too many or too few is allowed as one mismatch
    """

    margin: int = 1
    indels: bool = False


class SampleIndex:
    """Finds the sample whose index is nearest to what was read.

    The answer is exact: every index is compared with what was read, unless it is one of them. A letter other than
    A, C, G, T is a mismatch.

    Parameters
    ----------
    samples : pairs of a sample's name and its index as it stands in the read; all indices differ
    mismatches : how many positions may differ
    margin : at how many more positions the second nearest index differs at least
    indels : where no index is near enough, take the one that the reading differs from by one base too many or too few; for
        `mismatches` of 1 or more
    """

    def __init__(self, samples: Iterable[tuple[str, str]], mismatches: int, margin: int = 1, indels: bool = False):
        self.exact = {index: name for name, index in samples}
        self.mismatches = mismatches
        self.margin = margin
        self.length = max(map(len, self.exact))
        self._sets = {length: _of_length(self.exact, length) for length in sorted(set(map(len, self.exact)))}
        self._shortened = _shortened(self.exact) if indels and mismatches else None
        self._nearest = lru_cache(maxsize=REMEMBERED)(self._search)
        self._found = lru_cache(maxsize=REMEMBERED)(self._find)

    def assign(self, letters: str) -> list[str]:
        """Name the sample of a whole index reading: none where all are too far, several where they are equally near."""
        name = self.exact.get(letters)
        if name is not None:
            return [name]
        return self._nearest(letters) if self.mismatches else []

    def find(self, read: str, at: int) -> tuple[list[str], int]:
        """Name the sample of the index that stands at `at`, as `assign` does, and say where the index ends."""
        if len(self._sets) == 1 and self._shortened is None:
            return self.assign(read[at : at + self.length]), at + self.length
        names, length = self._found(read[at : at + self.length + 1])
        return names, at + length

    def _distances(self, letters: str) -> list[tuple[int, str, int]]:
        """Give (mismatches, name, length) of each index, of those longer than `letters` none."""
        found = []
        for length, (names, indices) in self._sets.items():
            if length <= len(letters):
                read = np.frombuffer(letters[:length].encode(), dtype=np.uint8)
                found += zip((indices != read).sum(axis=1).tolist(), names, [length] * len(names), strict=True)
        return sorted(found)

    def _search(self, letters: str) -> list[str]:
        near = [(mismatches, name) for mismatches, name, length in self._distances(letters) if length == len(letters)]
        return self._near_enough(near)

    def _near_enough(self, ranked: Sequence[tuple]) -> list[str]:
        """Name the first of (mismatches, name, ...), sorted, and those that are nearer to it than the margin."""
        if not ranked or ranked[0][0] > self.mismatches:
            return []
        return [near[1] for near in ranked if near[0] < ranked[0][0] + self.margin]

    def _find(self, letters: str) -> tuple[list[str], int]:
        ranked = self._distances(letters)
        names = self._near_enough(ranked)
        if names or self._shortened is None:
            return names, ranked[0][2] if ranked else self.length
        return self._with_indel(letters, ranked)

    def _with_indel(self, letters: str, ranked: Sequence[tuple[int, str, int]]) -> tuple[list[str], int]:
        """Name the samples whose index the reading differs from by one indel, and give the length of the reading."""
        lengths: dict[str, int] = {}
        for length in self._sets:
            for name in self._shortened.get(letters[: length - 1], ()):
                lengths.setdefault(name, length - 1)
            for shorter in _without_one(letters[: length + 1]) if len(letters) > length else ():
                if shorter in self.exact:
                    lengths.setdefault(self.exact[shorter], length + 1)
        rivals = [name for mismatches, name, _ in ranked if mismatches < 1 + self.margin and name not in lengths]
        return [*lengths, *rivals] if lengths else [], next(iter(lengths.values()), self.length)


def _of_length(exact: dict[str, str], length: int) -> tuple[list[str], np.ndarray]:
    """Give the names and the letters, shape (indices, length), of the indices of one length."""
    names = {index: name for index, name in exact.items() if len(index) == length}
    return list(names.values()), np.array([list(index.encode()) for index in names], dtype=np.uint8)


def _without_one(letters: str) -> set[str]:
    return {letters[:place] + letters[place + 1 :] for place in range(len(letters))}


def _shortened(exact: dict[str, str]) -> dict[str, list[str]]:
    """Give the samples by their indices with one base left out."""
    found: dict[str, list[str]] = {}
    for index, name in exact.items():
        for shorter in sorted(_without_one(index)):
            found.setdefault(shorter, []).append(name)
    return found


def indices_of(samples: Sequence[tuple[str, str]], layout: Layout, how: Demultiplexing) -> list[SampleIndex]:
    """Make the index of each sample element: it names the part of a sample's index that a reading is nearest to.

    Parameters
    ----------
    samples : pairs of a sample's name and its index, parts joined by `+` in the order of the layout
    layout : its sample elements say which parts are on the other strand
    how : the margin, and whether indels are looked for
    """
    columns = zip(*(parts_of(index) for _, index in samples), strict=True)
    return [
        SampleIndex(
            [(part, turned(part) if element.reverse else part) for part in dict.fromkeys(parts)],
            element.mismatches,
            how.margin,
            how.indels,
        )
        for element, parts in zip(layout.samples, columns, strict=True)
    ]


def samples_by_parts(samples: Sequence[tuple[str, str]]) -> dict[tuple[str, ...], str]:
    """Give the sample of each combination of the parts of an index."""
    return {parts_of(index): name for name, index in samples}
