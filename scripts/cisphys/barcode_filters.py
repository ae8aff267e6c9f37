"""Filters of barcodes and variants in one replicate, of RNA and DNA or of sorted bins, and the record of what each took."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd

from cisphys.errors import InputError

COUNTED, KEPT = "counted", "kept"


@dataclass(frozen=True)
class Filters:
    """What is kept of RNA and DNA: barcodes with enough reads of each molecule, then variants with enough such barcodes.

    The defaults ask for DNA, without which there is no ratio, and not for RNA: to leave out barcodes without RNA would make
    weak variants look stronger than they are.
    """

    min_dna_counts: int = 1
    min_rna_counts: int = 0
    bc_threshold: int = 10


@dataclass(frozen=True)
class BinFilters:
    """What is kept of sorted bins: barcodes with enough reads over all bins, then variants with enough such barcodes.

    The defaults keep everything that was read.
    """

    min_counts: int = 1
    bc_threshold: int = 1


@dataclass(frozen=True)
class Step:
    """What one step took (for `counted` and `kept`: what there was, and what is left).

    `limit` is None where the step has none; `variants` are those that lost their last barcode; `reads` are by molecule, or all.
    """

    step: str
    limit: int | None
    barcodes: int
    variants: int
    reads: dict[str, int]

    @property
    def row(self) -> dict[str, object]:
        """The step as a row of a table."""
        return {"step": self.step, "limit": self.limit, "barcodes": self.barcodes, "variants": self.variants, **self.reads}


@dataclass(frozen=True)
class Kept:
    """What is left after the filters.

    Attributes
    ----------
    sums : by molecule, or all: (variants,) reads of their kept barcodes
    rows : (barcodes,) whether the barcode is kept
    barcodes : (variants,) barcodes that passed the filters on counts
    variants : (variants,) whether the variant is kept
    steps : what was counted, taken and kept
    """

    sums: dict[str, np.ndarray]
    rows: np.ndarray
    barcodes: np.ndarray
    variants: np.ndarray
    steps: list[Step]


def filter_replicate(
    dna: pd.Series, rna: pd.Series, codes: np.ndarray, variants: int, filters: Filters, barcoded: bool = True
) -> Kept:
    """Filter one replicate of RNA and DNA.

    Parameters
    ----------
    dna, rna : (barcodes,) reads; missing where the replicate shows the barcode in neither
    codes : (barcodes,) the number of each barcode's variant, from 0
    variants : the number of variants
    filters : the limits
    barcoded : whether rows are barcodes; if not, they are the variants themselves and `bc_threshold` does not apply
    """
    counts = _Counts({"dna": dna.fillna(0).to_numpy(np.int64), "rna": rna.fillna(0).to_numpy(np.int64)}, codes, variants)
    seen = (dna.notna() | rna.notna()).to_numpy()
    enough_dna = seen & (counts.reads["dna"] >= filters.min_dna_counts)
    enough = enough_dna & (counts.reads["rna"] >= filters.min_rna_counts)
    stages = [("min_dna_counts", filters.min_dna_counts, enough_dna), ("min_rna_counts", filters.min_rna_counts, enough)]
    return _filtered(counts, seen, stages, filters.bc_threshold if barcoded else None)


def filter_bins(reads: np.ndarray, codes: np.ndarray, variants: int, filters: BinFilters) -> Kept:
    """Filter one replicate of sorted bins.

    Parameters
    ----------
    reads : (barcodes,) reads over all bins
    codes : (barcodes,) the number of each barcode's variant, from 0
    variants : the number of variants
    filters : the limits
    """
    counts = _Counts({"reads": reads}, codes, variants)
    stages = [("min_counts", filters.min_counts, reads >= filters.min_counts)]
    return _filtered(counts, np.ones(len(reads), bool), stages, filters.bc_threshold)


def all_filtered(experiment: str, filters: Filters | BinFilters, record: pd.DataFrame) -> InputError:
    """Make the error for an experiment of which nothing is left; `record` holds the rows of its steps."""
    limits = asdict(filters)
    taken = record[record["step"].isin(list(limits))].groupby("step", sort=False)["barcodes"].sum()
    text = ", ".join(f"{step} {limits[step]} took {barcodes:,} barcodes" for step, barcodes in taken.items() if barcodes)
    remedy = "Lower the filters of the experiment in the config, or sequence deeper"
    return InputError(f"no variant of experiment '{experiment}' passes its filters: {text}", remedy=remedy)


@dataclass(frozen=True)
class _Counts:
    """Reads (barcodes,) by molecule, or all, and the number of each barcode's variant."""

    reads: Mapping[str, np.ndarray]
    codes: np.ndarray
    variants: int

    def per_variant(self, chosen: np.ndarray) -> np.ndarray:
        """Count the chosen barcodes of each variant."""
        return np.bincount(self.codes[chosen], minlength=self.variants)

    def sums(self, chosen: np.ndarray) -> dict[str, np.ndarray]:
        """Add up the reads of the chosen barcodes, by variant."""
        found = {name: np.bincount(self.codes[chosen], reads[chosen], self.variants) for name, reads in self.reads.items()}
        return {name: sums.astype(np.int64) for name, sums in found.items()}

    def step(self, name: str, limit: int | None, before: np.ndarray, after: np.ndarray) -> Step:
        """Say what went between two choices of barcodes."""
        gone = before & ~after
        lost = (self.per_variant(before) > 0) & (self.per_variant(after) == 0)
        reads = {name: int(reads[gone].sum()) for name, reads in self.reads.items()}
        return Step(name, limit, int(gone.sum()), int(lost.sum()), reads)


Stage = tuple[str, int, np.ndarray]  # a filter, its limit, and the barcodes (barcodes,) that have passed it and all before it


def _filtered(counts: _Counts, seen: np.ndarray, stages: list[Stage], bc_threshold: int | None) -> Kept:
    """Apply the filter of variants behind those of counts; none where rows are no barcodes."""
    enough = kept = stages[-1][2]
    if bc_threshold is not None:
        kept = enough & (counts.per_variant(enough)[counts.codes] >= bc_threshold)
        stages = [*stages, ("bc_threshold", bc_threshold, kept)]
    steps = list(_steps(counts, seen, stages))
    return Kept(counts.sums(kept), kept, counts.per_variant(enough), counts.per_variant(kept) > 0, steps)


def _steps(counts: _Counts, seen: np.ndarray, stages: Sequence[Stage]) -> Iterator[Step]:
    before, none = seen, np.zeros_like(seen)
    yield counts.step(COUNTED, None, seen, none)
    for name, limit, passed in stages:
        yield counts.step(name, limit, before, passed)
        before = passed
    yield counts.step(KEPT, None, before, none)
