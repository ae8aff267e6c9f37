"""Tables as the project writes and reads them: TSV, UTF-8, ``\\n``, gzip without a time stamp."""

import csv
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from cisphys.errors import InputError, nearest
from cisphys.files import open_to_write


def write_table(table: pd.DataFrame, path: str | Path, digits: int = 8) -> None:
    """Write a table without its index; floats with `digits` significant digits, a missing value as an empty field."""
    text = table.to_csv(sep="\t", index=False, lineterminator="\n", float_format=f"%.{digits}g")
    with open_to_write(path) as out:
        out.write(text.encode())


def read_table(path: str | Path, required: Iterable[str] = (), text: Iterable[str] = ()) -> pd.DataFrame:
    """Read a TSV or CSV (by its name), plain or gzip.

    `required` columns must be there; `text` columns are kept as strings, an empty field as "".

    Raises
    ------
    InputError : the file is missing, empty, not a table, or lacks a column
    """
    path = Path(path)
    separator = "," if ".csv" in path.suffixes else "\t"
    try:
        header = pd.read_csv(path, sep=separator, nrows=0).columns
        kept_as_text = {name: str for name in text if name in header}
        table = pd.read_csv(path, sep=separator, dtype=kept_as_text, keep_default_na=False, na_values=[""])
    except FileNotFoundError:
        raise InputError("there is no such file", path=path, remedy="Check the path") from None
    except pd.errors.EmptyDataError:
        raise InputError("the table is empty", path=path, remedy="It needs a header line") from None
    except (pd.errors.ParserError, UnicodeDecodeError, OSError, EOFError) as error:
        raise InputError(f"this is no readable table ({error})", path=path) from None
    for name in required:
        if name not in table:
            raise InputError(f"column '{name}' is missing ({nearest(name, table.columns)})", path=path)
    return table.fillna(dict.fromkeys(kept_as_text, ""))


def read_object(path: str | Path) -> dict[str, Any]:
    """Read a JSON file that the workflow wrote.

    Raises
    ------
    InputError : the file is missing, or no JSON
    """
    try:
        return json.loads(Path(path).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise InputError("there is no such file", path=path, remedy="Check the path") from None
    except ValueError as error:
        raise InputError(f"this is no JSON ({error})", path=path) from None


def read_sheet(path: str | Path) -> tuple[list[str], list[dict[str, str]]]:
    """Read a small TSV that a person wrote: the header, and one dict of strings per row.

    Each dict holds the line it came from under ``#line``. Blank lines and lines that start with ``#`` are passed over.

    Raises
    ------
    InputError : the file is missing or empty, a column is named twice, or a row has more or fewer fields than the header
    """
    path = Path(path)
    if not path.is_file():
        raise InputError("there is no such file", path=path, remedy="Check the path in the config")
    header: list[str] = []
    rows = []
    with open(path, encoding="utf-8-sig", newline="") as handle:
        for number, fields in _numbered(handle, path):
            if not any(fields) or fields[0].startswith("#"):
                continue
            if not header:
                header = fields
                _check_header(header, path, number)
            elif len(fields) != len(header):
                raise InputError(
                    f"{len(fields)} fields where the header has {len(header)}",
                    path=path,
                    where=f"line {number}",
                    remedy="Separate fields by one tab each; leave a field empty rather than out",
                )
            else:
                rows.append({"#line": str(number), **dict(zip(header, fields, strict=True))})
    if not rows:
        raise InputError("the sheet has no rows", path=path)
    return header, rows


def _numbered(lines: Iterable[str], path: Path) -> Iterator[tuple[int, list[str]]]:
    """Yield the number of each line and its fields; a quote that its line does not close would swallow the lines behind it."""
    for number, line in enumerate(lines, start=1):
        fields = next(csv.reader([line], delimiter="\t"))
        if any("\n" in field or "\r" in field for field in fields) and not line.startswith("#"):
            remedy = 'Close the quote before the line ends, or write the field without "'
            raise InputError('a " is opened and not closed', path=path, where=f"line {number}", remedy=remedy)
        yield number, [field.strip() for field in fields]


def _check_header(header: list[str], path: Path, number: int) -> None:
    for name in header:
        if header.count(name) > 1:
            raise InputError(f"column '{name}' is there twice", path=path, where=f"line {number}")
