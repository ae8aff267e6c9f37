"""Molecules of a run as its reads come in: how often each UMI of each sample and sequence was read, packed to two bits a base.

A distinct molecule of 20 bases and a UMI of 10 takes 16 bytes of an open table (see `open_tables`), which is half empty at most,
and as much again while the table grows and when it is written; reads that repeat a molecule take none.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import nullcontext
from heapq import merge
from itertools import groupby, islice
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

import numpy as np

from cisphys.reads.counts import HEADER as COUNTS_HEADER
from cisphys.reads.counts import Counts, open_counts
from cisphys.reads.elements import Layout
from cisphys.reads.fates import DUPLICATE_UMI
from cisphys.reads.umis import correct_umis, molecules_of

if TYPE_CHECKING:
    import pandas as pd

KEPT = 1 << 17  # additions that are kept as text before they are packed
CHUNK = 1 << 14  # sequences that are written at a time
COLUMNS = ["sample", "sequence", "reads", "umis", "molecules", "expected_molecules"]
HEADER = "\t".join(COLUMNS) + "\n"
LETTERS = np.frombuffer(b"ACGT", dtype=np.uint8)
Contents = tuple[str, ...]  # letters that are counted, UMIs


class Row(NamedTuple):
    """One sequence of one sample: its reads, distinct UMIs as read, and molecules after their correction."""

    letters: str
    reads: int
    umis: int
    molecules: int


class Molecules:
    """Reads by sample, sequence and UMI.

    Parameters
    ----------
    layout : says whether UMIs are corrected, and how many there can be
    names : the samples
    """

    def __init__(self, layout: Layout, names: Sequence[str]):
        self.names, self.layout = sorted(names), layout
        self._kept: dict[str, dict[Contents, int]] = {name: {} for name in self.names}
        self._added = 0  # that are kept
        spans = (layout.counted, *layout.umis)
        self._lengths = tuple(span.length for span in spans) if all(span.fixed for span in spans) else None
        self._tables: dict[tuple[int, ...], Counts] = {}  # by the lengths of what was read

    def add(self, sample: str, contents: Contents, reads: int = 1) -> None:
        """Add reads of the same contents: the letters that are counted, then UMIs."""
        kept = self._kept[sample]
        kept[contents] = kept.get(contents, 0) + reads
        self._added += 1
        if self._added >= KEPT:
            self._pack()

    def _pack(self) -> None:
        for number, kept in enumerate(self._kept.values()):
            for lengths, texts in self._by_lengths(kept):
                if lengths not in self._tables:
                    self._tables[lengths] = Counts(len(self.names), sum(lengths))
                self._tables[lengths].add(number, texts)
            kept.clear()
        self._added = 0

    def _by_lengths(self, kept: dict[Contents, int]) -> Iterable[tuple[tuple[int, ...], dict[str, int]]]:
        """Join letters and UMIs, those of other lengths apart: then each text has one meaning."""
        if self._lengths is not None:
            return [(self._lengths, {"".join(contents): reads for contents, reads in kept.items()})] if kept else []
        found: dict[tuple[int, ...], dict[str, int]] = {}
        for contents, reads in kept.items():
            found.setdefault(tuple(map(len, contents)), {})["".join(contents)] = reads
        return found.items()

    def by_sample(self) -> Iterator[tuple[str, Iterator[Row]]]:
        """Yield each sample, in the order of the alphabet, with the rows of its sequences, sorted; what was added is used up."""
        self._pack()
        tables = [(lengths, table.by_sample()) for lengths, table in sorted(self._tables.items())]
        for name in self.names:
            parts = [_rows(*next(found), lengths, self.layout.umis_corrected) for lengths, found in tables]
            yield name, (parts[0] if len(parts) == 1 else _joined(parts))


def _rows(words: np.ndarray, reads: np.ndarray, lengths: tuple[int, ...], corrected: bool) -> Iterator[Row]:
    """Yield the rows of one table; `words` (items, words) sort as their letters do, those that are counted first."""
    if not len(words):
        return
    length, whole = lengths[0], sum(lengths)
    starts = np.append(np.flatnonzero(_differs_from_last(words, length)), len(words))
    umis = np.diff(starts)
    molecules = correct_umis(_numbers(words, length, whole), reads, starts, whole - length) if corrected else umis
    sums = np.add.reduceat(reads, starts[:-1])
    for chunk in range(0, len(umis), CHUNK):
        part = slice(chunk, chunk + CHUNK)
        columns = (column[part].tolist() for column in (sums, umis, molecules))
        yield from map(Row, _texts(words[starts[:-1][part]], length), *columns)


def _differs_from_last(words: np.ndarray, length: int) -> np.ndarray:
    """Say of each item whether its first `length` bases are others than those of the item before."""
    kept, rest = words[:, : -(-length // 32)].copy(), length % 32
    if rest:
        kept[:, -1] >>= np.uint64(64 - 2 * rest)
    return np.append(True, (kept[1:] != kept[:-1]).any(axis=1))


def _base(words: np.ndarray, place: int) -> np.ndarray:
    """Return (items,) the base at one place, 0 to 3."""
    return (words[:, place // 32] >> np.uint64(62 - 2 * (place % 32))) & np.uint64(3)


def _numbers(words: np.ndarray, start: int, stop: int) -> np.ndarray:
    """Return (items,) the bases from `start` to before `stop` as one number each."""
    numbers = np.zeros(len(words), dtype=np.int64)
    for place in range(start, stop):
        numbers = (numbers << 2) | _base(words, place).astype(np.int64)
    return numbers


def _texts(words: np.ndarray, length: int) -> list[str]:
    letters = np.empty((len(words), length), dtype=np.uint8)
    for place in range(length):
        letters[:, place] = LETTERS[_base(words, place)]
    text = letters.tobytes().decode()
    return [text[start : start + length] for start in range(0, len(text), length)]


def _joined(parts: Sequence[Iterable[Row]]) -> Iterator[Row]:
    """Yield sorted rows as one, those of the same letters added up."""
    for letters, rows in groupby(merge(*parts), key=itemgetter(0)):
        yield Row(letters, *map(sum, zip(*(row[1:] for row in rows), strict=True)))


def write_molecules(
    molecules: Molecules, failed: Counter[tuple[str, str]], path: str | Path | None, out: BinaryIO
) -> Iterator[int]:
    """Write the table of counts, `sample sequence reads` with molecules for reads, and yield the sum of each sample.

    Parameters
    ----------
    molecules : what was read; used up
    failed : gets each sample's reads that repeat a molecule
    path : where given, gets the table with `COLUMNS`, which says how molecules were counted
    out : gets the table of counts
    """
    out.write(COUNTS_HEADER)
    with open_counts(path) if path else nullcontext() as details:
        if details:
            details.write(HEADER.encode())
        for name, rows in molecules.by_sample():
            reads = counted = 0
            while chunk := list(islice(rows, CHUNK)):
                reads += sum(row.reads for row in chunk)
                counted += sum(row.molecules for row in chunk)
                out.write("".join(f"{name}\t{row.letters}\t{row.molecules}\n" for row in chunk).encode())
                if details:
                    details.write(_details(name, chunk, molecules.layout.possible_umis).encode())
            failed[name, DUPLICATE_UMI] += reads - counted
            yield counted


def _details(name: str, rows: Sequence[Row], possible: float) -> str:
    expected = molecules_of(np.array([row.molecules for row in rows]), possible).tolist()
    return "".join(
        f"{name}\t{row.letters}\t{row.reads}\t{row.umis}\t{row.molecules}\t{number:.2f}\n"
        for row, number in zip(rows, expected, strict=True)
    )


def sum_molecules(run: str, path: str | Path, samples: Sequence[str]) -> "pd.DataFrame":
    """Add up a run's table of molecules by sample: columns run, sample, reads, umis, molecules, expected_molecules."""
    from cisphys.tables import read_table

    table = read_table(path, required=COLUMNS, text=COLUMNS[:2])
    sums = table.groupby("sample")[COLUMNS[2:]].sum().reindex(samples, fill_value=0).rename_axis("sample").reset_index()
    return sums.assign(run=run)[["run", "sample", *COLUMNS[2:]]]
