"""Libraries: which variant each barcode stands for."""

import gzip
from pathlib import Path

import numpy as np

from cisphys.errors import InputError
from cisphys.text_table import UNREADABLE, delimiter_of, read_text_rows, read_text_table

COLUMNS = ["barcode", "sequence"]
PART = 1 << 22  # bytes of a table that are read at a time
NOT_PLAIN = b'"\r \v\f\x1c\x1d\x1e\x1f'  # quotes, and what is stripped from fields


def read_library(path: str | Path) -> dict[str, str]:
    """Read a table with the columns `barcode` and `sequence` (others are passed over): the sequence of each barcode.

    Letters become capitals. A row that is there twice counts once.

    Raises
    ------
    InputError : the table cannot be read, holds letters other than A, C, G, T, or gives a barcode two sequences
    """
    if found := _read_plainly(Path(path)):
        return found
    header, rows = read_text_rows(path, required=COLUMNS)
    if not rows:
        raise InputError("the library has no rows", path=path)
    barcodes, sequences = ([fields[header.index(column)].upper() for _, fields in rows] for column in COLUMNS)
    found = dict(zip(barcodes, sequences, strict=True))
    letters = "".join(barcodes) + "".join(sequences)
    if len(found) < len(rows) or letters.strip("ACGT") or not (all(barcodes) and all(sequences)):
        _check_rows([line for line, _ in rows], barcodes, sequences, path)
    return found


def _read_plainly(path: Path) -> dict[str, str]:
    """Read a table without mistakes, blank lines, quotes or spaces, ten times faster; give nothing for any other."""
    found: dict[str, str] = {}
    rows = 0
    try:
        with gzip.open(path) if path.suffix == ".gz" else open(path, "rb") as handle:
            header = handle.readline().rstrip(b"\n").decode("ascii").split(delimiter_of(path))
            while text := b"".join(handle.readlines(PART)):
                barcodes, sequences = _plain_columns(text, header, delimiter_of(path))
                found.update(zip(barcodes, sequences, strict=True))
                rows += len(barcodes)
    except (*UNREADABLE, ValueError):
        return {}
    return found if len(found) == rows else {}


def _plain_columns(text: bytes, header: list[str], delimiter: str) -> list[list[str]]:
    """Split whole lines into the fields of `COLUMNS`, in capitals; ValueError where a line is not plain or a field not of DNA."""
    text = text.removesuffix(b"\n") + b"\n"
    if len(set(header)) < len(header) or not text.isascii() or any(byte in text for byte in NOT_PLAIN):
        raise ValueError("not plain")
    letters = np.frombuffer(text, dtype=np.uint8)
    separators = letters[(letters == ord("\n")) | (letters == ord(delimiter))].reshape(-1, len(header))
    if (separators[:, -1] != ord("\n")).any() or (separators[:, :-1] == ord("\n")).any():
        raise ValueError("rows of different lengths")
    fields = text.decode("ascii").upper().replace("\n", delimiter).split(delimiter)[:-1]
    columns = [fields[header.index(name) :: len(header)] for name in COLUMNS]
    if not all(map(all, columns)) or any("".join(column).encode().translate(None, b"ACGT") for column in columns):
        raise ValueError("not DNA")
    return columns


def _check_rows(lines: list[int], barcodes: list[str], sequences: list[str], path: str | Path) -> None:
    """Find the first row with a mistake, if there is one."""
    first: dict[str, tuple[int, str]] = {}
    for line, barcode, sequence in zip(lines, barcodes, sequences, strict=True):
        for column, letters in zip(COLUMNS, (barcode, sequence), strict=True):
            _check_letters(letters, column, path, line)
        before, other = first.setdefault(barcode, (line, sequence))
        if other != sequence:
            problem = f"barcode {barcode} stands for one sequence in line {before} and for another in line {line}"
            raise InputError(problem, path=path, remedy="Keep one of the lines, or leave the barcode out")


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


def _check_letters(letters: str, column: str, path: str | Path, line: int) -> None:
    if not letters:
        raise InputError(f"the {column} is empty", path=path, where=f"line {line}")
    if wrong := sorted(set(letters) - set("ACGT")):
        raise InputError(f"the {column} holds '{wrong[0]}'", path=path, where=f"line {line}", remedy="Use A, C, G and T only")
