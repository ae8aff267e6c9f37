"""Counts of sequences by sample, packed: what kernels add to, and what the table of counts is written from.

Counts of known barcodes are cells of an array where that is small. All others are rows of an open table (see `open_tables`): a
row of 75 bases and its count take 32 bytes, and the table grows by half when four fifths of it are in use.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import numpy as np
from isal import igzip

from cisphys.files import written_beside
from cisphys.reads import open_tables, rows
from cisphys.reads.plan import WORD, Library, pack

HEADER = b"sample\tsequence\treads\n"
MOST_CELLS = 1 << 23  # 64 MiB
FULL, GROWTH, LEAST_SLOTS = 0.8, 1.5, 1 << 12
CHUNK = 1 << 15  # rows that are written at a time
COUNT = np.uint64((1 << int(open_tables.COUNT_BITS)) - 1)


class Counts:
    """Counts by sample and sequence.

    Parameters
    ----------
    samples : their number
    length : bases of each sequence
    library : the known barcodes, None where every sequence counts
    most_cells : known barcodes times samples above which they are counted in rows
    """

    def __init__(self, samples: int, length: int, library: Library | None = None, most_cells: int = MOST_CELLS):
        self.length, self.library = length, library
        width = -(-length // WORD)
        known = len(library.words) if library else 0
        self.first = 0 if samples * known <= most_cells else known  # targets from here on have cells
        self.cells = np.zeros((samples, known - self.first + open_tables.OTHERS), dtype=np.int64)
        self.rows = np.zeros((LEAST_SLOTS, width + 1), dtype=np.uint64)
        self.used = 0

    def make_room(self, items: int) -> None:
        """See to it that the open table has room for so many new rows."""
        needed = (self.used + items) / FULL
        if needed <= len(self.rows):
            return
        larger = np.zeros((int(max(needed, GROWTH * len(self.rows))), self.rows.shape[1]), dtype=np.uint64)
        open_tables.move_rows(self.rows, self.rows[:, :-1], larger)
        self.rows = larger

    def add_found(self, words: np.ndarray, samples: np.ndarray, passed: int, targets: np.ndarray) -> None:
        """Count records whose barcodes were looked for: all as `find_known` and `find_nearest` leave them."""
        open_tables.count_cells(samples, targets, passed, self.first, self.cells)
        if self.first or self.library.of_sample.min() < 0:
            self.make_room(passed)
            self.used += open_tables.count_rows(words, samples, passed, self.library.words, targets, self.first, self.rows)

    def add_observed(self, words: np.ndarray, samples: np.ndarray, passed: int) -> None:
        """Count records under their own sequences: all as `match_records` leaves them."""
        self.make_room(passed)
        self.used += open_tables.count_observed(words, samples, passed, self.rows)

    def not_found(self, sample: int, target: int) -> int:
        """Give the number of a sample's records with one of the targets behind the barcodes, such as MISSING."""
        return int(self.cells[sample, target - open_tables.OTHERS])

    def add(self, sample: int, counts: Mapping[str, int]) -> None:
        """Add counts of sequences of A, C, G, T."""
        self.make_room(len(counts))
        words = pack(list(counts), self.length)
        numbers = np.fromiter(counts.values(), dtype=np.int64, count=len(counts))
        self.used += open_tables.add_rows(self.rows, words, np.full(len(counts), sample), numbers)

    def by_sample(self) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Yield for each sample its sequences (as `rows.alphabetic` leaves them, sorted, shape (items, words)) and their counts.

        The open table is used up.
        """
        known = np.zeros((0, self.rows.shape[1] - 1), dtype=np.uint64)
        if self.library and not self.first:
            known = np.empty_like(self.library.words)
            rows.alphabetic(self.library.words, known)
        open_rows = self.rows[: rows.take_rows(self.rows)]
        rows.alphabetic(open_rows[:, :-1], open_rows[:, :-1])
        owners = (open_rows[:, -1] >> open_tables.COUNT_BITS).astype(np.uint16)
        order = np.argsort(owners, kind="stable")
        ends = np.searchsorted(owners, np.arange(1, len(self.cells) + 2), sorter=order)
        for sample, cells in enumerate(self.cells):
            yield _merged(known, cells[: len(known)], open_rows[order[ends[sample] : ends[sample + 1]]])


def _merged(known: np.ndarray, cells: np.ndarray, open_rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Join the counts of one sample from both places, sorted; a sequence may be in both."""
    seen = np.flatnonzero(cells)
    if not len(open_rows):
        return known[seen], cells[seen]
    words = np.concatenate([known[seen], open_rows[:, :-1]])
    counts = np.concatenate([cells[seen], (open_rows[:, -1] & COUNT).astype(np.int64)])
    order = np.lexsort(words.T[::-1])
    words, counts = words[order], counts[order]
    first = np.flatnonzero(np.append(True, (words[1:] != words[:-1]).any(axis=1)))
    return words[first], np.add.reduceat(counts, first)


def write_counts(counts: Counts, names: Sequence[str], out: BinaryIO) -> Iterator[int]:
    """Write the table `sample sequence reads`, samples in the order given, and yield the sum of each."""
    out.write(HEADER)
    for name, (words, numbers) in zip(names, counts.by_sample(), strict=True):
        for start in range(0, len(numbers), CHUNK):
            out.write(_as_text(name, words[start : start + CHUNK], numbers[start : start + CHUNK], counts.length))
        yield int(numbers.sum())


def write_dicts(counts: Mapping[str, Mapping[str, int]], out: BinaryIO) -> Iterator[int]:
    """Write the same table from dicts: counts of sequences of any lengths, by sample; samples in alphabetical order."""
    out.write(HEADER)
    for name in sorted(counts):
        seen = counts[name]
        out.write("".join(f"{name}\t{letters}\t{seen[letters]}\n" for letters in sorted(seen)).encode())
        yield sum(seen.values())


def _as_text(name: str, words: np.ndarray, numbers: np.ndarray, length: int) -> memoryview:
    label = np.frombuffer(bytearray(name.encode()), dtype=np.uint8)
    text = np.empty(len(numbers) * (len(label) + length + rows.DIGITS + 3), dtype=np.uint8)
    size = rows.write_rows(label, words, numbers, length, np.empty(rows.DIGITS, dtype=np.uint8), text)
    return memoryview(text)[:size]


@contextmanager
def open_counts(path: str | Path) -> Iterator[BinaryIO]:
    """Open a table to write; a name in ``.gz`` is compressed by ISA-L, ten times faster than zlib and a little larger."""
    with written_beside(path) as beside, open(beside, "wb") as raw:
        if str(path).endswith(".gz"):
            with igzip.IGzipFile(filename="", mode="wb", fileobj=raw, mtime=0, compresslevel=1) as packed:
                yield packed
        else:
            yield raw
