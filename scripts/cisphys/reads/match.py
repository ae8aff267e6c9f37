"""Finding what a plain layout names in a read of one record: the way that most runs need, and so the quick one.

Most reads hold everything exactly where it should be: one regular expression, made from the layout, reads those. Any other
read is walked through element by element, with mismatches. Both give the same answer where the expression matches.
"""

import re
from collections.abc import Callable

from cisphys.reads.demultiplex import SampleIndex
from cisphys.reads.elements import Layout, Sample
from cisphys.reads.fates import HAS_N, UNASSIGNED
from cisphys.reads.line_match import Bounds, compile_walk, exact_pattern, normal, spans_of

Match = tuple[str, str, str]


def compile_matcher(layout: Layout, index: SampleIndex | None, whole_run: str = UNASSIGNED) -> Callable[[str], Match]:
    """Make the function that reads one sequence.

    Parameters
    ----------
    layout : what to find, a plain layout
    index : assigns samples; None where the layout has no sample element
    whole_run : the sample of all reads where the layout has no sample element

    Returns
    -------
    A function of a read's sequence (any case) that gives the sample (`-` where none was assigned), the fate of a read
    that fails ("" for one that passes), and the letters to count ("" for a read that fails).
    """
    [line] = layout.lines
    walk = _walker(layout, index, whole_run if index is None else UNASSIGNED)
    exact = re.compile(exact_pattern(line)).match
    if index is None:
        return lambda sequence: (whole_run, "", found[1]) if (found := exact(sequence)) else walk(sequence)
    sample_of = index.exact.get
    groups = (1, 2) if isinstance(spans_of(line)[0], Sample) else (2, 1)

    def match(sequence: str) -> Match:
        found = exact(sequence)
        if found is not None:
            letters, counted = found.group(*groups)
            sample = sample_of(letters)
            if sample is not None:
                return sample, "", counted
        return walk(sequence)

    return match


def _walker(layout: Layout, index: SampleIndex | None, known: str) -> Callable[[str], Match]:
    """Make the function that tests the elements one by one from 5' to 3'; `known` is the sample before its element."""
    [line] = layout.lines
    find = compile_walk(line, [index] if index else [])
    place = spans_of(line).index(layout.counted)

    def walk(sequence: str) -> Match:
        read = normal(sequence)
        bounds: Bounds = []
        names = [known]
        fate = find(read, bounds, names)
        if fate:
            return names[-1], fate, ""
        start, stop = bounds[place]
        counted = read[start:stop]
        return (names[-1], HAS_N, "") if "N" in counted else (names[-1], "", counted)

    return walk
