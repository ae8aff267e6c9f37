"""The part of the page on the quality check: every number with its verdict, and the figures that there are."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from cisphys.report.cells import Table
from cisphys.report.filters import filters_table
from cisphys.report.folder import QUALITY
from cisphys.report.overview import verdict_table
from cisphys.report.pictures import Picture, picture
from cisphys.report.verdicts import quality_verdicts, worst
from cisphys.tables import read_table

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
    "reads_per_bin": (
        "Number of reads of each bin, or of RNA and DNA, one panel per dataset.",
        "Reads of each bin, of which 0 is the unsorted library; or of the DNA and the RNA of each replicate.",
    ),
    "mutation_rates": (
        "Share of mutated reads at each position, by base, one panel per dataset.",
        "How often each position of the variants is mutated, and to which base.",
    ),
    "barcodes_per_variant": (
        "Number of variants of the library with so many barcodes read, one panel per dataset or replicate.",
        "How many barcodes of each variant were read, before any filter; grey: variants of the library that were not seen. The "
        "dashed line is the median over those that were.",
    ),
    "replicates": (
        "What one replicate says of each variant against what another says, one panel per pair.",
        "Agreement of replicates, for variants with 10 reads or more in both: log2(RNA/DNA), each molecule as a share of its "
        "reads; for sorted bins the mean gate, or log2(gate/library) where there is one gate. r is Pearson's correlation over "
        "all n variants, of which at most 4,000 are drawn; of more than 45 pairs, r alone is shown.",
    ),
}


@dataclass(frozen=True)
class QualitySection:
    """All that the page says of the quality check; `filters` has a table per experiment in RNA and DNA."""

    level: str
    pictures: Sequence[Picture]
    filters: Sequence[Table]
    checks: Table | None


def quality_section(results: Path, quality: pd.DataFrame, drawn: Sequence[str], filtered: Sequence[str]) -> QualitySection | None:
    """Put together verdicts, figures and filters; None where nothing was checked and nothing is to be seen.

    Parameters
    ----------
    results : the folder of results
    quality : table ``metric kind of value warn fail verdict remedy``
    drawn : names of the figures that were drawn; those whose table has no rows are left out
    filtered : the experiments in RNA and DNA, whose filters are told
    """
    verdicts = list(quality_verdicts(quality))
    shown = [name for name in FIGURES if name in drawn and len(read_table(results / "quality" / f"{name}.tsv"))]
    pictures = [picture(results, FOLDER / name, *FIGURES[name]) for name in shown]
    filters = [filters_table(results, name) for name in filtered]
    if not (verdicts or pictures or filters):
        return None
    checks = replace(verdict_table(verdicts), file=QUALITY) if verdicts else None
    return QualitySection(worst(verdicts) if verdicts else "", pictures, filters, checks)
