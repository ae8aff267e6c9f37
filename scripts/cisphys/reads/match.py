"""Finding a layout's elements in a read.

Most reads hold everything exactly where it should be: one regular expression, made from the layout, reads those. Any other
read is walked through element by element, with mismatches. Both give the same answer where the expression matches.
"""

import re
from collections.abc import Callable, Iterator
from itertools import pairwise

from cisphys.reads.demultiplex import SampleIndex, distance
from cisphys.reads.fates import AMBIGUOUS_SAMPLE, BAD_LENGTH, CONSTANT_MISSING, HAS_N, NO_SAMPLE, UNASSIGNED
from cisphys.reads.layout import Constant, Gap, Layout, Sample

Match = tuple[str, str, str]
OTHER_LETTERS = re.compile("[^ACGT]")


def compile_matcher(layout: Layout, index: SampleIndex | None, whole_run: str = UNASSIGNED) -> Callable[[str], Match]:
    """Make the function that reads one sequence.

    Parameters
    ----------
    layout : what to find
    index : assigns samples; None where the layout has no sample element
    whole_run : the sample of all reads where the layout has no sample element

    Returns
    -------
    A function of a read's sequence (any case) that gives the sample (`-` where none was assigned), the fate of a read
    that fails ("" for one that passes), and the letters to count ("" for a read that fails). Exact: a constant is where its
    Hamming distance is within the allowed mismatches; after `*` it is the place with the fewest mismatches, of these the
    leftmost, and no other is tried when a later element fails.
    """
    walk = _walker(layout, index, whole_run if index is None else UNASSIGNED)
    exact = re.compile(exact_pattern(layout)).match
    if index is None:
        return lambda sequence: (whole_run, "", found[1]) if (found := exact(sequence)) else walk(sequence)
    sample_of = index.exact.get

    def match(sequence: str) -> Match:
        found = exact(sequence)
        if found is not None:
            letters, counted = found.group("sample", "counted")
            sample = sample_of(letters)
            if sample is not None:
                return sample, "", counted
        return walk(sequence)

    return match


def exact_pattern(layout: Layout) -> str:
    """Write a layout as a regular expression that matches reads without a mismatch.

    The group after `*` is atomic: the leftmost constant is taken for good, as in the walk.
    """
    parts = []
    for before, element in pairwise((None, *layout.elements)):
        if isinstance(element, Constant):
            parts.append(f"(?>.*?{element.letters})" if isinstance(before, Gap) else element.letters)
        elif not isinstance(element, Gap):
            group = "sample" if isinstance(element, Sample) else "counted"
            parts.append(f"(?P<{group}>[ACGT]{{{element.length}}})")
    return "".join(parts)


def _walker(layout: Layout, index: SampleIndex | None, known: str) -> Callable[[str], Match]:
    """Make the function that tests the elements one by one from 5' to 3'; `known` is the sample before its element."""
    steps = list(pairwise((None, *layout.elements)))

    def walk(sequence: str) -> Match:
        read = OTHER_LETTERS.sub("N", sequence.upper())
        sample, counted, end = known, "", 0
        for before, element in steps:
            start = find_constant(read, end, element) if isinstance(before, Gap) else end
            end = start + element.length
            letters = read[start:end]
            if end > len(read):
                return sample, BAD_LENGTH, ""
            if isinstance(element, Constant):
                if start < 0 or distance(letters, element.letters) > element.mismatches:
                    return sample, CONSTANT_MISSING, ""
            elif isinstance(element, Sample):
                candidates = index.assign(letters)
                if len(candidates) != 1:
                    return sample, AMBIGUOUS_SAMPLE if candidates else NO_SAMPLE, ""
                sample = candidates[0]
            elif not isinstance(element, Gap):
                counted = letters
        return (sample, HAS_N, "") if "N" in counted else (sample, "", counted)

    return walk


def find_constant(read: str, start: int, constant: Constant) -> int:
    """Find a constant at or after `start`: fewest mismatches first, then leftmost.

    Gives its start; -1 where no place is near enough; `start` itself where the read ends before the constant could.

    Of k + 1 pieces of the constant one is intact wherever at most k bases differ, so only the places of intact pieces are
    compared in full.
    """
    exact = read.find(constant.letters, start)
    last = len(read) - constant.length
    if exact >= 0 or last < start:
        return exact if exact >= 0 else start
    if not constant.mismatches:
        return -1
    places = sorted({place for place in _places_of_pieces(read, constant) if start <= place <= last})
    ranked = [(distance(read[place : place + constant.length], constant.letters), place) for place in places]
    mismatches, place = min(ranked, default=(constant.length, -1))
    return place if mismatches <= constant.mismatches else -1


def _places_of_pieces(read: str, constant: Constant) -> Iterator[int]:
    """Yield where the constant would start, for every intact piece of it in the read."""
    pieces = constant.mismatches + 1
    cuts = [number * constant.length // pieces for number in range(pieces + 1)]
    for begin, end in pairwise(cuts):
        piece = constant.letters[begin:end]
        found = read.find(piece)
        while found >= 0:
            yield found - begin
            found = read.find(piece, found + 1)
