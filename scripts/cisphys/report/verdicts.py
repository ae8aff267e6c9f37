"""What to think of the results: each check with its value, the limit it is held against, and what to do where it fails."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import pandas as pd

from cisphys.report.cells import decimal
from cisphys.report.folder import FitResults

COUNTED_OK, COUNTED_WARN = 0.70, 0.40  # share of the reads that are counted
INFORMATION_ERRORS = 3.0  # standard errors that test information must lie above zero
GAP_SHARE = 0.10  # of the training information, that may be lost on new variants
REFERENCE_OK, REFERENCE_WARN = 0.95, 0.80  # correlation with a reference


@dataclass(frozen=True)
class Verdict:
    """A check's outcome. `level` is ``ok``, ``warn``, ``fail``, or ``note`` for what is to be known but is no fault."""

    level: str
    check: str
    subject: str
    value: str
    limit: str
    reason: str


def judge_reads(fates: pd.DataFrame) -> Iterator[Verdict]:
    """Judge each run by the share of its reads that are counted, and by the sample that does worst."""
    for run, rows in fates.groupby("run", sort=False):
        yield _counted(f"run {run}", rows, "Look at the fates to see which part of the layout fails")
        samples = {name: own for name, own in rows.groupby("sample", sort=False) if name != "-" and own["reads"].sum()}
        if len(samples) > 1:
            worst = min(samples, key=lambda name: _share_counted(samples[name]))
            yield _counted(f"sample {worst}, the lowest of {len(samples)}", samples[worst], "Look at the fates of this sample")


def judge_fit(fit: FitResults) -> Iterator[Verdict]:
    """Judge a fit: convergence, information on the test set, what the data cannot tell, mirrors, references."""
    yield _converged(fit)
    yield _informative(fit)
    yield _generalises(fit)
    yield from _references(fit)
    yield from _not_identifiable(fit)
    yield from _mirrors(fit)


def worst(verdicts: Iterable[Verdict]) -> str:
    """Return the worst level among the verdicts."""
    levels = {verdict.level for verdict in verdicts}
    return next((level for level in ("fail", "warn") if level in levels), "ok")


def _share_counted(rows: pd.DataFrame) -> float:
    total = rows["reads"].sum()
    return float(rows.loc[rows["fate"] == "counted", "reads"].sum() / total) if total else 0.0


def _counted(subject: str, rows: pd.DataFrame, remedy: str) -> Verdict:
    value = _share_counted(rows)
    level = "ok" if value >= COUNTED_OK else "warn" if value >= COUNTED_WARN else "fail"
    limit = f"≥ {100 * COUNTED_OK:g} %, fails below {100 * COUNTED_WARN:g} %"
    return Verdict(level, "Reads counted", subject, f"{100 * value:.1f} %", limit, "" if level == "ok" else remedy)


def _converged(fit: FitResults) -> Verdict:
    done = fit.summary["converged"]
    remedy = "" if done else "The optimum was not reached: ask for more restarts, or a stronger ridge"
    return Verdict("ok" if done else "fail", "Fit converged", fit.name, "yes" if done else "no", "yes", remedy)


def _informative(fit: FitResults) -> Verdict:
    test = fit.summary["test"]
    value, error = test["I_var_bits"], test["I_var_se_bits"]
    level = "ok" if value > INFORMATION_ERRORS * error else "warn" if value > 0 else "fail"
    remedy = "" if level == "ok" else "The model tells little or nothing of variants that it has not seen"
    text = f"{decimal(value, 3)} ± {decimal(error, 3)} bit"
    return Verdict(level, "Information on test variants", fit.name, text, f"> {INFORMATION_ERRORS:g} standard errors", remedy)


def _generalises(fit: FitResults) -> Verdict:
    training, test = fit.summary["training"], fit.summary["test"]
    gap = training["I_var_bits"] - test["I_var_bits"]
    noise = INFORMATION_ERRORS * (training["I_var_se_bits"] ** 2 + test["I_var_se_bits"] ** 2) ** 0.5
    allowed = max(noise, GAP_SHARE * training["I_var_bits"])
    level = "ok" if gap <= allowed else "warn"
    remedy = "" if level == "ok" else "The fit follows noise: ask for a stronger ridge, fewer splines or more reads"
    return Verdict(
        level, "Training less test information", fit.name, f"{decimal(gap, 3)} bit", f"≤ {decimal(allowed, 3)} bit", remedy
    )


def _references(fit: FitResults) -> Iterator[Verdict]:
    for row in fit.references.itertuples():
        level = "ok" if row.r >= REFERENCE_OK else "warn" if row.r >= REFERENCE_WARN else "fail"
        limit = f"r ≥ {REFERENCE_OK:g}, fails below {REFERENCE_WARN:g}"
        remedy = "" if level == "ok" else "Look at the recovery figure: which positions differ?"
        text = f"r = {decimal(row.r, 3)}, slope = {decimal(row.slope, 2)}"
        yield Verdict(level, f"Energies of {row.site} against {row.reference}", fit.name, text, limit, remedy)


def _not_identifiable(fit: FitResults) -> Iterator[Verdict]:
    names = list(fit.parameters.loc[fit.parameters["identifiable"] == "no", "name"])
    if names:
        reason = "These data cannot tell them: " + ", ".join(names) + ". The table of parameters says why"
        yield Verdict("note", "Parameters without a value", fit.name, str(len(names)), "", reason)


def _mirrors(fit: FitResults) -> Iterator[Verdict]:
    mirrors = fit.summary.get("mirrors", [])
    if mirrors:
        reason = f"As likely as the one shown: {fit.summary['canonical']}"
        yield Verdict("note", "Mirror solutions", fit.name, str(len(mirrors)), "", reason)
