"""Sums over the mutations of each variant and over the pairs of them, compiled: no list of pairs is built or kept.

Variants are given as `starts` (variants + 1,) and `columns`: variant n holds the elements columns[starts[n]:starts[n + 1]].
"""

from cisphys.reads.compiled import compiled


@compiled
def add_pairs(total, starts, columns, weights):
    """Add weights[n] to total[a, b], a <= b, for each pair of elements (ascending) that variant n holds."""
    for n in range(len(starts) - 1):
        weight = weights[n]
        for i in range(starts[n], starts[n + 1]):
            row = total[columns[i]]
            for j in range(i, starts[n + 1]):
                row[columns[j]] += weight


@compiled
def add_crossed(total, starts, columns, other_starts, other_columns, weights):
    """Add weights[n] to total[a, b] for each element a that variant n holds in the one list and b in the other."""
    for n in range(len(starts) - 1):
        weight = weights[n]
        for i in range(starts[n], starts[n + 1]):
            row = total[columns[i]]
            for j in range(other_starts[n], other_starts[n + 1]):
                row[other_columns[j]] += weight


@compiled
def add_by_cell(total, starts, columns, weights, cell):
    """Add weights[n] to total[a, c] for each element a that variant n holds and the cell c that it lies in."""
    for n in range(len(starts) - 1):
        for i in range(starts[n], starts[n + 1]):
            total[columns[i], cell[n]] += weights[n]
