"""How often a fit's intervals hold the truth over simulations: tables, sentences and what to think of it."""

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from cisphys.figures.coverage import CHANCE, LEAST, too_rare
from cisphys.models.describe import parameter_in_words
from cisphys.report.cells import Cell, Table, count, decimal, missing, number, share
from cisphys.report.folder import FitResults

FILE, FILE_OF_SITES = "coverage.tsv", "coverage_sites.tsv"
MOST_NAMED = 5  # parameters that a sentence tells one by one
LIMIT = f"≥ {LEAST:.0%} or p ≥ {CHANCE:g}".replace("%", "\u00a0%")
KINDS = ("named parameters", "matrix elements, one by one", "matrix elements, on average")


@dataclass(frozen=True)
class Judged:
    """Shares of one kind: whether none is too low, and in words the lowest of them with its p among as many (Bonferroni)."""

    what: str
    fits: bool
    value: str


def judged(fit: FitResults) -> Iterator[Judged]:
    """Judge the 95 % intervals of named parameters and of matrix elements, one by one and on average over each matrix."""
    table, sites = fit.table(FILE), fit.table(FILE_OF_SITES)
    named, table = table["base"] == "", table.assign(label=[_label(row) for row in table.itertuples()])
    groups = (table[named], table[~named], sites.assign(label=sites["site"]))
    for what, rows in zip(KINDS, groups, strict=True):
        if len(rows):
            rows = rows.assign(rare=too_rare(rows))
            yield Judged(what, not rows["rare"].any(), _lowest_in_words(rows))


def _lowest_in_words(rows: pd.DataFrame) -> str:
    lowest = rows.sort_values(["rare", "p95"], ascending=[False, True], kind="stable").iloc[0]
    rank = f", the lowest of {len(rows):,}" if len(rows) > 1 else ""
    p = min(1.0, len(rows) * lowest["p95"])
    simulations = f"{lowest['simulations']:,.0f} simulations"
    return f"{lowest['label']} {_percent(lowest['covered95'])} of {simulations}{rank}, p = {p:.2g}"


def coverage_sentences(fit: FitResults) -> Iterator[str]:
    """Say how often the 95 % intervals held what was put in, and how well so many simulations tell that."""
    table, sites = fit.table(FILE), fit.table(FILE_OF_SITES)
    named = table[table["base"] == ""]
    told = [*_named_in_words(named), *(f"elements of {row.site} {_percent(row.covered95)}" for row in sites.itertuples())]
    if told:
        most = int(table["simulations"].max())
        intro = f"Fitted to {most:,} data sets simulated from it, its 95 % intervals hold what was put in for"
        yield f"{intro} {', '.join(told)} (chance moves the share of one interval by up to {_by_chance(most)})."
    rare = [*named.loc[too_rare(named), "name"], *(f"elements of {site}" for site in sites.loc[too_rare(sites), "site"])]
    if rare:
        yield f"The 95 % intervals of {', '.join(rare)} miss more than twice as often as they say."


def _named_in_words(named: pd.DataFrame) -> Iterator[str]:
    """Yield each named parameter with its share, or the range of many."""
    if len(named) <= MOST_NAMED:
        yield from (f"{row.name} {_percent(row.covered95)}" for row in named.itertuples(index=False))
        return
    lowest, highest = (named.loc[which] for which in (named["covered95"].idxmin(), named["covered95"].idxmax()))
    ends = f"{_percent(lowest['covered95'])} ({lowest['name']}) to {_percent(highest['covered95'])}"
    yield f"{len(named)} named parameters {ends}"


def _by_chance(simulations: int) -> str:
    """Return how far chance alone moves a share of 95 % of so many simulations, 95 % of the time."""
    points = 196 * (0.95 * 0.05 / simulations) ** 0.5
    return f"{points:.0f} percentage points" if points >= 1.5 else f"{decimal(points, 1)} percentage points"


def coverage_table(coverage: pd.DataFrame, fit: FitResults) -> Table | None:
    """Return how often the intervals of the named parameters held what was put in."""
    rows = [
        [
            Cell(parameter_in_words(row.name), code=row.name),
            number(row.true),
            count(row.simulations),
            _with_interval(row.covered95, row.covered95_low, row.covered95_high),
            _with_interval(row.covered68, row.covered68_low, row.covered68_high),
            number(row.bias),
            number(row.width95),
            count(row.open95),
        ]
        for row in coverage[coverage["base"] == ""].itertuples(index=False)
    ]
    columns = ["Parameter", "Put in", "Simulations", "95\u00a0% intervals hold it", "68\u00a0% intervals hold it"]
    columns += ["Bias", "Width of the 95\u00a0%", "Open"]
    caption = "How often the intervals of the named parameters held what was put in: shares with their 95 % intervals"
    return Table(caption, columns, rows, stacks=True) if rows else None


def coverage_sites_table(sites: pd.DataFrame, fit: FitResults) -> Table | None:
    """Return how often the intervals of each matrix's elements held what was put in, on average."""
    rows = [
        [
            Cell(row.site),
            count(row.elements),
            count(row.simulations),
            _with_error(row.covered95, row.error95),
            _with_error(row.covered68, row.error68),
            share(row.least95),
        ]
        for row in sites.itertuples()
    ]
    columns = ["Site", "Elements", "Simulations", "95\u00a0% intervals hold", "68\u00a0% intervals hold"]
    columns += ["95\u00a0%, in the worst simulation"]
    caption = "How often the intervals of matrix elements held what was put in: means, with standard errors over simulations"
    return Table(caption, columns, rows, stacks=True) if rows else None


def _label(row) -> str:
    if row.base == "":
        return row.name
    place = f"{row.position:g}" if isinstance(row.position, int | float) else row.position
    return f"{row.site} {place} {row.base}"


def _percent(value: float) -> str:
    return f"{decimal(100 * value, 1)}\u00a0%"


def _with_interval(value: float, low: float, high: float) -> Cell:
    ends = f"({decimal(100 * low, 0)} to {decimal(100 * high, 0)}\u00a0%)"
    return Cell(_percent(value), value, "number", code=ends)


def _with_error(value: float, error: float) -> Cell:
    beside = "" if missing(error) else f" ± {decimal(100 * error, 1)}"
    return Cell(f"{decimal(100 * value, 1)}{beside}\u00a0%", value, "number")
