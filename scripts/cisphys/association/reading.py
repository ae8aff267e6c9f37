"""Association reads as (barcode, variant, qualities of the variant), and what became of each read."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence

import pandas as pd

from cisphys.association.layouts import check_layout
from cisphys.association.pairs import Triple
from cisphys.progress import Progress
from cisphys.reads.elements import Layout, Span, Variant
from cisphys.reads.estimate import about_units
from cisphys.reads.fates import COLUMNS, COUNTED, check_sum, possible_fates
from cisphys.reads.line_match import spans_of
from cisphys.reads.mates import Unit, units_of
from cisphys.reads.merging import DEFAULT, Merging
from cisphys.reads.unit_match import compile_judge, compile_line
from cisphys.reads.units import Files, naming_files

EVERY = 4096  # reads between two looks at the clock
Found = tuple[str, Triple]
NOTHING = ("", "", "")


class AssociationRun:
    """The reads of one association run, to be gone through once; `fates` then sums to `records`, the number of all reads.

    Parameters
    ----------
    name : the run's name
    files : the lanes of each read that there is, in order, by its name; mates and index reads keep in step (see `read_units`)
    layout : what they hold: a barcode and a variant, no sample
    merging : what an overlap of mates needs, where the layout reads them merged
    """

    def __init__(self, name: str, files: Files, layout: Layout, merging: Merging = DEFAULT):
        check_layout(layout)
        self.name, self.files, self.layout, self.merging = name, files, layout, merging
        self.fates: Counter[str] = Counter()
        self.records = 0

    def __iter__(self) -> Iterator[Triple]:
        reads, units = units_of(self.layout, self.files, self.merging)
        match = compile_pair_matcher(self.layout, reads)
        progress = Progress(f"reading barcodes and variants of {self.name}", "reads", lambda: about_units(self.files))
        with naming_files(self.files), progress:
            for self.records, unit in enumerate(units, start=1):
                fate, triple = match(unit)
                self.fates[fate or COUNTED] += 1
                if not fate:
                    yield triple
                if self.records % EVERY == 0:
                    progress.to(self.records)


def compile_pair_matcher(layout: Layout, reads: Sequence[str] = ("read1",)) -> Callable[[Unit], Found]:
    """Make the function of a unit that gives its fate ("" where both were found), and what was found.

    Elements are found as everywhere (see `cisphys.reads.line_match`). Letters and qualities are in the direction of the element.

    Parameters
    ----------
    layout : what to find
    reads : which read each record of a unit is
    """
    finders = [compile_line(line, reads, iter(())) for line in layout.lines]
    judge = compile_judge(layout)
    number, place, span = _variant_of(layout)
    step = -1 if span.reverse else 1

    def match(unit: Unit) -> Found:
        found = []
        for find in finders:
            found.append(find(unit, []))
            if found[-1][0]:
                return found[-1][0], NOTHING
        fate, letters = judge(found)
        if fate:
            return fate, NOTHING
        start, stop = found[number][3][place]
        barcode, variant = letters
        return "", (barcode, variant, found[number][2][start:stop][::step])

    return match


def _variant_of(layout: Layout) -> tuple[int, int, Span]:
    """Say in which line the variant stands, and at which place of that line's spans."""
    places = ((number, *each) for number, line in enumerate(layout.lines) for each in enumerate(spans_of(line)))
    return next(each for each in places if isinstance(each[2], Variant))


def association_fates(library: str, runs: Iterable[AssociationRun]) -> pd.DataFrame:
    """Make the table `run sample fate reads` of runs that were gone through; in the place of the sample stands the library."""
    rows = []
    for run in runs:
        own = [(run.name, library, fate, run.fates[fate]) for fate in possible_fates(run.layout, library=False)]
        check_sum(run.name, own, run.records)
        rows += own
    return pd.DataFrame(rows, columns=COLUMNS)
