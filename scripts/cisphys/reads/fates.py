"""What became of each read: one fate per record, the first test that fails, in the order of this module's table."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from cisphys.reads.layout import Constant, Gap, Layout, Sample

if TYPE_CHECKING:
    import pandas as pd

BAD_LENGTH = "bad_length"
CONSTANT_MISSING = "constant_missing"
NO_SAMPLE = "no_sample"
AMBIGUOUS_SAMPLE = "ambiguous_sample"
HAS_N = "has_n"
NOT_IN_LIBRARY = "not_in_library"
AMBIGUOUS_BARCODE = "ambiguous_barcode"
COUNTED = "counted"

FATES = {
    BAD_LENGTH: "The read ends inside the layout.",
    CONSTANT_MISSING: "A constant part is not where it should be, or has more mismatches than allowed.",
    NO_SAMPLE: "The sample index is further than allowed from every index of the run.",
    AMBIGUOUS_SAMPLE: "The sample index is equally near to two indices of the run.",
    HAS_N: "The variant or barcode holds a letter other than A, C, G, T.",
    NOT_IN_LIBRARY: "The barcode is not in the library of the sample's experiment, nor within the mismatches allowed.",
    AMBIGUOUS_BARCODE: "The barcode is equally near to two barcodes of the library.",
    COUNTED: "The read passed every test and was counted.",
}
UNASSIGNED = "-"
COLUMNS = ["run", "sample", "fate", "reads"]


def possible_fates(layout: Layout, library: bool) -> list[str]:
    """Name the fates that a read of a known sample can have, in the order of `FATES`.

    `library` says whether the sample's barcodes are looked up in one.
    """
    known_from = layout.elements.index(layout.sample) + 1 if layout.sample else 0
    fates = _failures(layout.elements[known_from:]) | {HAS_N, COUNTED}
    if library:
        fates |= {NOT_IN_LIBRARY, AMBIGUOUS_BARCODE} if layout.counted.mismatches else {NOT_IN_LIBRARY}
    return [fate for fate in FATES if fate in fates]


def possible_unassigned_fates(layout: Layout) -> list[str]:
    """Name the fates that a read can have before its sample is known; none where the whole run is one sample.

    `ambiguous_sample` is not among them: indices are checked before the run to lie far enough apart.
    """
    if layout.sample is None:
        return []
    fates = _failures(layout.elements[: layout.elements.index(layout.sample) + 1])
    return [fate for fate in FATES if fate in fates]


def _failures(elements: tuple) -> set[str]:
    """Collect how the tests of these elements can fail."""
    fates = {BAD_LENGTH} if any(not isinstance(element, Gap) for element in elements) else set()
    fates |= {CONSTANT_MISSING} if any(isinstance(element, Constant) for element in elements) else set()
    return fates | ({NO_SAMPLE} if any(isinstance(element, Sample) for element in elements) else set())


def collect_fates(paths: Iterable[str | Path]) -> "pd.DataFrame":
    """Join the fates tables of several runs, in the order given: columns `run sample fate reads`."""
    import pandas as pd

    from cisphys.tables import read_table

    tables = [read_table(path, required=COLUMNS, text=COLUMNS[:3]) for path in paths]
    return pd.concat(tables, ignore_index=True)[COLUMNS]
