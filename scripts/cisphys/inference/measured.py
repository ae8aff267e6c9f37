"""What was measured of the variants of one dataset: reads per sorted bin, pairs of RNA and DNA counts, or values.

An observation says which variant it is of: a table with one row per barcode has many observations of one variant, and missing
ones are not in the list.
"""

from dataclasses import dataclass, replace

import numpy as np


@dataclass(frozen=True)
class BinCounts:
    """`counts` (variants, bins) reads; `bins` the bins' numbers, ascending, 0 being the unsorted library."""

    counts: np.ndarray
    bins: tuple[int, ...]

    kind = "sorted_bins"

    def __len__(self) -> int:
        return len(self.counts)

    @property
    def weight(self) -> np.ndarray:
        """Reads per variant, (variants,)."""
        return self.counts.sum(1)

    @property
    def observations(self) -> float:
        """All reads."""
        return float(self.counts.sum())

    def only(self, chosen: np.ndarray) -> "BinCounts":
        """Return the chosen variants, a mask (variants,)."""
        return replace(self, counts=self.counts[chosen])


@dataclass(frozen=True)
class _Observed:
    """Observations, each of the variant `variant` (observations,) of `variants`."""

    variants: int
    variant: np.ndarray

    def __len__(self) -> int:
        return self.variants

    @property
    def weight(self) -> np.ndarray:
        """1 for each variant with an observation, else 0, (variants,): noise beyond counting makes variants count alike."""
        return (np.bincount(self.variant, minlength=self.variants) > 0).astype(float)

    @property
    def observations(self) -> float:
        """How many there are."""
        return float(len(self.variant))

    def only(self, chosen: np.ndarray):
        """Return the chosen variants, a mask (variants,), with their observations."""
        kept = chosen[self.variant]
        own = {name: value[kept] for name, value in vars(self).items() if isinstance(value, np.ndarray)}
        own["variant"] = (chosen.cumsum() - 1)[own["variant"]]
        return replace(self, variants=int(chosen.sum()), **own)

    def resampled(self, generator: np.random.Generator, unit: str):
        """Return observations drawn with replacement: single ones (``reads``), or ``variants`` with all of theirs."""
        if unit == "reads":
            times = generator.multinomial(len(self.variant), np.full(len(self.variant), 1 / len(self.variant)))
        else:
            seen = self.weight
            times = generator.multinomial(int(seen.sum()), seen / seen.sum())[self.variant]
        return self._taken(times)

    def repeated(self, times: np.ndarray):
        """Return the observations of each variant `times` (variants,) over."""
        return self._taken(times[self.variant])

    def _taken(self, times: np.ndarray):
        """Return each observation so many times, (observations,)."""
        drawn = {name: np.repeat(value, times) for name, value in vars(self).items() if isinstance(value, np.ndarray)}
        return replace(self, **drawn)


@dataclass(frozen=True)
class MoleculeCounts(_Observed):
    """Pairs of counts (observations,): RNA and DNA molecules or reads of a variant, or of a barcode of it, in a replicate.

    `replicate` (observations,) is an index into `replicates`, their names.
    """

    replicate: np.ndarray
    rna: np.ndarray
    dna: np.ndarray
    replicates: tuple[str, ...]

    kind = "rna_dna"


@dataclass(frozen=True)
class Values(_Observed):
    """Values `y` (observations,) with measured standard errors `dy` (observations,), 0 where none are given."""

    y: np.ndarray
    dy: np.ndarray

    kind = "continuous"


Measured = BinCounts | MoleculeCounts | Values
