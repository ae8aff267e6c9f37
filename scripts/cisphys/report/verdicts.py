"""What to think of the results: each check with its value, the limit it is held against, and what to do where it fails."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import pandas as pd

from cisphys.models.spec import LINEAR
from cisphys.quality.metrics import METRICS, Limits, in_words, limits_in_words
from cisphys.report import coverage
from cisphys.report.cells import decimal
from cisphys.report.folder import FitResults
from cisphys.report.passages import CHANCE, chance, chi_square_in_words
from cisphys.report.set_aside import LEAST, set_aside

INFORMATION_ERRORS = 3.0  # standard errors that test information must lie above zero
GAP_SHARE = 0.10  # of the training information, that may be lost on new variants
RECOVERED, FEW = 0.85, 10  # share of 95 % intervals that hold the truth in one simulation; of fewer than ten, all but one
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


def quality_verdicts(quality: pd.DataFrame) -> Iterator[Verdict]:
    """Yield each row of the quality check; `quality` is its table ``metric kind of value warn fail verdict remedy``."""
    for row in quality.itertuples():
        limits = Limits(*(None if pd.isna(limit) else limit for limit in (row.warn, row.fail)))
        words = in_words(row.metric, row.value), limits_in_words(row.metric, limits)
        yield Verdict(row.verdict, METRICS[row.metric].title, f"{row.kind} {row.of}", *words, row.remedy)


def judge_quality(quality: pd.DataFrame) -> Iterator[Verdict]:
    """Yield the worst of the runs, of the samples, of the datasets and of the replicates by each metric that is judged."""
    judged = quality[quality["verdict"] != "note"]
    for (metric, _), rows in judged.groupby(["metric", "kind"], sort=False):
        ordered = rows.sort_values("value", ascending=not METRICS[metric].low_is_good, kind="stable")
        (worst_one,) = quality_verdicts(ordered.head(1))
        rank = "highest" if METRICS[metric].low_is_good else "lowest"
        subject = worst_one.subject if len(rows) == 1 else f"{worst_one.subject}, the {rank} of {len(rows)}"
        yield replace(worst_one, subject=subject)


def judge_fit(fit: FitResults) -> Iterator[Verdict]:
    """Judge a fit: convergence, information on the test set, what the data cannot tell, mirrors, references."""
    yield _converged(fit)
    yield _informative(fit)
    yield _generalises(fit)
    yield from _calibrated(fit)
    yield from _recovered(fit)
    yield from _covered(fit)
    yield from _references(fit)
    yield from _set_aside(fit)
    yield from _not_identifiable(fit)
    yield from _mirrors(fit)


def worst(verdicts: Iterable[Verdict]) -> str:
    """Return the worst level among the verdicts."""
    levels = {verdict.level for verdict in verdicts}
    return next((level for level in ("fail", "warn") if level in levels), "ok")


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
    remedy = "" if level == "ok" else "The fit follows noise: ask for a stronger ridge, fewer splines or more data"
    return Verdict(
        level, "Training less test information", fit.name, f"{decimal(gap, 3)} bit", f"≤ {decimal(allowed, 3)} bit", remedy
    )


def _calibrated(fit: FitResults) -> Iterator[Verdict]:
    for dataset, told in fit.summary.get("calibration", {}).items():
        fits = chance(told)
        remedy = "" if fits else "What the test variants show differs from what the fit says by more than chance; see the figure"
        check = f"Predicted and observed on test variants of {dataset}"
        yield Verdict("ok" if fits else "warn", check, fit.name, chi_square_in_words(told), f"p ≥ {CHANCE:g}", remedy)


def _recovered(fit: FitResults) -> Iterator[Verdict]:
    """Judge how many intervals of a fit to data simulated from this one hold the truth; many simulations tell more than one."""
    if fit.has(coverage.FILE) or not fit.has("recovery.tsv"):
        return
    table = fit.table("recovery.tsv")
    inside = table["covered"] == "yes"
    elements = table["position"].notna()
    for rows, what in ((inside[~elements], "named parameters"), (inside[elements], "matrix elements")):
        if len(rows):
            held, many = int(rows.sum()), len(rows)
            fits = held >= many - 1 if many < FEW else held / many >= RECOVERED
            limit = "at least all but one" if many < FEW else f"≥ {RECOVERED:.0%}".replace("%", "\u00a0%")
            remedy = "" if fits else "Its intervals are too narrow or off: too many parameters for these data, or a mirror image"
            check = f"Intervals that hold the truth in simulated data, {what}"
            yield Verdict("ok" if fits else "warn", check, fit.name, f"{held} of {many}", limit, remedy)


def _covered(fit: FitResults) -> Iterator[Verdict]:
    """Judge how often intervals hold the truth over many simulations."""
    for one in coverage.judged(fit) if fit.has(coverage.FILE) else ():
        remedy = "" if one.fits else "Its intervals are too narrow or off: too many parameters for these data, or a mirror image"
        check = f"How often 95 % intervals hold the truth, {one.what}".replace(" %", "\u00a0%")
        yield Verdict("ok" if one.fits else "warn", check, fit.name, one.value, coverage.LIMIT, remedy)


def _references(fit: FitResults) -> Iterator[Verdict]:
    for row in fit.references.itertuples():
        level = "ok" if row.r >= REFERENCE_OK else "warn" if row.r >= REFERENCE_WARN else "fail"
        limit = f"r ≥ {REFERENCE_OK:g}, fails below {REFERENCE_WARN:g}"
        remedy = "" if level == "ok" else "Look at the recovery figure: which positions differ?"
        text = f"r = {decimal(row.r, 3)}, slope = {decimal(row.slope, 2)}"
        yield Verdict(level, f"Energies of {row.site} against {row.reference}", fit.name, text, limit, remedy)


def _set_aside(fit: FitResults) -> Iterator[Verdict]:
    better = set_aside(fit)
    if better:
        reason = f"{better.words[:1].upper()}{better.words[1:]}; the key mutants of a site says which is taken"
        yield Verdict(
            "warn", "Better optimum set aside", fit.name, f"{decimal(better.training, 1)} nats", f"≤ {LEAST:g} nat", reason
        )


def _not_identifiable(fit: FitResults) -> Iterator[Verdict]:
    names = list(fit.parameters.loc[fit.parameters["identifiable"] == "no", "name"])
    if names:
        reason = f"These data cannot tell {', '.join(names)}; the table of parameters says why"
        yield Verdict("note", "Parameters without a value", fit.name, str(len(names)), "", reason)


def _mirrors(fit: FitResults) -> Iterator[Verdict]:
    mirrors = fit.summary.get("mirrors", [])
    if mirrors and fit.spec.family not in LINEAR:
        reason = f"They predict exactly the same; shown is {fit.summary['canonical']}"
        yield Verdict("note", "Mirror solutions", fit.name, str(len(mirrors)), "", reason.replace("`", ""))
