"""Filters of barcodes and variants in one replicate of RNA and DNA counts, and the record of what each of them took."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

COLUMNS = ["replicate", "step", "limit", "barcodes", "variants", "dna", "rna"]
COUNTED, KEPT = "counted", "kept"


@dataclass(frozen=True)
class Filters:
    """What is kept: barcodes with enough reads of each molecule, then variants with enough such barcodes, in each replicate.

    The defaults ask for DNA, without which there is no ratio, and not for RNA: to leave out barcodes without RNA would make
    weak variants look stronger than they are.
    """

    min_dna_counts: int = 1
    min_rna_counts: int = 0
    bc_threshold: int = 10


@dataclass(frozen=True)
class Step:
    """What one step took (for `counted` and `kept`: what there was, and what is left).

    `limit` is None where the step has none; `variants` are those that lost their last barcode.
    """

    step: str
    limit: int | None
    barcodes: int
    variants: int
    dna: int
    rna: int


@dataclass(frozen=True)
class Kept:
    """The variants of one replicate after the filters.

    Attributes
    ----------
    dna, rna : (variants,) reads of their kept barcodes
    barcodes : (variants,) barcodes that passed the filters on counts
    variants : (variants,) whether the variant is kept
    steps : what was counted, taken and kept
    """

    dna: np.ndarray
    rna: np.ndarray
    barcodes: np.ndarray
    variants: np.ndarray
    steps: list[Step]


def filter_replicate(
    dna: pd.Series, rna: pd.Series, codes: np.ndarray, variants: int, filters: Filters, barcoded: bool = True
) -> Kept:
    """Filter one replicate.

    Parameters
    ----------
    dna, rna : (barcodes,) reads; missing where the replicate shows the barcode in neither
    codes : (barcodes,) the number of each barcode's variant, from 0
    variants : the number of variants
    filters : the limits
    barcoded : whether rows are barcodes; if not, they are the variants themselves and `bc_threshold` does not apply
    """
    counts = _Counts(dna.fillna(0).to_numpy(np.int64), rna.fillna(0).to_numpy(np.int64), codes, variants)
    seen = (dna.notna() | rna.notna()).to_numpy()
    stages = _stages(counts, seen, filters, barcoded)
    enough, kept = stages[1][2], stages[-1][2]
    steps = list(_steps(counts, seen, stages))
    return Kept(*counts.sums(kept), counts.per_variant(enough), counts.per_variant(kept) > 0, steps)


@dataclass(frozen=True)
class _Counts:
    """Reads (barcodes,) of both molecules and the number of each barcode's variant."""

    dna: np.ndarray
    rna: np.ndarray
    codes: np.ndarray
    variants: int

    def per_variant(self, chosen: np.ndarray) -> np.ndarray:
        """Count the chosen barcodes of each variant."""
        return np.bincount(self.codes[chosen], minlength=self.variants)

    def sums(self, chosen: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Add up the DNA and the RNA reads of the chosen barcodes, by variant."""
        found = (np.bincount(self.codes[chosen], reads[chosen], self.variants) for reads in (self.dna, self.rna))
        return tuple(sums.astype(np.int64) for sums in found)

    def step(self, name: str, limit: int | None, before: np.ndarray, after: np.ndarray) -> Step:
        """Say what went between two choices of barcodes."""
        gone = before & ~after
        lost = (self.per_variant(before) > 0) & (self.per_variant(after) == 0)
        return Step(name, limit, int(gone.sum()), int(lost.sum()), int(self.dna[gone].sum()), int(self.rna[gone].sum()))


Stage = tuple[str, int, np.ndarray]  # a filter, its limit, and the barcodes (barcodes,) that have passed it and all before it


def _stages(counts: _Counts, seen: np.ndarray, filters: Filters, barcoded: bool) -> list[Stage]:
    dna = seen & (counts.dna >= filters.min_dna_counts)
    both = dna & (counts.rna >= filters.min_rna_counts)
    stages = [("min_dna_counts", filters.min_dna_counts, dna), ("min_rna_counts", filters.min_rna_counts, both)]
    if barcoded:
        of_variant = counts.per_variant(both)[counts.codes]
        stages.append(("bc_threshold", filters.bc_threshold, both & (of_variant >= filters.bc_threshold)))
    return stages


def _steps(counts: _Counts, seen: np.ndarray, stages: Sequence[Stage]) -> Iterator[Step]:
    before, none = seen, np.zeros_like(seen)
    yield counts.step(COUNTED, None, seen, none)
    for name, limit, passed in stages:
        yield counts.step(name, limit, before, passed)
        before = passed
    yield counts.step(KEPT, None, before, none)
