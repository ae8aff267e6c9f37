"""What the parameters of a fit say: interactions, conditions, rates, cycles, and the size of its energies in kT."""

from collections.abc import Iterator
from math import exp, inf, sqrt

import pandas as pd

from cisphys.models.describe import parameter_in_words
from cisphys.report.cells import decimal, interval, missing
from cisphys.report.folder import FitResults

SCALE = "energy_scale"


def parameters(fit: FitResults) -> Iterator[str]:
    """Yield a sentence for each parameter that the data tell something of, then for what they do not tell."""
    table = fit.parameters
    if table.empty:
        return
    told = table[table["identifiable"].isin(["yes", "weakly"])]
    for row in told.itertuples():
        yield from _of_row(fit, row)
    yield from _scale(table)
    yield from _not_learned(table)


def scale_of(fit: FitResults) -> str:
    """Return whether the size of the energies is known: yes, weakly, no, or nothing where no row says."""
    rows = fit.parameters[fit.parameters["name"] == SCALE]
    return "" if rows.empty else str(rows["identifiable"].iloc[0])


def _of_row(fit: FitResults, row) -> Iterator[str]:
    kind = row.name.partition(".")[0]
    if missing(row.low95) and missing(row.high95):
        return
    if row.name.startswith("affinity "):
        yield _cycle(row)
    elif " - " in row.name:
        if kind == "mu":
            yield _conditions(fit, row)
    elif kind == "interaction":
        yield _interaction(fit, row)
    elif kind in ("log_rate", "log_factor"):
        yield _rate(fit, row)


def _bounds(row) -> tuple[float, float]:
    """Return the 95 % interval; an open end is infinite."""
    return (-inf if missing(row.low95) else float(row.low95), inf if missing(row.high95) else float(row.high95))


def _sized(row, unit: str, factor: float = 1.0) -> str:
    """Return a value with its 95 % interval, or the bound that is known of it."""
    low, high = (end * factor for end in _bounds(row))
    if not missing(row.value) and low > -inf and high < inf:
        return f"{decimal(row.value * factor, 2)}{unit}"
    return f"above {decimal(low, 2)}{unit}" if high == inf else f"below {decimal(high, 2)}{unit}"


def _interaction(fit: FitResults, row) -> str:
    together = " and ".join(str(row.site).split("+"))
    low, high = _bounds(row)
    value = f"{_sized(row, ' kT')}, {_sized(row, ' kcal/mol', fit.kcal_per_kT)}"
    if -inf < low and high < inf:
        value += f"; 95 %: {interval(row.low95, row.high95).text} kT"
    if low <= 0 <= high:
        return f"Whether {together} help or hinder each other cannot be told: their interaction may be 0 ({value})."
    verb = "help each other to bind" if high < 0 else "hinder each other"
    convention = ", by the convention that the table names" if "convention" in str(row.reason) else ""
    return f"{together} {verb}{convention}: their interaction is {value}."


def _conditions(fit: FitResults, row) -> str:
    """Say how a protein's activity changes with a condition: exp(-change of its chemical potential)."""
    other, first = (name.removeprefix(f"mu.{row.site}.") for name in row.name.split(" - "))
    column = next((site.condition for site in fit.spec.sites if site.name == row.site), None)
    low, high = _bounds(row)
    at = f"With {column or 'the condition'} {other} instead of {first}"
    if low <= 0 <= high:
        return f"{at}, whether {row.site} binds more or less cannot be told ({_fold(low, high)} times its activity)."
    return f"{at}, {row.site} binds as if there were {_fold(low, high)} times as much of it (95 %)."


def _fold(low: float, high: float) -> str:
    """Return the factors exp(-high) to exp(-low) in words."""
    ends = [exp(-min(max(end, -700.0), 700.0)) for end in (high, low)]
    if low == -inf:
        return f"more than {factor(ends[0])}"
    return f"less than {factor(ends[1])}" if high == inf else f"{factor(ends[0])} to {factor(ends[1])}"


def factor(value: float) -> str:
    """Return a factor to two digits, as people write it: 0.0034, 2.5, 1,200."""
    rounded = float(f"{value:.2g}")
    return f"{rounded:,.0f}" if rounded >= 10 else f"{rounded:.6g}" if rounded >= 1e-4 else f"{rounded:.1e}"


def _rate(fit: FitResults, row) -> str:
    kind, name = row.name.split(".", 1)
    low, high = _bounds(row)
    times = _fold(-high, -low)
    if kind == "log_factor":
        return f"The factor {name} is {times} (95 %)."
    unit = fit.spec.kinetics.time_unit if fit.spec.kinetics else None
    what = f"The wild type loses {name}" if name in fit.spec.site_names else f"The step {name} runs"
    return f"{what} at {times} times {f'the rate of {unit}' if unit else 'the unit of the rates given'} (95 %)."


def _cycle(row) -> str:
    cycle = row.name.removeprefix("affinity ")
    low, high = _bounds(row)
    value = _sized(row, " kT")
    if low <= 0 <= high:
        return f"Whether anything drives the cycle {cycle} cannot be told: its affinity may be 0 ({value})."
    return f"The cycle {cycle} is driven: its affinity is {value}, 0 would be balance."


def _scale(table: pd.DataFrame) -> Iterator[str]:
    """Say how well the size of the energies in kT is known, where it is."""
    for row in table[table["name"] == SCALE].itertuples():
        low, high = _bounds(row)
        if row.identifiable == "no" or not 0 < low < high < inf:
            continue
        only = " only" if row.identifiable == "weakly" else ""
        yield f"The size of all energies in kT is known{only} within a factor of {factor(sqrt(high / low))} either way (95 %)."


def _not_learned(table: pd.DataFrame) -> Iterator[str]:
    """Name what the data cannot tell, by the reason why; what follows from other parameters is left out."""
    unknown = table[(table["identifiable"] == "no") & ~table["name"].str.contains(" ")]
    for reason, rows in unknown.groupby("reason", sort=False, dropna=False):
        names = ", ".join(map(parameter_in_words, rows["name"]))
        yield f"Not learned: {names}." if missing(reason) else f"Not learned: {names}, as {reason}."
