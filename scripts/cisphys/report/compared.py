"""The comparison of fits that were judged on the same test variants, as tables of the page."""

from collections.abc import Mapping

import pandas as pd

from cisphys.report.cells import Cell, Table, decimal, interval, missing, number


def comparison_tables(comparison: pd.DataFrame, pages: Mapping[str, str]) -> list[Table]:
    """Return one table for each group of fits; `comparison` is comparison.tsv, `pages` the link to each fit's page."""
    return [_group(rows, pages) for _, rows in comparison.groupby("group")]


def _group(rows: pd.DataFrame, pages: Mapping[str, str]) -> Table:
    first = rows.iloc[0]
    caption = f"Compared on the same {int(first.variants):,} test variants of {first.datasets}, the best first"
    columns = ["Fit", "Log likelihood, nats per observation", "I_var, bit", "Difference to the best, bit", "95 % interval of it"]
    return Table(caption, columns, [_compared(row, pages) for row in rows.itertuples()], stacks=True, file="comparison.tsv")


def _compared(row, pages: Mapping[str, str]) -> list[Cell]:
    told = number(row.I_var_bits) if missing(row.I_var_bits) else _told(row)
    less = Cell("best", 0.0, "number") if missing(row.less_bits) else _less(row)
    between = interval(row.less_low95_bits, row.less_high95_bits, 4)
    return [Cell(row.fit, address=pages.get(row.fit, "")), number(row.log_likelihood, 4), told, less, between]


def _told(row) -> Cell:
    return Cell(f"{decimal(row.I_var_bits, 3)} ± {decimal(row.I_var_se_bits, 3)}", row.I_var_bits, "number")


def _less(row) -> Cell:
    return Cell(f"{decimal(row.less_bits, 4)} ± {decimal(row.less_se_bits, 4)}", row.less_bits, "number")
