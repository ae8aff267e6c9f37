"""Counting the reads of one run: how often each variant or barcode was read in each sample, and what became of the rest.

Reads stream through: memory grows with the distinct (sample, sequence) pairs that are counted, not with the reads.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import islice
from pathlib import Path
from typing import BinaryIO, NamedTuple

from cisphys.errors import InputError
from cisphys.files import write_text
from cisphys.progress import Progress
from cisphys.reads.alignments import is_alignments
from cisphys.reads.blocks import BLOCK
from cisphys.reads.copies import SampleFiles
from cisphys.reads.counts import open_counts, write_counts, write_dicts
from cisphys.reads.demultiplex import Demultiplexing, SampleIndex, check_indices
from cisphys.reads.elements import Layout
from cisphys.reads.engine import Engine
from cisphys.reads.estimate import about_reads
from cisphys.reads.fastq import read_records
from cisphys.reads.fates import COLUMNS, COUNTED, UNASSIGNED, check_sum, possible_fates, possible_unassigned_fates
from cisphys.reads.match import compile_matcher
from cisphys.reads.merging import DEFAULT as DEFAULT_MERGING
from cisphys.reads.merging import Merging
from cisphys.reads.molecules import HEADER as MOLECULES_HEADER
from cisphys.reads.molecules import write_molecules
from cisphys.reads.tally import Copies, Tally
from cisphys.reads.unit_tally import collector_paused, count_units
from cisphys.reads.units import Files, reads_of

BATCH = 4096  # reads between two looks at the clock
DEFAULT = Demultiplexing()
Libraries = Mapping[str, Collection[str]]


class Counted(NamedTuple):
    """What was counted in a run.

    write : writes the table of counts, samples in alphabetical order, and yields the sum of each
    failed : reads that were not counted, by sample and fate; complete once `write` is done
    records : the number of all reads, counted apart from their fates
    """

    write: Callable[[BinaryIO], Iterator[int]]
    failed: Mapping[tuple[str, str], int]
    records: int


def count_run(
    run: str,
    files: Iterable[str | Path] | Files,
    layout: Layout,
    samples: Sequence[tuple[str, str]],
    counts_path: str | Path,
    fates_path: str | Path,
    *,
    libraries: Libraries | None = None,
    fastq_folder: str | Path | None = None,
    demultiplexing: Demultiplexing = DEFAULT,
    merging: Merging = DEFAULT_MERGING,
    molecules_path: str | Path | None = None,
    threads: int = 1,
    block: int = BLOCK,
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
    counts_path : gets the table `sample sequence reads`, sorted; `sequence` is the variant or the barcode; with UMIs, `reads` are
        those that are left of each molecule
    fates_path : gets the table `run sample fate reads`, whose `reads` sum to the records of the files
    libraries : the barcodes to look for, by sample; a sample that is not named counts everything
    fastq_folder : where given, every record of a sample is also copied there, unchanged (see `SampleFiles`)
    demultiplexing : how indices are assigned
    merging : what an overlap of mates needs, where the layout reads them merged
    molecules_path : where given, gets a table of how molecules were counted (see `write_molecules`), with no row without UMIs
    threads, block : of runs that are counted in blocks: lanes that are counted side by side (with 2 threads or more, one lane
        is also unpacked while it is counted); bytes that are unpacked and counted at a time

    Raises
    ------
    InputError : the files, indices or libraries do not fit the layout or each other
    """
    samples, libraries = list(samples), dict(libraries or {})
    files = files if isinstance(files, Mapping) else {"read1": list(files)}
    check_indices(samples, layout, margin=demultiplexing.margin)
    check_counted(layout)
    check_barcode_lengths(libraries, layout)
    if takes_blocks(files, layout, demultiplexing):
        counted = _count_in_blocks(run, files["read1"], layout, samples, libraries, fastq_folder, threads, block)
    else:
        tally, records = count_units(run, files, layout, samples, libraries, demultiplexing, merging, fastq_folder)
        write = partial(write_dicts, tally.counts)
        if tally.molecules is not None:
            write = partial(write_molecules, tally.molecules, tally.failed, molecules_path)
        counted = Counted(write, tally.failed, records)
    if molecules_path is not None and not layout.umis:
        write_text(molecules_path, MOLECULES_HEADER)
    names = [name for name, _ in samples]
    with open_counts(counts_path) as out, collector_paused():
        sums = dict(zip(sorted(names), counted.write(out), strict=True))
        own = {name: sums[name] for name in names}
        fates = fates_table(run, layout, own, counted.failed, libraries, ambiguous=demultiplexing != DEFAULT)
        check_sum(run, fates, counted.records)
    write_text(fates_path, "".join("\t".join(map(str, row)) + "\n" for row in (COLUMNS, *fates)))


