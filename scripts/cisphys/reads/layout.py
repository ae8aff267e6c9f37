"""What a read holds, written as one line from 5' to 3'.

    sample[7]~1 TAGGCGTATCACGAGGCCCTTTCGTCTTC * AGCGCAACGC variant[75] AATTGTGAGC

Elements are separated by spaces: `sample[n]` (the index that tells samples apart), `barcode[n]`, `variant[n]`, constants of
A, C, G, T, and `*`, any number of bases (also none). `~k` after a sample, barcode or constant allows k mismatches.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, NoReturn

from cisphys.errors import InputError, nearest


@dataclass(frozen=True)
class Sample:
    """The index of `length` bases that tells which sample a read is from, give or take `mismatches`."""

    length: int
    mismatches: int = 0


@dataclass(frozen=True)
class Constant:
    """Bases that are the same in every read, give or take `mismatches`."""

    letters: str
    mismatches: int = 0

    @property
    def length(self) -> int:
        """The number of bases."""
        return len(self.letters)


@dataclass(frozen=True)
class Barcode:
    """`length` bases that stand for a variant; a library says which, give or take `mismatches`. Counted."""

    length: int
    mismatches: int = 0
    name: ClassVar[str] = "barcode"


@dataclass(frozen=True)
class Variant:
    """The sequence under study itself, of `length` bases. Counted."""

    length: int
    name: ClassVar[str] = "variant"
    mismatches: ClassVar[int] = 0


@dataclass(frozen=True)
class Gap:
    """Any number of bases, also none: the constant that follows is searched for."""

    length: ClassVar[int] = 0


Element = Sample | Constant | Barcode | Variant | Gap


@dataclass(frozen=True)
class Layout:
    """The elements of a read from 5' to 3'. The read may go on after the last one."""

    name: str
    text: str
    elements: tuple[Element, ...]

    @property
    def sample(self) -> Sample | None:
        """The element that tells samples apart, or None where a whole run is one sample."""
        return next((element for element in self.elements if isinstance(element, Sample)), None)

    @property
    def has_sample(self) -> bool:
        """Whether reads carry the index of their sample."""
        return self.sample is not None

    @property
    def sample_length(self) -> int:
        """Bases of the sample index; 0 where there is none."""
        return self.sample.length if self.sample else 0

    @property
    def counted(self) -> Barcode | Variant:
        """The one element whose letters are counted."""
        return next(element for element in self.elements if isinstance(element, Barcode | Variant))

    @property
    def minimal_length(self) -> int:
        """Bases of the shortest read that the layout fits: the sum of all lengths."""
        return sum(element.length for element in self.elements)


NAMED: dict[str, Callable[..., Element]] = {"sample": Sample, "barcode": Barcode, "variant": Variant}
TOKEN = re.compile(r"(?P<name>[^\[\]~\s]*)(?P<bracket>\[(?P<length>[^\[\]]*)\])?(?P<tilde>~(?P<mismatches>.*))?")


def parse_layout(text: str, name: str) -> Layout:
    """Read a layout line.

    Parameters
    ----------
    text : the line, as in the example above
    name : what the config calls it, for messages

    Raises
    ------
    InputError : with the column of the mistake, the line, and a caret below it
    """
    spots = [(spot.group(), spot.start() + 1) for spot in re.finditer(r"\S+", text)]
    elements = tuple(_parse_element(token, _Place(name, text, column)) for token, column in spots)
    places = [_Place(name, text, column) for _, column in spots]
    _check_gaps(elements, places)
    _check_counted(elements, places, _Place(name, text, len(text.rstrip()) + 1))
    _check_one_sample(elements, places)
    return Layout(name, " ".join(text.split()), elements)


@dataclass(frozen=True)
class _Place:
    """A column (from 1) of a layout line, to point at."""

    name: str
    text: str
    column: int

    def fail(self, problem: str, remedy: str = "", shift: int = 0) -> NoReturn:
        """Raise an InputError that shows the line with a caret `shift` columns further on."""
        column = self.column + shift
        drawing = f"{problem}\n    {self.text}\n    {' ' * (column - 1)}^ here"
        raise InputError(drawing, where=f"layout '{self.name}', column {column}", remedy=remedy)


def _parse_element(token: str, place: _Place) -> Element:
    """Turn one word of the line into an element."""
    found = TOKEN.fullmatch(token)
    if found is None:
        place.fail(f"'{token}' is not an element", "Write an element as name[length], ACGT or *, and leave a space between two")
    mismatches = _parse_mismatches(found, place)
    if found["name"] == "*" and not found["bracket"]:
        return _parse_gap(mismatches, found, place)
    if found["name"] and set(found["name"]) <= set("ACGT"):
        return _parse_constant(found, mismatches, place)
    return _parse_named(found, mismatches, place)


def _parse_gap(mismatches: int, found: re.Match, place: _Place) -> Gap:
    if mismatches:
        place.fail("'*' takes no '~': it is any bases", "Leave the '~' out", found.start("tilde"))
    return Gap()


def _parse_constant(found: re.Match, mismatches: int, place: _Place) -> Constant:
    if found["bracket"]:
        place.fail("a constant takes no length", "Leave the bracket out", found.start("bracket"))
    _check_share(mismatches, len(found["name"]), found, place)
    return Constant(found["name"], mismatches)


def _parse_named(found: re.Match, mismatches: int, place: _Place) -> Element:
    """Turn `sample[7]~1`, `barcode[20]` or `variant[75]` into its element."""
    kind = found["name"]
    if kind not in NAMED:
        _fail_as_unknown(kind, place)
    if not found["bracket"]:
        place.fail(f"'{kind}' lacks its length", f"Write {kind}[n] with the number of bases", len(kind))
    length = _parse_length(found, place)
    if kind == "variant":
        if mismatches:
            remedy = "Mismatches are allowed for a sample, a barcode or a constant"
            place.fail(f"'{kind}' takes no '~'", remedy, found.start("tilde"))
        return Variant(length)
    _check_share(mismatches, length, found, place)
    return NAMED[kind](length, mismatches)


def _fail_as_unknown(kind: str, place: _Place) -> NoReturn:
    if kind and set(kind) <= set("acgt"):
        place.fail(f"a constant is written in capitals, not '{kind}'", f"Write {kind.upper()}")
    if kind.isupper() and kind.isalpha() and kind.lower() not in NAMED:
        wrong = next(letter for letter in kind if letter not in "ACGT")
        place.fail(f"a constant holds the letter '{wrong}'", "Constants hold A, C, G and T only", kind.index(wrong))
    place.fail(f"unknown element '{kind}' ({nearest(kind, [*NAMED, 'ACGT', '*'])})")


def _parse_length(found: re.Match, place: _Place) -> int:
    text = found["length"]
    if not re.fullmatch(r"[0-9]+", text):
        place.fail(f"the length '{text}' is no whole number", "Write the number of bases", found.start("length"))
    if int(text) == 0:
        place.fail("the length is 0", "An element has at least one base", found.start("length"))
    return int(text)


def _parse_mismatches(found: re.Match, place: _Place) -> int:
    text = found["mismatches"]
    if text is None:
        return 0
    if not re.fullmatch(r"[0-9]+", text):
        place.fail(f"'~{text}' is no number of mismatches", "Write ~1, ~2, ...", found.start("tilde"))
    return int(text)


def _check_share(mismatches: int, length: int, found: re.Match, place: _Place) -> None:
    if 3 * mismatches > length:
        most = f"At most {length // 3} of {length} bases may differ, a third"
        place.fail(f"{mismatches} mismatches are too many", most, found.start("tilde"))


def _check_gaps(elements: tuple[Element, ...], places: list[_Place]) -> None:
    for number, (element, place) in enumerate(zip(elements, places, strict=True), start=1):
        following = elements[number] if number < len(elements) else None
        if isinstance(element, Gap) and not isinstance(following, Constant):
            trouble = "stands at the end" if following is None else "is not followed by a constant"
            place.fail(f"'*' {trouble}", "After '*' comes a constant to search for; a read may go on after the last element")


def _check_counted(elements: tuple[Element, ...], places: list[_Place], end: _Place) -> None:
    counted = [place for element, place in zip(elements, places, strict=True) if isinstance(element, Barcode | Variant)]
    if not counted:
        end.fail("nothing is counted", "A layout has one variant[n] or one barcode[n]")
    if len(counted) > 1:
        counted[1].fail("a second element to count", "A layout has one variant[n] or one barcode[n]")


def _check_one_sample(elements: tuple[Element, ...], places: list[_Place]) -> None:
    samples = [place for element, place in zip(elements, places, strict=True) if isinstance(element, Sample)]
    if len(samples) > 1:
        samples[1].fail("a second sample element", "A layout has at most one sample[n]")
