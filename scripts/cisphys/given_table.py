"""An experiment's own table of measurements, checked strictly and brought into the format of `cisphys.variants`."""

import logging
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from cisphys.errors import InputError, nearest
from cisphys.tables import write_table
from cisphys.text_table import read_text_table

logger = logging.getLogger(__name__)
SEQUENCE_NAMES = ("sequence", "x")
SETS = ("training", "validation", "test")
TO_NAME_BINS = "Name the columns of counts ct_0, ct_1, ..."
MOLECULES, VALUES = ("dna_", "rna_"), ("y", "dy")


def import_table(path: str | Path, out: str | Path) -> None:
    """Check a table of counts and write it as a table of variants.

    Parameters
    ----------
    path : TSV or CSV (by its name), plain or gzip, with a column `sequence` or `x`, and what was measured: columns `ct_<bin>`;
        or `dna_<replicate>` and `rna_<replicate>`; or `y`, perhaps with `dy`. Where the user has split the variants, `set`
        (training, validation, test). Other columns are passed over. A sequence may stand in several rows (one per barcode) but
        where reads are sorted.
    out : gets `sequence`, these columns and `set`, sorted by sequence; rows without a read, or without any measurement, are left
        out

    Raises
    ------
    InputError : with the line, where there is one: a column is missing or there are fewer than two bins; a sequence
        holds other letters than A, C, G, T (or A, C, G, U), has another length than the first, or is there twice; a count of
        reads in a bin is missing; a count is negative or fractional; a value is no number; a set has another name; nothing
        measured is left
    """
    given = read_text_table(path)
    name = _sequence_column(given, path)
    table = pd.DataFrame({"sequence": given[name].str.upper()})
    others = _other_columns(given, path)
    bins = {} if others and not any(name.startswith("ct_") for name in given) else _count_columns(given, path)
    _check_sequences(table["sequence"], path, once=bool(bins))
    for number, column in sorted(bins.items()):
        table[f"ct_{number}"] = _counts(given[column], path)
    for column in others:
        table[column] = _values(given[column], path) if column in VALUES else _counts(given[column], path, may_miss=True)
    if "set" in given:
        table["set"] = _sets(given["set"], path)
    _log_passed_over(given, table, name, path)
    write_table(_only_measured(table, path), out)


def _sequence_column(given: pd.DataFrame, path: str | Path) -> str:
    names = [name for name in SEQUENCE_NAMES if name in given]
    if len(names) == 1:
        return names[0]
    problem = "there are both a column 'sequence' and a column 'x'" if names else _missing("sequence", given)
    raise InputError(problem, path=path, remedy="Name the column of sequences 'sequence'")


def _count_columns(given: pd.DataFrame, path: str | Path) -> dict[int, str]:
    """Find the columns of counts by their bins."""
    names = [name for name in given.columns if name.startswith("ct_")]
    if not names:
        raise InputError(_missing("ct_0", given), path=path, remedy=TO_NAME_BINS)
    for name in names:
        if not re.fullmatch("ct_(0|[1-9][0-9]*)", name):
            raise InputError(f"column '{name}' has no bin number", path=path, remedy=TO_NAME_BINS)
    if len(names) < 2:
        remedy = "Two bins are the least that tell variants apart"
        raise InputError(f"there is only one bin, '{names[0]}'", path=path, remedy=remedy)
    return {int(name.removeprefix("ct_")): name for name in names}


def _other_columns(given: pd.DataFrame, path: str | Path) -> list[str]:
    """Find the columns of RNA and DNA counts, which come in pairs, and of values."""
    pairs = [name for name in given if name.startswith(MOLECULES)]
    for name in pairs:
        other = MOLECULES[name.startswith("dna_")] + name[4:]
        if other not in given:
            raise InputError(f"there is a column '{name}', but no '{other}'", path=path, remedy="Give both of each replicate")
    values = [name for name in VALUES if name in given and "y" in given]
    return pairs + values


def _missing(name: str, given: pd.DataFrame) -> str:
    return f"column '{name}' is missing ({nearest(name, given.columns)})"


