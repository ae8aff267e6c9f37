"""Where a constant lies in a read: exactly, or with the fewest mismatches."""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from operator import ne

from cisphys.reads.elements import IUPAC, Constant


def distance(first: str, second: str) -> int:
    """Count the positions at which two texts of one length differ (Hamming)."""
    return sum(map(ne, first, second))


def in_words(number: int) -> str:
    """Write a number of mismatches: ``1 mismatch``, ``2 mismatches``."""
    return f"{number} mismatch{'' if number == 1 else 'es'}"


def mismatches(letters: str, constant: Constant) -> int:
    """Count the bases of a read, as many as the constant has, that its letters do not stand for.

    An N of the read fits only an N of the constant.
    """
    if constant.plain:
        return distance(letters, constant.letters)
    return sum(base not in IUPAC[code] for base, code in zip(letters, constant.letters, strict=True))


def pattern_of(letters: str) -> str:
    """Write a constant as a regular expression. An N is any letter."""
    return "".join(code if IUPAC[code] == code != "+" else _class_of(code) for code in letters)


def _class_of(code: str) -> str:
    return "." if code == "N" else f"[{IUPAC[code]}]"


@lru_cache
def _expression(letters: str) -> re.Pattern:
    return re.compile(pattern_of(letters))


def find_constant(read: str, start: int, constant: Constant, stop: int | None = None) -> int:
    """Find a constant that starts at `start` or later, and not after `stop`: fewest mismatches first, then leftmost.

    Gives its start; -1 where no place is near enough; `start` itself where the read ends before the constant could.
    """
    last = len(read) - constant.length
    if last < start:
        return start
    last = last if stop is None else min(last, stop)
    exact = _find_exact(read, start, last, constant)
    if exact >= 0 or not constant.mismatches:
        return exact
    places = _places_of_pieces(read, constant) if constant.plain else range(start, last + 1)
    ranked = [
        (mismatches(read[place : place + constant.length], constant), place)
        for place in sorted(set(places))
        if start <= place <= last
    ]
    number, place = min(ranked, default=(constant.length, -1))
    return place if number <= constant.mismatches else -1


def _find_exact(read: str, start: int, last: int, constant: Constant) -> int:
    end = last + constant.length
    if constant.plain:
        return read.find(constant.letters, start, end)
    found = _expression(constant.letters).search(read, start, end)
    return found.start() if found else -1


def _places_of_pieces(read: str, constant: Constant) -> Iterator[int]:
    """Yield where the constant would start, for every intact piece of it in the read.

    Of k + 1 pieces one is intact wherever at most k bases differ, so no other place needs to be compared.
    """
    pieces = constant.mismatches + 1
    cuts = [number * constant.length // pieces for number in range(pieces + 1)]
    for begin, end in pairwise(cuts):
        piece = constant.letters[begin:end]
        found = read.find(piece)
        while found >= 0:
            yield found - begin
            found = read.find(piece, found + 1)
