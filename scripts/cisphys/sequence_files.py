"""Files of sequences, with or without names: FASTA or a table, one record in memory at a time."""

import gzip
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TextIO

from cisphys.errors import InputError
from cisphys.text_table import UNREADABLE, each_text_row

FASTA = (".fa", ".fasta", ".fna")
Record = tuple[int, str | None, str]  # line, name (None: the table has no column of names), sequence


def each_sequence(path: str | Path) -> Iterator[Record]:
    """Yield line, name and sequence of each record; letters become capitals.

    Parameters
    ----------
    path : FASTA by its name (`.fa`, `.fasta`, `.fna`), else a TSV or CSV with a column `sequence`, and `variant` for the names;
        plain or gzip. A name in FASTA ends at the first space

    Raises
    ------
    InputError : the file is missing, or is neither
    """
    path = Path(path)
    if not path.is_file():
        raise InputError("there is no such file", path=path, remedy="Check the path in the config")
    return _of_fasta(path) if _suffix(path) in FASTA else _of_table(path)


def _suffix(path: Path) -> str:
    return Path(path.name.removesuffix(".gz")).suffix.lower()


def _of_table(path: Path) -> Iterator[Record]:
    for line, fields in each_text_row(path, required=["sequence"]):
        yield line, fields.get("variant"), fields["sequence"].upper()


def _of_fasta(path: Path) -> Iterator[Record]:
    try:
        with _opened(path) as handle:
            yield from _records(enumerate(handle, start=1), path)
    except UNREADABLE as error:
        raise InputError(f"this is no readable FASTA ({error})", path=path) from None


def _opened(path: Path) -> TextIO:
    return gzip.open(path, "rt", encoding="utf-8-sig") if path.suffix == ".gz" else open(path, encoding="utf-8-sig")


def _records(lines: Iterable[tuple[int, str]], path: Path) -> Iterator[Record]:
    start, name, parts = 0, "", []
    for number, line in lines:
        text = line.strip()
        if text.startswith(">"):
            if start:
                yield start, name, "".join(parts).upper()
            start, name, parts = number, text[1:].split(maxsplit=1)[0] if text[1:].split() else "", []
        elif text and not start:
            raise InputError("a FASTA file starts with '>'", path=path, where=f"line {number}")
        elif text:
            parts.append(text)
    if start:
        yield start, name, "".join(parts).upper()
