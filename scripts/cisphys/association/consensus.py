"""The variant that the reads of one barcode show together, where variants are not known beforehand (random mutagenesis).

The length is the one with the most quality. At each position the likeliest base is taken. A base with the Phred score Q is
misread with the probability e = 10^(-Q/10), as each other base equally often, so a read that shows b speaks for b, against any
other base, by log10((1 - e) / (e / 3)) = Q/10 + log10(3) + log10(1 - e). The last term, 0.004 at Q = 20, is left aside: then the
sum over reads needs their number and the sum of their scores only.
"""

from collections import Counter
from collections.abc import Sequence

import numpy as np

from cisphys.association.pairs import Seen

WORTH = 100, 477  # of a Phred score, and of each read, in thousandths of a decimal order
BASES = np.frombuffer(b"ACGT", np.uint8)


def consensus(seen: Sequence[Seen]) -> str | None:
    """Return the variant with the most quality at each position, or None where two bases (or two lengths) have equally much."""
    length = _length(seen)
    if length is None:
        return None
    own = [variant for variant in seen if len(variant.variant) == length]
    if len(own) == 1:
        return own[0].variant
    letters = np.stack([np.frombuffer(variant.variant.encode(), np.uint8) for variant in own])
    weight = np.stack([WORTH[0] * variant.quality + WORTH[1] * variant.reads for variant in own])
    votes = np.where(letters == BASES[:, None, None], weight, 0).sum(1)
    best = votes.max(0)
    if ((votes == best).sum(0) > 1).any():
        return None
    return BASES[votes.argmax(0)].tobytes().decode()


def agrees(seen: Seen, variant: str, min_quality: int, distance: int = 0) -> bool:
    """Say whether what was read is the variant but for misread bases.

    A base that differs counts as misread where its mean quality over the reads is below `min_quality`; up to `distance` others
    may differ. A reading of another length never agrees.
    """
    if seen.variant == variant:
        return True
    if len(seen.variant) != len(variant):
        return False
    differs = np.frombuffer(seen.variant.encode(), np.uint8) != np.frombuffer(variant.encode(), np.uint8)
    return int((seen.quality[differs] >= min_quality * seen.reads).sum()) <= distance


def _length(seen: Sequence[Seen]) -> int | None:
    """Return the length of variant with the most quality, or None where two have equally much."""
    weight = Counter()
    for variant in seen:
        weight[len(variant.variant)] += int(variant.quality.sum())
    (length, most), *others = weight.most_common(2)
    return None if others and others[0][1] == most else length
