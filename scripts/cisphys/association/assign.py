"""Which designed variant a read shows: the one that it equals, else the only nearest one within some edits.

A read that equals a designed variant is never given to another, so variants that differ in one base stay apart. A read that
is equally near to two is ambiguous, and given to none.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import pairwise

import numpy as np

from cisphys.association.edits import as_letters, nearest_rows
from cisphys.association.pairs import AMBIGUOUS, UNKNOWN, Triple

REMEMBERED = 1 << 16  # readings with errors whose variant is kept at hand: bounds memory, changes no answer


class DesignedVariants:
    """Finds the designed variant of a read.

    Of `distance` + 1 pieces of a variant one is intact wherever at most `distance` bases are substituted, inserted or deleted,
    and it has moved by no more than that. So only variants that share such a piece with the read are compared in full.

    Parameters
    ----------
    sequences : the designed variants, all different
    distance : the edits that are allowed; 0 = exact
    """

    def __init__(self, sequences: Iterable[str], distance: int = 0):
        self.sequences = list(sequences)
        self.distance = distance
        self._exact = {sequence: sequence for sequence in self.sequences}
        self._letters = as_letters("".join(self.sequences))
        self._starts = np.cumsum([0, *map(len, self.sequences)])
        self._work = np.empty((2, max(map(len, self.sequences)) + 1), np.int64)
        self._rows = self._index_pieces() if distance else {}
        self._nearest = lru_cache(maxsize=REMEMBERED)(self._search)

    def assign(self, letters: str) -> str:
        """Return the designed variant of a read's letters, `UNKNOWN` or `AMBIGUOUS`."""
        found = self._exact.get(letters)
        if found is not None:
            return found
        return self._nearest(letters) if self.distance else UNKNOWN

    def assigned(self, triples: Iterable[Triple]) -> Iterator[Triple]:
        """Put the designed variant in the place of what was read; reads of no variant stay, to be counted as such."""
        assign = self.assign
        return ((barcode, assign(variant), "") for barcode, variant, _ in triples)

    def _index_pieces(self) -> dict[tuple[int, int, str], list[int]]:
        """Map (length of the variant, number of the piece, its letters) to the variants that have it."""
        rows = defaultdict(list)
        for row, sequence in enumerate(self.sequences):
            for number, (begin, end) in enumerate(self._cuts(len(sequence))):
                rows[len(sequence), number, sequence[begin:end]].append(row)
        return dict(rows)

    def _cuts(self, length: int) -> list[tuple[int, int]]:
        pieces = self.distance + 1
        return list(pairwise(number * length // pieces for number in range(pieces + 1)))

    def _search(self, letters: str) -> str:
        candidates = np.array(sorted(self._candidates(letters)), np.int64)
        if not len(candidates):
            return UNKNOWN
        given = as_letters(letters), self._letters, self._starts, candidates, self.distance, self._work
        _, row, ties = nearest_rows(*given)
        return UNKNOWN if row < 0 else self.sequences[row] if ties == 1 else AMBIGUOUS

    def _candidates(self, letters: str) -> set[int]:
        """Collect the variants that share an intact piece with the read, moved by at most the allowed edits."""
        moves = range(-self.distance, self.distance + 1)
        return {
            row
            for change in moves
            for number, (begin, end) in enumerate(self._cuts(max(0, len(letters) + change)))
            for move in moves
            if begin + move >= 0
            for row in self._rows.get((len(letters) + change, number, letters[begin + move : end + move]), ())
        }
