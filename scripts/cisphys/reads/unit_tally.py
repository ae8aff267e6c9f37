"""Counts of one run as they grow, for any layout: barcodes assigned to a library, copies of a molecule counted once."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import partial
from itertools import islice
from pathlib import Path

from cisphys.log import Progress
from cisphys.reads.barcodes import KnownBarcodes
from cisphys.reads.copies import SampleFiles
from cisphys.reads.demultiplex import Demultiplexing
from cisphys.reads.elements import Layout
from cisphys.reads.fates import AMBIGUOUS_BARCODE, DUPLICATE_UMI, NOT_IN_LIBRARY
from cisphys.reads.unit_match import Unit, UnitMatch, compile_unit_matcher
from cisphys.reads.units import Files, naming_files, read_units, reads_of

BATCH = 4096  # units between two looks at the clock


class UnitTally:
    """Counts of units: `counts[sample][letters]`, and `failed[sample, fate]` for those that were not counted.

    Parameters
    ----------
    match : gives the sample, fate and contents of a unit; the first of these is counted, the others tell molecules apart
    names : the samples
    libraries : the barcodes to look for, by sample; a sample that is not named counts everything
    mismatches : how many bases of a barcode may differ from the one of the library
    """

    def __init__(
        self,
        match: Callable[[Unit], UnitMatch],
        names: Sequence[str],
        libraries: Mapping[str, Collection[str]],
        mismatches: int = 0,
    ):
        distinct = {id(barcodes): barcodes for barcodes in libraries.values()}
        known = {key: KnownBarcodes(barcodes, mismatches) for key, barcodes in distinct.items()}
        self.match = match
        self.libraries = {name: known[id(libraries[name])] if name in libraries else None for name in names}
        self.counts: dict[str, dict[str, int]] = {name: {} for name in names}
        self.molecules: dict[str, set[tuple[str, ...]]] = {name: set() for name in names}
        self.failed: Counter[tuple[str, str]] = Counter()

    def add(self, units: Iterable[Unit], copies: Mapping[str, Callable[[Unit], object]]) -> None:
        """Count some units; hand those of the samples in `copies` to the function given there."""
        for unit in units:
            sample, fate, contents = self.match(unit)
            if sample in copies:
                copies[sample](unit)
            fate = fate or self._count(sample, contents)
            if fate:
                self.failed[sample, fate] += 1

    def _count(self, sample: str, contents: tuple[str, ...]) -> str:
        """Count a unit that passed; give its fate if it is not counted after all."""
        letters, *umis = contents
        library = self.libraries[sample]
        if library is not None:
            near = library.assign(letters)
            if len(near) != 1:
                return AMBIGUOUS_BARCODE if near else NOT_IN_LIBRARY
            letters = near[0]
        if umis:
            molecule = (letters, *umis)
            if molecule in self.molecules[sample]:
                return DUPLICATE_UMI
            self.molecules[sample].add(molecule)
        seen = self.counts[sample]
        seen[letters] = seen.get(letters, 0) + 1
        return ""


def count_units(
    files: Files,
    layout: Layout,
    samples: Sequence[tuple[str, str]],
    libraries: Mapping[str, Collection[str]],
    demultiplexing: Demultiplexing,
    fastq_folder: str | Path | None = None,
) -> tuple[UnitTally, int]:
    """Count all units of a run, and give their number, counted apart from the fates. The parameters are those of `count_run`."""
    reads = reads_of(files)
    names = [name for name, _ in samples]
    match = compile_unit_matcher(layout, samples, reads, demultiplexing)
    tally = UnitTally(match, names, libraries, layout.counted.mismatches)
    units, done = read_units(files), 0
    with naming_files(files), SampleFiles(fastq_folder, names, reads) as copied, Progress("reads") as progress:
        copies = {name: partial(copied.add, name) for name in copied.names}
        while batch := list(islice(units, BATCH)):
            tally.add(batch, copies)
            done += len(batch)
            progress.to(done)
    return tally, done
