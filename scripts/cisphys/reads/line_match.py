"""Finding the elements of one line in one read, from 5' to 3', each where the one before it ends.

The answer is exact and no step is ever taken back: a fixed element has its bases, a constant one place; only after `*` or an
element of several lengths is a constant searched for, and found where it has the fewest mismatches (of these, leftmost).
"""

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import zip_longest

from cisphys.reads.demultiplex import SampleIndex
from cisphys.reads.elements import UNLIMITED, Constant, Element, Gap, Line, Sample, Skip, Span
from cisphys.reads.fates import AMBIGUOUS_SAMPLE, BAD_LENGTH, CONSTANT_MISSING, NO_SAMPLE
from cisphys.reads.search import find_constant, mismatches, pattern_of

OTHER_LETTERS = re.compile("[^ACGT]")
Bounds = list[tuple[int, int]]  # start and stop of each span of a line
Step = Callable[[str, int, Bounds, list[str]], tuple[str, int]]


def spans_of(line: Line) -> tuple[Span, ...]:
    """Name the elements of a line whose places are found, in order: all but constants and gaps."""
    return tuple(element for element in line.elements if isinstance(element, Span))


def normal(sequence: str) -> str:
    """Write a read in capitals, with N for every letter but A, C, G, T."""
    return OTHER_LETTERS.sub("N", sequence.upper())


def compile_walk(line: Line, indices: Sequence[SampleIndex]) -> Callable[[str, Bounds, list[str]], str]:
    """Make the function that finds the elements of a line one by one.

    Parameters
    ----------
    line : what to find
    indices : one for each sample element of the line

    Returns
    -------
    A function of a read (as `normal` writes it), a list that gets the bounds of its spans, and a list that gets the indices
    that its sample elements are nearest to. It gives the fate of a read that fails, "" for one that passes.
    """
    steps = _steps_of(line, iter(indices))

    def walk(read: str, bounds: Bounds, parts: list[str]) -> str:
        at = 0
        for step in steps:
            fate, at = step(read, at, bounds, parts)
            if fate:
                return fate
        return ""

    return walk


def _steps_of(line: Line, indices: Iterator[SampleIndex]) -> list[Step]:
    held = [next(indices) if isinstance(element, Sample) else None for element in line.elements]
    steps, before, index_before = [], None, None
    for element, following, index in zip_longest(line.elements, line.elements[1:], held):
        if _is_open(before, element):
            steps.append(_searched(before, element, index_before))
        elif isinstance(element, Constant):
            steps.append(_constant(element))
        elif isinstance(element, Span) and not _is_open(element, following):
            steps.append(_span(element, index))
        before, index_before = element, index
    return steps


def _is_open(before: Element | None, element: Element | None) -> bool:
    """Say whether `element` is a constant that is searched for: what stands before it has no length of its own."""
    return isinstance(element, Constant) and (isinstance(before, Gap) or (isinstance(before, Span) and not before.fixed))


def _span(span: Span, index: SampleIndex | None) -> Step:
    if index is not None:
        return _index_by_itself(span, index)
    return _fixed(span) if span.fixed else _to_the_end(span)


def _fixed(span: Span) -> Step:
    length = span.length

    def step(read, at, bounds, parts):
        end = at + length
        bounds.append((at, end))
        return "" if end <= len(read) else BAD_LENGTH, end

    return step


def _to_the_end(span: Span) -> Step:
    def step(read, at, bounds, parts):
        bounds.append((at, len(read)))
        return "" if span.least <= len(read) - at <= span.length else BAD_LENGTH, len(read)

    return step


def _constant(constant: Constant) -> Step:
    def step(read, at, bounds, parts):
        end = at + constant.length
        if end > len(read):
            return BAD_LENGTH, end
        near = mismatches(read[at:end], constant) <= constant.mismatches
        return "" if near else CONSTANT_MISSING, end

    return step


def _searched(before: Gap | Span, constant: Constant, index: SampleIndex | None) -> Step:
    """Find a constant after a gap or an element of several lengths, and so also where that element ends."""
    reach = before.length if isinstance(before, Span) else UNLIMITED

    def step(read, at, bounds, parts):
        place = find_constant(read, at + before.least, constant, at + reach)
        end = place + constant.length
        if end > len(read):
            return BAD_LENGTH, end
        if place < 0:
            return CONSTANT_MISSING, end
        if isinstance(before, Span):
            bounds.append((at, place))
        return _assigned(index.assign(read[at:place]), parts) if index else "", end

    return step


def _index_by_itself(span: Span, index: SampleIndex) -> Step:
    """Find a sample index that has one length, or whose end nothing but the indices themselves tells."""

    def step(read, at, bounds, parts):
        if at + span.least > len(read):
            return BAD_LENGTH, at
        names, end = index.find(read, at)
        bounds.append((at, end))
        return _assigned(names, parts), end

    return step


def _assigned(names: Sequence[str], parts: list[str]) -> str:
    if len(names) != 1:
        return AMBIGUOUS_SAMPLE if names else NO_SAMPLE
    parts.append(names[0])
    return ""


def exact_pattern(line: Line, skips: bool = True) -> str | None:
    """Write a line as a regular expression that matches reads without a mismatch, with a group for each span.

    It matches within one line of a text, too. `skips` says whether bases that are passed over have groups.

    Where it matches, its groups are what the walk finds in the read as `normal` writes it. None where indices of several lengths
    end by themselves.
    What is searched for is in an atomic group: the leftmost exact place is taken for good, as in the walk.
    """
    parts, before = [], None
    for element, following in zip_longest(line.elements, line.elements[1:]):
        own = _own_pattern(element, last=following is None)
        own = own.replace("(", "(?:", 1) if isinstance(element, Skip) and not skips else own
        if isinstance(element, Sample) and not element.fixed and not _is_open(element, following):
            return None
        if _is_open(before, element):
            parts[-1] = f"(?>{parts[-1]}{own})"
        else:
            parts.append(own)
        before = element
    return "".join(parts)


def _own_pattern(element: Element, last: bool) -> str:
    if isinstance(element, Gap):
        return r"[^a-z\n]*?"  # small letters may hold the constant: the walk looks
    if isinstance(element, Constant):
        return pattern_of(element.letters)
    if element.fixed:
        return f"([ACGT]{{{element.length}}})"
    most = "" if element.length == UNLIMITED else element.length
    return f"([ACGT]{{{element.least},{most}}}" + (")$" if last else "?)")