def _log_passed_over(given: pd.DataFrame, table: pd.DataFrame, sequence: str, path: str | Path) -> None:
    names = [name for name in given.columns if name not in table.columns and name != sequence]
    if names:
        logger.info("%s: columns passed over: %s", path, ", ".join(names))


def _refuse_first(wrong: pd.Series, path: str | Path, problem: Callable[[int], str], remedy: str = "") -> None:
    """Raise an error for the first line that is wrong; `problem` says what, given the line."""
    if wrong.any():
        line = wrong.idxmax()
        raise InputError(problem(line), path=path, where=f"line {line}", remedy=remedy)


def _check_sequences(sequences: pd.Series, path: str | Path, once: bool) -> None:
    if sequences.empty:
        raise InputError("the table has no rows", path=path)
    _refuse_first(sequences == "", path, lambda line: "the sequence is empty")
    letters = "ACGU" if sequences.str.contains("U").any() else "ACGT"
    wrong = ~sequences.str.fullmatch(f"[{letters}]+")
    remedy = f"Use {', '.join(letters[:3])} and {letters[3]} only"
    _refuse_first(wrong, path, lambda line: f"the sequence holds '{_wrong_letter(sequences[line], letters)}'", remedy)
    length = len(sequences.iloc[0])
    text = f"{{}} bases, where the first sequence has {length}"
    odd = sequences.str.len() != length
    _refuse_first(odd, path, lambda line: text.format(len(sequences[line])), "All variants of an experiment have one length")
    again = sequences.duplicated() & once
    _refuse_first(again, path, lambda line: _say_where_first(sequences, line), "Give each variant one line")


def _wrong_letter(sequence: str, letters: str) -> str:
    return next(letter for letter in sequence if letter not in letters)


def _say_where_first(sequences: pd.Series, line: int) -> str:
    return f"the sequence is in line {(sequences == sequences[line]).idxmax()} already"


def _counts(column: pd.Series, path: str | Path, may_miss: bool = False) -> pd.Series:
    """Turn a column of text into whole numbers; ``3.0`` is one, ``3.5`` and ``-1`` are not, an empty field if it `may_miss`."""
    numbers = pd.to_numeric(column, errors="coerce").astype("float64")
    wrong = ~((numbers >= 0) & (numbers % 1 == 0) & (numbers < 2**53)) & ~((column == "") & may_miss)
    remedy = "Counts are whole numbers from 0; write 0 where a variant was looked for and not found"
    _refuse_first(wrong, path, lambda line: f"'{column[line]}' in column '{column.name}' is no count", remedy)
    return numbers.astype("Int64" if may_miss else "int64")


def _values(column: pd.Series, path: str | Path) -> pd.Series:
    """Turn a column of text into numbers, an empty field into a missing one."""
    numbers = pd.to_numeric(column, errors="coerce").astype("float64")
    wrong = (numbers.isna() | ~np.isfinite(numbers)) & (column != "")
    remedy = "Leave the field empty where nothing was measured"
    _refuse_first(wrong, path, lambda line: f"'{column[line]}' in column '{column.name}' is no number", remedy)
    return numbers


def _sets(column: pd.Series, path: str | Path) -> pd.Series:
    _refuse_first(~column.isin(SETS), path, lambda line: f"unknown set '{column[line]}' ({nearest(column[line], SETS)})")
    return column


def _only_measured(table: pd.DataFrame, path: str | Path) -> pd.DataFrame:
    """Leave out rows without a read, or without any measurement."""
    measured = table.drop(columns=["sequence", "set"], errors="ignore")
    binned = measured.filter(regex="^ct_")
    there = binned.sum(axis="columns") > 0 if binned.shape[1] else measured.notna().any(axis="columns")
    kept = table[there]
    if kept.empty:
        raise InputError(
            "the table holds no reads" if binned.shape[1] else "nothing is measured",
            path=path,
            remedy="At least one count must be above 0",
        )
    if len(kept) < len(table):
        logger.info("%s: %d variants without a read left out", path, len(table) - len(kept))
    return kept.sort_values("sequence", kind="stable")
