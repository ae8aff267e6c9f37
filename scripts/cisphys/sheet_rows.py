"""The rows of a sheet that a person wrote, each checked against the sheet's schema and paired with its line."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from cisphys.errors import InputError, nearest
from cisphys.schema import read_schema, validate
from cisphys.tables import read_sheet
from cisphys.yaml_lines import Lines


def checked_rows(path: Path, schema_path: str | Path, more: tuple[str, ...] = ()) -> Iterator[tuple[dict, Lines]]:
    """Give each row with its defaults filled in, and the line it stands on; `more` names the columns that the config declares."""
    schema = read_schema(Path(schema_path))
    header, rows = read_sheet(path)
    _check_header(header, schema, path, more)
    for row in rows:
        lines = Lines.at(path, int(row["#line"]))
        known = {column: row[column] or None for column in header if column not in more}
        yield {**validate(known, schema_path, lines=lines), **{column: row[column] for column in more}}, lines


def _check_header(header: list[str], schema: dict, path: Path, more: tuple[str, ...]) -> None:
    valid = [*schema["properties"], *more]
    if len(header) == 1 and re.search("[,; ]", header[0]):
        problem = f"the columns of '{header[0]}' are not separated by tabs"
        raise InputError(problem, path=path, where="header", remedy="Save the sheet as tab-separated text")
    for name in header:
        if name not in valid:
            remedy = "If it is a condition, name it in the list `conditions` of the config" if "sample" in valid else ""
            raise InputError(f"unknown column '{name}' ({nearest(name, valid)})", path=path, where="header", remedy=remedy)
    for name in (*schema["required"], *more):
        if name not in header:
            source = ", which the config declares under `conditions`," if name in more else ""
            raise InputError(f"column '{name}'{source} is missing", path=path, where="header", remedy="Add it")


def check_unique(named: Iterable[tuple[str, Lines]], what: str) -> None:
    first: dict[str, int | None] = {}
    for name, lines in named:
        if name in first:
            raise lines.error(
                f"{what} '{name}' is there twice, first on line {first[name]}", remedy="Give each row a name of its own"
            )
        first[name] = lines.of()
