"""The tables of a fit's page: each makes one of a file of the fit's folder, or None where there is nothing to show."""

from collections.abc import Mapping, Sequence

import pandas as pd

from cisphys.figures.sites import coordinate, coordinate_label
from cisphys.models.describe import parameter_in_words
from cisphys.report.cells import Cell, Table, count, decimal, interval, missing, number, with_interval
from cisphys.report.folder import FitResults
from cisphys.report.observed import observed

PARTS = ("training", "validation", "test")
STRONGEST = 20  # pairs of bases that the page shows
LEVELS = {"yes": "ok", "weakly": "warn", "no": "note"}
NO_UNIT = ("log", "1/time")  # units that stand in the name of the parameter, or are of no use beside a number


def parameters_table(parameters: pd.DataFrame, fit: FitResults) -> Table | None:
    """Return the parameters with their intervals, and in kcal/mol where they are energies of binding.

    A column says what was put in where the table has it (`put_in`), as it does for simulated reads.
    """
    if parameters.empty:
        return None
    parameters = parameters.assign(in_kT=(parameters["unit"] == "kT") & fit.has_biophysics)
    simulated, energies = "put_in" in parameters, bool(parameters["in_kT"].any())
    titles = [
        "Parameter",
        *(["Put in"] if simulated else []),
        "Value",
        "68\u00a0%",
        "95\u00a0%",
        *(["kcal/mol"] if energies else []),
    ]
    scale = fit.kcal_per_kT if energies else None
    rows = [_parameter(row, scale, simulated) for row in parameters.itertuples()]
    units = "; energies in kT and kcal/mol, rates as natural logarithms" if energies else ""
    caption = f"Estimates with their 68 % and 95 % intervals{units}"
    return Table(caption, [*titles, "Identifiable", "How, or why not"], rows, stacks=True)


def _parameter(row, kcal_per_kT: float | None, simulated: bool) -> list[Cell]:
    put_in = [number(row.put_in, 2)] if simulated else []
    unit = "" if row.unit in NO_UNIT or (row.unit == "kT" and not row.in_kT) else f" {row.unit}"
    in_unit = [number(row.value, 2, unit), interval(row.low68, row.high68), interval(row.low95, row.high95)]
    scale = float("nan") if kcal_per_kT is None or not row.in_kT else kcal_per_kT
    in_kcal = [] if kcal_per_kT is None else [with_interval(row.value * scale, row.low95 * scale, row.high95 * scale)]
    explained = "; ".join(part for part in (row.method, row.reason) if not missing(part))
    name = Cell(parameter_in_words(row.name), code=row.name)
    return [name, *put_in, *in_unit, *in_kcal, Cell(row.identifiable, kind=LEVELS.get(row.identifiable, "")), Cell(explained)]


def information_table(fit: FitResults) -> Table:
    """Return what the fit tells of what was observed of the training, validation and test variants."""
    rows, seen = [], observed(fit.summary)
    for part in PARTS:
        told = fit.summary[part]
        information = Cell(with_error(told), told["I_var_bits"], "number")
        per_read = number(told["log_likelihood"] / max(told["reads"], 1), 4)
        rows.append(
            [Cell(part), count(told["reads"]), count(told["variants"]), number(told["log_likelihood"], 1), per_read, information]
        )
    per = f"per {seen.one}"
    columns = ["Set", seen.many.capitalize(), "Variants", "Log likelihood, nats", per, f"I_var, bit {per}"]
    return Table(f"Information about {seen.told}", columns, rows, stacks=True)


def restarts_table(restarts: pd.DataFrame, fit: FitResults) -> Table:
    """Return the starts and the steps of the choice of ridge and splines as they are in the file."""
    rows = [[_as_it_is(value) for value in row] for row in restarts.itertuples(index=False)]
    caption = "Starts, and the choice of ridge and splines"
    return Table(caption, [name.replace("_", " ") for name in restarts], rows, folded=True)


def references_table(references: pd.DataFrame, fit: FitResults) -> Table | None:
    """Return the agreement with the references."""
    rows = [[Cell(row.site), Cell(row.reference), number(row.r, 4), number(row.slope, 3)] for row in references.itertuples()]
    columns = ["Site", "Reference", "r", "Slope, found on reference"]
    return Table("Energies found against the reference", columns, rows, stacks=True) if rows else None


def cycles_table(cycles: pd.DataFrame, fit: FitResults) -> Table | None:
    """Return what drives a kinetic fit; None where nothing does."""
    if cycles.empty:
        return None
    has_intervals = "low95" in cycles
    columns = ["Quantity", "Cycle", "Formula", "Value", *(["95\u00a0%"] if has_intervals else []), "Unit", "Remark"]
    several = cycles["dataset"].nunique() > 1
    rows = [
        [
            *([Cell(row.dataset)] if several else []),
            Cell(row.quantity),
            Cell(row.cycle.replace("->", "→") or "all transitions"),
            Cell(row.formula),
            number(row.value),
            *([interval(row.low95, row.high95)] if has_intervals else []),
            Cell(row.unit),
            Cell(row.reason),
        ]
        for row in cycles.itertuples()
    ]
    return Table("What drives it, on the wild type", ["Dataset", *columns] if several else columns, rows, stacks=True)


def pairs_table(pairs: pd.DataFrame, fit: FitResults) -> Table | None:
    """Return the strongest energies of pairs of bases, None where there are none."""
    known = pairs.dropna(subset=["energy"])
    if known.empty:
        return None
    labels = {site: coordinate_labels(fit, site) for site in known["site"].unique()}
    order = known["energy"].abs().sort_values(ascending=False, kind="stable").index[:STRONGEST]
    if fit.spec.alphabet == "rna":
        known = known.replace({"base": "T", "second_base": "T"}, "U")
    rows = [[Cell(_pair_of(row, labels[row.site], len(labels) > 1)), number(row.energy)] for row in known.loc[order].itertuples()]
    many = f"the {STRONGEST} largest of {len(known):,}" if len(known) > STRONGEST else "all of them"
    return Table(f"Energies of pairs of bases, beside those of the single bases: {many}", ["Pair", "Energy"], rows)


def _pair_of(row, labels: Sequence[str], several: bool) -> str:
    pair = f"{row.base} at {labels[row.position]}, {row.second_base} at {labels[row.second_position]}"
    return f"{row.site}: {pair}" if several else pair


def coordinate_labels(fit: FitResults, site: str) -> list[str]:
    """Return the coordinate of each position of a site, 5' to 3' on its strand, as figures have them."""
    own = next(each for each in fit.spec.sites if each.name == site)
    stop = len(fit.summary["wild_type"]) if own.stop == -1 else own.stop
    places = range(own.start, stop) if own.strand != "-" else range(stop - 1, own.start - 1, -1)
    return [coordinate_of(index, fit) for index in places]


def coordinate_of(index: int, fit: FitResults) -> str:
    """Return the coordinate of a base of the variant as figures have it; `index` counts from 0."""
    return coordinate_label(coordinate(index, fit.numbering), fit.numbering)


def with_error(told: Mapping) -> str:
    """Return ``0.622 ± 0.010``, the information in bits with its standard error."""
    return f"{decimal(told['I_var_bits'], 3)} ± {decimal(told['I_var_se_bits'], 3)}"


def _as_it_is(value: object) -> Cell:
    if missing(value):
        return Cell("–")
    if isinstance(value, str):
        return Cell(value)
    whole = float(value).is_integer() and abs(value) < 1e6
    return count(value) if whole else Cell(f"{value:.7g}".replace("-", "−"), value, "number")
