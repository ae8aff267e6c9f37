"""The part of the page on the quality check: every number with its verdict, and the figures that there are."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from cisphys.report.cells import Table
from cisphys.report.pictures import Picture, picture
from cisphys.report.sections import verdict_table
from cisphys.report.verdicts import quality_verdicts, worst

FOLDER = Path("figures/quality")
# name of the figure -> words for those who cannot see it, caption
FIGURES = {
    "saturation": (
        "Distinct sequences against reads, one curve per sample.",
        "How many distinct sequences so many of a sample's reads show (exact), and, dashed, how many twice the reads would "
        "show (Good-Toulmin estimate with the weights of Efron and Thisted).",
    ),
    "lorenz": (
        "Share of the reads against share of the sequences, one curve per sample.",
        "How evenly reads spread over sequences: the further a curve hangs below the grey line, the fewer hold most reads.",
    ),
    "reads_per_bin": ("Number of reads of each bin, one panel per dataset.", "Reads of each bin. Bin 0 is the unsorted library."),
    "mutation_rates": (
        "Share of mutated reads at each position, by base, one panel per dataset.",
        "How often each position of the variants is mutated, and to which base.",
    ),
    "replicates": (
        "What one replicate says of each variant against what another says, one panel per pair.",
        "Agreement of replicates, for variants with 10 reads or more in both: the mean gate, "
        "or the log2 ratio where there is one gate.",
    ),
}


@dataclass(frozen=True)
class QualitySection:
    """All that the page says of the quality check."""

    level: str
    pictures: Sequence[Picture]
    checks: Table


def quality_section(results: Path, quality: pd.DataFrame) -> QualitySection:
    """Put together the verdicts of the table ``metric kind of value warn fail verdict remedy`` and the figures beside it."""
    verdicts = list(quality_verdicts(quality))
    drawn = [name for name in FIGURES if (results / FOLDER / f"{name}.svg").is_file()]
    pictures = [picture(results, FOLDER / name, *FIGURES[name]) for name in drawn]
    return QualitySection(worst(verdicts), pictures, verdict_table(verdicts))
