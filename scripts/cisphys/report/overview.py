"""The first part of the page: what was run, on what, what the checks say, and which fits there are."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from cisphys.reads.fates import COUNTED
from cisphys.report.cells import Cell, Table, count
from cisphys.report.fit_tables import with_error
from cisphys.report.folder import FitResults
from cisphys.report.happened import number as so_many
from cisphys.report.happened import percent
from cisphys.report.observed import observed
from cisphys.report.verdicts import Verdict, judge_fit, judge_quality, worst
from cisphys.units import as_written

ORDER = ("fail", "warn", "note", "ok")
SORTED_BINS, RNA_DNA, VALUES = "sorted bins", "RNA and DNA counts", "values"
KINDS = {"sorted_bins": SORTED_BINS, "rna_dna": RNA_DNA, "continuous": VALUES}


@dataclass(frozen=True)
class Told:
    """A verdict and the part of the page that says more."""

    verdict: Verdict
    page: str


@dataclass(frozen=True)
class Overview:
    """All that the overview says.

    `tally` counts the verdicts by level; `troubles` are those that warn or fail, the worst first; `fits` and `checks` are None
    where there are none.
    """

    said: str
    level: str
    tally: Mapping[str, int]
    troubles: Sequence[Told]
    checks: Table | None
    data: Table
    fits: Table | None


def overview(
    fates: pd.DataFrame | None,
    quality: pd.DataFrame,
    fits: Mapping[str, FitResults],
    data: Mapping[str, Mapping[str, Any]],
) -> Overview:
    """Put together the overview.

    Parameters
    ----------
    fates : table ``run sample fate reads``, None where no reads were counted
    quality : table ``metric kind of value warn fail verdict remedy``
    fits : the address of each fit's page, and its results
    data : dataset -> its `conditions` and `origin`, as the config has them, and whether it is `from_reads`
    """
    told = [Told(verdict, "quality") for verdict in judge_quality(quality)]
    told += [Told(verdict, page) for page, fit in fits.items() for verdict in judge_fit(fit)]
    ordered = sorted(told, key=lambda one: ORDER.index(one.verdict.level))
    levels = [one.verdict.level for one in told]
    return Overview(
        said=_said(fates, fits.values(), data),
        level=worst(one.verdict for one in told),
        tally={level: levels.count(level) for level in ORDER[::-1] if level in levels},
        troubles=[one for one in ordered if one.verdict.level in ("fail", "warn")],
        checks=verdict_table([one.verdict for one in told]) if told else None,
        data=data_table(data, list(fits.values())),
        fits=fits_table(fits) if fits else None,
    )


def _said(fates: pd.DataFrame | None, fits: Iterable[FitResults], data: Mapping) -> str:
    """Say in a sentence what was run on what."""
    models = {fit.summary.get("model", fit.name) for fit in fits}
    fitted = f"{so_many(len(models), 'model')} fitted to " if models else ""
    what = fitted + so_many(len(data), "dataset")
    if fates is None:
        return f"{what}, from {'tables' if len(data) > 1 else 'a table'}."
    total, counted = int(fates["reads"].sum()), int(fates.loc[fates["fate"] == COUNTED, "reads"].sum())
    runs = so_many(fates["run"].nunique(), "run")
    return f"{counted:,} of {total:,} reads ({percent(counted, total)}) of {runs} counted; {what}."


def verdict_table(verdicts: Sequence[Verdict]) -> Table:
    """Return the checks, the worst first."""
    rows = [
        [Cell(v.level, ORDER.index(v.level), v.level), *map(Cell, (v.check, v.subject, v.value, v.limit, v.reason))]
        for v in sorted(verdicts, key=lambda verdict: ORDER.index(verdict.level))
    ]
    columns = ["Verdict", "Check", "Of", "Value", "Limit", "What it means"]
    return Table("Checks, the worst first", columns, rows, stacks=True)


def data_table(data: Mapping[str, Mapping[str, Any]], fits: Sequence[FitResults]) -> Table:
    """Return the datasets: what was measured, under which conditions, and where it comes from."""
    has_conditions, has_origin = (any(about[key] for about in data.values()) for key in ("conditions", "origin"))
    columns = ["Dataset", "Measured", "Variants", "Observations"]
    columns += [*(["Conditions"] if has_conditions else []), "From", *(["Origin"] if has_origin else [])]
    rows = []
    for name, about in data.items():
        kind, variants, seen = _measured(name, fits)
        row = [Cell(name), Cell(kind), variants, seen]
        row += [Cell(conditions_in_words(about["conditions"]))] if has_conditions else []
        row += [Cell("reads" if about["from_reads"] else "a table")]
        rows.append([*row, *([Cell(about["origin"])] if has_origin else [])])
    return Table("The data", columns, rows, stacks=True)


def _measured(dataset: str, fits: Sequence[FitResults]) -> tuple[str, Cell, Cell]:
    """Return kind, variants and observations of a dataset, as the first of its fits has them."""
    fit = next((fit for fit in fits if dataset in fit.summary["datasets"] and "by_dataset" in fit.summary), None)
    if fit is None:
        nothing = Cell("–", kind="number")
        return "", nothing, nothing
    entry = fit.summary["datasets"][dataset]
    parts = [part[dataset] for part in fit.summary["by_dataset"].values()]
    kind = KINDS[entry["kind"]]
    gates = len([gate for gate in entry.get("bins", []) if gate != 0])
    words = f"{so_many(gates, 'sorted bin')}{' and the library' if 0 in entry['bins'] else ''}" if gates else kind
    return words, count(sum(part["variants"] for part in parts)), count(sum(part["reads"] for part in parts))


def conditions_in_words(conditions: Mapping[str, float | str]) -> str:
    """Return ``cAMP_uM 100, strain TK310``: a whole number as it was written."""
    return ", ".join(f"{name} {as_written(value)}" for name, value in conditions.items())


def fits_table(fits: Mapping[str, FitResults]) -> Table:
    """Return the fits side by side."""
    rows = []
    for page, fit in fits.items():
        test, level = fit.summary["test"], worst(judge_fit(fit))
        information = Cell(with_error(test), test["I_var_bits"], "number")
        learnt = fit.summary["training"]["reads"]
        seen = Cell(f"{learnt:,} {observed(fit.summary).many}", learnt, "number")
        data = ", ".join(fit.summary["datasets"])
        rows.append([Cell(fit.name, address=f"#{page}"), Cell(data), seen, information, Cell(level, ORDER.index(level), level)])
    return Table("Fits", ["Fit", "Data", "Learnt from", "I_var on test variants, bit", "Verdict"], rows, stacks=True)
