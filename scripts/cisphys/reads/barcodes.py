"""Barcodes of a library, looked up exactly or with mismatches."""

from collections.abc import Collection, Iterator
from functools import lru_cache
from itertools import pairwise

from cisphys.reads.search import distance

REMEMBERED = 1 << 16  # readings with errors whose barcode is kept at hand: bounds memory, changes no answer


class KnownBarcodes:
    """Finds the barcode of a library that is nearest to what was read, of those that are as long.

    Parameters
    ----------
    barcodes : the library
    mismatches : how many positions may differ
    """

    def __init__(self, barcodes: Collection[str], mismatches: int):
        self._barcodes = barcodes
        self._mismatches = mismatches
        self._holders: dict[tuple[int, int, str], list[str]] = {}
        for barcode in barcodes if mismatches else ():
            for piece in self._pieces(barcode):
                self._holders.setdefault(piece, []).append(barcode)
        self._nearest = lru_cache(maxsize=REMEMBERED)(self._search)

    def assign(self, letters: str) -> list[str]:
        """Give the barcode of a reading: none where all are too far, several where they are equally near."""
        if letters in self._barcodes:
            return [letters]
        return self._nearest(letters) if self._mismatches else []

    def _pieces(self, letters: str) -> Iterator[tuple[int, int, str]]:
        """Yield k + 1 pieces, each with the length of the whole and its number; one is intact where k bases differ."""
        pieces = self._mismatches + 1
        cuts = [number * len(letters) // pieces for number in range(pieces + 1)]
        for number, (begin, end) in enumerate(pairwise(cuts)):
            yield len(letters), number, letters[begin:end]

    def _search(self, letters: str) -> list[str]:
        alike = {barcode for piece in self._pieces(letters) for barcode in self._holders.get(piece, ())}
        near = {barcode: distance(barcode, letters) for barcode in alike}
        least = min(near.values(), default=self._mismatches + 1)
        return sorted(barcode for barcode, apart in near.items() if apart == least) if least <= self._mismatches else []
