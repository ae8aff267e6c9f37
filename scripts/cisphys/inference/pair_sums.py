"""Sums over the mutations of each variant and over the pairs of them, compiled: no list of pairs is built or kept.

Variants are given as `starts` (variants + 1,) and `columns`: variant n holds the elements columns[starts[n]:starts[n + 1]].
"""

import numpy as np
from numba import njit


@njit(cache=True, nogil=True)
def add_pairs(total, starts, columns, weights):
    """Add weights[n] to total[a, b], a <= b, for each pair of elements (ascending) that variant n holds."""
    for n in range(len(starts) - 1):
        weight = weights[n]
        for i in range(starts[n], starts[n + 1]):
            row = total[columns[i]]
            for j in range(i, starts[n + 1]):
                row[columns[j]] += weight


@njit(cache=True, nogil=True)
def add_crossed(total, starts, columns, other_starts, other_columns, weights):
    """Add weights[n] to total[a, b] for each element a that variant n holds in the one list and b in the other."""
    for n in range(len(starts) - 1):
        weight = weights[n]
        for i in range(starts[n], starts[n + 1]):
            row = total[columns[i]]
            for j in range(other_starts[n], other_starts[n + 1]):
                row[other_columns[j]] += weight


@njit(cache=True, nogil=True)
def sum_by_cell(starts, columns, elements, weights, cell, cells):
    """Return (elements, cells): weights[n] summed over the variants n that hold the element and lie in the cell."""
    total = np.zeros((elements, cells))
    for n in range(len(starts) - 1):
        for i in range(starts[n], starts[n + 1]):
            total[columns[i], cell[n]] += weights[n]
    return total