def takes_blocks(files: Files, layout: Layout, demultiplexing: Demultiplexing) -> bool:
    """Say whether a run can be counted in blocks: it has a plain layout, no other reads, and indices by mismatches alone."""
    return layout.plain and reads_of(files) == ("read1",) and demultiplexing == DEFAULT


def check_counted(layout: Layout) -> None:
    """Check that a layout has one element to count: reads with a barcode and a variant say what belongs together instead."""
    if layout.pairs:
        problem = f"layout '{layout.name}' has a barcode and a variant, and one of them is counted"
        raise InputError(problem, remedy="Give its run the role association in the run sheet, or leave one of them out")


def check_barcode_lengths(libraries: Libraries, layout: Layout) -> None:
    """Check that there is a library where barcodes may have mismatches, and that its barcodes are as long as those of reads."""
    counted, name = layout.counted, layout.name
    if counted.mismatches and not libraries:
        problem = f"layout '{name}' allows mismatches in its barcode, but no sample of the run has a library"
        raise InputError(problem, remedy="Name a library of the barcodes in the experiment, or leave the '~' out")
    for sample, barcodes in {id(library): (sample, library) for sample, library in libraries.items()}.values():
        if counted.name != "barcode":
            problem = f"layout '{name}' reads variants, but sample '{sample}' has a library of barcodes"
            raise InputError(problem, remedy="Count barcode[n] in the layout, or write 'variants: observed'")
        odd = next((barcode for barcode in barcodes if not counted.least <= len(barcode) <= counted.length), None)
        if odd is not None:
            problem = f"the library of sample '{sample}' has the barcode {odd} of {len(odd)} bases"
            raise InputError(problem, remedy=f"Layout '{name}' reads barcode[{counted.range}]")


def _count_in_blocks(
    run: str,
    files: Iterable[str | Path],
    layout: Layout,
    samples: Sequence[tuple[str, str]],
    libraries: Libraries,
    folder: str | Path | None,
    threads: int,
    block: int,
) -> Counted:
    names = [name for name, _ in samples]
    index = SampleIndex(samples, layout.sample.mismatches) if layout.sample else None
    tally = Tally(compile_matcher(layout, index, whole_run=names[0]), names, libraries, layout.counted.mismatches)
    engine = Engine(layout, sorted(samples), libraries, tally, block)
    records = _count_files(run, [*map(Path, files)], engine, folder, threads)
    return Counted(partial(write_counts, engine.finish(), engine.names), tally.failed, records)


def _count_files(run: str, paths: Sequence[Path], engine: Engine, folder: str | Path | None, threads: int) -> int:
    progress = Progress(f"counting reads of {run}", "reads", lambda: about_reads(paths))
    with SampleFiles(folder, engine.names) as copied, progress:
        copies = {name: partial(copied.add_text, name) for name in copied.names}
        singly = [path for path in paths if copies or is_alignments(path)]
        done = 0
        for path in singly:
            done = _count_singly(path, engine.tally, copies, progress, done)
        in_blocks = [path for path in paths if path not in singly]
        return done + engine.add_files(in_blocks, threads, lambda records: progress.to(done + records))


def _count_singly(path: Path, tally: Tally, copies: Copies, progress: Progress, done: int) -> int:
    """Count a file record by record, as BAM and records that are copied need; give the number of records, `done` before it."""
    records = read_records([path])
    while batch := list(islice(records, BATCH)):
        tally.add(batch, copies)
        done += len(batch)
        progress.to(done)
    return done


def fates_table(
    run: str,
    layout: Layout,
    counted: Mapping[str, int],
    failed: Mapping[tuple[str, str], int],
    libraries: Libraries,
    ambiguous: bool = False,
) -> list[tuple[str, str, str, int]]:
    """Make the rows `run sample fate reads`: each sample and each fate it can have (also 0 reads), last the unassigned."""
    rows = [
        (run, name, fate, reads if fate == COUNTED else failed[name, fate])
        for name, reads in counted.items()
        for fate in possible_fates(layout, library=name in libraries)
    ]
    unassigned = possible_unassigned_fates(layout, ambiguous)
    return rows + [(run, UNASSIGNED, fate, failed[UNASSIGNED, fate]) for fate in unassigned]
