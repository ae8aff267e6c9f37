"""The general way to count: any read, one at a time, in dicts. Kernels do the same for most reads, many times faster."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

import dnaio

from cisphys.reads.barcodes import KnownBarcodes
from cisphys.reads.fates import AMBIGUOUS_BARCODE, NOT_IN_LIBRARY
from cisphys.reads.match import Match

Copies = Mapping[str, Callable[[bytes], int]]


class Tally:
    """Counts as they grow: `counts[sample][letters]`, and `failed[sample, fate]` for reads that were not counted.

    Parameters
    ----------
    match : reads one sequence, as `compile_matcher` makes it
    names : the samples
    libraries : the barcodes to look for, by sample; a sample that is not named counts everything
    mismatches : how far a read barcode may be from that of a library
    """

    def __init__(
        self,
        match: Callable[[str], Match],
        names: Sequence[str],
        libraries: Mapping[str, Collection[str]],
        mismatches: int = 0,
    ):
        self.match = match
        distinct = {id(library): library for library in libraries.values()}
        known = {key: KnownBarcodes(library, mismatches) for key, library in distinct.items()}
        self.libraries = {name: known[id(libraries[name])] if name in libraries else None for name in names}
        self.counts: dict[str, dict[str, int]] = {name: {} for name in names}
        self.failed: Counter[tuple[str, str]] = Counter()

    def add(self, records: Iterable[dnaio.SequenceRecord], copies: Copies) -> None:
        """Count some records; copy those of the samples in `copies` through the function given there."""
        for record in records:
            sample = self.add_read(record.sequence)
            if sample in copies:
                copies[sample](record.fastq_bytes())

    def add_read(self, sequence: str) -> str:
        """Count one read; give its sample."""
        sample, fate, letters = self.match(sequence)
        if fate:
            self.failed[sample, fate] += 1
            return sample
        seen = self.counts[sample]
        if letters in seen:
            seen[letters] += 1
        elif (library := self.libraries[sample]) is None:
            seen[letters] = 1
        else:
            self._add_barcode(sample, library.assign(letters))
        return sample

    def _add_barcode(self, sample: str, nearest: Sequence[str]) -> None:
        if len(nearest) == 1:
            self.counts[sample][nearest[0]] = self.counts[sample].get(nearest[0], 0) + 1
        else:
            self.failed[sample, AMBIGUOUS_BARCODE if nearest else NOT_IN_LIBRARY] += 1
