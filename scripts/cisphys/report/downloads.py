"""The result files that lie beside the report, as a table with links to them."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from cisphys.report.cells import Cell, Table
from cisphys.report.dictionary import data_dictionary
from cisphys.report.pictures import address


def files_table(results: Path, names: Mapping[str, Sequence[str]]) -> Table:
    """Return every result file that there is, with what it holds.

    `names` maps a place in the paths of the data dictionary, ``<fit>``, to the names that may stand there.
    """
    rows = [
        [Cell(path.as_posix(), address=address(path)), Cell(kind.holds)]
        for kind in data_dictionary()
        for path in _paths(kind.path, names)
        if (results / path).is_file()
    ]
    return Table("Files beside the report", ["File", "What it holds"], rows, stacks=True)


def _paths(pattern: str, names: Mapping[str, Sequence[str]]) -> Iterator[Path]:
    place = next((place for place in names if place in pattern), None)
    stems = [pattern.replace(place, name) for name in names[place]] if place else [pattern]
    found = (Path(path) for stem in stems for path in _suffixed(stem))
    yield from (path for path in found if "<" not in path.name)


def _suffixed(path: str) -> list[str]:
    if not path.endswith("}"):
        return [path]
    stem, _, suffixes = path[:-1].partition("{")
    return [stem + suffix for suffix in suffixes.split(",")]
