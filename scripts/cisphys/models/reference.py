"""Published energy matrices to compare with, whatever gauge and unit they were printed in."""

import re
from pathlib import Path

import numpy as np
import pandas as pd

from cisphys.dna import LETTERS
from cisphys.errors import InputError
from cisphys.tables import read_table


def load_reference(path: str | Path, site: str, length: int, unit: str, kcal_per_kT: float) -> np.ndarray:
    """Read the energy matrix of one site, (length, 4) in kT, zero-sum per position.

    The file is either the ``energy_matrices.tsv`` of a fit, or a table with one row per position, 5' to 3', and four columns
    that end in A, C, G and T, separated by blanks, tabs or commas. `unit` is ``kT`` or ``kcal/mol``.

    Raises
    ------
    InputError : no such file or columns, an energy that is no number, or another number of positions than the site has
    """
    table = _read(path)
    if "site" in table:
        table = table[table["site"] == site]
    columns = [[name for name in table if str(name).endswith(letter)] for letter in LETTERS]
    if any(len(found) != 1 for found in columns):
        raise InputError("a matrix needs one column each that ends in A, C, G and T", path=path)
    values = _as_numbers(table[[found[0] for found in columns]], path)
    if len(values) != length:
        raise InputError(
            f"{len(values)} positions, but site {site} has {length}", path=path, remedy="Correct the site or the reference"
        )
    return centred(values / (kcal_per_kT if unit == "kcal/mol" else 1.0))


def _read(path: str | Path) -> pd.DataFrame:
    if Path(path).suffix in (".tsv", ".csv", ".gz"):
        return read_table(path, text=["site"])
    try:
        lines = Path(path).read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        raise InputError("there is no such file", path=path, remedy="Check the path of the reference") from None
    except UnicodeDecodeError as error:
        raise InputError(f"this is no readable matrix ({error})", path=path) from None
    rows = [(number, re.split(r"[\s,]+", line.strip())) for number, line in enumerate(lines, start=1) if line.strip()]
    header = rows[0][1] if rows else []
    for number, fields in rows:
        if len(fields) != len(header):
            problem = f"{len(fields)} fields where the header has {len(header)}"
            raise InputError(problem, path=path, where=f"line {number}")
    return pd.DataFrame([fields for _, fields in rows[1:]], columns=header)


def _as_numbers(table: pd.DataFrame, path: str | Path) -> np.ndarray:
    try:
        return table.to_numpy(float)
    except ValueError as error:
        raise InputError(f"an energy is no number ({error})", path=path) from None


def centred(matrix: np.ndarray) -> np.ndarray:
    """Return an energy matrix (length, 4) in the zero-sum gauge; missing elements (NaN) are left out of the means."""
    return matrix - np.nanmean(matrix, axis=1, keepdims=True)


def agreement(fitted: np.ndarray, reference: np.ndarray) -> tuple[float, float]:
    """Return Pearson's r and the slope of fitted on reference (1: the same scale) of two matrices (length, 4), both centred."""
    a, b = centred(fitted).ravel(), centred(reference).ravel()
    both = ~(np.isnan(a) | np.isnan(b))
    a, b = a[both], b[both]
    return float(a @ b / np.sqrt((a @ a) * (b @ b))), float(a @ b / (b @ b))


def matrices_of(table: pd.DataFrame) -> dict[str, tuple[str, np.ndarray]]:
    """Return site -> (name, matrix (length, 4)) from a fit's ``reference_matrices.tsv``."""
    by_site = table.groupby("site", sort=False)
    return {site: (rows["reference"].iloc[0], rows[list(LETTERS)].to_numpy(float)) for site, rows in by_site}
