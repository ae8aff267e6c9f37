"""Tables that users bring, read as text and strictly: every row as long as the header, every row with its line in the file."""

import csv
import gzip
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from cisphys.errors import InputError, nearest

if TYPE_CHECKING:
    import pandas as pd

UNREADABLE = (UnicodeDecodeError, csv.Error, EOFError, OSError, zlib.error)


def read_text_table(path: str | Path, required: Iterable[str] = ()) -> "pd.DataFrame":
    """Read a TSV or CSV (by its name), plain or gzip.

    Returns
    -------
    All fields as text without surrounding spaces; the index is the line of the file (from 1). Blank lines are passed over.

    Raises
    ------
    InputError : the file is missing, empty or not a table, a row has more or fewer fields than the header, a column is
        there twice, or a required one is missing
    """
    import pandas as pd

    header, rows = read_text_rows(path, required)
    lines = pd.Index([line for line, _ in rows], dtype="int64")
    return pd.DataFrame([fields for _, fields in rows], columns=header, index=lines, dtype=str)


def read_text_rows(path: str | Path, required: Iterable[str] = ()) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """Read the same table as its header, and the line and fields of each row: without pandas, which takes long to load."""
    path = Path(path)
    rows = list(_each_row(path))
    header = _header(rows[0][1] if rows else [], required, path)
    return header, rows[1:]


def each_text_row(path: str | Path, required: Iterable[str] = ()) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the line of each row, and its fields by column: the same table, one row in memory at a time."""
    path = Path(path)
    rows = _each_row(path)
    _, fields = next(rows, (0, []))
    header = _header(fields, required, path)
    for line, fields in rows:
        yield line, dict(zip(header, fields, strict=True))


def _each_row(path: Path) -> Iterator[tuple[int, list[str]]]:
    if not path.is_file():
        raise InputError("there is no such file", path=path, remedy="Check the path in the config")
    try:
        with _open_text(path) as handle:
            yield from _rows(handle, path)
    except UNREADABLE as error:
        raise InputError(f"this is no readable table ({error})", path=path) from None


def delimiter_of(path: Path) -> str:
    """Give what separates the fields of a table: a comma in CSV, by its name, else a tab."""
    return "," if ".csv" in path.suffixes else "\t"


def _open_text(path: Path) -> TextIO:
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8-sig", newline="")
    return open(path, encoding="utf-8-sig", newline="")


def _rows(handle: TextIO, path: Path) -> Iterator[tuple[int, list[str]]]:
    """Yield each row that is not blank with its line; all rows as long as the first."""
    width = None
    reader = csv.reader(handle, delimiter=delimiter_of(path))
    for fields in reader:
        fields = list(map(str.strip, fields))
        if not any(fields):
            continue
        width = width or len(fields)
        if len(fields) != width:
            problem = f"{len(fields)} fields where the header has {width}"
            remedy = "Separate fields by one tab each (a comma each in .csv); leave a field empty rather than out"
            raise InputError(problem, path=path, where=f"line {reader.line_num}", remedy=remedy)
        yield reader.line_num, fields


def _header(header: list[str], required: Iterable[str], path: Path) -> list[str]:
    """Return the header, checked."""
    if not header:
        raise InputError("the table is empty", path=path, remedy="It needs a header line")
    for name in header:
        if header.count(name) > 1:
            raise InputError(f"column '{name}' is there twice", path=path)
    for name in required:
        if name not in header:
            raise InputError(f"column '{name}' is missing ({nearest(name, header)})", path=path)
    return header
