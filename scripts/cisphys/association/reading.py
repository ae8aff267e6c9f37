"""Association reads as (barcode, variant, qualities of the variant), and what became of each read."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
from pathlib import Path

import dnaio
import pandas as pd

from cisphys.association.layouts import check_layout
from cisphys.association.pairs import Triple
from cisphys.log import Progress
from cisphys.reads.demultiplex import distance
from cisphys.reads.fastq import read_records
from cisphys.reads.fates import BAD_LENGTH, COLUMNS, CONSTANT_MISSING, COUNTED, HAS_N, possible_fates
from cisphys.reads.layout import Barcode, Constant, Gap, Layout, Variant
from cisphys.reads.match import OTHER_LETTERS, find_constant

EVERY = 4096  # reads between two looks at the clock
Found = tuple[str, Triple]


class AssociationRun:
    """The reads of one association run, to be gone through once; `fates` then sums to its records.

    Parameters
    ----------
    name : the run's name
    files : its reads, lanes in order
    layout : what they hold: a barcode and a variant, no sample
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

    Elements are found as `cisphys.reads.match` finds them: from 5' to 3', a constant after `*` at the place with the fewest
    mismatches, of these the leftmost.
    """
    steps = list(pairwise((None, *layout.elements)))

    def match(record: dnaio.SequenceRecord) -> Found:
        read = OTHER_LETTERS.sub("N", record.sequence.upper())
        found, end = {}, 0
        for before, element in steps:
            start = find_constant(read, end, element) if isinstance(before, Gap) else end
            end = start + element.length
            if end > len(read):
                return BAD_LENGTH, ("", "", "")
            if isinstance(element, Constant):
                if start < 0 or distance(read[start:end], element.letters) > element.mismatches:
                    return CONSTANT_MISSING, ("", "", "")
            elif not isinstance(element, Gap):
                found[type(element)] = slice(start, end)
        barcode, variant = read[found[Barcode]], read[found[Variant]]
        if "N" in barcode + variant:
            return HAS_N, ("", "", "")
        return "", (barcode, variant, record.qualities[found[Variant]])

    return match


def association_fates(library: str, runs: Iterable[AssociationRun]) -> pd.DataFrame:
    """Make the table `run sample fate reads` of runs that were gone through; in the place of the sample stands the library."""
    rows = [(run.name, library, fate, run.fates[fate]) for run in runs for fate in possible_fates(run.layout, library=False)]
    return pd.DataFrame(rows, columns=COLUMNS)
