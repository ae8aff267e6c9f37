"""Counting the reads of one run: how often each variant or barcode was read in each sample, and what became of the rest.

Reads stream through: memory grows with the distinct (sample, sequence) pairs that are counted, not with the reads.
"""

import logging
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import partial
from itertools import islice
from pathlib import Path

import dnaio
import pandas as pd

from cisphys.errors import InputError
from cisphys.files import open_to_write
from cisphys.log import Progress
from cisphys.reads.copies import SampleFiles
from cisphys.reads.demultiplex import Demultiplexing, SampleIndex, check_indices
from cisphys.reads.elements import Layout
from cisphys.reads.fastq import read_records
from cisphys.reads.fates import COLUMNS, COUNTED, FATES, NOT_IN_LIBRARY, UNASSIGNED, possible_fates, possible_unassigned_fates
from cisphys.reads.match import Match, compile_matcher
from cisphys.reads.unit_tally import UnitTally, count_units
from cisphys.reads.units import Files
from cisphys.tables import write_table

logger = logging.getLogger(__name__)
BATCH = 4096  # reads between two looks at the clock
DEFAULT = Demultiplexing()
COUNTS_HEADER = b"sample\tsequence\treads\n"


def count_run(
    run: str,
    files: Iterable[str | Path] | Files,
    layout: Layout,
    samples: Sequence[tuple[str, str]],
    counts_path: str | Path,
    fates_path: str | Path,
    *,
    libraries: Mapping[str, Collection[str]] | None = None,
    fastq_folder: str | Path | None = None,
    demultiplexing: Demultiplexing = DEFAULT,
) -> None:
    """Count one run and say what became of each of its reads.

    The counts are exact: a read counts if and only if every element of the layout is found as `line_match` says.

    Parameters
    ----------
    run : the run's name
    files : the files of read1, lanes in order; or the lanes of each read that there is, by its name (`read1`, `read2`, `index1`,
        `index2`), where `read2` may be ``interleaved``
    layout : what its reads hold
    samples : pairs of a sample's name and its index ("" where the whole run is this sample)
    counts_path : gets the table `sample sequence reads`, sorted; `sequence` is the variant or the barcode
    fates_path : gets the table `run sample fate reads`, whose `reads` sum to the records of the files
    libraries : the barcodes to look for, by sample; a sample that is not named counts everything
    fastq_folder : where given, every record of a sample is also copied there, unchanged (see `SampleFiles`)
    demultiplexing : how indices are assigned

    Raises
    ------
    InputError : the files, indices or libraries do not fit the layout or each other
    """
    check_indices(samples, layout, margin=demultiplexing.margin)
    check_counted(layout)
    libraries = dict(libraries or {})
    check_barcode_lengths(libraries, layout)
    files = files if isinstance(files, Mapping) else {"read1": list(files)}
    if layout.plain and list(files) == ["read1"] and demultiplexing == DEFAULT and not layout.counted.mismatches:
        tally, records = _count_records(files["read1"], layout, samples, libraries, fastq_folder)
    else:
        tally, records = count_units(files, layout, samples, libraries, demultiplexing, fastq_folder)
    fates = fates_table(run, layout, tally, libraries, ambiguous=demultiplexing != DEFAULT)
    _check_sum(run, fates, records)
    write_counts(tally.counts, counts_path)
    write_table(fates, fates_path)


def check_counted(layout: Layout) -> None:
    """Check that a layout has one element to count: reads with a barcode and a variant say what belongs together instead."""
    if layout.pairs:
        problem = f"layout '{layout.name}' has a barcode and a variant, and one of them is counted"
        raise InputError(problem, remedy="Give its run the role association in the run sheet, or leave one of them out")


def check_barcode_lengths(libraries: Mapping[str, Collection[str]], layout: Layout) -> None:
    """Check that library barcodes are as long as those that the layout reads; other lengths would never be found."""
    for sample, barcodes in libraries.items():
        if layout.counted.name != "barcode":
            problem = f"layout '{layout.name}' reads variants, but sample '{sample}' has a library of barcodes"
            raise InputError(problem, remedy="Count barcode[n] in the layout, or write 'variants: observed'")
        odd = next((code for code in barcodes if not layout.counted.least <= len(code) <= layout.counted.length), None)
        if odd is not None:
            problem = f"the library of sample '{sample}' has the barcode {odd} of {len(odd)} bases"
            raise InputError(problem, remedy=f"Layout '{layout.name}' reads barcode[{layout.counted.range}]")


