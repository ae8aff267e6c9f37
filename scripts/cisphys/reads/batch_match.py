"""Finding what a layout names in many units at once: one regular expression goes over all their reads, one read a line.

It takes units that hold everything exactly, which most do. All others are left to the matcher of single units, so that both give
the same answer for every unit. Units that hold the same are counted before anything else is done with them.
"""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from operator import add, itemgetter

from cisphys.reads.elements import NAMES, Layout, Line, Sample, Skip, Span, Variant, turned
from cisphys.reads.index_checks import parts_of
from cisphys.reads.line_match import exact_pattern, spans_of
from cisphys.reads.mates import Unit
from cisphys.reads.unit_match import compile_reader, contents_of

Key = tuple[str, ...]  # for each line, the letters of its spans, "", and the whole read where they were not found
BatchMatch = tuple[list[tuple[str, tuple[str, ...], int]], Sequence[Unit]]


def compile_batch_matcher(
    layout: Layout, samples: Sequence[tuple[str, str]], reads: Sequence[str]
) -> Callable[[Sequence[Unit]], BatchMatch] | None:
    """Make the function that reads a batch of units; the parameters are those of `compile_unit_matcher`.

    Returns
    -------
    A function of units that gives each sample and contents once, with the number of units that hold them, and the units that it
    cannot read. None where a layout asks for qualities, or has indices of several lengths that end by themselves.
    """
    limited = any(isinstance(element, Span) and element.quality for element in layout.elements)
    if limited or None in map(exact_pattern, layout.lines):
        return None
    finders = [_compile_line(line, reads) for line in layout.lines]
    place_of, rests = _places(layout)
    rest_of = _getter(rests)
    index_of = _getter([place_of[each] for each, span in _spans(layout).items() if isinstance(span, Sample)])
    contents_from = _compile_contents(layout, place_of)
    sample_of = _samples_as_read(layout, samples)

    def match(units: Sequence[Unit]) -> BatchMatch:
        keys = finders[0](units)
        for find in finders[1:]:
            keys = list(map(add, keys, find(units)))
        found, odd = [], set()
        for key, number in Counter(keys).items():
            sample = None if any(rest_of(key)) else sample_of.get(index_of(key))
            if sample is None:
                odd.add(key)
            else:
                found.append((sample, contents_from(key), number))
        return found, [unit for unit, key in zip(units, keys, strict=True) if key in odd] if odd else ()

    return match


def _compile_line(line: Line, reads: Sequence[str]) -> Callable[[Sequence[Unit]], list[Key]]:
    """Make the function that gives the part of a line in the key of each unit."""
    find = re.compile(f"^(?:{exact_pattern(line, skips=False)}.*()|(.+))$", re.MULTILINE).findall
    if line.read in NAMES or line.reverse:
        read_of = compile_reader(line, reads)
        return lambda units: find("\n".join([read_of(unit)[0] or "-" for unit in units]))
    place = reads.index(line.read)
    return lambda units: find("\n".join([unit[place].sequence or "-" for unit in units]))


def _spans(layout: Layout) -> dict[tuple[int, int], Span]:
    """Give the spans by the number of their line and their number in it."""
    return {(number, place): span for number, line in enumerate(layout.lines) for place, span in enumerate(spans_of(line))}


def _places(layout: Layout) -> tuple[dict[tuple[int, int], int], list[int]]:
    """Say where in a key each span is, and where the reads are that were not found."""
    place_of, rests, at = {}, [], 0
    for number, line in enumerate(layout.lines):
        for place, span in enumerate(spans_of(line)):
            if not isinstance(span, Skip):
                place_of[number, place] = at
                at += 1
        rests.append(at + 1)
        at += 2
    return place_of, rests


def _getter(places: Sequence[int]) -> Callable[[Key], tuple[str, ...]]:
    """Make the function that gives the letters at some places of a key, as a tuple."""
    if len(places) > 1:
        return itemgetter(*places)
    return (lambda key, place=places[0]: (key[place],)) if places else lambda key: ()


def _samples_as_read(layout: Layout, samples: Sequence[tuple[str, str]]) -> dict[tuple[str, ...], str]:
    """Give the sample of each combination of index readings."""
    if not layout.has_sample:
        return {(): samples[0][0]}
    read = (
        tuple(turned(part) if element.reverse else part for part, element in zip(parts_of(index), layout.samples, strict=True))
        for _, index in samples
    )
    return dict(zip(read, (name for name, _ in samples), strict=True))


def _compile_contents(layout: Layout, place_of: dict[tuple[int, int], int]) -> Callable[[Key], tuple[str, ...]]:
    """Make the function that gives the contents of a unit (see `compile_unit_matcher`) from its key."""
    contents = contents_of(layout)
    pick = _getter([place_of[number, place] for number, place, _ in contents])
    reverse = [span.reverse for *_, span in contents]
    parts = sum(isinstance(span, Variant) for *_, span in contents)
    if not any(reverse) and parts < 2:
        return pick

    def contents_from(key: Key) -> tuple[str, ...]:
        letters = [turned(own) if back else own for own, back in zip(pick(key), reverse, strict=True)]
        return tuple(letters) if parts < 2 else ("".join(letters[:parts]), *letters[parts:])

    return contents_from
