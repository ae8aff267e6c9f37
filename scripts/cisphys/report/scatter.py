"""Tables of how far a fit's numbers scatter: standard errors, a bootstrap, what is found again, what other data would tell."""

import pandas as pd

from cisphys.models.describe import parameter_in_words
from cisphys.models.spec import LINEAR
from cisphys.report.cells import Cell, Table, count, interval, missing, number, share
from cisphys.report.fit_tables import coordinate_of
from cisphys.report.folder import FitResults

ELEMENTS = ("ddG.", "theta.")  # how names of matrix elements begin, of which there are hundreds


def matrix_errors_table(errors: pd.DataFrame, fit: FitResults) -> Table | None:
    """Return the energy of every base against the wild type's with its errors, that of the wild type's bases left out."""
    rows = [
        [
            Cell(row.site),
            Cell(_position(row, fit), float(row.position)),
            Cell(row.base),
            number(row.ddG),
            number(row.error),
            number(row.error_at_scale),
            number(row.naive_error),
        ]
        for row in errors.itertuples()
        if row.ddG != 0
    ]
    columns = ["Site", "Position", "Base", "ΔΔG, kT", "Standard error", "At a known scale", "Were reads independent"]
    return Table("Energies against the wild type with their standard errors, kT", columns, rows, folded=True) if rows else None


def _position(row, fit: FitResults) -> str:
    return f"{row.position} of the site" if missing(row.variant_position) else coordinate_of(int(row.variant_position), fit)


def bootstrap_table(bootstrap: pd.DataFrame, fit: FitResults) -> Table | None:
    """Return the named parameters and every element about which errors disagree."""
    named = ~bootstrap["name"].str.startswith(ELEMENTS)
    shown = pd.concat([bootstrap[named], bootstrap[~named & (bootstrap["warning"] != "")]])
    rows = [
        [
            Cell(_in_words(row.name), code=row.name),
            number(row.value),
            number(row.error),
            number(row.sandwich_error),
            interval(row.low95, row.high95),
            interval(row.profile_low95, row.profile_high95),
            Cell(row.warning),
        ]
        for row in shown.itertuples(index=False)
    ]
    columns = [
        "Parameter",
        "Value",
        "Error, bootstrap",
        "Error, sandwich",
        "95\u00a0%, bootstrap",
        "95\u00a0%, profile",
        "Warning",
    ]
    caption = "Errors by bootstrap and by sandwich: named parameters, and elements about which errors disagree"
    return Table(caption, columns, rows, stacks=True) if rows else None


def recovered_sites_table(sites: pd.DataFrame, fit: FitResults) -> Table | None:
    """Return how well the elements of each matrix are found again."""
    rows = [
        [Cell(row.site), count(row.elements), number(row.r, 4), number(row.slope, 3), number(row.rmse), share(row.covered)]
        for row in sites.itertuples()
    ]
    distance = "Typical distance" if fit.spec.family in LINEAR else "Typical distance, kT"  # of effects on a latent, no unit
    columns = ["Site", "Elements", "r", "Slope, found on true", distance, "Within their 95\u00a0% interval"]
    caption = "Energies found again in measurements that were simulated from this fit"
    return Table(caption, columns, rows, stacks=True) if rows else None


def recovery_table(recovery: pd.DataFrame, fit: FitResults) -> Table | None:
    """Return the named parameters that were put in and found again."""
    named = recovery[~recovery["name"].str.startswith(ELEMENTS)]
    rows = [
        [
            Cell(_in_words(row.name), code=row.name),
            number(row.true),
            number(row.found),
            interval(row.low95, row.high95),
            Cell("" if missing(row.covered) else row.covered, kind={"yes": "ok", "no": "warn"}.get(row.covered, "")),
            Cell(row.unit),
        ]
        for row in named.itertuples(index=False)
    ]
    columns = ["Parameter", "Put in", "Found", "95\u00a0%", "Holds it", "Unit"]
    return Table("Parameters found again", columns, rows, stacks=True) if rows else None


def design_table(design: pd.DataFrame, fit: FitResults) -> Table | None:
    """Return how wide a parameter's interval would be with other data."""
    rows = [
        [
            Cell(_in_words(row.parameter)),
            Cell("as it is" if row.what == "now" else row.what),
            Cell("–", kind="number") if row.what == "now" else number(row.amount, 1),
            Cell(row.method),
            count(row.observations),
            number(row.width95),
            number(row.relative),
        ]
        for row in design.itertuples()
    ]
    columns = [
        "Parameter",
        "What changes",
        "Amount",
        "Method",
        "Observations",
        "Width of the 95\u00a0% interval",
        "Error, relative to now",
    ]
    return Table("What other data would tell", columns, rows, stacks=True) if rows else None


def _in_words(name: str) -> str:
    if not name.startswith(ELEMENTS):
        return parameter_in_words(name)
    _, site, *place = name.split(".")
    return " ".join(["ΔΔG of", site, *place])
