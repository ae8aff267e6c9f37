"""Association reads as (barcode, variant, qualities of the variant), and what became of each read."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import dnaio
import pandas as pd

from cisphys.association.layouts import check_layout
from cisphys.association.pairs import Triple
from cisphys.log import Progress
from cisphys.reads.elements import Layout, Variant
from cisphys.reads.fastq import read_records
from cisphys.reads.fates import COLUMNS, COUNTED, possible_fates
from cisphys.reads.line_match import spans_of
from cisphys.reads.unit_match import compile_judge, compile_line

EVERY = 4096  # reads between two looks at the clock
Found = tuple[str, Triple]


class AssociationRun:
    """The reads of one association run, to be gone through once; `fates` then sums to its records.

    Parameters
    ----------
    name : the run's name
    files : its reads, lanes in order
    layout : what they hold: a barcode and a variant, no sample, in one line of read1
    """

    def __init__(self, name: str, files: Iterable[str | Path], layout: Layout):
        check_layout(layout)
        self.name, self.files, self.layout = name, list(files), layout
        self.fates: Counter[str] = Counter()

    def __iter__(self) -> Iterator[Triple]:
        match = compile_pair_matcher(self.layout)
        with Progress("reads") as progress:
            for done, record in enumerate(read_records(self.files), start=1):
                fate, triple = match(record)
                self.fates[fate or COUNTED] += 1
                if not fate:
                    yield triple
                if done % EVERY == 0:
                    progress.to(done)


def compile_pair_matcher(layout: Layout) -> Callable[[dnaio.SequenceRecord], Found]:
    """Make the function of a record that gives its fate ("" where both were found), and what was found.

    Elements are found as everywhere (see `cisphys.reads.line_match`). Letters and qualities are in the direction of the element.
    """
    [line] = layout.lines
    find = compile_line(line, ("read1",), iter(()))
    judge = compile_judge(layout)
    spans = spans_of(line)
    place = next(place for place, span in enumerate(spans) if isinstance(span, Variant))
    step = -1 if spans[place].reverse else 1

    def match(record: dnaio.SequenceRecord) -> Found:
        found = find((record,), [])
        fate, letters = (found[0], ()) if found[0] else judge([found])
        if fate:
            return fate, ("", "", "")
        start, stop = found[3][place]
        barcode, variant = letters
        return "", (barcode, variant, found[2][start:stop][::step])

    return match


def association_fates(library: str, runs: Iterable[AssociationRun]) -> pd.DataFrame:
    """Make the table `run sample fate reads` of runs that were gone through; in the place of the sample stands the library."""
    rows = [(run.name, library, fate, run.fates[fate]) for run in runs for fate in possible_fates(run.layout, library=False)]
    return pd.DataFrame(rows, columns=COLUMNS)
