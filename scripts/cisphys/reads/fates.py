"""What became of each read: one fate per record, the first test that fails, in the order of this module's table."""

import logging
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from cisphys.reads.elements import MERGED, Constant, Gap, Layout, Sample, Span

if TYPE_CHECKING:
    import pandas as pd

logger = logging.getLogger(__name__)
BAD_LENGTH = "bad_length"
CONSTANT_MISSING = "constant_missing"
NO_SAMPLE = "no_sample"
AMBIGUOUS_SAMPLE = "ambiguous_sample"
NO_OVERLAP = "no_overlap"
AMBIGUOUS_OVERLAP = "ambiguous_overlap"
HAS_N = "has_n"
LOW_QUALITY = "low_quality"
NOT_IN_LIBRARY = "not_in_library"
AMBIGUOUS_BARCODE = "ambiguous_barcode"
DUPLICATE_UMI = "duplicate_umi"
COUNTED = "counted"

FATES = {
    NO_OVERLAP: "The mates do not overlap, or too little to be made into one read.",
    AMBIGUOUS_OVERLAP: "The mates overlap in several ways, as in repeats.",
    BAD_LENGTH: "The read ends inside the layout, or is longer than an element that reaches to its end.",
    CONSTANT_MISSING: "A constant part is not where it should be, or has more mismatches than allowed.",
    NO_SAMPLE: "The sample index is further than allowed from every index of the run, or their combination is of no sample.",
    AMBIGUOUS_SAMPLE: "The sample index is equally near to two indices of the run, or nearly so.",
    HAS_N: "The variant, barcode (without {n}) or UMI holds a letter other than A, C, G, T.",
    LOW_QUALITY: "An element does not reach its base quality.",
    NOT_IN_LIBRARY: "The barcode is not in the library of the sample's experiment, nor within the mismatches allowed.",
    AMBIGUOUS_BARCODE: "The barcode is equally near to two barcodes of the library.",
    DUPLICATE_UMI: "Another read of the same molecule is counted.",
    COUNTED: "The read passed every test and was counted.",
}
UNASSIGNED = "-"
COLUMNS = ["run", "sample", "fate", "reads"]


def possible_fates(layout: Layout, library: bool) -> list[str]:
    """Name the fates that a read of a known sample can have, in the order of `FATES`.

    `library` says whether the sample's barcodes are looked up in one.
    """
    known_from = _known_from(layout)
    fates = _failures(layout.elements[known_from:]) | _failures_of_contents(layout) | {COUNTED}
    fates |= {NO_OVERLAP, AMBIGUOUS_OVERLAP} if _merged_from(layout) >= known_from else set()
    fates |= {NOT_IN_LIBRARY} if library else set()
    fates |= {AMBIGUOUS_BARCODE} if library and layout.counted.mismatches else set()
    return [fate for fate in FATES if fate in fates]


def possible_unassigned_fates(layout: Layout, ambiguous: bool = False) -> list[str]:
    """Name the fates that a read can have before its sample is known; none where the whole run is one sample.

    `ambiguous` says whether indices can be equally near; without a margin or indels they cannot, as they are checked before
    the run to lie far enough apart.
    """
    if layout.sample is None:
        return []
    known_from = _known_from(layout)
    fates = _failures(layout.elements[:known_from]) | ({AMBIGUOUS_SAMPLE} if ambiguous else set())
    fates |= {NO_OVERLAP, AMBIGUOUS_OVERLAP} if 0 <= _merged_from(layout) < known_from else set()
    return [fate for fate in FATES if fate in fates]


def _known_from(layout: Layout) -> int:
    """Give the number of elements that are tested until the sample is known; a constant may tell where an index ends."""
    places = [number for number, element in enumerate(layout.elements, start=1) if isinstance(element, Sample)]
    last = max(places, default=0)
    if not last or layout.elements[last - 1].fixed:
        return last
    return last + any(isinstance(element, Constant) for element in layout.elements[last : last + 1])


def _merged_from(layout: Layout) -> int:
    """Give the number of elements that are tested before the line of the merged mates; -1 where it has none."""
    before = 0
    for line in layout.lines:
        if line.read == MERGED:
            return before
        before += len(line.elements)
    return -1


def _failures(elements: tuple) -> set[str]:
    """Collect how the tests of these elements can fail."""
    fates = {BAD_LENGTH} if any(not isinstance(element, Gap) for element in elements) else set()
    fates |= {CONSTANT_MISSING} if any(isinstance(element, Constant) for element in elements) else set()
    return fates | ({NO_SAMPLE} if any(isinstance(element, Sample) for element in elements) else set())


def _failures_of_contents(layout: Layout) -> set[str]:
    limited = any(isinstance(element, Span) and element.quality for element in layout.elements)
    return {HAS_N} | ({LOW_QUALITY} if limited else set()) | ({DUPLICATE_UMI} if layout.umis else set())


def check_sum(run: str, fates: Sequence[tuple[str, str, str, int]], records: int) -> None:
    """Say what became of a run's reads. Every read has one fate: a table that does not add up is never written.

    Parameters
    ----------
    run : its name
    fates : rows `run sample fate reads`
    records : the number of all reads, counted apart from the fates

    Raises
    ------
    RuntimeError : the reads of the rows do not sum to the records
    """
    shares = dict.fromkeys(FATES, 0)
    for _, _, fate, reads in fates:
        shares[fate] += reads
    if (total := sum(shares.values())) != records:
        raise RuntimeError(f"run '{run}': {records} reads were read, but the fates sum to {total}")
    text = ", ".join(f"{fate} {reads:,}" for fate, reads in shares.items() if reads)
    logger.info("run %s: %s reads: %s", run, f"{records:,}", text)


def collect_fates(paths: Iterable[str | Path]) -> "pd.DataFrame":
    """Join the fates tables of several runs, in the order given: columns `run sample fate reads`."""
    import pandas as pd

    from cisphys.tables import read_table

    tables = [read_table(path, required=COLUMNS, text=COLUMNS[:3]) for path in paths]
    return pd.concat(tables, ignore_index=True)[COLUMNS]
