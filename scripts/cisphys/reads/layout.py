"""What a read holds, written as one line from 5' to 3', or as one line for each read of a cluster.

    sample[7]~1 TAGGCGTATCACGAGGCCCTTTCGTCTTC * AGCGCAACGC variant[75] AATTGTGAGC
    {read1: "umi[10] GACACTCG~2 barcode[16-20]{q20} GAGTTGTGGC", index1: "sample[8]~1", index2: "rc(sample[8]~1)"}

config/README.md describes the grammar. `rc(...)` holds elements as they are on the other strand: they are turned round here, so
that everything else meets them in the order and direction in which the sequencer does.
"""

import re
from collections.abc import Mapping
from dataclasses import replace

from cisphys.errors import InputError, nearest
from cisphys.reads.elements import (
    NAMES,
    READS,
    Barcode,
    Constant,
    Element,
    Gap,
    Layout,
    Line,
    Sample,
    Skip,
    Span,
    Umi,
    Variant,
    turned,
)
from cisphys.reads.layout_rules import Placed, check_counted, check_ends, check_name, check_reads, check_umis
from cisphys.reads.layout_words import Place, parse_word
from cisphys.reads.read_structures import as_layout, is_read_structure

__all__ = ["Barcode", "Constant", "Element", "Gap", "Layout", "Line", "Sample", "Skip", "Span", "Umi", "Variant", "parse_layout"]
KEY = r"[a-z]+[0-9]?|rc\([a-z]+[0-9]?\)"


def parse_layout(given: str | Mapping[str, str], name: str) -> Layout:
    """Read a layout.

    Parameters
    ----------
    given : the line of read1; or the lines of several reads (`read1`, `rc(read2)`, `index1`, ...), as a mapping, or as text
        with one ``read: line`` in each line. A line may also be a read structure, ``fgbio: 8B+T``
    name : what the config calls it, for messages

    Raises
    ------
    InputError : with the read and column of the mistake, the line, and a caret below it
    """
    texts = _lines_of(given)
    lone = list(texts) == [""]
    lines, placed = [], []
    for key, text in texts.items():
        line, own = _parse_line(_read_of(key, name), Place(name, key, text, 1))
        lines.append(line)
        placed += own
    check_reads(lines, name)
    check_counted(placed, Place(name, "" if lone else key, text, len(text.rstrip()) + 1))
    check_umis(placed)
    return Layout(name, _as_text(texts, name), tuple(lines))


def _lines_of(given: str | Mapping[str, str]) -> dict[str, str]:
    """Give the lines by the read that they are of; a line alone, which is of read1, stands under ""."""
    if isinstance(given, Mapping):
        return {str(key): str(text) for key, text in given.items()}
    rows = [re.fullmatch(rf"\s*({KEY})\s*:(.*)", row) for row in given.splitlines() if row.strip()]
    if rows and all(row and row[1] != "fgbio" for row in rows):
        return {row[1]: row[2] for row in rows}
    return {"": given}


def _as_text(texts: Mapping[str, str], name: str) -> str:
    lines = {key: " ".join(_words_of(Place(name, key, text, 1)).split()) for key, text in texts.items()}
    return lines[""] if "" in lines else "\n".join(f"{key}: {line}" for key, line in lines.items())


def _read_of(key: str, name: str) -> tuple[str, bool]:
    """Give the read that a line is of, and whether the line is of its reverse complement."""
    read = key[3:-1] if re.fullmatch(r"rc\(.*\)", key) else key or "read1"
    if read not in READS:
        raise InputError(f"'{key}' is no read ({nearest(read, READS)})", where=f"layout '{name}'")
    if read in NAMES and key != read:
        raise InputError(f"a {read} is not turned round", where=f"layout '{name}'", remedy="Write rc(sample[n]) in its line")
    return read, key != read and key != ""


def _words_of(place: Place) -> str:
    return as_layout(place) if is_read_structure(place.text) else place.text


def _parse_line(read: tuple[str, bool], place: Place) -> tuple[Line, Placed]:
    place = replace(place, text=_words_of(place))
    placed = _elements_of(place)
    check_ends(placed)
    check_name(read[0], placed)
    return Line(read[0], tuple(element for element, _ in placed), read[1]), placed


def _elements_of(place: Place) -> Placed:
    """Read the words of a line; those inside `rc(...)` in turned order, each turned round."""
    placed: Placed = []
    group: Placed | None = None
    for spot in re.finditer(r"\S+", place.text):
        word, column = spot.group(), spot.start() + 1
        if word.startswith("rc("):
            if group is not None:
                replace(place, column=column).fail("'rc(' inside 'rc('", "Close the first one")
            group, opened = [], column
            word, column = word[3:], column + 3
        closing = group is not None and word.endswith(")")
        word = word[:-1] if closing else word
        if word:
            here = replace(place, column=column)
            (placed if group is None else group).append((parse_word(word, here), here))
        if closing:
            placed += [(_turned(element), here) for element, here in reversed(group)]
            group = None
    if group is not None:
        replace(place, column=opened).fail("'rc(' is not closed", "Write ')' behind the last element that it holds")
    return placed


def _turned(element: Element) -> Element:
    if isinstance(element, Span):
        return replace(element, reverse=True)
    return Constant(turned(element.letters), element.mismatches) if isinstance(element, Constant) else element
