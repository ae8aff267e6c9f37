"""The comparison of fits that were judged on the same test variants: its figures and tables."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pandas as pd

from cisphys.report.cells import Cell, Table, count, decimal, interval, missing, number
from cisphys.report.folder import COMPARISON
from cisphys.report.passages import Passage
from cisphys.report.pictures import Picture, picture
from cisphys.tables import read_table

PAIRS = "compared_pairs.tsv"
NONE = Passage(["No two fits were judged on the same test variants with the same noise, so none are ranked; a table says why."])
# figure -> words for those who cannot see it, caption
FIGURES = {
    "comparison": (
        "Fits ranked by what they say of the same test variants, with intervals of their differences.",
        "Fits ranked by what they say of the same test variants; bars are paired 95 % intervals over variants; fits that share "
        "a letter cannot be told apart.",
    ),
    "parameters": (
        "Parameters that several fits tell, each with its intervals, and published values.",
        "Parameters that several fits tell, each with its 68 % (thick) and 95 % interval (thin), and values that others have "
        "published (diamonds). An arrow: the interval is open on that side.",
    ),
}


def comparison_shown(
    results: Path, given: Collection[str], comparison: pd.DataFrame, pages: Mapping[str, str]
) -> list[Passage | Table | Picture]:
    """Return what the page of the comparison shows; where no fits have test variants in common, it says so.

    Parameters
    ----------
    results, given : the folder of results and the files of it that are shown
    comparison : comparison.tsv
    pages : fit -> the link to its page
    """
    names = [name for name in FIGURES if f"figures/{name}.svg" in given and (name != "comparison" or len(comparison))]
    drawn = [picture(results, Path("figures") / name, *FIGURES[name]) for name in names]
    tables = [shown for _, rows in comparison.groupby("group") for shown in _group(rows, pages)]
    pairs = [pairs_table(read_table(results / PAIRS, text=["fit", "other", "reason", "told_apart"]))] if PAIRS in given else []
    pairs = [table for table in pairs if table]
    return [*([NONE] if pairs and comparison.empty else []), *drawn, *tables, *pairs]


def _group(rows: pd.DataFrame, pages: Mapping[str, str]) -> Iterator[Passage | Table]:
    first = rows.iloc[0]
    caption = f"Compared on the same {int(first.variants):,} test variants of {first.datasets}, per observation, the best first"
    columns = {title: make for title, (has, make) in COLUMNS.items() if rows[has].notna().any()}
    cells = [
        [Cell(row.fit, address=pages.get(row.fit, "")), *(make(row) for make in columns.values())] for row in rows.itertuples()
    ]
    yield Table(caption, ["Fit", *columns], cells, stacks=True, file=COMPARISON)
    if not (missing(first.I_int_low_bits) and missing(first.I_int_high_bits)):
        bounds = interval(first.I_int_low_bits, first.I_int_high_bits, 3).text
        yield Passage(
            [f"What any model could tell at most of one replicate's measurements (intrinsic information): {bounds} bit."]
        )


def _with_error(value: float, error: float, digits: int) -> Cell:
    if missing(value):
        return number(float("nan"))
    return Cell(f"{decimal(value, digits)} ± {decimal(error, digits)}", value, "number")


def _less(row) -> Cell:
    if missing(row.less_bits):
        return Cell("best", 0.0, "number")
    between = f"95\u00a0%: {interval(row.less_low95_bits, row.less_high95_bits, 4).text}"
    return replace(_with_error(row.less_bits, row.less_se_bits, 4), code=between)


# title -> the column that must hold something, and how a row is shown
COLUMNS: dict[str, tuple[str, Callable[..., Cell]]] = {
    "Letter": ("letters", lambda row: Cell(row.letters)),
    "Log likelihood, nats": ("log_likelihood", lambda row: number(row.log_likelihood, 4)),
    "I_var, bit": ("I_var_bits", lambda row: _with_error(row.I_var_bits, row.I_var_se_bits, 3)),
    "Against the best, bit": ("fit", _less),
    "Numbers fitted": ("parameters", lambda row: count(row.parameters)),
    "Bits gained per number": ("gained_bits_per_parameter", lambda row: number(row.gained_bits_per_parameter, 1)),
    "I_pred, bit": ("I_pred_bits", lambda row: _with_error(row.I_pred_bits, row.I_pred_sd_bits, 3)),
}


def pairs_table(pairs: pd.DataFrame) -> Table | None:
    """Return every two fits with their paired difference, or why they cannot be compared; None where there are no two."""
    levels = {"yes": "told apart", "no": "not told apart", "": "not compared"}
    rows = [
        [
            Cell(row.fit),
            Cell(row.other),
            Cell(levels[row.told_apart]),
            _with_error(row.bits, row.se_bits, 4),
            interval(row.low95_bits, row.high95_bits, 4),
            Cell(row.reason),
        ]
        for row in pairs.itertuples()
    ]
    columns = ["Fit", "Other", "Verdict", "The first tells more by, bit", "95\u00a0%", "Why not"]
    return Table("Every two fits", columns, rows, stacks=True, folded=True, file=PAIRS) if rows else None
