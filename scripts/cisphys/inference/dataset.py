"""One table of variants x sorted bins, as the fits see it, and its split into training, validation and test."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from cisphys.dna import encode
from cisphys.errors import InputError, nearest
from cisphys.tables import read_table

PARTS = ("training", "validation", "test")


@dataclass(frozen=True)
class Dataset:
    """Read counts of the variants of one experiment (one replicate of it).

    Attributes
    ----------
    name : the dataset's name
    letters : (variants, length) bases as 0..3
    counts : (variants, bins) reads
    bins : the bins' numbers, ascending; 0 is the unsorted library
    part : (variants,) 0, 1, 2 for training, validation, test
    conditions : condition column -> value
    """

    name: str
    letters: np.ndarray
    counts: np.ndarray
    bins: tuple[int, ...]
    part: np.ndarray
    conditions: Mapping[str, str]

    def only(self, part: str) -> "Dataset":
        """Return the variants of one part of the split."""
        chosen = self.part == PARTS.index(part)
        return Dataset(self.name, self.letters[chosen], self.counts[chosen], self.bins, self.part[chosen], self.conditions)

    @property
    def reads(self) -> int:
        """All reads of all variants."""
        return int(self.counts.sum())


def load_dataset(path: str | Path, name: str, split: Mapping[str, float], seed: int, conditions: Mapping[str, str]) -> Dataset:
    """Read a table of variants (``sequence``, ``ct_<bin>``..., perhaps ``set``).

    A ``set`` column decides the split where there is one, else a hash of each sequence does (`split_by_hash`).

    Raises
    ------
    InputError : columns are missing, a set is unknown, a part of the split is empty, or fewer than two bins hold reads
    """
    table = read_table(path, required=["sequence"], text=["sequence", "set"])
    columns = [column for column in table if column.startswith("ct_")]
    counts = table[columns].to_numpy(np.float64)
    _check_bins(columns, counts, path)
    sequences = table["sequence"].tolist()
    part = _given_parts(table["set"].tolist(), path) if "set" in table else split_by_hash(sequences, split, seed)
    for index, label in enumerate(PARTS):
        if not (part == index).any():
            raise InputError(f"no variant falls into the {label} set", path=path, remedy="Change `split`, or give more variants")
    bins = tuple(int(column.removeprefix("ct_")) for column in columns)
    return Dataset(name, encode(sequences, path), counts, bins, part, dict(conditions))


def _given_parts(names: Sequence[str], path: str | Path) -> np.ndarray:
    for row, name in enumerate(names, start=1):
        if name not in PARTS:
            raise InputError(f"unknown set '{name}' ({nearest(name, PARTS)})", path=path, where=f"row {row}")
    return np.array([PARTS.index(name) for name in names], np.int8)


def _check_bins(columns: Sequence[str], counts: np.ndarray, path: str | Path) -> None:
    empty = [column for column, total in zip(columns, counts.sum(0), strict=True) if total == 0]
    if len(columns) < 2:
        raise InputError(
            f"a fit needs two bins or more, here are {len(columns)}", path=path, remedy="Give each bin a column ct_<bin>"
        )
    if empty:
        raise InputError(f"no read fell into {', '.join(empty)}", path=path, remedy="Take it out of the samples")


def split_by_hash(sequences: Sequence[str], split: Mapping[str, float], seed: int) -> np.ndarray:
    """Return the part (variants,) of each sequence: 0 training, 1 validation, 2 test.

    A seeded hash of the sequence alone decides, so a variant falls into the same part in every experiment.
    """
    bounds = np.cumsum([split[part] for part in PARTS])[:2]
    salt = f"split {seed}:".encode()
    digests = b"".join(hashlib.blake2b(salt + sequence.encode(), digest_size=8).digest() for sequence in sequences)
    uniform = np.frombuffer(digests, "<u8") / 2.0**64
    return np.searchsorted(bounds, uniform, side="right").clip(max=2).astype(np.int8)
