"""Counting reads block by block: kernels match and count what they can prove, the general way takes the rest, read by read.

Both give the same answer for every read, so which of the two counted it changes nothing but the time. With several threads,
lanes are unpacked and matched side by side, and only adding to the counts is done by one at a time.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from io import BytesIO
from pathlib import Path
from threading import Event, Lock

import numpy as np

from cisphys.reads import kernels, open_tables, scan
from cisphys.reads.blocks import BLOCK, Blocks
from cisphys.reads.counts import Counts
from cisphys.reads.elements import Layout
from cisphys.reads.fastq import Position, check_file, named_errors, no_reads, parse_records
from cisphys.reads.fates import (
    AMBIGUOUS_BARCODE,
    BAD_LENGTH,
    CONSTANT_MISSING,
    HAS_N,
    NO_SAMPLE,
    NOT_IN_LIBRARY,
    UNASSIGNED,
)
from cisphys.reads.plan import make_library, make_plan
from cisphys.reads.tally import Tally

FATES_OF_KERNELS = {
    kernels.BAD_LENGTH: BAD_LENGTH,
    kernels.CONSTANT_MISSING: CONSTANT_MISSING,
    kernels.NO_SAMPLE: NO_SAMPLE,
    kernels.HAS_N: HAS_N,
}


class Engine:
    """Counts the files of one run.

    Parameters
    ----------
    layout : what reads hold
    samples : pairs of a sample's name and its index
    libraries : the barcodes to look for, by sample
    tally : counts what the kernels leave
    block : bytes that are unpacked at a time
    """

    def __init__(
        self,
        layout: Layout,
        samples: Sequence[tuple[str, str]],
        libraries: Mapping[str, Collection[str]],
        tally: Tally,
        block: int = BLOCK,
    ):
        self.names = [name for name, _ in samples]
        self.tally, self.block = tally, block
        self.plan = make_plan(layout, samples)
        self.library = make_library(self.names, libraries, layout) if libraries else None
        self.counts = Counts(len(samples), layout.counted.length, self.library)
        self.failed = np.zeros((len(samples) + 1, kernels.UNDECIDED), dtype=np.int64)
        self.records = 0
        self.adding = Lock()  # held by the lane that adds to the counts, the tally or the records

    def add_files(self, paths: Sequence[Path], threads: int, progress: Callable[[int], None]) -> int:
        """Count FASTQ files, as many side by side as there are threads; give the number of all records so far.

        Once the files left are half as many as the threads, or fewer, each is unpacked by a thread of its own. An error in one
        file stops all.

        Raises
        ------
        InputError : a file is missing, empty, cut, damaged or not FASTQ; file, record and line are named
        """
        stopped, finished = Event(), []

        def helped() -> bool:
            return 2 * (len(paths) - len(finished)) <= threads

        def add(path: Path) -> None:
            try:
                Lane(self, path, helped).add(stopped, progress)
                finished.append(path)
            except BaseException:
                stopped.set()
                raise

        with ThreadPoolExecutor(threads) as pool:
            lanes = [pool.submit(add, path) for path in paths]
            try:
                for lane in lanes:
                    lane.result()
            finally:
                stopped.set()
        return self.records

    def finish(self) -> Counts:
        """Join what the kernels and the general way have counted; `tally.failed` then holds all failures."""
        for row, name in enumerate([UNASSIGNED, *self.names]):
            for fate, word in FATES_OF_KERNELS.items():
                self.tally.failed[name, word] += int(self.failed[row, fate])
        for sample, name in enumerate(self.names):
            self.tally.failed[name, NOT_IN_LIBRARY] += self.counts.not_found(sample, open_tables.MISSING)
            self.tally.failed[name, AMBIGUOUS_BARCODE] += self.counts.not_found(sample, open_tables.SEVERAL)
            self.counts.add(sample, self.tally.counts[name])
            self.tally.counts[name] = {}
        return self.counts


class Lane:
    """Counts one file into an engine.

    Parameters
    ----------
    engine : what all lanes count into
    path : a FASTQ file
    helped : says whether there is a thread to unpack it (see `Blocks`)
    """

    def __init__(self, engine: Engine, path: Path, helped: Callable[[], bool]):
        self.engine, self.path = engine, path
        self.blocks = Blocks(path, engine.block, helped)
        self.failed = np.zeros_like(engine.failed)
        self._make_scratch(engine.block)

    def _make_scratch(self, size: int) -> None:
        """Make the arrays that kernels hand on to each other, for blocks of up to `size` bytes; 8 bytes are the least record."""
        records = size // 8 + 1
        self._newlines = np.empty(size + scan.PADDING, dtype=np.int64)
        self._words = np.empty((records, self.engine.counts.rows.shape[1] - 1), dtype=np.uint64)
        self._samples, self._numbers, self._targets, self._missed = np.empty((4, records), dtype=np.int64)

    def add(self, stopped: Event, progress: Callable[[int], None]) -> None:
        """Count the file, unless it is `stopped` before its end."""
        check_file(self.path)
        with named_errors(self.path) as position, closing(iter(self.blocks)) as texts:
            for text, start, stop in texts:
                if stopped.is_set():
                    return
                self.blocks.carry_from(self._add_block(text, start, stop, position))
                progress(self.engine.records)
            self._add_odd(self.blocks.rest, position)
        if not position.records:
            raise no_reads(self.path)
        with self.engine.adding:
            self.engine.failed += self.failed

    def _add_block(self, text: np.ndarray, start: int, stop: int, position: Position) -> int:
        """Count the whole records of a block; give the place where they end."""
        if stop - start + scan.PADDING > len(self._newlines):
            self._make_scratch(2 * (stop - start))
        found, odd = scan.find_newlines(text, start, stop, self._newlines)
        records = found // 4
        if not records:
            return start
        end = int(self._newlines[4 * records - 1]) + 1
        if self.engine.plan is None or odd or not scan.records_hold(text, start, self._newlines, records):
            self._add_odd(text[start:end].tobytes(), position)
        else:
            self._add_proven(text, records)
            position.records += records
        return end

    def _add_odd(self, text: bytes, position: Position) -> None:
        """Count records the general way, from the text on."""
        if text:
            before = position.records
            with self.engine.adding:
                self.engine.tally.add(parse_records(BytesIO(text), position), {})
                self.engine.records += position.records - before

    def _add_proven(self, text: np.ndarray, records: int) -> None:
        """Count records whose shape is proven."""
        engine, words, samples, numbers = self.engine, self._words, self._samples, self._numbers
        newlines = self._newlines
        passed, undecided = kernels.match_records(text, newlines, records, engine.plan, words, samples, numbers, self.failed)
        left = numbers[records - undecided : records]
        if engine.library is not None:
            left = np.concatenate([left, self._find_barcodes(passed)])
        with engine.adding:
            if engine.library is None:
                engine.counts.add_observed(words, samples, passed)
            else:
                engine.counts.add_found(words, samples, passed, self._targets)
            self._add_reads(text, left)
            engine.records += records

    def _find_barcodes(self, passed: int) -> np.ndarray:
        """Look for the barcodes of records that passed; give the numbers of those that are left to the general way."""
        words, samples, targets, missed = self._words, self._samples, self._targets, self._missed
        library = self.engine.library
        many = open_tables.find_known(words, samples, passed, library, targets, missed)
        if library.near.shape[1] > 1:
            open_tables.find_nearest(words, samples, library, targets, missed, many)
        elif library.mismatches:
            targets[missed[:many]] = len(library.words) + open_tables.LEFT
            return self._numbers[missed[:many]]
        return missed[:0]

    def _add_reads(self, text: np.ndarray, numbers: np.ndarray) -> None:
        """Count some records of a block the general way."""
        for header, bases in zip(self._newlines[4 * numbers].tolist(), self._newlines[4 * numbers + 1].tolist(), strict=True):
            self.engine.tally.add_read(text[header + 1 : bases].tobytes().decode("ascii"))
