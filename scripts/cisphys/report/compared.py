"""The comparison of fits that were judged on the same test variants, and what drives a kinetic fit, as tables of the page."""

from collections.abc import Sequence

import pandas as pd

from cisphys.report.cells import Cell, Table, count, decimal, interval, missing, number

STRONGEST = 20  # pairs of bases that the page shows


def comparison_tables(comparison: pd.DataFrame) -> list[Table]:
    """Return one table for each group of fits; `comparison` is comparison.tsv."""
    return [_group(rows) for _, rows in comparison.groupby("group")]


def _group(rows: pd.DataFrame) -> Table:
    first = rows.iloc[0]
    caption = f"Compared on the same {int(first.variants):,} test variants of {first.datasets}, the best first"
    columns = ["Fit", "Log likelihood, nats per observation", "I_var, bit", "Difference to the best, bit", "95 % interval of it"]
    return Table(caption, columns, [_compared(row) for row in rows.itertuples()], stacks=True)


def _compared(row) -> list[Cell]:
    told = number(row.I_var_bits) if missing(row.I_var_bits) else _told(row)
    less = Cell("best", 0.0, "number") if missing(row.less_bits) else _less(row)
    between = interval(row.less_low95_bits, row.less_high95_bits, 4)
    return [Cell(row.fit), number(row.log_likelihood, 4), told, less, between]


def _told(row) -> Cell:
    return Cell(f"{decimal(row.I_var_bits, 3)} ± {decimal(row.I_var_se_bits, 3)}", row.I_var_bits, "number")


def _less(row) -> Cell:
    return Cell(f"{decimal(row.less_bits, 4)} ± {decimal(row.less_se_bits, 4)}", row.less_bits, "number")


def cycles_table(cycles: pd.DataFrame) -> Table | None:
    """Return what drives a kinetic fit, of cycles.tsv; None where that has no rows."""
    if cycles.empty:
        return None
    columns = ["Quantity", "Cycle", "Formula", "Value", "Unit", "Remark"]
    several = cycles["dataset"].nunique() > 1
    rows = [
        [
            *([Cell(row.dataset)] if several else []),
            Cell(row.quantity),
            Cell(row.cycle.replace("->", "→") or "all transitions"),
            Cell(row.formula),
            number(row.value),
            Cell(row.unit),
            Cell(row.reason),
        ]
        for row in cycles.itertuples()
    ]
    return Table("What drives it, on the wild type", ["Dataset", *columns] if several else columns, rows, stacks=True)


def pairs_table(pairs: pd.DataFrame, labels: Sequence[str]) -> Table | None:
    """Return the strongest energies of pairs of bases, None where there are none; `labels` are the positions' coordinates."""
    known = pairs.dropna(subset=["energy"])
    if known.empty:
        return None
    order = known["energy"].abs().sort_values(ascending=False, kind="stable").index[:STRONGEST]
    rows = [
        [Cell(f"{row.base} at {labels[row.position]}, {row.second_base} at {labels[row.second_position]}"), number(row.energy)]
        for row in known.loc[order].itertuples()
    ]
    many = f"the {STRONGEST} largest of {len(known):,}" if len(known) > STRONGEST else "all of them"
    return Table(f"Energies of pairs of bases, beside those of the single bases: {many}", ["Pair", "Energy"], rows)


def count_of(value: int, noun: str) -> Cell:
    """Return ``1,234 reads``, sorted by its number."""
    return Cell(f"{count(value).text} {noun}", float(value), "number")
