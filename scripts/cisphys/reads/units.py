"""The reads of a run by cluster: what its files hold at the same place, from files that have to keep in step."""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import zip_longest
from pathlib import Path

import dnaio

from cisphys.errors import InputError
from cisphys.reads.alignments import is_alignments, read_pairs
from cisphys.reads.elements import INTERLEAVED
from cisphys.reads.fastq import check_file, read_file

FILES = ("read1", "read2", "index1", "index2")
Files = Mapping[str, Sequence[str | Path] | str]
MATE = re.compile("[/.][1-4]$")


class RecordError(Exception):
    """What is wrong with a record, raised where its file is not known: the record's name, the problem, the remedy."""

    def __init__(self, name: str, problem: str, remedy: str):
        super().__init__(name, problem, remedy)


@contextmanager
def naming_files(files: Files) -> Iterator[None]:
    """Turn a RecordError into an InputError that names the files of read1 as well."""
    try:
        yield
    except RecordError as error:
        name, problem, remedy = error.args
        paths = " or ".join(map(str, files["read1"]))
        raise InputError(problem, path=paths, where=f"record '{name}'", remedy=remedy) from None


def reads_of(files: Files) -> tuple[str, ...]:
    """Name the reads that a unit has a record of, in the order of its records."""
    return tuple(read for read in FILES if files.get(read))


def read_units(files: Files) -> Iterator[tuple[dnaio.SequenceRecord, ...]]:
    """Yield the records of each cluster, in the order of `reads_of` the files; lanes one after the other.

    Parameters
    ----------
    files : the lanes of each read that there is; `read2` is ``interleaved`` where the files of read1 hold both mates in turn

    Raises
    ------
    InputError : a file is missing, cut, damaged or not what its name says; reads have different numbers of lanes or records;
        records that stand at the same place have different names (both files, the record and both names are given)
    """
    reads = reads_of(files)
    lanes = {read: [Path(path) for path in files[read]] for read in reads if files[read] != INTERLEAVED}
    _check_lanes(lanes)
    for paths in zip(*lanes.values(), strict=True):
        for path in paths:
            check_file(path)
        if files.get("read2") == INTERLEAVED:
            yield from _beside(_mates(paths[0]), paths[0], paths[1:])
        else:
            yield from _in_step([read_file(path) for path in paths], paths)


def _check_lanes(lanes: Mapping[str, Sequence[Path]]) -> None:
    first, *others = lanes
    for read in others:
        if len(lanes[read]) != len(lanes[first]):
            problem = f"{first} has {len(lanes[first])} files, {read} has {len(lanes[read])}"
            raise InputError(problem, remedy="Give each read the same lanes, in the same order")


def _in_step(streams: Sequence[Iterator[dnaio.SequenceRecord]], paths: Sequence[Path]) -> Iterator[tuple]:
    """Yield what stands at the same place in several files."""
    if len(streams) == 1:
        yield from zip(*streams, strict=True)
        return
    for number, records in enumerate(zip_longest(*streams), start=1):
        first = records[0]
        for record, path in zip(records[1:], paths[1:], strict=True):
            if first is None or record is None:
                raise _uneven(records, paths, number)
            if record.id != first.id and not are_mates(first.id, record.id):
                raise _out_of_step(first, record, (paths[0], path), number)
        yield records


def _beside(pairs: Iterator[tuple], path: Path, others: Sequence[Path]) -> Iterator[tuple]:
    """Yield pairs of mates, each with what stands beside it in other files."""
    if not others:
        yield from pairs
        return
    streams = [map(_first, kept := _Kept(pairs)), *(read_file(other) for other in others)]
    for records in _in_step(streams, [path, *others]):
        yield (*kept.last, *records[1:])


class _Kept(Iterator):
    """An iterator that remembers what it gave last."""

    def __init__(self, items: Iterator[tuple]):
        self._items = items
        self.last: tuple = ()

    def __next__(self) -> tuple:
        self.last = next(self._items)
        return self.last


def _first(records: tuple) -> dnaio.SequenceRecord:
    return records[0]


def _mates(path: Path) -> Iterator[tuple[dnaio.SequenceRecord, dnaio.SequenceRecord]]:
    """Yield the pairs of a file that holds both mates in turn."""
    if is_alignments(path):
        yield from read_pairs(path)
        return
    records = read_file(path)
    for number, first in enumerate(records, start=1):
        second = next(records, None)
        if second is None:
            problem = f"the last of its {2 * number - 1} records, '{first.name}', has no mate"
            raise InputError(problem, path=path, remedy="An interleaved file holds the mates of each pair in turn")
        if first.id != second.id and not are_mates(first.id, second.id):
            raise _out_of_step(first, second, (path, path), 2 * number)
        yield first, second


def are_mates(first: str, second: str) -> bool:
    """Say whether two different names are of one cluster: `x/1` and `x/2`, `x.1` and `x.2`."""
    return bool(MATE.search(first) and MATE.search(second)) and first[:-1] == second[:-1] and first[-1] == "1"


def _out_of_step(first, second, paths: tuple[Path, Path], number: int) -> InputError:
    one, two = paths
    names = f"'{first.name}' and '{second.name}'"
    if one == two:
        problem = f"the mates have different names, {names}"
        return InputError(problem, path=one, where=f"records {number - 1} and {number}", remedy="Is the file interleaved?")
    problem = f"record {number} of the two files has different names, {names}: they are out of step"
    return InputError(
        problem, path=f"{one} and {two}", remedy="Take both from one sequencing run, neither sorted nor filtered alone"
    )


def _uneven(records: Sequence, paths: Sequence[Path], number: int) -> InputError:
    ended = next(path for record, path in zip(records, paths, strict=True) if record is None)
    going, record = next((path, record) for record, path in zip(records, paths, strict=True) if record is not None)
    problem = f"{ended} ends after {number - 1} records, but {going} goes on with record {number}, '{record.name}'"
    return InputError(problem, remedy="Files of one lane hold the same clusters; was one cut, or filtered alone?")
