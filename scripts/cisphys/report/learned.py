"""What was learned from a fit and what was not, in sentences made of its numbers."""

from collections.abc import Iterator, Sequence

import pandas as pd

from cisphys.figures.sites import coordinate, coordinate_label
from cisphys.models.spec import BLACK_BOX, LINEAR
from cisphys.report.cells import decimal, missing
from cisphys.report.folder import FitResults
from cisphys.report.learned_checks import checks
from cisphys.report.learned_limits import limits
from cisphys.report.learned_parameters import parameters, scale_of
from cisphys.report.observed import observed

MATTERING = 3  # positions of a site that are named
LETTERS = ("A", "C", "G", "T")


def learned(fit: FitResults, comparison: pd.DataFrame) -> list[str]:
    """Return the sentences: what the fit tells, what its parameters say, what the data leave open, and what checks found.

    `comparison` is the table of fits that were judged on the same test variants.
    """
    told = [_told(fit), *_beside_others(fit, comparison), *_of_its_kind(fit)]
    return [" ".join(told), *_where(fit), *parameters(fit), *limits(fit), *checks(fit)]


def listed(names: Sequence[str]) -> str:
    """Return ``a, b and c``."""
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _told(fit: FitResults) -> str:
    test, seen = fit.summary["test"], observed(fit.summary)
    bits = f"{decimal(test['I_var_bits'], 3)} ± {decimal(test['I_var_se_bits'], 3)} bit per {seen.one} about {seen.told}"
    return f"On {test['variants']:,} variants that it has not seen, the fit tells {bits}."


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


def _of_its_kind(fit: FitResults) -> Iterator[str]:
    """Say what a model without biophysics can be asked."""
    if fit.spec.family == BLACK_BOX:
        yield "It says how much the sequence can tell, and nothing of how: a black box has no energies and no states."
    elif fit.spec.family in LINEAR:
        yield "Its energies rank bases and positions; they belong to no molecule, and only ratios between them mean anything."


def _where(fit: FitResults) -> Iterator[str]:
    """Name the positions of each site at which mutations matter most."""
    if fit.spec.family == BLACK_BOX or not fit.has("energy_matrices.tsv"):
        return
    for site, rows in fit.table("energy_matrices.tsv").groupby("site", sort=False):
        known = rows.dropna(subset=["variant_position"])
        changes = _changes(known)
        if fit.has_biophysics:
            yield from _weakened(fit, str(site), changes.max(axis=1))
        else:
            yield from _moved(fit, changes.max(axis=1) - changes.min(axis=1))


def _changes(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the energy of each base against the wild type's, by position on the variant; that of the wild type is 0."""
    energies = rows[list(LETTERS)].to_numpy(float)
    own = [LETTERS.index(base) if base in LETTERS else 0 for base in rows["wild_type"]]
    return pd.DataFrame(energies - energies[range(len(own)), own][:, None], index=rows["variant_position"])


def _weakened(fit: FitResults, site: str, rise: pd.Series) -> Iterator[str]:
    top = rise[rise > 0].nlargest(MATTERING)
    if top.empty:
        return
    said = f"Mutations weaken the binding of {site} most at {_positions(fit, top)}"
    kcal = decimal(top.iloc[0] * fit.kcal_per_kT, 1)
    size = f": by up to {decimal(top.iloc[0], 1)} kT ({kcal} kcal/mol)"
    yield f"{said}." if scale_of(fit) == "no" else f"{said}{size}."


def _moved(fit: FitResults, spread: pd.Series) -> Iterator[str]:
    top = spread[spread > 0].nlargest(MATTERING)
    if not top.empty:
        yield f"The base matters most at {_positions(fit, top)}."


def _positions(fit: FitResults, top: pd.Series) -> str:
    return listed([coordinate_label(coordinate(int(index), fit.numbering), fit.numbering) for index in sorted(top.index)])
