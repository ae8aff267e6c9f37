"""One table of variants with what was measured of them, as the fits see it, and its split into training, validation and test."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from cisphys.dna import encode
from cisphys.errors import InputError, nearest
from cisphys.inference.measured import BinCounts, Measured
from cisphys.inference.measured_columns import read_measured
from cisphys.measurement_options import AS_COLUMNS_SAY, MeasurementOptions
from cisphys.tables import read_table
from cisphys.units import as_written

PARTS = ("training", "validation", "test")


@dataclass(frozen=True)
class Dataset:
    """What was measured of the variants of one experiment (one replicate of it, where each is a table of its own).

    Attributes
    ----------
    name : the dataset's name
    letters : (variants, length) bases as 0..3
    data : the measurements of these variants
    part : (variants,) 0, 1, 2 for training, validation, test
    conditions : condition column -> value
    measurement : how the measurements scatter
    """

    name: str
    letters: np.ndarray
    data: Measured
    part: np.ndarray
    conditions: Mapping[str, str]
    measurement: MeasurementOptions = AS_COLUMNS_SAY

    def only(self, part: str) -> "Dataset":
        """Return the variants of one part of the split."""
        chosen = self.part == PARTS.index(part)
        return replace(self, letters=self.letters[chosen], data=self.data.only(chosen), part=self.part[chosen])

    @property
    def weight(self) -> np.ndarray:
        """How much each variant counts where variants are averaged, (variants,): its reads, or 1 if it was measured."""
        return self.data.weight

    # what only datasets of sorted bins have ----------------------------------------------------------------------

    @property
    def counts(self) -> np.ndarray:
        """(variants, bins) reads."""
        return self._in_bins().counts

    @property
    def bins(self) -> tuple[int, ...]:
        """The bins' numbers, ascending; 0 is the unsorted library."""
        return self._in_bins().bins

    def _in_bins(self) -> BinCounts:
        if not isinstance(self.data, BinCounts):
            raise TypeError(f"dataset {self.name} is {self.data.kind}, not sorted bins")
        return self.data


def load_dataset(
    path: str | Path,
    name: str,
    split: Mapping[str, float],
    seed: int,
    conditions: Mapping[str, str],
    measurement: MeasurementOptions = AS_COLUMNS_SAY,
    alphabet: str = "dna",
) -> Dataset:
    """Read a table of variants: ``sequence``, what was measured (`measured_columns.read_measured`), perhaps ``set``.

    A sequence may stand in several rows of RNA and DNA counts or of values (one per barcode): they are observations of one
    variant. A ``set`` column decides the split where there is one, else a hash of each sequence does (`split_by_hash`).

    Raises
    ------
    InputError : columns are missing or say several kinds, a number or a set is wrong, all sequences are the same, nothing
        varies in the measurement, or a part of the split is empty
    """
    table = read_table(path, required=["sequence"], text=["sequence", "set"])
    first, variant = _distinct(table["sequence"], path)
    sequences = table["sequence"].to_numpy()[first].tolist()
    data = read_measured(table, variant, len(first), path, measurement.process)
    measurement.noise_of(data.kind)
    part = _given_parts(table["set"], first, variant, path) if "set" in table else split_by_hash(sequences, split, seed)
    for index, label in enumerate(PARTS):
        if not (part == index).any():
            raise InputError(f"no variant falls into the {label} set", path=path, remedy="Change `split`, or give more variants")
    return Dataset(name, encode(sequences, path, alphabet), data, part, dict(conditions), measurement)


def load_datasets(
    paths: Sequence[str | Path],
    conditions: Mapping[str, Mapping[str, Any]],
    split: Mapping[str, float],
    seed: int,
    measurement: Mapping[str, str | None],
    alphabet: str = "dna",
) -> list[Dataset]:
    """Read the tables of the datasets of a fit.

    `conditions` has the datasets' names, in the order of `paths`, and the conditions of each; `measurement` the fields of
    `MeasurementOptions`. For the rest, and what it raises, see `load_dataset`.
    """
    options = MeasurementOptions(**measurement)
    words = {name: {key: as_written(value) for key, value in own.items()} for name, own in conditions.items()}
    named = zip(paths, words.items(), strict=True)
    return [load_dataset(path, name, split, seed, own, options, alphabet) for path, (name, own) in named]


def _distinct(sequences: pd.Series, path: str | Path) -> tuple[np.ndarray, np.ndarray]:
    """Return the row where each variant stands first, in their order, and the variant of each row."""
    variant, distinct = pd.factorize(sequences)
    if len(distinct) == 1 and len(sequences) > 1:
        raise InputError("all sequences are the same", path=path, remedy="A model learns from variants that differ")
    if len(distinct) < len(PARTS):
        few = ("there are no variants", "there is one variant only", "there are two variants only")[len(distinct)]
        raise InputError(few, path=path, remedy="A model is fitted to some, chosen by others, and judged by others again")
    return np.flatnonzero(~sequences.duplicated().to_numpy()), variant


def _given_parts(sets: pd.Series, first: np.ndarray, variant: np.ndarray, path: str | Path) -> np.ndarray:
    unknown = ~sets.isin(PARTS).to_numpy()
    if unknown.any():
        row = int(unknown.argmax())
        name = sets.iloc[row]
        raise InputError(f"unknown set '{name}' ({nearest(name, PARTS)})", path=path, where=f"row {row + 1}")
    rows = sets.map(PARTS.index).to_numpy(np.int8)
    differs = rows != rows[first][variant]
    if differs.any():
        raise InputError("this variant stands in another set further up", path=path, where=f"row {int(differs.argmax()) + 1}")
    return rows[first]


def split_by_hash(sequences: Sequence[str], split: Mapping[str, float], seed: int) -> np.ndarray:
    """Return the part (variants,) of each sequence: 0 training, 1 validation, 2 test.

    A seeded hash of the sequence alone decides, so a variant falls into the same part in every experiment.
    """
    bounds = np.cumsum([split[part] for part in PARTS])[:2]
    salt = f"split {seed}:".encode()
    digests = b"".join(hashlib.blake2b(salt + sequence.encode(), digest_size=8).digest() for sequence in sequences)
    uniform = np.frombuffer(digests, "<u8") / 2.0**64
    return np.searchsorted(bounds, uniform, side="right").clip(max=2).astype(np.int8)
