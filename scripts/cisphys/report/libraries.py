"""The part of the page on libraries: which barcodes stand for a variant, why others do not, and other thresholds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from cisphys.association.calls import REASONS
from cisphys.report.cells import Cell, Table, count, small_share
from cisphys.report.happened import percent
from cisphys.report.pictures import Picture, picture
from cisphys.tables import read_table

REJECTED = "rejected_"
# what the quantities of a summary are, for people; others are told by their name
QUANTITIES = {
    "reads": "Association reads",
    "reads_unknown": "Reads that show no designed variant",
    "reads_ambiguous": "Reads that are equally near to two",
    "barcodes": "Distinct barcodes",
    "called": "Barcodes that stand for one variant",
    "variants": "Variants with a barcode",
    "designed_variants": "Designed variants",
    "barcodes_per_variant": "Barcodes per variant, median",
    "expected_collisions": "Barcodes shared by two molecules, expected by chance",
    "two_variants_seen": "Barcodes seen with two variants, both well supported",
}


@dataclass(frozen=True)
class LibrarySection:
    """All that the page says of a library; `rejected` is None where all barcodes were called."""

    name: str
    said: Sequence[str]
    summary: Table
    rejected: Table | None
    pictures: Sequence[Picture]


def library_section(results: Path, name: str) -> LibrarySection:
    """Put together what the page says of a library, from libraries/<name>/ and figures/libraries/<name>/."""
    table = read_table(results / "libraries" / name / "summary.tsv", ["quantity", "value"], ["quantity"])
    numbers = dict(zip(table["quantity"], table["value"].astype(float), strict=True))
    folder = Path("figures/libraries") / name
    per_variant = (
        f"Number of variants of library {name} with so many barcodes.",
        "How many barcodes the variants have; grey: designed variants without one. The dashed line is the median over those that "
        "have one.",
    )
    swept = (
        f"Barcodes and variants of library {name} that other thresholds would call.",
        "What other thresholds would call: barcodes, and variants that have one. The ring marks the thresholds that were taken.",
    )
    pictures = [picture(results, folder / "barcodes_per_variant", *per_variant), picture(results, folder / "sweep", *swept)]
    return LibrarySection(name, library_in_words(numbers), summary_table(numbers), rejected_table(numbers), pictures)


def library_in_words(numbers: Mapping[str, float]) -> list[str]:
    """Say what was called, and how many barcodes two molecules are expected to share by chance.

    `numbers` are the quantities of summary.tsv.
    """
    called, barcodes, designed = numbers["called"], numbers["barcodes"], numbers.get("designed_variants")
    of = f" of {designed:,.0f} designed" if designed else ""
    first = (
        f"{called:,.0f} of {barcodes:,.0f} barcodes ({percent(called, barcodes)}) stand for one variant each. They cover "
        f"{numbers['variants']:,.0f}{of} variants, with {numbers['barcodes_per_variant']:g} barcodes at the median."
    )
    return [first, _collisions(numbers)]


def _collisions(numbers: Mapping[str, float]) -> str:
    expected, seen = numbers["expected_collisions"], numbers["two_variants_seen"]
    about = "fewer than 1" if expected < 0.5 else f"about {expected:,.0f}"
    return (
        f"Barcodes that two molecules are expected to share by chance alone: {about}. Barcodes that were seen with two "
        f"well-supported variants, and left out: {seen:,.0f}. Many more of these than expected tell of chimeras of the PCR, or "
        "of barcodes that were not drawn at random."
    )


def summary_table(numbers: Mapping[str, float]) -> Table:
    """Return the quantities of a library but those of the rejected barcodes."""
    rows = [
        [Cell(QUANTITIES.get(name, name.replace("_", " "))), _number(value)]
        for name, value in numbers.items()
        if not name.startswith(REJECTED)
    ]
    return Table("The library in numbers", ["Quantity", "Value"], rows)


def _number(value: float) -> Cell:
    return count(value) if value.is_integer() else Cell(f"{value:.3g}", value, "number")


def rejected_table(numbers: Mapping[str, float]) -> Table | None:
    """Return why barcodes were rejected, the most frequent reason first; None where none was."""
    taken = {name.removeprefix(REJECTED): value for name, value in numbers.items() if name.startswith(REJECTED) and value}
    ordered = pd.Series(taken, dtype=float).sort_values(ascending=False, kind="stable")
    rows = [
        [Cell(reason.replace("_", " ")), count(value), small_share(value / numbers["barcodes"]), Cell(_meaning(reason))]
        for reason, value in ordered.items()
    ]
    columns = ["Reason", "Barcodes", "Share of all", "What it means"]
    return Table("Why barcodes were rejected: the first reason that applies", columns, rows, stacks=True) if rows else None


def _meaning(reason: str) -> str:
    return REASONS.get(reason, "").replace("`", "")
