"""Sites as the figures need them: an energy matrix with its wild type, its strand and its place on the variant."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from cisphys.coordinates import coordinate as coordinate  # figures take it from here
from cisphys.coordinates import coordinate_label as coordinate_label
from cisphys.dna import LETTERS
from cisphys.models.reference import agreement, centred

Reference = tuple[str, np.ndarray]


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
    """

    name: str
    strand: str
    wild_type: str
    theta: np.ndarray
    positions: tuple[int, ...] | None
    reference: Reference | None = None
    rna: bool = False

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

    def wild_type_columns(self) -> np.ndarray:
        """Return the column (length,) of each position's wild-type base."""
        return np.array([LETTERS.index(base) for base in self.wild_type])


def sites_of(matrices: pd.DataFrame, references: Mapping[str, Reference] | None = None, rna: bool = False) -> list[SiteMatrix]:
    """Return the sites of a table of energy matrices, in their order on the variant (sites without one place last)."""
    references = references or {}
    sites = [_site(name, rows, references.get(name), rna) for name, rows in matrices.groupby("site", sort=False)]
    return sorted(sites, key=lambda site: site.span or (np.inf, np.inf))


def _site(name: str, rows: pd.DataFrame, reference: Reference | None, rna: bool) -> SiteMatrix:
    rows = rows.sort_values("position")
    placed = rows["variant_position"].notna().all()
    positions = tuple(int(position) for position in rows["variant_position"]) if placed else None
    if reference is not None:
        reference = reference[0], centred(reference[1])
    theta = centred(rows[list(LETTERS)].to_numpy(float))
    return SiteMatrix(str(name), rows["strand"].iloc[0], "".join(rows["wild_type"]), theta, positions, reference, rna)


def agreement_text(site: SiteMatrix) -> str:
    """Return ``r = 0.99, slope = 1.03`` (of fitted on reference) for a site that has a reference."""
    r, slope = agreement(site.theta, site.reference[1])
    return f"r = {r:.3f}, slope = {slope:.2f}".replace("-", "−")


def largest_change(sites: Sequence[SiteMatrix]) -> float:
    """Return the largest absolute ddG of the sites and their references, the limit that their colours share."""
    changes = [site.changes(site.theta) for site in sites]
    changes += [site.changes(site.reference[1]) for site in sites if site.reference]
    return max(float(np.nanmax(np.abs(change))) for change in changes) or 1.0
