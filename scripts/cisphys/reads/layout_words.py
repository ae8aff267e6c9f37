"""One word of a layout, such as `sample[7]~1` or `barcode[16-20]{q20}`, and errors that point at its column."""

import re
from dataclasses import dataclass
from typing import NoReturn

from cisphys.errors import InputError, nearest
from cisphys.reads.elements import IUPAC, UNLIMITED, Barcode, Constant, Element, Gap, Quality, Sample, Skip, Span, Umi, Variant

NAMED: dict[str, type[Span]] = {kind.name: kind for kind in (Sample, Barcode, Variant, Umi)}
LETTERS = "".join(IUPAC).replace("+", "")
WORD = re.compile(
    r"(?P<name>[^\[\]~{}\s]*)(?P<bracket>\[(?P<length>[^\[\]]*)\])?"
    r"(?P<tilde>~(?P<mismatches>[^{}]*))?(?P<brace>\{(?P<quality>[^{}]*)\})?"
)
HIGHEST_QUALITY = 93  # that FASTQ can hold
LIMIT = re.compile(r"q(?P<least>[0-9]+)|e(?P<errors>[0-9]+\.?[0-9]*|\.[0-9]+)|(?P<n>n)")


@dataclass(frozen=True)
class Place:
    """A column (from 1) of one line of a layout, to point at. `read` is "" where the layout is one line."""

    name: str
    read: str
    text: str
    column: int

    def fail(self, problem: str, remedy: str = "", shift: int = 0) -> NoReturn:
        """Raise an InputError that shows the line with a caret `shift` columns further on."""
        column = self.column + shift
        drawing = f"{problem}\n    {self.text}\n    {' ' * (column - 1)}^ here"
        where = ", ".join(part for part in (f"layout '{self.name}'", self.read, f"column {column}") if part)
        raise InputError(drawing, where=where, remedy=remedy)


def parse_word(word: str, place: Place) -> Element:
    """Turn one word into an element; what is wrong with it is an InputError at its column."""
    found = WORD.fullmatch(word)
    if found is None:
        place.fail(f"'{word}' is not an element", "Write an element as name[length], ACGT or *, and leave a space between two")
    name = found["name"]
    mismatches = _mismatches(found, place)
    if name == "*" and not found["bracket"]:
        return _gap(found, place)
    if (name and set(name) <= set(LETTERS)) or name == "+":
        return _constant(found, mismatches, place)
    return _span(found, mismatches, place)


def _gap(found: re.Match, place: Place) -> Gap:
    for part in ("tilde", "brace"):
        if found[part]:
            place.fail(f"'*' takes no '{found[part][0]}': it is any bases", "Leave it out", found.start(part))
    return Gap()


def _constant(found: re.Match, mismatches: int, place: Place) -> Constant:
    if found["bracket"]:
        place.fail("a constant takes no length", "Leave the bracket out", found.start("bracket"))
    if found["brace"]:
        place.fail("a constant takes no quality", "Allow mismatches instead, with ~k", found.start("brace"))
    _check_share(mismatches, len(found["name"]), found, place)
    return Constant(found["name"], mismatches)


def _span(found: re.Match, mismatches: int, place: Place) -> Span:
    """Turn `sample[7]~1`, `barcode[16-20]`, `variant[75]`, `umi[10]` or `[5]` into its element."""
    name = found["name"]
    if name and name not in NAMED:
        _fail_as_unknown(name, place)
    if not found["bracket"]:
        place.fail(f"'{name}' lacks its length", f"Write {name}[n] with the number of bases", len(name))
    kind = NAMED.get(name, Skip)
    least, length = _lengths(found, kind, place)
    _check_kind(kind, least == length, mismatches, found, place)
    _check_share(mismatches, least, found, place)
    quality, n_differs = _braces(found, kind, place)
    if n_differs and not (kind is Barcode and mismatches):
        remedy = "N is allowed as one of the mismatches of barcode[n]~k only"
        place.fail(f"'{name}' takes no 'n' in braces", remedy, found.start("brace"))
    return kind(length, mismatches, least, quality=quality, n_differs=n_differs)


