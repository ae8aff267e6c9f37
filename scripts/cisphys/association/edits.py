"""The number of substitutions, insertions and deletions between a read and designed variants: a compiled kernel."""

import numpy as np

from cisphys.reads.compiled import compiled


@compiled
def nearest_rows(read, letters, starts, rows, limit, work):
    """Find the variants at the least edit distance from a read (Levenshtein, by dynamic programming within a band).

    Parameters
    ----------
    read : (read length,) letters, uint8
    letters : (all bases,) the variants one after the other, uint8
    starts : (variants + 1,) where each begins
    rows : (candidates,) the variants to look at, each once
    limit : the largest distance that counts
    work : (2, longest variant + 1) scratch, int64

    Returns
    -------
    The least distance (limit + 1 where no candidate is near enough), the first candidate at it (-1), and how many are at it.
    """
    best, chosen, ties = limit + 1, -1, 0
    for candidate in range(len(rows)):
        row = rows[candidate]
        start, length, band = starts[row], starts[row + 1] - starts[row], min(best, limit)
        if abs(length - len(read)) > band:
            continue
        for column in range(min(length, band) + 1):
            work[0, column] = column
        least = 0
        for line in range(1, len(read) + 1):
            here, above, low = line % 2, (line - 1) % 2, max(0, line - band)
            least = band + 1
            for column in range(low, min(length, line + band) + 1):
                value = line
                if column > 0:
                    value = work[above, column - 1] + (read[line - 1] != letters[start + column - 1])
                if 0 < column < line + band:
                    value = min(value, work[above, column] + 1)
                if column > low:
                    value = min(value, work[here, column - 1] + 1)
                work[here, column] = value
                least = min(least, value)
            if least > band:
                break
        if least > band or work[len(read) % 2, length] > band:
            continue
        ties = ties + 1 if work[len(read) % 2, length] == best else 1
        if ties == 1:
            best, chosen = work[len(read) % 2, length], row
    return best, chosen, ties


def as_letters(sequence: str) -> np.ndarray:
    """Return the letters of a sequence (length,) as bytes."""
    return np.frombuffer(sequence.encode(), np.uint8)
