"""How many barcodes are expected to stand for two molecules by chance alone.

Barcodes of one length are drawn with the base frequencies f_ib that the barcodes show at each position i. Two draws are equal
with the probability p = prod_i sum_b f_ib^2 (4^-n where all bases are equally frequent), as if there were N = 1/p equally likely
barcodes. Of M molecules, lambda = M/N fall on each on average: N (1 - e^-lambda) barcodes are seen, which gives M, and
N (1 - e^-lambda - lambda e^-lambda) of them hold two molecules or more.
"""

from collections import defaultdict
from collections.abc import Iterable

import numpy as np


def expected_collisions(barcodes: Iterable[str]) -> float:
    """Return the number of barcodes expected to be shared by two molecules, from the distinct barcodes that were seen."""
    by_length = defaultdict(list)
    for barcode in barcodes:
        by_length[len(barcode)].append(barcode)
    return sum(_of_one_length(own) for own in by_length.values())


def effective_barcodes(barcodes: list[str]) -> float:
    """Return N, the number of equally likely barcodes that would collide as often, for barcodes of one length."""
    letters = np.frombuffer("".join(barcodes).encode(), np.uint8).reshape(len(barcodes), -1)
    shares = np.stack([(letters == base).mean(0) for base in b"ACGT"])
    return float(1 / np.prod((shares**2).sum(0)))


def _of_one_length(barcodes: list[str]) -> float:
    seen, size = len(barcodes), effective_barcodes(barcodes)
    if seen >= size:
        return float(seen)
    mean = -np.log1p(-seen / size)
    return float(size * (1 - np.exp(-mean) * (1 + mean)))