def _check_kind(kind: type[Span], fixed: bool, mismatches: int, found: re.Match, place: Place) -> None:
    """Check that the element is one that mismatches are allowed for."""
    if found["tilde"] and kind not in (Sample, Barcode, Umi):
        remedy = "Mismatches are allowed for a sample, barcode, UMI or constant"
        place.fail(f"'{found['name']}' takes no '~'", remedy, found.start("tilde"))
    if kind is Umi and mismatches > 1:
        place.fail("a UMI takes no more than '~1'", "UMIs that differ at one base are corrected", found.start("tilde"))
    if kind is Umi and mismatches and not fixed:
        place.fail("a UMI of several lengths takes no '~'", "Leave it out: its UMIs are counted as read", found.start("tilde"))


def _fail_as_unknown(name: str, place: Place) -> NoReturn:
    if set(name) <= set("acgt"):
        place.fail(f"a constant is written in capitals, not '{name}'", f"Write {name.upper()}")
    if name.isupper() and name.isalpha() and name.lower() not in NAMED:
        wrong = next(letter for letter in name if letter not in LETTERS)
        place.fail(f"a constant holds the letter '{wrong}'", f"Constants hold {LETTERS} only", name.index(wrong))
    place.fail(f"unknown element '{name}' ({nearest(name, [*NAMED, 'ACGT', '*', '[n]'])})")


def _lengths(found: re.Match, kind: type[Span], place: Place) -> tuple[int, int]:
    """Read `20`, `16-20`, and for a variant also `16-`: the shortest and the longest length."""
    text, shift = found["length"], found.start("length")
    numbers = re.fullmatch(r"([0-9]+)(-([0-9]*))?", text)
    if numbers is None:
        place.fail(f"the length '{text}' is no whole number", "Write the number of bases, n or m-n", shift)
    if numbers[2] == "-" and kind is not Variant:
        place.fail(f"the length '{text}' has no end", "Only a variant may be as long as its read", shift)
    least = int(numbers[1])
    length = least if numbers[2] is None else int(numbers[3] or UNLIMITED)
    if length == 0 or (least == 0 and kind is not Skip):
        place.fail("the length is 0", "An element has at least one base", shift)
    if length < least:
        place.fail(f"the length '{text}' ends before it starts", f"Write {length}-{least}", shift)
    return least, length


def _mismatches(found: re.Match, place: Place) -> int:
    text = found["mismatches"]
    if text is None:
        return 0
    if not re.fullmatch(r"[0-9]+", text):
        place.fail(f"'~{text}' is no number of mismatches", "Write ~1, ~2, ...", found.start("tilde"))
    return int(text)


def _check_share(mismatches: int, length: int, found: re.Match, place: Place) -> None:
    if 3 * mismatches > length:
        most = f"At most {length // 3} of {length} bases may differ, a third"
        place.fail(f"'~{mismatches}' allows too many mismatches", most, found.start("tilde"))


def _braces(found: re.Match, kind: type[Span], place: Place) -> tuple[Quality, bool]:
    """Read `{q20}`, `{e0.5}`, `{q20,e0.5}`, and whether an `n` is among them."""
    if found["quality"] is None:
        return Quality(), False
    if kind is Skip:
        place.fail("bases that are passed over take no quality", "Leave the braces out", found.start("brace"))
    limits: dict[str, float] = {}
    for limit in found["quality"].split(","):
        part = LIMIT.fullmatch(limit)
        if part is None or part.lastgroup in limits:
            remedy = "Write {q20} for the lowest quality of a base, {e0.5} for the expected errors, or {q20,e0.5}"
            place.fail(f"'{limit}' is no limit of quality", remedy, found.start("brace"))
        if part["least"] and int(part["least"]) > HIGHEST_QUALITY:
            remedy = f"Ask for at most {HIGHEST_QUALITY}, the highest that FASTQ can hold"
            place.fail(f"no base has a quality of {part['least']}", remedy, found.start("brace"))
        limits[part.lastgroup] = 0.0 if part["n"] else float(part[part.lastgroup])
    return Quality(int(limits.get("least", 0)), limits.get("errors")), "n" in limits
