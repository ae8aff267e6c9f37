"""What the kernels need to know of a run, as arrays: its layout and sample indices, and its libraries of barcodes."""

from collections.abc import Collection, Mapping, Sequence
from itertools import combinations, pairwise, product
from math import comb
from typing import NamedTuple

import numpy as np

from cisphys.reads import kernels, open_tables, rows
from cisphys.reads.elements import Constant, Gap, Layout, Sample

WORD = 32  # bases
MOST_READINGS = 1 << 18  # index readings with errors that are listed beforehand; rarer ones are left to the general matcher


class Plan(NamedTuple):
    """A layout.

    elements : kind, length, mismatches, where its letters start, whether it is searched for; int64, shape (elements, 5)
    letters : of all constants, one after the other, and 32 bytes more
    indices : open table of packed index readings, each with the number of its sample from 1; shape (slots, 2)
    complete : whether `indices` lists every reading within the allowed mismatches
    whole_run : 0 where the whole run is the first sample, else -1: not known yet
    """

    elements: np.ndarray
    letters: np.ndarray
    indices: np.ndarray
    complete: bool
    whole_run: int


class Library(NamedTuple):
    """The barcodes of all libraries of a run, each once, in the order of the alphabet.

    of_sample : the number of each sample's library, -1 where it has none; shape (samples,)
    holds : whether a library holds a barcode, shape (libraries, barcodes)
    words : packed barcodes, shape (barcodes, words)
    rows : open table of `words`
    mismatches : how many are allowed
    near : two open tables of the barcodes by their halves, shape (2, slots, 2); of one slot where the kernel does not look for
        mismatches: it does for one, in barcodes of one word
    """

    of_sample: np.ndarray
    holds: np.ndarray
    words: np.ndarray
    rows: np.ndarray
    mismatches: int
    near: np.ndarray


def make_plan(layout: Layout, samples: Sequence[tuple[str, str]]) -> Plan | None:
    """Write down a layout for the kernels; None where the sample index is too long for them."""
    if layout.sample_length > WORD:
        return None
    elements, letters = [], ""
    for before, element in pairwise((None, *layout.elements)):
        if isinstance(element, Gap):
            continue
        if isinstance(element, Constant):
            elements.append((kernels.CONSTANT, element.length, element.mismatches, len(letters), isinstance(before, Gap)))
            letters += element.letters
        else:
            kind = kernels.SAMPLE if isinstance(element, Sample) else kernels.COUNTED
            elements.append((kind, element.length, element.mismatches if kind == kernels.SAMPLE else 0, 0, 0))
    indices, complete = _index_readings(layout, samples)
    return Plan(
        elements=np.array(elements, dtype=np.int64),
        letters=np.frombuffer(bytearray(letters.encode() + bytes(WORD)), dtype=np.uint8),
        indices=indices,
        complete=complete,
        whole_run=-1 if layout.has_sample else 0,
    )


def _index_readings(layout: Layout, samples: Sequence[tuple[str, str]]) -> tuple[np.ndarray, bool]:
    """List the readings of each sample's index, as an open table; and say whether all that are allowed are in it."""
    if not layout.has_sample:
        return np.zeros((1, 2), dtype=np.uint64), True
    length, allowed = layout.sample.length, layout.sample.mismatches
    sizes = np.cumsum([len(samples) * comb(length, k) * 3**k for k in range(allowed + 1)])
    listed = int((sizes <= MOST_READINGS).sum()) - 1
    readings: dict[str, int] = {}
    for mismatches in range(listed + 1):  # nearer readings first; check_indices has seen to it that none has two samples
        for number, (_, index) in enumerate(samples):
            readings.update(dict.fromkeys(_misread(index, mismatches), number))
    indices = np.zeros((4 * len(readings), 2), dtype=np.uint64)
    kernels.list_readings(pack(list(readings), length), np.array(list(readings.values())), indices)
    return indices, listed == allowed


def _misread(index: str, mismatches: int):
    """Yield every text that differs from `index` at exactly so many positions."""
    for places in combinations(range(len(index)), mismatches):
        for letters in product(*("ACGT".replace(index[place], "") for place in places)):
            text = list(index)
            for place, letter in zip(places, letters, strict=True):
                text[place] = letter
            yield "".join(text)


def pack(texts: Sequence[str], length: int) -> np.ndarray:
    """Pack texts of A, C, G, T, all of one length: uint64, shape (texts, words)."""
    words = np.zeros((len(texts), -(-length // WORD)), dtype=np.uint64)
    kernels.pack_letters(np.frombuffer(bytearray("".join(texts).encode() + bytes(64)), dtype=np.uint8), len(texts), length, words)
    return words


def index_words(words: np.ndarray) -> np.ndarray:
    """Make the open table that gives each of `words`, shape (items, words), its number from 1."""
    table = np.zeros((4 * len(words) + 8, words.shape[1] + 1), dtype=np.uint64)
    open_tables.index_words(words, table)
    return table


def make_library(names: Sequence[str], libraries: Mapping[str, Collection[str]], layout: Layout) -> Library:
    """Write down the libraries of a run for the kernels; libraries are told apart as objects."""
    distinct = {id(library): library for library in libraries.values()}
    numbers = {key: number for number, key in enumerate(distinct)}
    length, mismatches = layout.counted.length, layout.counted.mismatches
    words, holds = _joined([pack(list(library), length) for library in distinct.values()])
    near = np.zeros((2, 3 * len(words) + 8 if mismatches == 1 and length <= WORD else 1, 2), dtype=np.uint64)
    if near.shape[1] > 1:
        open_tables.index_halves(words, near)
    of_sample = np.array([numbers[id(libraries[name])] if name in libraries else -1 for name in names], dtype=np.int64)
    return Library(of_sample, holds, words, index_words(words), mismatches, near)


def _joined(packed: Sequence[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Join packed libraries: each barcode once, in the order of the alphabet, and which of them hold it (`Library.holds`)."""
    words = np.concatenate(packed)
    alphabetic = np.empty_like(words)
    rows.alphabetic(words, alphabetic)
    order = np.lexsort(alphabetic.T[::-1])
    words, owners = words[order], np.repeat(np.arange(len(packed)), [*map(len, packed)])[order]
    first = np.ones(len(words), dtype=np.bool_)
    first[1:] = (words[1:] != words[:-1]).any(axis=1)
    holds = np.zeros((len(packed), first.sum()), dtype=np.bool_)
    holds[owners, first.cumsum() - 1] = True
    return words[first], holds
