"""What checks of a fit found: references, joint against separate fits, calibration, recovery, bootstrap, what is lacking."""

from collections.abc import Iterator
from statistics import NormalDist

import pandas as pd

from cisphys.figures.lacking import confirmed
from cisphys.report.cells import decimal, missing
from cisphys.report.coverage import FILE, coverage_sentences
from cisphys.report.folder import FitResults
from cisphys.report.lacking import RESTRICTIONS

BEYOND = 2.0  # standard errors: 5 % of the groups lie beyond by chance
MOST = 3  # of what a model lacks


def checks(fit: FitResults) -> Iterator[str]:
    """Yield a sentence for each check whose table the report was given."""
    yield from _references(fit)
    yield from _put_in(fit)
    for file, say in (
        ("shared.tsv", _shared),
        ("calibration.tsv", _calibration),
        ("recovery.tsv", _recovery),
        ("bootstrap.tsv", _bootstrap),
        ("lacking.tsv", _lacking),
    ):
        if fit.has(file):
            yield from say(fit.table(file))
    if fit.has(FILE):
        yield from coverage_sentences(fit)


def _references(fit: FitResults) -> Iterator[str]:
    for name, rows in fit.references.dropna(subset=["r"]).groupby("reference", sort=False):
        told = "; ".join(f"{row.site} r = {decimal(row.r, 3)}, slope {decimal(row.slope, 2)}" for row in rows.itertuples())
        yield f"Against {name}: {told}."


def _put_in(fit: FitResults) -> Iterator[str]:
    """Count the intervals that hold what was put in, where the reads were simulated."""
    table = fit.parameters
    if "put_in" not in table:
        return
    known = table.dropna(subset=["put_in"])
    known = known[known["low95"].notna() | known["high95"].notna()].astype({"put_in": float})
    if len(known):
        inside = ~(known["put_in"] < known["low95"].astype(float)) & ~(known["put_in"] > known["high95"].astype(float))
        yield f"The 95 % intervals hold what was put in for {int(inside.sum())} of {_counted(len(known), 'parameter')}."


def _shared(table: pd.DataFrame) -> Iterator[str]:
    """Say whether one set of energies explains all datasets; each is judged at a level that holds for them all together."""
    own, pooled = table[table["dataset"] != "all"], table[table["dataset"] == "all"]
    strict = NormalDist().inv_cdf(1 - 0.025 / max(len(own), 1))
    worse = own[own["gained"] < -strict * own["se"]]
    hardly = own[(own["better"] == "separate") & ~own.index.isin(worse.index)]
    better = own[own["gained"] > strict * own["se"]]
    whole = "".join(f" Over all, the joint fit gains {_nats(row)}." for row in pooled.itertuples())
    if len(worse) or (pooled["better"] == "separate").any():
        which = f": fits of their own predict {', '.join(worse['dataset'])} better" if len(worse) else ""
        yield f"One set of energies does not explain all {len(own)} datasets{which}.{whole}"
    else:
        yield f"No dataset shows that it needs energies of its own, as far as held-out variants can tell.{whole}"
    for row in hardly.itertuples():
        yield f"For {row.dataset} the joint fit gains {_nats(row)}: one of {len(own)} comparisons, so perhaps by chance."
    if len(better):
        yield f"The joint fit predicts {', '.join(better['dataset'])} better than a fit of its own does."


def _nats(row) -> str:
    return f"{row.gained:.0f} nats (95 % {row.low95:.0f} to {row.high95:.0f})".replace("-", "−")


def _calibration(table: pd.DataFrame) -> Iterator[str]:
    z = table["z"].astype(float).dropna()
    if len(z):
        beyond = int((z.abs() > BEYOND).sum())
        yield (
            f"Calibration: of {_counted(len(z), 'comparison')} of observed with predicted on test variants, {beyond} "
            f"({100 * beyond / len(z):.0f} %) differ by more than {BEYOND:g} standard errors; 5 % would by chance."
        )


def _recovery(table: pd.DataFrame) -> Iterator[str]:
    """Count how often simulated data gave back what they were simulated from."""
    judged = table[~table["covered"].map(missing)]
    elements = judged["position"].notna() if "position" in judged else pd.Series(False, index=judged.index)
    for rows, what in ((judged[~elements], "parameter"), (judged[elements], "matrix element")):
        if len(rows):
            inside = int(rows["covered"].map(_is_yes).sum())
            yield (
                f"Fitted to data simulated from it, the model gives back {inside} of {_counted(len(rows), what)} within the 95 % "
                "interval."
            )


def _bootstrap(table: pd.DataFrame) -> Iterator[str]:
    if "warning" not in table:
        return
    warned = [name for name, words in zip(table["name"], table["warning"], strict=True) if not missing(words)]
    named = [name for name in warned if not str(name).startswith("ddG.")]
    if warned:
        which = f", among them {', '.join(named[:MOST])}" if named else ""
        yield f"Bootstrap, sandwich and profile disagree on {_counted(len(warned), 'error')} of {len(table):,}{which}."
    elif len(table):
        yield f"Bootstrap and sandwich errors agree on all {_counted(len(table), 'number')}."


def _lacking(table: pd.DataFrame) -> Iterator[str]:
    """Name what held-out variants ask for most."""
    if table.empty:
        return
    found = table[confirmed(table) & ~table["kind"].isin(RESTRICTIONS)]
    sure = found.sort_values("validation_gain", ascending=False, kind="stable")
    if sure.empty:
        yield "Of what was tried as an addition to the model, nothing predicts held-out variants better by more than the error."
        return
    named = "; ".join(f"{row['what']} (+{decimal(row['gain'], 1)} nats)" for _, row in sure.head(MOST).iterrows())
    yield f"What held-out variants ask for that the model lacks: {named}."


def _is_yes(value: object) -> bool:
    return str(value).lower() in ("yes", "true", "1", "1.0")


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
