"""Finding what any layout names in the reads of one cluster, its unit: (read1, read2, index1, index2), those that there are."""

import re
from collections.abc import Callable, Iterator, Sequence

import dnaio

from cisphys.reads.demultiplex import Demultiplexing, SampleIndex, indices_of, samples_by_parts
from cisphys.reads.elements import Barcode, Layout, Line, Quality, Sample, Span, Umi, Variant, turned
from cisphys.reads.fates import HAS_N, LOW_QUALITY, NO_SAMPLE, UNASSIGNED
from cisphys.reads.line_match import Bounds, compile_walk, exact_pattern, normal, spans_of
from cisphys.reads.units import RecordError

Unit = Sequence[dnaio.SequenceRecord]
Found = tuple[str, str, str, Sequence[tuple[int, int]]]  # fate, the read, its qualities, the bounds of the line's spans
UnitMatch = tuple[str, str, tuple[str, ...]]
HEADER_INDEX = re.compile(r" [12]:[YN]:[0-9]+:([A-Za-z+]+)(?= |$)")
ERRORS = {chr(33 + quality): 10 ** (-quality / 10) for quality in range(94)}  # probability of a wrong base, by quality
SURELY_WRONG = 1.0  # where a damaged file holds a letter that is no quality


def contents_of(layout: Layout) -> list[Span]:
    """Name the elements whose letters a match gives: the barcode, the variant (of which there may be one only), then UMIs."""
    return [element for kind in (Barcode, Variant, Umi) for element in layout.elements if isinstance(element, kind)]


def compile_unit_matcher(
    layout: Layout, samples: Sequence[tuple[str, str]], reads: Sequence[str], how: Demultiplexing
) -> Callable[[Unit], UnitMatch]:
    """Make the function that reads one unit.

    Parameters
    ----------
    layout : what to find
    samples : pairs of a sample's name and its index; one with the index "" where the whole run is this sample
    reads : which read each record of a unit is
    how : how indices are assigned

    Returns
    -------
    A function of a unit that gives the sample (`-` where none was assigned), the fate of a unit that fails ("" for one that
    passes), and the letters of `contents_of` the layout (empty for a unit that fails). Lines are tested in the layout's order,
    then contents: no letter but A, C, G, T, then the qualities of all elements.
    """
    indices = iter(indices_of(samples, layout, how) if layout.has_sample else [])
    finders = [compile_line(line, reads, indices) for line in layout.lines]
    sample_of = samples_by_parts(samples) if layout.has_sample else {(): samples[0][0]}
    wanted = len(layout.samples)
    judge = compile_judge(layout)

    def match(unit: Unit) -> UnitMatch:
        parts: list[str] = []
        found = []
        for find in finders:
            line = find(unit, parts)
            sample = sample_of.get(tuple(parts), UNASSIGNED) if len(parts) == wanted else UNASSIGNED
            if sample == UNASSIGNED and len(parts) == wanted:
                return sample, NO_SAMPLE, ()
            if line[0]:
                return sample, line[0], ()
            found.append(line)
        fate, letters = judge(found)
        return sample, fate, letters

    return match


def compile_line(line: Line, reads: Sequence[str], indices: Iterator[SampleIndex]) -> Callable[[Unit, list[str]], Found]:
    """Make the function that finds a line's elements in a unit: at once where nothing is wrong, else one by one."""
    spans = spans_of(line)
    groups = [number for number, span in enumerate(spans, start=1) if isinstance(span, Sample)]
    own = [next(indices) for _ in groups]
    walk = compile_walk(line, own)
    pattern = exact_pattern(line)
    exact = re.compile(pattern or "(?!)").match
    read_of = _compile_reader(line, reads)

    def find(unit: Unit, parts: list[str]) -> Found:
        sequence, qualities = read_of(unit)
        matched = exact(sequence)
        if matched is not None:
            names = [index.exact.get(matched[group]) for group, index in zip(groups, own, strict=True)]
            if None not in names:
                parts += names
                return "", sequence, qualities, matched.regs[1:]
        bounds: Bounds = []
        read = sequence if line.read == "header" else normal(sequence)
        return walk(read, bounds, parts), read, qualities, bounds

    return find


def _compile_reader(line: Line, reads: Sequence[str]) -> Callable[[Unit], tuple[str, str]]:
    """Make the function that gives the letters of a line's read, in its line's direction, and their qualities."""
    if line.read == "header":
        return lambda unit: (header_index(unit[0].name), "")
    place = reads.index(line.read)
    if line.reverse:
        return lambda unit: (turned(normal(unit[place].sequence)), unit[place].qualities[::-1])
    return lambda unit: (unit[place].sequence, unit[place].qualities)


def header_index(name: str) -> str:
    """Give the index in a record's name: the end of ``1:N:0:ACGT+TGCA``, which follows the first space.

    Raises
    ------
    RecordError : there is none
    """
    found = HEADER_INDEX.search(name)
    if found is None:
        remedy = "A name that holds one ends like this: 1:N:0:ACGTACGT+TGCATGCA"
        raise RecordError(name, "the name holds no index, which the layout reads", remedy)
    return "+".join(map(normal, found[1].split("+")))


def compile_judge(layout: Layout) -> Callable[[Sequence[Found]], tuple[str, tuple[str, ...]]]:
    """Make the function that tests the contents of a unit's elements, and gives them."""
    places = [(number, place, span) for number, line in enumerate(layout.lines) for place, span in enumerate(spans_of(line))]
    contents = [place for kind in (Barcode, Variant, Umi) for place in places if isinstance(place[2], kind)]
    limited = [place for place in places if place[2].quality]

    def judge(found: Sequence[Found]) -> tuple[str, tuple[str, ...]]:
        letters = []
        for number, place, span in contents:
            start, stop = found[number][3][place]
            own = found[number][1][start:stop]
            if "N" in own:
                return HAS_N, ()
            letters.append(turned(own) if span.reverse else own)
        for number, place, span in limited:
            start, stop = found[number][3][place]
            if not reaches(found[number][2][start:stop], span.quality):
                return LOW_QUALITY, ()
        return "", tuple(letters)

    return judge


def reaches(qualities: str, limit: Quality) -> bool:
    """Say whether bases reach a limit; `qualities` are those of FASTQ, a Phred quality of 0 is written as `!`."""
    if limit.least and qualities and ord(min(qualities)) - 33 < limit.least:
        return False
    return limit.errors is None or sum(ERRORS.get(letter, SURELY_WRONG) for letter in qualities) <= limit.errors
