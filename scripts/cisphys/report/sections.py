"""The parts of the page: verdicts, and one section for each fit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from cisphys.figures.sites import coordinate, coordinate_label
from cisphys.models.describe import parameter_in_words
from cisphys.models.spec import BLACK_BOX, LINEAR
from cisphys.report.cells import Cell, Table, count, decimal, interval, missing, number, with_interval
from cisphys.report.compared import count_of, cycles_table, pairs_table
from cisphys.report.folder import FitResults
from cisphys.report.observed import observed
from cisphys.report.pictures import Picture, picture
from cisphys.report.verdicts import Verdict, judge_fit, worst
from cisphys.report.words import mirror_in_words, model_in_words, model_tables

PARTS = ("training", "validation", "test")


@dataclass(frozen=True)
class FitSection:
    """All that the page says of a fit."""

    anchor: str
    name: str
    level: str
    said: Sequence[str]
    mirrors: Sequence[str]
    model: Sequence[Table]
    pictures: Mapping[str, Picture]
    parameters: Table | None
    pairs: Table | None
    cycles: Table | None
    information: Table
    restarts: Table
    references: Table | None


def verdict_table(verdicts: Sequence[Verdict]) -> Table:
    """Return the checks, the worst first."""
    order = ["fail", "warn", "note", "ok"]
    rows = [
        [Cell(v.level, order.index(v.level), v.level), *map(Cell, (v.check, v.subject, v.value, v.limit, v.reason))]
        for v in sorted(verdicts, key=lambda verdict: order.index(verdict.level))
    ]
    columns = ["Verdict", "Check", "Of", "Value", "Limit", "What it means"]
    return Table("Checks, the worst first", columns, rows, stacks=True)


def fits_table(fits: Sequence[FitResults]) -> Table:
    """Return the fits side by side."""
    rows = []
    for fit in fits:
        test = fit.summary["test"]
        level = worst(judge_fit(fit))
        information = Cell(_with_error(test), test["I_var_bits"], "number")
        data = ", ".join(fit.summary["datasets"])
        seen = count_of(fit.summary["training"]["reads"], observed(fit.summary).many)
        rows.append([Cell(fit.name), Cell(data), seen, information, Cell(level, kind=level)])
    return Table("Fits", ["Fit", "Data", "Learnt from", "I_var on test variants, bit", "Verdict"], rows)


def fit_section(results: Path, fit: FitResults, anchor: str, kcal_per_kT: float) -> FitSection:
    """Put together what the page says of a fit."""
    return FitSection(
        anchor=anchor,
        name=fit.name,
        level=worst(judge_fit(fit)),
        said=model_in_words(fit.spec),
        mirrors=mirrors_in_words(fit),
        model=model_tables(fit.spec, fit.summary["wild_type"], fit.numbering),
        pictures=fit_pictures(results, fit),
        parameters=parameters_table(fit.parameters, kcal_per_kT) if len(fit.parameters) else None,
        pairs=pairs_table(fit.pairs, coordinate_labels(fit)),
        cycles=cycles_table(fit.cycles),
        information=information_table(fit.summary),
        restarts=restarts_table(fit.restarts),
        references=references_table(fit.references) if len(fit.references) else None,
    )


def mirrors_in_words(fit: FitResults) -> list[str]:
    """Return the mirror solutions; that of a linear model is a mere sign, and is not listed."""
    return [] if fit.spec.family in LINEAR else [mirror_in_words(mirror) for mirror in fit.summary.get("mirrors", [])]


def coordinate_labels(fit: FitResults) -> list[str]:
    """Return the coordinate of each base of the variant, as figures have them, for the sites of linear models."""
    bases = range(len(fit.summary["wild_type"]))
    shown = (coordinate_label(coordinate(index, fit.numbering), fit.numbering) for index in bases)
    return list(shown)[max(fit.spec.sites[0].start, 0) :]


def fit_pictures(results: Path, fit: FitResults) -> dict[str, Picture]:
    """Return the figures of a fit by name; recovery only where there are references, matrices only where there are energies."""
    folder, seen = Path("figures") / fit.name, observed(fit.summary)
    words = f"{seen.words}, for {', '.join(fit.summary['datasets'])}."
    found = {"measurement": picture(results, folder / "measurement", words, seen.caption)}
    if fit.spec.family != BLACK_BOX:
        found["energy_matrices"] = picture(results, folder / "energy_matrices", *_matrices_in_words(fit))
    if len(fit.references) and (results / folder / "recovery.svg").is_file():
        words = f"Fitted against reference energies of {', '.join(fit.references['site'])}, one point per position and base."
        caption = "Fitted against reference energies, both zero-sum per position; on the grey line they are equal."
        found["recovery"] = picture(results, folder / "recovery", words, caption)
    return found


def _matrices_in_words(fit: FitResults) -> tuple[str, str]:
    """Return the alternative text and the caption of the energy-matrix figure."""
    changes = "the change of energy of every single mutation against the wild type (dots)."
    if fit.spec.family in LINEAR:
        words = "Energies of the bases: sequence logo and heat map of the change per base."
        beside = " Pairs of bases add to these." if fit.spec.family != "additive" else ""
        logo = "the energies as a logo (letters above the line raise the latent)"
        return words, f"Top: the variant. Below: {logo}, and {changes}{beside}"
    words = f"Energy matrices of {', '.join(fit.spec.site_names)}: promoter track, sequence logos and heat maps per base."
    logo = "the energies as a logo (letters above the line favour binding)"
    return words, f"Top: the variant and its sites. Below, per site: {logo}, and {changes}"


def parameters_table(parameters: pd.DataFrame, kcal_per_kT: float) -> Table:
    """Return the parameters with their intervals, and in kcal/mol where they are energies.

    A column says what was put in where the table has it (`put_in`), as it does for simulated reads.
    """
    simulated = "put_in" in parameters
    titles = ["Parameter", *(["Put in"] if simulated else []), "Value", "68 %", "95 %", "kcal/mol"]
    rows = [_parameter(row, kcal_per_kT, simulated) for row in parameters.itertuples()]
    return Table(
        "Estimates with their 68 % and 95 % intervals; energies in kT and kcal/mol, rates as natural logarithms",
        [*titles, "Identifiable", "How, or why not"],
        rows,
    )


def _parameter(row, kcal_per_kT: float, simulated: bool) -> list[Cell]:
    scale = kcal_per_kT if row.unit == "kT" else float("nan")
    put_in = [number(row.put_in, 2)] if simulated else []
    unit = {"log": "", "1/time": ""}.get(row.unit, f" {row.unit}")
    in_unit = [number(row.value, 2, unit), interval(row.low68, row.high68), interval(row.low95, row.high95)]
    in_kcal = with_interval(row.value * scale, row.low95 * scale, row.high95 * scale)
    level = {"yes": "ok", "weakly": "warn", "no": "note"}.get(row.identifiable, "")
    explained = "; ".join(part for part in (row.method, row.reason) if not missing(part))
    name = Cell(parameter_in_words(row.name), code=row.name)
    return [name, *put_in, *in_unit, in_kcal, Cell(row.identifiable, kind=level), Cell(explained)]


def information_table(summary: Mapping) -> Table:
    """Return what the fit tells of what was observed of the training, validation and test variants."""
    rows, seen = [], observed(summary)
    for part in PARTS:
        told = summary[part]
        information = Cell(_with_error(told), told["I_var_bits"], "number")
        per_read = number(told["log_likelihood"] / max(told["reads"], 1), 4)
        rows.append(
            [Cell(part), count(told["reads"]), count(told["variants"]), number(told["log_likelihood"], 1), per_read, information]
        )
    per = f"per {seen.one}"
    columns = ["Set", seen.many.capitalize(), "Variants", "Log likelihood, nats", per, f"I_var, bit {per}"]
    return Table(f"Information about {seen.told}", columns, rows)


def restarts_table(restarts: pd.DataFrame) -> Table:
    """Return the starts and the steps of the choice of ridge and splines as they are in the file."""
    rows = [[_as_it_is(value) for value in row] for row in restarts.itertuples(index=False)]
    return Table("Starts, and the choice of ridge and splines", [name.replace("_", " ") for name in restarts], rows)


def references_table(references: pd.DataFrame) -> Table:
    """Return the agreement with the references."""
    rows = [[Cell(row.site), Cell(row.reference), number(row.r, 4), number(row.slope, 3)] for row in references.itertuples()]
    return Table("Energies found against the reference", ["Site", "Reference", "r", "Slope, found on reference"], rows)


def _as_it_is(value: object) -> Cell:
    if missing(value):
        return Cell("–")
    if isinstance(value, str):
        return Cell(value)
    return (
        count(value)
        if float(value).is_integer() and abs(value) < 1e6
        else Cell(f"{value:.7g}".replace("-", "−"), value, "number")
    )


def _with_error(told: Mapping) -> str:
    return f"{decimal(told['I_var_bits'], 3)} ± {decimal(told['I_var_se_bits'], 3)}"
