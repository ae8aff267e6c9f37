"""Reads what was measured out of a table's columns: an empty field is missing, never 0."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from cisphys.errors import InputError
from cisphys.inference.measured import BinCounts, Measured, MoleculeCounts, Values

KINDS = ("sorted_bins", "rna_dna", "continuous")
_COLUMNS = "ct_<bin> for sorted bins, dna_<replicate> and rna_<replicate> for RNA and DNA, y (and dy) for values"


def kinds_of(columns: Sequence[str]) -> list[str]:
    """Return the kinds of measurement that a table's columns hold."""
    found = {
        "sorted_bins": any(name.startswith("ct_") for name in columns),
        "rna_dna": any(name.startswith(("dna_", "rna_")) for name in columns),
        "continuous": "y" in columns,
    }
    return [kind for kind in KINDS if found[kind]]


def read_measured(table: pd.DataFrame, variant: np.ndarray, variants: int, path: str | Path, kind: str | None = None) -> Measured:
    """Return what a table says of its variants.

    Parameters
    ----------
    variant : (rows,) which of the `variants` each row is of
    kind : which measurement to read; None: the only one there is

    Raises
    ------
    InputError : there is no such measurement or more than one, a field is no number, a bin holds no read, an RNA column lacks
        its DNA column, a sample holds no count, or all values are the same
    """
    kinds = kinds_of(table.columns)
    if kind is None and len(kinds) > 1:
        remedy = "Say which one in the fit: `measurement: {process: ...}`"
        raise InputError(f"the table holds several measurements ({', '.join(kinds)})", path=path, remedy=remedy)
    if not kinds or kind not in (None, *kinds):
        raise InputError(f"the table has no column of {kind or 'measurements'}", path=path, remedy=f"Name them {_COLUMNS}")
    return _READERS[kind or kinds[0]](table, variant, variants, path)


def _sorted_bins(table: pd.DataFrame, variant: np.ndarray, variants: int, path: str | Path) -> BinCounts:
    names = [name for name in table if name.startswith("ct_")]
    for name in names:
        if not name.removeprefix("ct_").isdecimal():
            raise InputError(f"column '{name}' has no bin number", path=path, remedy="Name the columns of counts ct_0, ct_1, ...")
    columns = sorted(names, key=lambda name: int(name.removeprefix("ct_")))
    rows = np.stack([_counts(table[name], path) for name in columns], 1)
    missing = np.isnan(rows)
    if missing.any():
        row, column = np.argwhere(missing)[0]
        remedy = "Write 0 where a variant was looked for and not found; leave variants out that were not measured in every bin"
        raise InputError(f"there is no count in column '{columns[column]}'", path=path, where=f"row {row + 1}", remedy=remedy)
    counts = np.zeros((variants, len(columns)))
    np.add.at(counts, variant, rows)
    _check_bins(columns, counts, path)
    return BinCounts(counts, tuple(int(column.removeprefix("ct_")) for column in columns))


def _check_bins(columns: Sequence[str], counts: np.ndarray, path: str | Path) -> None:
    empty = [column for column, total in zip(columns, counts.sum(0), strict=True) if total == 0]
    if len(columns) < 2:
        raise InputError(
            f"a fit needs two bins or more, here are {len(columns)}", path=path, remedy="Give each bin a column ct_<bin>"
        )
    if empty:
        raise InputError(f"no read fell into {', '.join(empty)}", path=path, remedy="Take it out of the samples")


def _rna_dna(table: pd.DataFrame, variant: np.ndarray, variants: int, path: str | Path) -> MoleculeCounts:
    names = [[name.removeprefix(kind) for name in table if name.startswith(kind)] for kind in ("dna_", "rna_")]
    for name in dict.fromkeys(names[0] + names[1]):
        if name not in names[0] or name not in names[1]:
            lacking, given = ("dna", "rna") if name not in names[0] else ("rna", "dna")
            raise InputError(f"there is a column {given}_{name}, but no {lacking}_{name}", path=path, remedy="Give both")
    dna, rna = (np.stack([_counts(table[kind + name], path) for name in names[0]], 1) for kind in ("dna_", "rna_"))
    for kind, counts in (("dna_", dna), ("rna_", rna)):
        for name, total in zip(names[0], np.nansum(counts, 0), strict=True):
            if total == 0:
                raise InputError(f"column '{kind}{name}' holds no count above 0", path=path, remedy="Take the replicate out")
    row, replicate = np.nonzero(dna + rna > 0)  # a missing count is NaN, and its pair is left out
    return MoleculeCounts(variants, variant[row], replicate, rna[row, replicate], dna[row, replicate], tuple(names[0]))


def _continuous(table: pd.DataFrame, variant: np.ndarray, variants: int, path: str | Path) -> Values:
    y = _numbers(table["y"], path)
    dy = _numbers(table["dy"], path) if "dy" in table else np.zeros(len(y))
    row = np.flatnonzero(~np.isnan(y))
    without = np.isnan(dy[row]) | (dy[row] < 0)
    if without.any():
        remedy = "Give each value its standard error in dy, or leave the column out"
        wrong = row[without.argmax()]
        raise InputError("this value has no standard error, or one below 0", path=path, where=f"row {wrong + 1}", remedy=remedy)
    if len(np.unique(y[row])) < 2:
        raise InputError("all values of y are the same, or missing", path=path, remedy="A model learns from values that differ")
    return Values(variants, variant[row], y[row], dy[row])


def _numbers(column: pd.Series, path: str | Path) -> np.ndarray:
    """Return a column as floats, an empty field as NaN."""
    numbers = pd.to_numeric(column, errors="coerce").to_numpy(np.float64)
    wrong = (np.isnan(numbers) & column.notna().to_numpy()) | np.isinf(numbers)
    if wrong.any():
        row = int(wrong.argmax())
        problem = f"'{column.iloc[row]}' in column '{column.name}' is no number"
        raise InputError(problem, path=path, where=f"row {row + 1}", remedy="Leave the field empty where nothing was measured")
    return numbers


def _counts(column: pd.Series, path: str | Path) -> np.ndarray:
    counts = _numbers(column, path)
    wrong = (counts < 0) | (counts % 1 > 0)
    if wrong.any():
        row = int(wrong.argmax())
        problem = f"'{column.iloc[row]}' in column '{column.name}' is no count"
        raise InputError(problem, path=path, where=f"row {row + 1}", remedy="Counts are whole numbers from 0")
    return counts


_READERS = {"sorted_bins": _sorted_bins, "rna_dna": _rna_dna, "continuous": _continuous}
