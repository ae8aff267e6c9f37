"""Libraries: which variant each barcode stands for."""

from pathlib import Path

from cisphys.errors import InputError
from cisphys.text_table import read_text_rows

COLUMNS = ["barcode", "sequence"]
BASES = set("ACGT")


def read_library(path: str | Path) -> dict[str, str]:
    """Read a table with the columns `barcode` and `sequence` (others are passed over): the sequence of each barcode.

    Letters become capitals. A row that is there twice counts once.

    Raises
    ------
    InputError : the table cannot be read, holds letters other than A, C, G, T, or gives a barcode two sequences
    """
    header, rows = read_text_rows(path, required=COLUMNS)
    if not rows:
        raise InputError("the library has no rows", path=path)
    places = [header.index(column) for column in COLUMNS]
    sequences: dict[str, str] = {}
    lines: dict[str, int] = {}
    for line, fields in rows:
        barcode, sequence = (fields[place].upper() for place in places)
        if not barcode or not sequence or (barcode + sequence).strip("ACGT"):
            raise _bad_letters((barcode, sequence), path, line)
        if sequences.setdefault(barcode, sequence) != sequence:
            problem = f"barcode {barcode} stands for one sequence in line {lines[barcode]} and for another in line {line}"
            raise InputError(problem, path=path, remedy="Keep one of the lines, or leave the barcode out")
        lines.setdefault(barcode, line)
    return sequences


def _bad_letters(pair: tuple[str, str], path: str | Path, line: int) -> InputError:
    """Make the error for the first of barcode and sequence that is empty or holds other letters."""
    column, letters = next(
        (column, letters) for column, letters in zip(COLUMNS, pair, strict=True) if set(letters) - BASES or not letters
    )
    if not letters:
        return InputError(f"the {column} is empty", path=path, where=f"line {line}")
    wrong = min(set(letters) - BASES)
    return InputError(f"the {column} holds '{wrong}'", path=path, where=f"line {line}", remedy="Use A, C, G and T only")
