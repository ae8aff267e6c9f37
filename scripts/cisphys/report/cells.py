"""Tables as the page shows them: every cell a text, with a value to sort by where the text does not sort itself."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from typing import ClassVar
from urllib.parse import unquote

import pandas as pd

LONGEST = 24  # rows of a table that is shown at its full height
FILTERED = 12  # rows from which on a table has a box to filter them
CHOSEN = 4  # rows from which on a phone offers to sort them
MOST = 1000  # rows that the page holds of a table


@dataclass(frozen=True)
class Cell:
    """One cell; `kind` is its class in the style sheet (``number``, a verdict such as ``warn``, or nothing).

    `code` stands below the text as it is written in files; `address` is what the text links to.
    """

    text: str
    value: float | None = None
    kind: str = ""
    code: str = ""
    address: str = ""

    @property
    def parts(self) -> list[str]:
        """The text in parts between which a line may break: within names after ``.``, ``_``, ``+`` and ``-``.

        What is typed as a difference or an arrow is shown with the sign that it stands for.
        """
        return re.split(r"(?<=[._+-])(?=[^\W\d])", self.text.replace(" - ", " − ").replace(" -> ", " → "))


@dataclass(frozen=True)
class Table:
    """A table with a caption that says what it holds; one that `stacks` shows a row's cells one below the other on a phone.

    `folded` tables are shut until they are asked for; `file` is the path of the whole table, relative to the report.
    """

    shows: ClassVar[str] = "table"
    caption: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    stacks: bool = False
    folded: bool = False
    file: str = ""

    @property
    def shown(self) -> Sequence[Sequence[Cell]]:
        """The rows that the page holds: all, or the first ones of very many."""
        return self.rows[:MOST]

    @property
    def left_out(self) -> str:
        """How many rows the page holds, where it does not hold them all."""
        return f"The first {MOST:,} of {len(self.rows):,} rows." if len(self.rows) > MOST else ""

    @property
    def file_name(self) -> str:
        """The name of the file of the whole table."""
        return unquote(self.file.rpartition("/")[2])

    @property
    def has_filter(self) -> bool:
        """Tell whether the table has a box to filter its rows."""
        return len(self.rows) >= FILTERED

    @property
    def has_tools(self) -> bool:
        """Tell whether something stands above the table."""
        return self.has_filter or self.has_choice

    @property
    def has_choice(self) -> bool:
        """Tell whether a column to sort by can be chosen, for phones, on which tables that stack show no headings."""
        return self.stacks and len(self.rows) >= CHOSEN

    @property
    def is_long(self) -> bool:
        """Tell whether the table had better scroll within the page."""
        return len(self.rows) > LONGEST

    def is_numeric(self, column: int) -> bool:
        """Tell whether the column holds numbers, which stand on its right."""
        return bool(self.rows) and self.rows[0][column].kind == "number"


def number(value: float, digits: int = 2, unit: str = "") -> Cell:
    """Return a number with a fixed number of decimals and a true minus sign, or a dash where there is none (NaN)."""
    if not isfinite(value):
        return Cell("–", kind="number")
    return Cell(f"{decimal(value, digits)}{unit}", float(value), "number")


def count(value: float) -> Cell:
    """Return a whole number with its thousands set apart."""
    return Cell(f"{int(value):,}".replace("-", "−"), float(value), "number")


def share(value: float) -> Cell:
    """Return a share as a percentage with one decimal."""
    return number(100 * value, 1, " %")


def small_share(value: float) -> Cell:
    """Return a share as a percentage with two decimals; one that would round to nothing as ``< 0.01 %``."""
    return Cell("< 0.01 %", 100 * value, "number") if 0 < value < 5e-5 else number(100 * value, 2, " %")


def small(value: float) -> Cell:
    """Return a small number such as a p value with two digits, ``3.1e-12``."""
    return Cell(f"{value:.2g}".replace("-", "−"), float(value), "number") if isfinite(value) else Cell("–", kind="number")


def decimal(value: float, digits: int) -> str:
    """Return a number's text with a true minus sign, and no minus before a zero."""
    text = f"{value:,.{digits}f}"
    return text.replace("-", "−" if float(text.replace(",", "")) else "")


def interval(low: float, high: float, digits: int = 2) -> Cell:
    """Return ``−3.90 to −1.70``, or ``above −3.90`` where it is open on one side (NaN)."""
    if isfinite(low) and isfinite(high):
        return Cell(f"{decimal(low, digits)} to {decimal(high, digits)}", low, "number")
    if isfinite(low):
        return Cell(f"above {decimal(low, digits)}", low, "number")
    return Cell(f"below {decimal(high, digits)}" if isfinite(high) else "–", kind="number")


def with_interval(value: float, low: float, high: float) -> Cell:
    """Return ``−2.62`` with ``(−3.70 to −1.66)`` below it; the interval alone, or a dash, where there is no value (NaN)."""
    if not isfinite(value):
        return interval(low, high)
    return Cell(decimal(value, 2), value, "number", code=f"({interval(low, high).text})")


def missing(value: object) -> bool:
    """Tell whether a value read from a table is an empty field."""
    return bool(pd.isna(value)) or value == ""
