"""What association reads show: how often each barcode was read with each variant.

Memory grows with the distinct (barcode, variant) pairs of each run, not with the reads.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

import numpy as np

Triple = tuple[str, str, str]  # barcode, variant, and the variant's qualities as in FASTQ (Phred + 33)
UNKNOWN, AMBIGUOUS = "unknown", "ambiguous"  # in the place of a designed variant: no variant is near, two are equally near
PHRED = 33


@dataclass(frozen=True, slots=True)
class Seen:
    """One variant of a barcode.

    Attributes
    ----------
    variant : its letters
    reads : in all runs
    runs : how many runs show the pair
    quality : (length,) sums of the Phred scores of its bases over the reads; None where they are not kept
    """

    variant: str
    reads: int
    runs: int
    quality: np.ndarray | None = None


class Pairs:
    """Collects pairs run by run.

    Parameters
    ----------
    qualities : whether to keep the sums of the qualities of each pair, which observed variants need and designed ones do not
    """

    def __init__(self, qualities: bool):
        self._keeps = qualities
        self._runs: list[dict[tuple[str, str], int]] = []
        self._qualities: dict[tuple[str, str], bytes | np.ndarray] = {}

    def add_run(self, triples: Iterable[Triple]) -> None:
        """Add the reads of one run, that is, of one replicate of the association."""
        counts: dict[tuple[str, str], int] = {}
        self._runs.append(counts)
        for barcode, variant, quality in triples:
            pair = barcode, variant
            counts[pair] = counts.get(pair, 0) + 1
            if self._keeps:
                self._add_quality(pair, quality.encode())

    def _add_quality(self, pair: tuple[str, str], quality: bytes) -> None:
        """Add up qualities; those of a pair read once, as most are, stay as they came, which is small."""
        before = self._qualities.get(pair)
        if before is None:
            self._qualities[pair] = quality
            return
        if isinstance(before, bytes):
            before = self._qualities[pair] = _phred(before)
        before += _phred(quality)

    @property
    def reads(self) -> list[int]:
        """The reads of each run."""
        return [sum(counts.values()) for counts in self._runs]

    def reads_of(self, variant: str) -> int:
        """The reads of one variant with any barcode."""
        return sum(reads for counts in self._runs for (_, seen), reads in counts.items() if seen == variant)

    def by_barcode(self) -> Iterator[tuple[str, list[Seen]]]:
        """Yield each barcode with its variants; barcodes and variants are sorted."""
        pairs = sorted(set().union(*self._runs))
        for barcode, own in groupby(pairs, key=lambda pair: pair[0]):
            yield barcode, [self._seen(pair) for pair in own]

    def _seen(self, pair: tuple[str, str]) -> Seen:
        reads = [counts[pair] for counts in self._runs if pair in counts]
        quality = self._qualities.get(pair)
        return Seen(pair[1], sum(reads), len(reads), _phred(quality) if isinstance(quality, bytes) else quality)


def _phred(quality: bytes) -> np.ndarray:
    """Return the Phred scores (length,) that FASTQ letters stand for."""
    return np.frombuffer(quality, np.uint8).astype(np.int64) - PHRED
