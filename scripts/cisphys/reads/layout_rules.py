"""What the lines of a layout must agree on beyond their words: ends that can be found, and elements that make sense together."""

from itertools import pairwise, zip_longest

from cisphys.errors import InputError
from cisphys.reads.elements import LONGEST_UMI, NAMES, Barcode, Constant, Element, Gap, Line, Sample, Skip, Span, Umi, Variant
from cisphys.reads.layout_words import Place

Placed = list[tuple[Element, Place]]


def check_ends(placed: Placed) -> None:
    """Check that it is clear where each gap and each element of several lengths ends."""
    for (element, place), following in zip_longest(placed, [element for element, _ in placed[1:]]):
        if isinstance(following, Constant):
            continue
        trouble = "stands at the end" if following is None else "is not followed by a constant"
        if isinstance(element, Gap):
            place.fail(f"'*' {trouble}", "After '*' comes a constant to search for; a read may go on after the last element")
        if isinstance(element, Span) and not element.fixed and not isinstance(element, Sample):
            what = f"'{element.name}[{element.range}]' {trouble}"
            if isinstance(element, Skip) or following is not None:
                place.fail(what, "An element of several lengths ends where a constant begins, or where the read ends")


def check_name(read: str, placed: Placed) -> None:
    """Check that a line of the name of a record asks for what a name holds, and no other line for a `+`."""
    for element, place in placed:
        plus = isinstance(element, Constant) and "+" in element.letters
        if plus and read not in NAMES:
            place.fail("'+' stands between the parts of a header or name only", "Leave a space between two elements")
        if read in NAMES and isinstance(element, Span) and element.quality:
            place.fail(f"a {read} has no qualities", "Leave the braces out")
        if read in NAMES and isinstance(element, Barcode | Variant):
            place.fail(f"a {read} holds no {element.name}", "It holds sample[n], umi[n] and '+'")


def check_reads(lines: list[Line], name: str) -> None:
    """Check that there are lines, each of another read."""
    if not lines:
        raise InputError("the layout is empty", where=f"layout '{name}'", remedy="Write what read1 holds")
    reads = [line.read for line in lines]
    twice = next((one for one, other in pairwise(sorted(reads)) if one == other), None)
    if twice:
        raise InputError(f"{twice} has two lines", where=f"layout '{name}'", remedy="Write each read once")


def check_counted(placed: Placed, end: Place) -> None:
    """Check that there is a barcode, a variant, both, or a variant in parts of one length each; `end` is behind the last line."""
    barcodes, variants = ([each for each in placed if isinstance(each[0], kind)] for kind in (Barcode, Variant))
    if not barcodes and not variants:
        end.fail("nothing is counted", "A layout has one variant[n] or one barcode[n]")
    if len(barcodes) > 1:
        barcodes[1][1].fail("a second barcode", "A layout has at most one barcode[n]")
    if len(variants) > 1 and barcodes:
        variants[1][1].fail("a second variant", "Beside a barcode, a layout has one variant[n]")
    for element, place in variants if len(variants) > 1 else ():
        if not element.fixed:
            place.fail("a part of a variant has several lengths", "The parts of a variant have one length each: variant[n]")


def check_umis(placed: Placed) -> None:
    """Check that UMIs, which are taken together, are all corrected or none, and short enough for that."""
    umis = [(element, place) for element, place in placed if isinstance(element, Umi)]
    if not any(element.mismatches for element, _ in umis):
        return
    for element, place in umis:
        if not element.mismatches:
            place.fail("one UMI has a '~1', and this one has none", "UMIs are taken together: write it behind all or none")
    if sum(element.length for element, _ in umis) > LONGEST_UMI:
        place.fail("the UMIs are too long for '~1'", f"UMIs of up to {LONGEST_UMI} bases together are corrected")
