"""What every result file and every column of it holds: the facts of dictionary.yaml, for the report and the documentation."""

from dataclasses import dataclass
from pathlib import Path

import yaml

PATH = Path(__file__).parent / "dictionary.yaml"


@dataclass(frozen=True)
class ResultFile:
    """A kind of result file. `path` is relative to the results of an analysis; ``<...>`` stands for a name.

    `columns` maps a column (or key) to its meaning and unit; it is empty for files that are no tables.
    """

    path: str
    holds: str
    columns: dict[str, str]


def data_dictionary() -> list[ResultFile]:
    """Return all kinds of result files in the order in which they come about."""
    entries = yaml.safe_load(PATH.read_text(encoding="utf-8"))
    return [ResultFile(path, entry["holds"], entry.get("columns", {})) for path, entry in entries.items()]
