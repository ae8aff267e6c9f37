"""Libraries: which variant each barcode stands for."""

from pathlib import Path

from cisphys.errors import InputError
from cisphys.text_table import read_text_table

COLUMNS = ["barcode", "sequence"]


def read_library(path: str | Path) -> dict[str, str]:
    """Read a table with the columns `barcode` and `sequence` (others are passed over): the sequence of each barcode.

    Letters become capitals. A row that is there twice counts once.

    Raises
    ------
    InputError : the table cannot be read, holds letters other than A, C, G, T, or gives a barcode two sequences
    """
    table = read_text_table(path, required=COLUMNS)
    if table.empty:
        raise InputError("the library has no rows", path=path)
    sequences: dict[str, str] = {}
    lines: dict[str, int] = {}
    for line, *pair in table[COLUMNS].itertuples():
        barcode, sequence = (_letters(text, column, path, line) for text, column in zip(pair, COLUMNS, strict=True))
        if sequences.setdefault(barcode, sequence) != sequence:
            problem = f"barcode {barcode} stands for one sequence in line {lines[barcode]} and for another in line {line}"
            raise InputError(problem, path=path, remedy="Keep one of the lines, or leave the barcode out")
        lines.setdefault(barcode, line)
    return sequences


def read_names(path: str | Path) -> dict[str, str]:
    """Read what the sequences of a library are called, from its column `variant`; empty where it has none.

    A sequence with several names has them joined by `;`, sorted.
    """
    table = read_text_table(path, required=COLUMNS)
    if "variant" not in table:
        return {}
    table = table[table["variant"] != ""]
    names = table["variant"].groupby(table["sequence"].str.upper()).unique()
    return {sequence: ";".join(sorted(found)) for sequence, found in names.items()}


def _letters(text: str, column: str, path: str | Path, line: int) -> str:
    letters = text.upper()
    if not letters:
        raise InputError(f"the {column} is empty", path=path, where=f"line {line}")
    if wrong := sorted(set(letters) - set("ACGT")):
        raise InputError(f"the {column} holds '{wrong[0]}'", path=path, where=f"line {line}", remedy="Use A, C, G and T only")
    return letters
