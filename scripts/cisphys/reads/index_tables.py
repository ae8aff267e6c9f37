"""What the sample elements of a run hold: the most frequent indices that are no sample's, and how often parts of indices meet.

An unexpected index may be a sample that the sheet lacks; a combination of parts that no sample has tells of index hopping.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice
from typing import NamedTuple

import pandas as pd

from cisphys.progress import Step, unseen
from cisphys.reads.demultiplex import Demultiplexing, SampleIndex, indices_of, samples_by_parts
from cisphys.reads.elements import Constant, Element, Layout, Line, Sample, Skip, Span, Umi, turned
from cisphys.reads.fates import UNASSIGNED
from cisphys.reads.index_checks import ends_by_constant, parts_of
from cisphys.reads.mates import units_of
from cisphys.reads.merging import DEFAULT, Merging
from cisphys.reads.search import distance
from cisphys.reads.unit_match import compile_unit_matcher
from cisphys.reads.units import Files, naming_files

_BATCH = 16384  # units between two looks at the clock
SHOWN = 50  # unexpected indices of a run
UNEXPECTED = ["run", "index", "reads", "share", "first_reads", "nearest_sample", "mismatches"]
COMBINATIONS = ["run", "index", "sample", "reads", "share", "first_reads"]


class Readings(NamedTuple):
    """How often each reading of the indices was met, part by part as the sheet has it, among so many first units of a run."""

    counts: Counter[tuple[str, ...]]
    units: int


def count_indices(files: Files, layout: Layout, number: int, merging: Merging = DEFAULT, progress: Step = unseen) -> Readings:
    """Count what the sample elements hold in the first `number` units.

    Readings with N are left out. Nothing is counted for a layout without a sample element. An index of several lengths that ends
    by itself is read in its longest length. `progress` is told how many are read.
    """
    if not layout.has_sample:
        return Readings(Counter(), 0)
    opened = _with_open_indices(layout)
    reads, units = units_of(opened, files, merging)
    match = compile_unit_matcher(opened, [("", "")], reads, Demultiplexing())
    readings: Counter[tuple[str, ...]] = Counter()
    with naming_files(files):
        while batch := list(islice(units, min(_BATCH, number - readings.total()))):
            readings.update(match(unit)[2] for unit in batch)
            progress(readings.total(), number)
    seen = readings.total()
    readings.pop((), None)  # of units without a whole index
    return Readings(readings, seen)


def _with_open_indices(layout: Layout) -> Layout:
    """Take any letters for an index, and leave out what is not needed to find the indices."""
    lines = tuple(_with_open_index(line) for line in layout.lines if any(isinstance(each, Sample) for each in line.elements))
    return replace(layout, lines=lines)


def _with_open_index(line: Line) -> Line:
    last = max(place for place, element in enumerate(line.elements) if isinstance(element, Sample))
    following = line.elements[last + 1 : last + 2]
    by_constant = not line.elements[last].fixed and any(isinstance(each, Constant) for each in following)
    kept = line.elements[: last + 1] + (following if by_constant else ())
    return replace(line, elements=tuple(_opened(each, kept[place + 1 : place + 2]) for place, each in enumerate(kept)))


def _opened(element: Element, following: tuple[Element, ...]) -> Element:
    """Take a sample element for a UMI, any other element that differs between reads for bases that are passed over."""
    if isinstance(element, Sample):
        by_constant = any(isinstance(each, Constant) for each in following)
        return Umi(element.length, least=element.least if by_constant else element.length, reverse=element.reverse)
    return Skip(element.length, least=element.least) if isinstance(element, Span) else element


def index_tables(
    run: str, readings: Readings, samples: Sequence[tuple[str, str]], layout: Layout, how: Demultiplexing
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Make the two tables of a run; `share` is that of all index readings, `first_reads` the units that were looked at.

    Returns
    -------
    unexpected : `run index reads share first_reads nearest_sample mismatches`: the most frequent readings with a part that is no
        sample's
    combinations : `run index sample reads share first_reads`: how often known parts were read together, `-` where no sample has
        both; every sample is there; empty for indices of one part
    """
    counts, units = readings
    indices = indices_of(samples, layout, how) if layout.has_sample else []
    sample_of = samples_by_parts(samples)
    together: Counter[tuple[str, ...]] = Counter(dict.fromkeys(sample_of, 0))
    strange: Counter[tuple[str, ...]] = Counter()
    for parts, reads in counts.items():
        known = _assigned(parts, indices, layout)
        if known is None:
            strange[parts] += reads
        else:
            together[known] += reads
    total = max(1, counts.total())
    most = sorted(strange.items(), key=lambda each: (-each[1], each[0]))[:SHOWN]
    unexpected = [(run, "+".join(parts), reads, reads / total, units, *_nearest(parts, samples)) for parts, reads in most]
    rows = [
        (run, "+".join(parts), sample_of.get(parts, UNASSIGNED), reads, reads / total, units)
        for parts, reads in sorted(together.items())
    ]
    return pd.DataFrame(unexpected, columns=UNEXPECTED), pd.DataFrame(rows if len(indices) > 1 else [], columns=COMBINATIONS)


def _assigned(parts: tuple[str, ...], indices: Sequence[SampleIndex], layout: Layout) -> tuple[str, ...] | None:
    """Name the part of the sheet that each part of a reading is nearest to; None where one has none, or several."""
    known = []
    for part, index, element, is_whole in zip(parts, indices, layout.samples, ends_by_constant(layout), strict=True):
        letters = turned(part) if element.reverse else part
        names = index.assign(letters) if is_whole else index.find(letters, 0)[0]
        if len(names) != 1:
            return None
        known.append(names[0])
    return tuple(known)


def _nearest(parts: tuple[str, ...], samples: Sequence[tuple[str, str]]) -> tuple[str, int | None]:
    """Name the sample whose index differs from a reading at the fewest positions, and give their number."""
    alike = [(parts_of(index), name) for name, index in samples if [*map(len, parts_of(index))] == [*map(len, parts)]]
    ranked = [(sum(map(distance, parts, own)), name) for own, name in alike]
    mismatches, name = min(ranked, default=(None, UNASSIGNED))
    return name, mismatches
