"""The units of a run as its layout reads them: with both mates made into one read where it asks for that."""

from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

import dnaio

from cisphys.errors import InputError
from cisphys.reads.elements import MERGED, Layout
from cisphys.reads.merge import merge_pairs
from cisphys.reads.merging import DEFAULT, Merging
from cisphys.reads.units import Files, read_units, reads_of

BATCH = 4096  # pairs that are merged at a time


class MergedRead(NamedTuple):
    """Both mates as one read, bases and qualities as in FASTQ; or the fate of a pair that could not be merged."""

    sequence: str
    qualities: str
    fate: str


Unit = tuple[dnaio.SequenceRecord | MergedRead, ...]


def units_of(layout: Layout, files: Files, merging: Merging = DEFAULT) -> tuple[tuple[str, ...], Iterator[Unit]]:
    """Give the names of the reads that a unit of a run holds, and its units; `merged` comes last.

    Raises
    ------
    InputError : mates are to be merged, and there is no read2; while the units are read, all that `read_units` raises
    """
    reads, units = reads_of(files), read_units(files)
    if not layout.merges:
        return reads, units
    if "read2" not in reads:
        problem = f"layout '{layout.name}' reads the merged mates, but there is no read2 to merge"
        raise InputError(problem, remedy="Name the files of read2 in the sheet of runs, or write the line of read1")
    return (*reads, MERGED), _merged(units, reads.index("read1"), reads.index("read2"), merging)


def _merged(units: Iterator[Unit], first: int, second: int, merging: Merging) -> Iterator[Unit]:
    while batch := list(islice(units, BATCH)):
        pairs = ([(unit[place].sequence, unit[place].qualities) for unit in batch] for place in (first, second))
        for unit, fragment in zip(batch, merge_pairs(*pairs, merging), strict=True):
            read = MergedRead("", "", fragment.reason) if fragment.reason else MergedRead(*fragment.read, "")
            yield (*unit, read)