class Tally:
    """Counts as they grow: `counts[sample][letters]`, and `failed[sample, fate]` for reads that were not counted."""

    def __init__(self, match: Callable[[str], Match], names: Sequence[str], libraries: Mapping[str, Collection[str]]):
        self.match = match
        self.libraries = {name: libraries.get(name) for name in names}
        self.counts: dict[str, dict[str, int]] = {name: {} for name in names}
        self.failed: Counter[tuple[str, str]] = Counter()

    def add(self, records: Iterable[dnaio.SequenceRecord], copies: Mapping[str, Callable[[bytes], object]]) -> None:
        """Count some records; copy those of the samples in `copies` through the function given there."""
        match, counts, libraries, failed = self.match, self.counts, self.libraries, self.failed
        for record in records:
            sample, fate, letters = match(record.sequence)
            if copies and sample in copies:
                copies[sample](record.fastq_bytes())
            if fate:
                failed[sample, fate] += 1
                continue
            seen = counts[sample]
            if letters in seen:
                seen[letters] += 1
            elif (library := libraries[sample]) is None or letters in library:
                seen[letters] = 1
            else:
                failed[sample, NOT_IN_LIBRARY] += 1

    def reads(self, sample: str, fate: str) -> int:
        """Give the number of reads of a sample with a fate."""
        return sum(self.counts[sample].values()) if fate == COUNTED else self.failed[sample, fate]


def _count_records(
    files: Iterable[str | Path],
    layout: Layout,
    samples: Sequence[tuple[str, str]],
    libraries: Mapping[str, Collection[str]],
    folder: str | Path | None,
) -> tuple[Tally, int]:
    """Count the records of a plain layout, and give their number, counted apart from the fates."""
    names = [name for name, _ in samples]
    index = SampleIndex(samples, layout.sample.mismatches) if layout.sample else None
    tally = Tally(compile_matcher(layout, index, whole_run=names[0]), names, libraries)
    records, done = read_records(files), 0
    with SampleFiles(folder, names) as copied, Progress("reads") as progress:
        copies = {name: partial(copied.add_text, name) for name in copied.names}
        while batch := list(islice(records, BATCH)):
            tally.add(batch, copies)
            done += len(batch)
            progress.to(done)
    return tally, done


def fates_table(
    run: str, layout: Layout, tally: Tally | UnitTally, libraries: Mapping[str, Collection[str]], ambiguous: bool = False
) -> pd.DataFrame:
    """Make the table `run sample fate reads`: each sample and each fate it can have (also 0 reads), last the unassigned."""
    rows = [
        (run, name, fate, tally.reads(name, fate))
        for name in tally.counts
        for fate in possible_fates(layout, library=name in libraries)
    ]
    rows += [(run, UNASSIGNED, fate, tally.reads(UNASSIGNED, fate)) for fate in possible_unassigned_fates(layout, ambiguous)]
    return pd.DataFrame(rows, columns=COLUMNS)


def _check_sum(run: str, fates: pd.DataFrame, records: int) -> None:
    """Every read has one fate: a table that does not add up is never written."""
    total = int(fates["reads"].sum())
    if total != records:
        raise RuntimeError(f"run '{run}': {records} reads were read, but the fates sum to {total}")
    shares = fates.groupby("fate")["reads"].sum()
    text = ", ".join(f"{fate} {shares[fate]:,}" for fate in FATES if shares.get(fate))
    logger.info("run %s: %s reads: %s", run, f"{records:,}", text)


def write_counts(counts: Mapping[str, Mapping[str, int]], path: str | Path) -> None:
    """Write the table `sample sequence reads`, sorted by sample and sequence."""
    with open_to_write(path, level=4) as out:
        out.write(COUNTS_HEADER)
        for sample in sorted(counts):
            seen = counts[sample]
            out.write("".join(f"{sample}\t{letters}\t{seen[letters]}\n" for letters in sorted(seen)).encode())
