"""Counting the reads of one run: how often each variant or barcode was read in each sample, and what became of the rest.

Reads stream through: memory grows with the distinct (sample, sequence) pairs that are counted, not with the reads.
"""

import logging
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import ExitStack
from itertools import islice
from pathlib import Path

from cisphys.errors import InputError
from cisphys.files import open_to_write, write_text
from cisphys.log import Progress
from cisphys.reads.blocks import BLOCK
from cisphys.reads.counts import open_counts, write_counts
from cisphys.reads.demultiplex import SampleIndex, check_indices
from cisphys.reads.engine import Engine
from cisphys.reads.fastq import is_alignments, read_records
from cisphys.reads.fates import COLUMNS, COUNTED, FATES, UNASSIGNED, possible_fates, possible_unassigned_fates
from cisphys.reads.layout import Layout
from cisphys.reads.match import compile_matcher
from cisphys.reads.tally import Copies, Tally

logger = logging.getLogger(__name__)
BATCH = 4096  # reads between two looks at the clock


def count_run(
    run: str,
    files: Iterable[str | Path],
    layout: Layout,
    samples: Sequence[tuple[str, str]],
    counts_path: str | Path,
    fates_path: str | Path,
    *,
    libraries: Mapping[str, Collection[str]] | None = None,
    fastq_folder: str | Path | None = None,
    threads: int = 1,
    block: int = BLOCK,
) -> None:
    """Count one run and say what became of each of its reads.

    The counts are exact: a read counts if and only if every element of the layout is found as `compile_matcher` says.

    Parameters
    ----------
    run : the run's name
    files : its reads, lanes in order
    layout : what its reads hold
    samples : pairs of a sample's name and its index ("" where the whole run is this sample)
    counts_path : gets the table `sample sequence reads`, sorted; `sequence` is the variant or the barcode
    fates_path : gets the table `run sample fate reads`, whose `reads` sum to the records of the files
    libraries : the barcodes to look for, by sample; a sample that is not named counts everything
    fastq_folder : where given, every record of a sample is also copied to `<sample>.fastq.gz` there, unchanged
    threads : 2 or more: files are unpacked in a thread of its own
    block : bytes that are unpacked and counted at a time

    Raises
    ------
    InputError : the files, indices or libraries do not fit the layout or each other
    """
    check_indices(samples, layout)
    libraries = dict(libraries or {})
    check_barcode_lengths(libraries, layout)
    samples = list(samples)
    index = SampleIndex(samples, layout.sample.mismatches) if layout.sample else None
    names = [name for name, _ in samples]
    tally = Tally(compile_matcher(layout, index, whole_run=names[0]), names, libraries, layout.counted.mismatches)
    engine = Engine(layout, sorted(samples), libraries, tally, block)
    records = _count_files(map(Path, files), engine, fastq_folder, threads)
    counts = engine.finish()
    with open_counts(counts_path) as out:
        counted = dict(zip(engine.names, write_counts(counts, engine.names, out), strict=True))
        fates = fates_table(run, layout, {name: counted[name] for name in names}, tally.failed, libraries)
        _check_sum(run, fates, records)
    write_text(fates_path, "".join("\t".join(map(str, row)) + "\n" for row in (COLUMNS, *fates)))


def check_barcode_lengths(libraries: Mapping[str, Collection[str]], layout: Layout) -> None:
    """Check that there is a library where barcodes may have mismatches, and that its barcodes are as long as those of reads."""
    length, name = layout.counted.length, layout.name
    if layout.counted.mismatches and not libraries:
        problem = f"layout '{name}' allows mismatches in its barcode, but no sample of the run has a library"
        raise InputError(problem, remedy="Name a library of the barcodes in the experiment, or leave the '~' out")
    for sample, barcodes in {id(library): (sample, library) for sample, library in libraries.items()}.values():
        if layout.counted.name != "barcode":
            problem = f"layout '{name}' reads variants, but sample '{sample}' has a library of barcodes"
            raise InputError(problem, remedy="Count barcode[n] in the layout, or write 'variants: observed'")
        odd = next((barcode for barcode in barcodes if len(barcode) != length), None)
        if odd is not None:
            problem = f"the library of sample '{sample}' has the barcode {odd} of {len(odd)} bases"
            raise InputError(problem, remedy=f"Layout '{name}' reads barcode[{length}]")


def _count_files(paths: Iterable[Path], engine: Engine, folder: str | Path | None, threads: int) -> int:
    """Count all records, and give their number, counted apart from the fates."""
    done = 0
    with ExitStack() as stack, Progress("reads") as progress:
        names = engine.names if folder else []
        copies = {name: stack.enter_context(open_to_write(Path(folder) / f"{name}.fastq.gz")).write for name in names}
        for path in paths:
            if copies or is_alignments(path):
                done = _count_singly(path, engine.tally, copies, progress, done)
            else:
                done += engine.add_file(path, threads, lambda records, before=done: progress.to(before + records))
    return done


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
    libraries: Mapping[str, Collection[str]],
) -> list[tuple[str, str, str, int]]:
    """Make the rows `run sample fate reads`: each sample and each fate it can have (also 0 reads), last the unassigned."""
    rows = [
        (run, name, fate, reads if fate == COUNTED else failed[name, fate])
        for name, reads in counted.items()
        for fate in possible_fates(layout, library=name in libraries)
    ]
    return rows + [(run, UNASSIGNED, fate, failed[UNASSIGNED, fate]) for fate in possible_unassigned_fates(layout)]


def _check_sum(run: str, fates: Sequence[tuple[str, str, str, int]], records: int) -> None:
    """Every read has one fate: a table that does not add up is never written."""
    shares = dict.fromkeys(FATES, 0)
    for _, _, fate, reads in fates:
        shares[fate] += reads
    if (total := sum(shares.values())) != records:
        raise RuntimeError(f"run '{run}': {records} reads were read, but the fates sum to {total}")
    text = ", ".join(f"{fate} {reads:,}" for fate, reads in shares.items() if reads)
    logger.info("run %s: %s reads: %s", run, f"{records:,}", text)
