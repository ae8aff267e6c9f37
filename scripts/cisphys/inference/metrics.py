"""How much a fit tells of the measurement: log likelihood and variational information on variants it has or has not seen."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Information:
    """What a model tells of the reads of a set of variants.

    `log_likelihood` in nats over all reads; `I_var_bits` per read with its standard error clustered by variant.
    """

    reads: int
    variants: int
    log_likelihood: float
    I_var_bits: float
    I_var_se_bits: float


def variational_information(counts: Sequence[np.ndarray], log_p: Sequence[np.ndarray]) -> Information:
    """Return I_var = H(bin) - cross-entropy, pooled over datasets by their reads.

    Parameters are lists over datasets of (variants, bins): read counts, and log p(bin | variant) in nats. H is the entropy of
    each dataset's own bin totals (Tareen et al. 2022). The standard error is that of the influence of each variant, since the
    reads of one variant are not independent.
    """
    total = float(sum(c.sum() for c in counts))
    log_likelihood = float(sum((c * lp)[c > 0].sum() for c, lp in zip(counts, log_p, strict=True)))
    value, influences = 0.0, []
    for c, lp in zip(counts, log_p, strict=True):
        share = c.sum(0) / c.sum()
        log_share = np.log(np.where(share > 0, share, 1.0))
        gain = (c * (lp - log_share)).sum(1) / np.log(2)
        own = gain.sum() / c.sum()
        value += gain.sum() / total
        influences.append((gain - own * c.sum(1)) / total)
    error = float(np.sqrt((np.concatenate(influences) ** 2).sum()))
    return Information(round(total), sum(map(len, counts)), log_likelihood, value, error)
