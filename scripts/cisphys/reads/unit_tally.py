"""Counts of one run as they grow, for any layout: barcodes assigned to a library, UMIs kept to be made into molecules."""

import gc
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import islice
from pathlib import Path

from cisphys.progress import Progress
from cisphys.reads.barcodes import KnownBarcodes
from cisphys.reads.batch_match import BatchMatch, compile_batch_matcher
from cisphys.reads.copies import SampleFiles
from cisphys.reads.demultiplex import Demultiplexing
from cisphys.reads.elements import Layout
from cisphys.reads.estimate import about_units
from cisphys.reads.fates import AMBIGUOUS_BARCODE, NOT_IN_LIBRARY
from cisphys.reads.mates import Unit, units_of
from cisphys.reads.merging import Merging
from cisphys.reads.molecules import Molecules
from cisphys.reads.unit_match import UnitMatch, compile_unit_matcher
from cisphys.reads.units import Files, naming_files, reads_of

BATCH = 4096  # units between two looks at the clock


class UnitTally:
    """Counts of units: `counts[sample][letters]`, and `failed[sample, fate]` for those that were not counted.

    Parameters
    ----------
    match : gives the sample, fate and contents of a unit; the first of these is counted, the others tell molecules apart
    match_batch : counts the samples and contents of many units, and gives those that it leaves to `match`; None: it leaves all
    names : the samples
    libraries : the barcodes to look for, by sample; a sample that is not named counts everything
    mismatches : how many bases of a barcode may differ from the one of the library
    molecules : gets what was read, in place of `counts`, where there are UMIs
    """

    def __init__(
        self,
        match: Callable[[Unit], UnitMatch],
        match_batch: Callable[[Sequence[Unit]], BatchMatch] | None,
        names: Sequence[str],
        libraries: Mapping[str, Collection[str]],
        mismatches: int = 0,
        molecules: Molecules | None = None,
    ):
        distinct = {id(barcodes): barcodes for barcodes in libraries.values()}
        known = {key: KnownBarcodes(barcodes, mismatches) for key, barcodes in distinct.items()}
        self.match, self.match_batch = match, match_batch
        self.libraries = {name: known[id(libraries[name])] if name in libraries else None for name in names}
        self.counts: dict[str, dict[str, int]] = {name: {} for name in names}
        self.molecules = molecules
        self.failed: Counter[tuple[str, str]] = Counter()

    def add(self, units: Sequence[Unit], copies: Mapping[str, Callable[[Unit], object]]) -> None:
        """Count some units; hand those of the samples in `copies` to the function given there."""
        if self.match_batch is not None and not copies:
            found, units = self.match_batch(units)
            for sample, contents, number in found:
                if fate := self._count(sample, contents, number):
                    self.failed[sample, fate] += number
        for unit in units:
            sample, fate, contents = self.match(unit)
            if sample in copies:
                copies[sample](unit)
            fate = fate or self._count(sample, contents, 1)
            if fate:
                self.failed[sample, fate] += 1

    def _count(self, sample: str, contents: tuple[str, ...], number: int) -> str:
        """Count units of the same contents that passed; give their fate if they are not counted after all."""
        library = self.libraries[sample]
        if library is not None:
            near = library.assign(contents[0])
            if len(near) != 1:
                return AMBIGUOUS_BARCODE if near else NOT_IN_LIBRARY
            contents = (near[0], *contents[1:])
        if self.molecules is not None:
            self.molecules.add(sample, contents, number)
        else:
            seen = self.counts[sample]
            seen[contents[0]] = seen.get(contents[0], 0) + number
        return ""


@contextmanager
def collector_paused() -> Iterator[None]:
    """Pause Python's search for cycles of references: counting makes none, and the search takes as long as the counting."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def count_units(
    run: str,
    files: Files,
    layout: Layout,
    samples: Sequence[tuple[str, str]],
    libraries: Mapping[str, Collection[str]],
    demultiplexing: Demultiplexing,
    merging: Merging,
    fastq_folder: str | Path | None = None,
) -> tuple[UnitTally, int]:
    """Count all units of a run, and give their number, counted apart from the fates. The parameters are those of `count_run`."""
    reads, units = units_of(layout, files, merging)
    names = [name for name, _ in samples]
    match = compile_unit_matcher(layout, samples, reads, demultiplexing)
    molecules = Molecules(layout, names) if layout.umis else None
    match_batch = compile_batch_matcher(layout, samples, reads)
    tally = UnitTally(match, match_batch, names, libraries, layout.counted.mismatches, molecules)
    done = 0
    copies_to = SampleFiles(fastq_folder, names, reads_of(files))
    progress = Progress(f"counting reads of {run}", "reads", lambda: about_units(files))
    with naming_files(files), copies_to as copied, progress, collector_paused():
        copies = {name: partial(copied.add, name) for name in copied.names}
        while batch := list(islice(units, BATCH)):
            tally.add(batch, copies)
            done += len(batch)
            progress.to(done)
    return tally, done
