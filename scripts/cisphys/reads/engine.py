"""Counting reads block by block: kernels match and count what they can prove, the general way takes the rest, read by read.

Both give the same answer for every read, so which of the two counted it changes nothing but the time.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import closing
from io import BytesIO
from pathlib import Path

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
        self._make_scratch(block)

    def _make_scratch(self, size: int) -> None:
        """Make the arrays that kernels hand on to each other, for blocks of up to `size` bytes; 8 bytes are the least record."""
        records = size // 8 + 1
        self._newlines = np.empty(size + scan.PADDING, dtype=np.int64)
        self._words = np.empty((records, self.counts.rows.shape[1] - 1), dtype=np.uint64)
        self._samples, self._numbers, self._targets, self._missed = np.empty((4, records), dtype=np.int64)

    def add_file(self, path: Path, threads: int, progress: Callable[[int], None]) -> int:
        """Count one FASTQ file; give the number of its records.

        Raises
        ------
        InputError : the file is missing, empty, cut, damaged or not FASTQ; file, record and line are named
        """
        check_file(path)
        blocks = Blocks(path, threads, self.block)
        with named_errors(path) as position, closing(iter(blocks)) as texts:
            for text, start, stop in texts:
                blocks.carry_from(self._add_block(text, start, stop, position))
                progress(position.records)
            self._add_odd(blocks.rest, position)
        if not position.records:
            raise no_reads(path)
        return position.records

    def _add_block(self, text: np.ndarray, start: int, stop: int, position: Position) -> int:
        """Count the whole records of a block; give the place where they end."""
        if stop - start + scan.PADDING > len(self._newlines):
            self._make_scratch(2 * (stop - start))
        found, odd = scan.find_newlines(text, start, stop, self._newlines)
        records = found // 4
        if not records:
            return start
        end = int(self._newlines[4 * records - 1]) + 1
        if self.plan is None or odd or not scan.records_hold(text, start, self._newlines, records):
            self._add_odd(text[start:end].tobytes(), position)
        else:
            self._add_proven(text, records)
            position.records += records
        return end

    def _add_odd(self, text: bytes, position: Position) -> None:
        """Count records the general way, from the text on."""
        if text:
            self.tally.add(parse_records(BytesIO(text), position), {})

    def _add_proven(self, text: np.ndarray, records: int) -> None:
        """Count records whose shape is proven."""
        passed, undecided = kernels.match_records(
            text, self._newlines, records, self.plan, self._words, self._samples, self._numbers, self.failed
        )
        self._add_reads(text, self._numbers[records - undecided : records])
        if self.library is None:
            self.counts.add_observed(self._words, self._samples, passed)
        else:
            self._add_barcodes(text, passed)

    def _add_barcodes(self, text: np.ndarray, passed: int) -> None:
        """Count records of samples of which some have a library."""
        words, samples, targets, missed = self._words, self._samples, self._targets, self._missed
        many = open_tables.find_known(words, samples, passed, self.library, targets, missed)
        if self.library.near.shape[1] > 1:
            open_tables.find_nearest(words, samples, self.library, targets, missed, many)
        elif self.library.mismatches:
            targets[missed[:many]] = len(self.library.words) + open_tables.LEFT
            self._add_reads(text, self._numbers[missed[:many]])
        self.counts.add_found(words, samples, passed, targets)

    def _add_reads(self, text: np.ndarray, numbers: np.ndarray) -> None:
        """Count some records of a block the general way."""
        for header, bases in zip(self._newlines[4 * numbers].tolist(), self._newlines[4 * numbers + 1].tolist(), strict=True):
            self.tally.add_read(text[header + 1 : bases].tobytes().decode("ascii"))

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
