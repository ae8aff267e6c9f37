"""What other thresholds would give: barcodes and variants called at each `min_support` and `fraction`."""

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from cisphys.association.calls import Call

SUPPORTS = (1, 2, 3, 4, 5, 7, 10, 15, 20, 30)
FRACTIONS = (0.5, 0.6, 0.7, 0.75, 0.8, 0.9, 0.95, 1.0)
COLUMNS = ["min_support", "fraction", "barcodes", "variants", "reads", "barcodes_per_variant"]


def sweep(calls: Iterable[Call], supports: Sequence[int] = SUPPORTS, fractions: Sequence[float] = FRACTIONS) -> pd.DataFrame:
    """Count what each pair of thresholds calls.

    Returns
    -------
    `min_support fraction barcodes variants reads barcodes_per_variant`: barcodes called, variants that have one, reads that show
    them, and the median number of barcodes of these variants.
    """
    callable_ = [call for call in calls if not call.problem]
    support = np.array([call.support for call in callable_], np.int64)
    share = np.array([call.fraction for call in callable_], float)
    codes, _ = pd.factorize(np.array([call.variant for call in callable_], dtype=object))
    rows = []
    for least in supports:
        for fraction in fractions:
            chosen = (support >= least) & (share >= fraction)
            per_variant = np.unique(codes[chosen], return_counts=True)[1]
            median = float(np.median(per_variant)) if len(per_variant) else 0.0
            rows.append((least, fraction, int(chosen.sum()), len(per_variant), int(support[chosen].sum()), median))
    return pd.DataFrame(rows, columns=COLUMNS)
