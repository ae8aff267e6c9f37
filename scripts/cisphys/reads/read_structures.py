"""Read structures as fgbio and Picard write them, such as ``fgbio: 8B10M+T``, in words of a layout."""

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cisphys.reads.layout_words import Place

PREFIX = re.compile(r"\s*fgbio:\s*")
SEGMENT = re.compile(r"(?P<length>[0-9]+|\+)(?P<kind>[A-Z])")
NAMES = {"T": "variant", "B": "sample", "C": "barcode", "M": "umi", "S": ""}


def is_read_structure(text: str) -> bool:
    """Say whether a line is a read structure."""
    return PREFIX.match(text) is not None


def as_layout(place: "Place") -> str:
    """Write a read structure as a line of a layout: T is the variant, B the sample, C the barcode, M the UMI, S is passed over.

    `+` stands for all bases to the read's end: ``variant[1-]``, or nothing for S.

    Raises
    ------
    InputError : with the column of what is no segment, has no length, or follows a `+`
    """
    words, at = [], PREFIX.match(place.text).end()
    text = place.text.rstrip()
    while at < len(text):
        found = SEGMENT.match(text, at)
        if found is None or found["kind"] not in NAMES:
            remedy = "A read structure is made of lengths and letters, 8B10M+T, with T, B, C, M and S"
            place.fail(f"'{text[at:]}' is no segment of a read structure", remedy, at)
        if found["length"] == "+" and (found.end() < len(text) or found["kind"] not in "TS"):
            place.fail("'+' is for a last T or S", "Write the number of bases", at)
        words.append(_word(NAMES[found["kind"]], found["length"]))
        at = found.end()
    return " ".join(filter(None, words))


def _word(name: str, length: str) -> str:
    if length != "+":
        return f"{name}[{int(length)}]"
    return f"{name}[1-]" if name else ""
