"""What was learned from a fit and what was not, in sentences made of its numbers."""

from collections.abc import Iterator

import pandas as pd

from cisphys.figures.sites import coordinate, coordinate_label
from cisphys.models.describe import parameter_in_words
from cisphys.report.cells import decimal, interval, missing
from cisphys.report.folder import FitResults
from cisphys.report.observed import observed

MATTERING = 3  # positions of a site that are named
LETTERS = ("A", "C", "G", "T")


def learned(fit: FitResults, comparison: pd.DataFrame) -> list[str]:
    """Return the sentences; `comparison` is the table of fits that were judged on the same test variants."""
    told = [_told(fit), *_beside_others(fit, comparison)]
    return [" ".join(told), *_where(fit), *_interactions(fit), *_not_learned(fit)]


def _told(fit: FitResults) -> str:
    test, seen = fit.summary["test"], observed(fit.summary)
    return (
        f"On {test['variants']:,} variants that it has not seen, the fit tells {decimal(test['I_var_bits'], 3)} ± "
        f"{decimal(test['I_var_se_bits'], 3)} bit per {seen.one} about {seen.told}."
    )


def _beside_others(fit: FitResults, comparison: pd.DataFrame) -> Iterator[str]:
    """Say how the fit does beside those that were judged on the same test variants."""
    own = comparison[comparison["fit"] == fit.name]
    if own.empty:
        return
    row, group = own.iloc[0], comparison[comparison["group"] == own.iloc[0]["group"]]
    if missing(row["less_bits"]):
        if len(group) > 1:
            yield f"That is the most of the {len(group)} fits that were judged on these variants."
        return
    best = group.loc[group["less_bits"].isna(), "fit"].iloc[0]
    less = f"{decimal(-row['less_bits'], 4)} ± {decimal(row['less_se_bits'], 4)} bit less than {best}"
    told_apart = row["less_high95_bits"] < 0 or row["less_low95_bits"] > 0
    yield f"That is {less}." if told_apart else f"That is {less}: the two cannot be told apart."


def _where(fit: FitResults) -> Iterator[str]:
    """Name the positions of each site at which a mutation weakens binding most."""
    if not (fit.has_biophysics and fit.has("energy_matrices.tsv")):
        return
    for site, rows in fit.table("energy_matrices.tsv").groupby("site", sort=False):
        known = rows.dropna(subset=["variant_position"])
        energies = known[list(LETTERS)].to_numpy(float)
        own = [LETTERS.index(base) if base in LETTERS else 0 for base in known["wild_type"]]
        if not len(known) or pd.isna(energies).all():
            continue
        changes = energies - energies[range(len(own)), own][:, None]
        rise = pd.Series(pd.DataFrame(changes).max(axis=1).to_numpy(), index=known["variant_position"])
        top = rise.nlargest(MATTERING)
        labels = [coordinate_label(coordinate(int(index), fit.numbering), fit.numbering) for index in sorted(top.index)]
        kcal = decimal(top.iloc[0] * fit.kcal_per_kT, 1)
        yield (
            f"Mutations weaken the binding of {site} most at {', '.join(labels[:-1])} and {labels[-1]}: by up to "
            f"{decimal(top.iloc[0], 1)} kT ({kcal} kcal/mol)."
        )


def _interactions(fit: FitResults) -> Iterator[str]:
    """Say of each interaction whether the proteins help or hinder each other, and by how much."""
    for row in fit.parameters.itertuples():
        if not row.name.startswith("interaction.") or missing(row.value) or row.identifiable not in ("yes", "weakly"):
            continue
        together = " and ".join(str(row.site).split("+"))
        kcal = decimal(row.value * fit.kcal_per_kT, 2)
        value = f"{decimal(row.value, 2)} kT, {kcal} kcal/mol; 95 %: {interval(row.low95, row.high95).text} kT"
        if not (row.high95 < 0 or row.low95 > 0):
            yield f"Whether {together} help or hinder each other cannot be told: their interaction may be 0 ({value})."
            continue
        verb = "help each other to bind" if row.value < 0 else "hinder each other"
        convention = ", by the convention that the table names" if "convention" in str(row.reason) else ""
        yield f"{together} {verb}{convention}: their interaction is {value}."


def _not_learned(fit: FitResults) -> Iterator[str]:
    """Name what the data cannot tell, by the reason why."""
    unknown = fit.parameters[fit.parameters["identifiable"] == "no"]
    for reason, rows in unknown.groupby("reason", sort=False):
        names = ", ".join(map(parameter_in_words, rows["name"]))
        yield f"Not learned: {names}, as {reason}." if reason else f"Not learned: {names}."
