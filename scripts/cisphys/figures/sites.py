"""Sites as the figures need them: an energy matrix with its wild type, its strand and its place on the variant."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from cisphys.coordinates import coordinate as coordinate  # figures take it from here
from cisphys.coordinates import coordinate_label as coordinate_label
from cisphys.dna import LETTERS
from cisphys.models.reference import agreement, centred
from cisphys.models.sites import Site

Reference = tuple[str, np.ndarray]
Z95 = 1.96  # standard errors on each side of a 95 % interval


@dataclass(frozen=True)
class SiteMatrix:
    """The energy matrix of one site.

    Attributes
    ----------
    name, strand : as in the model; everything below is read 5' to 3' on this strand
    wild_type : the wild-type bases, one letter per position
    theta : (length, 4) energies in kT; the columns are A, C, G, T; each position sums to zero; NaN where no read told
    positions : 0-based index on the variant of each position; None where the site may sit at several offsets
    reference : name and matrix (length, 4) in kT to compare with, or None
    rna : T is shown as U
    errors : (length, 4) standard errors of ddG in kT, NaN where there is none; or None
    errors_at_scale : the same beside a known scale of all energies
    """

    name: str
    strand: str
    wild_type: str
    theta: np.ndarray
    positions: tuple[int, ...] | None
    reference: Reference | None = None
    rna: bool = False
    errors: np.ndarray | None = None
    errors_at_scale: np.ndarray | None = None

    @property
    def letters(self) -> str:
        """The letters of the columns as they are shown."""
        return "ACGU" if self.rna else LETTERS

    @property
    def shown(self) -> str:
        """The wild-type bases as they are shown."""
        return self.wild_type.replace("T", self.letters[-1])

    def __len__(self) -> int:
        return len(self.wild_type)

    @property
    def span(self) -> tuple[int, int] | None:
        """The bases [start, stop) of the variant that the site covers."""
        return None if self.positions is None else (min(self.positions), max(self.positions) + 1)

    def changes(self, theta: np.ndarray) -> np.ndarray:
        """Return ddG (length, 4) in kT: each base's energy minus the wild-type base's, from energies (length, 4)."""
        return theta - np.take_along_axis(theta, self.wild_type_columns()[:, None], axis=1)

    def not_told_from_zero(self) -> np.ndarray:
        """Return whether the 95 % interval of each mutation's ddG includes 0, (length, 4); never where there is no error.

        The interval is that beside a known scale of all energies: a factor that all share makes none of them 0.
        """
        if self.errors_at_scale is None:
            return np.zeros(self.theta.shape, dtype=bool)
        mutated = np.arange(4) != self.wild_type_columns()[:, None]
        return mutated & (np.abs(self.changes(self.theta)) < Z95 * self.errors_at_scale)

    def typical_errors(self) -> np.ndarray:
        """Return the root mean square of the standard errors of each position's mutations, (length,); 0 where there is none."""
        mutated = np.arange(4) != self.wild_type_columns()[:, None]
        known = mutated & np.isfinite(self.errors)
        return np.sqrt((np.where(known, self.errors, 0.0) ** 2).sum(1) / np.maximum(known.sum(1), 1))

    def wild_type_columns(self) -> np.ndarray:
        """Return the column (length,) of each position's wild-type base."""
        return np.array([LETTERS.index(base) for base in self.wild_type])


def sites_of(
    matrices: pd.DataFrame,
    references: Mapping[str, Reference] | None = None,
    rna: bool = False,
    errors: pd.DataFrame | None = None,
) -> list[SiteMatrix]:
    """Return the sites of a table of energy matrices, in their order on the variant (sites without one place last).

    `errors` is matrix_errors.tsv: where an energy has no error in kT, that beside a known scale stands for it.
    """
    references = references or {}
    sites = []
    for name, rows in matrices.groupby("site", sort=False):
        own = () if errors is None else _errors(errors[errors["site"] == name], rows)
        sites.append(_site(name, rows, references.get(name), rna, own))
    return sorted(sites, key=lambda site: site.span or (np.inf, np.inf))


def _errors(errors: pd.DataFrame, rows: pd.DataFrame) -> list[np.ndarray]:
    """Return the standard errors of one site, as they are and beside a known scale, (length, 4) in the order of its positions."""
    known = errors.assign(error=errors["error"].fillna(errors["error_at_scale"])).set_index(["position", "base"])
    order = sorted(rows["position"])
    return [known[which].unstack().reindex(order, columns=list(LETTERS)).to_numpy(float) for which in ("error", "error_at_scale")]


def _site(name: str, rows: pd.DataFrame, reference: Reference | None, rna: bool, errors: Sequence[np.ndarray]) -> SiteMatrix:
    rows = rows.sort_values("position")
    placed = rows["variant_position"].notna().all()
    positions = tuple(int(position) for position in rows["variant_position"]) if placed else None
    if reference is not None:
        reference = reference[0], centred(reference[1])
    theta = centred(rows[list(LETTERS)].to_numpy(float))
    return SiteMatrix(str(name), rows["strand"].iloc[0], "".join(rows["wild_type"]), theta, positions, reference, rna, *errors)


def agreement_text(site: SiteMatrix) -> str:
    """Return ``r = 0.99, slope = 1.03`` (of fitted on reference) for a site that has a reference."""
    r, slope = agreement(site.theta, site.reference[1])
    return f"r = {r:.3f}, slope = {slope:.2f}".replace("-", "−")


def largest_change(sites: Sequence[SiteMatrix]) -> float:
    """Return the largest absolute ddG of the sites and their references, the limit that their colours share."""
    changes = [site.changes(site.theta) for site in sites]
    changes += [site.changes(site.reference[1]) for site in sites if site.reference]
    return max(float(np.nanmax(np.abs(change))) for change in changes) or 1.0


def declared_sites(sites: Sequence[Site], wild_type: str) -> list[SiteMatrix]:
    """Return a model's sites for a track, in the order of their places; of several places, the one that the model names first."""
    return [
        SiteMatrix(
            site.name,
            "-" if site.strand == "-" else "+",
            wild_type[site.start : site.stop],
            np.zeros((len(site), 4)),
            tuple(range(site.start, site.stop)),
        )
        for site in sorted(sites, key=lambda site: (site.start, site.stop))
    ]


def without_place(declared: Sequence[SiteMatrix], matrices: Sequence[SiteMatrix]) -> list[SiteMatrix]:
    """Return the declared sites whose matrices, one or one a box (``site.box``), have no place of their own."""
    placed = {name for site in matrices if site.span is not None for name in (site.name, site.name.rpartition(".")[0])}
    return [site for site in declared if site.name not in placed]
