"""Which known barcode a read holds, give or take some mismatches."""

from collections.abc import Collection, Iterator
from functools import cached_property, lru_cache
from itertools import pairwise

from cisphys.reads.search import distance

REMEMBERED = 1 << 16  # readings with errors whose barcode is kept at hand: bounds memory, changes no answer
Piece = tuple[int, int, str]


class KnownBarcodes:
    """Finds the barcodes of a library that are nearest to what was read, of those that are as long.

    The answer is exact. Of k + 1 pieces of a barcode one is intact wherever at most k bases differ, so only barcodes that
    share a piece with what was read are compared with it.

    Parameters
    ----------
    barcodes : the library
    mismatches : how many positions may differ
    """

    def __init__(self, barcodes: Collection[str], mismatches: int = 0):
        self.barcodes = barcodes
        self.mismatches = mismatches
        self._nearest = lru_cache(maxsize=REMEMBERED)(self._search)

    def assign(self, letters: str) -> list[str]:
        """Name the barcode that was read: none where all are too far, several where they are equally near."""
        if letters in self.barcodes:
            return [letters]
        return self._nearest(letters) if self.mismatches else []

    @cached_property
    def _sharing(self) -> dict[Piece, list[str]]:
        """The barcodes that hold each piece; made when it is first needed."""
        sharing: dict[Piece, list[str]] = {}
        for barcode in self.barcodes:
            for piece in self._pieces(barcode):
                sharing.setdefault(piece, []).append(barcode)
        return sharing

    def _pieces(self, letters: str) -> Iterator[Piece]:
        """Yield k + 1 pieces, each with the length of the whole and its number."""
        pieces = self.mismatches + 1
        cuts = [number * len(letters) // pieces for number in range(pieces + 1)]
        for number, (begin, end) in enumerate(pairwise(cuts)):
            yield len(letters), number, letters[begin:end]

    def _search(self, letters: str) -> list[str]:
        sharing = {barcode for piece in self._pieces(letters) for barcode in self._sharing.get(piece, ())}
        distances = {barcode: distance(letters, barcode) for barcode in sharing}
        least = min(distances.values(), default=self.mismatches + 1)
        return sorted(barcode for barcode in sharing if distances[barcode] == least) if least <= self.mismatches else []
