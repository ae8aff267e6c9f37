"""Finding what any layout names in the reads of one cluster, its unit: (read1, read2, index1, index2, merged), those it has."""

import re
from collections.abc import Callable, Iterator, Sequence

from cisphys.reads.demultiplex import Demultiplexing, SampleIndex, indices_of, samples_by_parts
from cisphys.reads.elements import MERGED, NAMES, Barcode, Layout, Line, Quality, Sample, Span, Umi, Variant, turned
from cisphys.reads.fates import HAS_N, LOW_QUALITY, NO_SAMPLE, UNASSIGNED
from cisphys.reads.line_match import Bounds, compile_walk, exact_pattern, normal, spans_of
from cisphys.reads.mates import Unit
from cisphys.reads.units import RecordError

Found = tuple[str, str, str, Sequence[tuple[int, int]]]  # fate, the read, its qualities, the bounds of the line's spans
UnitMatch = tuple[str, str, tuple[str, ...]]
Place = tuple[int, int, Span]  # number of the line, number among its spans, the element
ODD_LETTERS = re.compile("[^ACGT+]")
IN_NAMES = {
    # line: (what it holds, as a pattern; what that is; an example)
    "header": (re.compile(r" [12]:[YN]:[0-9]+:([A-Za-z+]+)(?= |$)"), "index", "1:N:0:ACGTACGT+TGCATGCA"),
    "name": (re.compile(r"^[^ \t]*[:_]([ACGTNacgtn+]+)(?:/[12])?(?=[ \t]|$)"), "UMI", "_ACGTACGT or :ACGT+TGCA"),
}
ERRORS = {chr(33 + quality): 10 ** (-quality / 10) for quality in range(94)}  # probability of a wrong base, by quality
SURELY_WRONG = 1.0  # where a damaged file holds a letter that is no quality


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
    passes), and the letters that it holds (none for a unit that fails): of the barcode, the variant, each UMI, those that there
    are; parts of a variant are joined. Lines are tested in the layout's order, then contents: no letter but A, C, G, T, then the
    qualities of all elements.
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
    read_of = compile_reader(line, reads)

    def find(unit: Unit, parts: list[str]) -> Found:
        sequence, qualities = read_of(unit)
        matched = exact(sequence)
        if matched is not None:
            names = [index.exact.get(matched[group]) for group, index in zip(groups, own, strict=True)]
            if None not in names:
                parts += names
                return "", sequence, qualities, matched.regs[1:]
        bounds: Bounds = []
        read = sequence if line.read in NAMES else normal(sequence)
        return walk(read, bounds, parts), read, qualities, bounds

    if line.read != MERGED:
        return find
    place = reads.index(MERGED)
    return lambda unit, parts: (fate, "", "", ()) if (fate := unit[place].fate) else find(unit, parts)


def compile_reader(line: Line, reads: Sequence[str]) -> Callable[[Unit], tuple[str, str]]:
    """Make the function that gives the letters of a line's read, in its line's direction, and their qualities."""
    if line.read in NAMES:
        return lambda unit: (letters_in_name(unit[0].name, line.read), "")
    place = reads.index(line.read)
    if line.reverse:
        return lambda unit: (turned(normal(unit[place].sequence)), unit[place].qualities[::-1])
    return lambda unit: (unit[place].sequence, unit[place].qualities)


def letters_in_name(name: str, line: str) -> str:
    """Give what the name of a record holds.

    Parameters
    ----------
    name : the whole name, with what follows the first space
    line : ``header`` for the index, the end of ``1:N:0:ACGT+TGCA`` behind a space; ``name`` for the UMI, the last field of the
        name itself, behind `_` or `:`

    Raises
    ------
    RecordError : there is none
    """
    pattern, what, example = IN_NAMES[line]
    found = pattern.search(name)
    if found is None:
        remedy = f"A name that holds one ends like this: {example}; write a line of a read in place of '{line}' otherwise"
        raise RecordError(name, f"the name holds no {what}, which the layout reads", remedy)
    letters = found[1]
    return "+".join(map(normal, letters.split("+"))) if ODD_LETTERS.search(letters) else letters


def compile_judge(layout: Layout) -> Callable[[Sequence[Found]], tuple[str, tuple[str, ...]]]:
    """Make the function that tests the contents of a unit's elements, and gives them."""
    contents = contents_of(layout)
    limited = [place for place in _places_of(layout) if place[2].quality]
    parts = sum(isinstance(span, Variant) for _, _, span in contents)

    def judge(found: Sequence[Found]) -> tuple[str, tuple[str, ...]]:
        letters = []
        for number, place, span in contents:
            start, stop = found[number][3][place]
            own = found[number][1][start:stop]
            if "N" in own and not span.n_differs:
                return HAS_N, ()
            letters.append(turned(own) if span.reverse else own)
        for number, place, span in limited:
            start, stop = found[number][3][place]
            if not reaches(found[number][2][start:stop], span.quality):
                return LOW_QUALITY, ()
        return "", tuple(letters) if parts < 2 else ("".join(letters[:parts]), *letters[parts:])

    return judge


def _places_of(layout: Layout) -> list[Place]:
    return [(number, place, span) for number, line in enumerate(layout.lines) for place, span in enumerate(spans_of(line))]


def contents_of(layout: Layout) -> list[Place]:
    """Give the places of the barcode, the variant, then UMIs; parts of a variant on the other strand in turned order."""
    places = _places_of(layout)
    barcodes, umis = ([place for place in places if isinstance(place[2], kind)] for kind in (Barcode, Umi))
    variants = []
    for number in range(len(layout.lines)):
        own = [place for place in places if place[0] == number and isinstance(place[2], Variant)]
        variants += own[::-1] if all(span.reverse for *_, span in own) else own
    return [*barcodes, *variants, *umis]


def reaches(qualities: str, limit: Quality) -> bool:
    """Say whether bases reach a limit; `qualities` are those of FASTQ, a Phred quality of 0 is written as `!`."""
    if limit.least and qualities and ord(min(qualities)) - 33 < limit.least:
        return False
    return limit.errors is None or sum(ERRORS.get(letter, SURELY_WRONG) for letter in qualities) <= limit.errors
