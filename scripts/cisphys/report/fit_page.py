"""The page of a fit, part by part. To show one more figure, table or sentence, add a line to `PARTS`.

A figure or table is shown where the rule make_report has its file among its inputs, and where it has something to say.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from cisphys.report import coverage, passages, predicted, scatter
from cisphys.report import fit_figures as figures
from cisphys.report import fit_tables as tables
from cisphys.report.cells import Table
from cisphys.report.folder import FitResults
from cisphys.report.learned import learned
from cisphys.report.pictures import Link, address
from cisphys.report.shown import Drawn, Listed, Made, Part, Said, Shown
from cisphys.report.verdicts import judge_fit, worst
from cisphys.report.words import model_in_words, model_tables


def _model(fit: FitResults) -> Sequence[Table]:
    return model_tables(fit.spec, fit.summary["wild_type"], fit.numbering)


def _information(fit: FitResults) -> Sequence[Table]:
    return [tables.information_table(fit)]


PARTS = (
    Part(
        "energies",
        "Energies",
        [Drawn("energy_matrices", figures.energy_matrices), Listed("pair_energies.tsv", tables.pairs_table)],
    ),
    Part("network", "The model as a network", [Drawn("network", figures.network), Made(_model)]),
    Part(
        "states",
        "Which states the promoter is in",
        [Drawn("occupancies", figures.occupancies), Drawn("landscape", figures.landscape)],
    ),
    Part(
        "parameters",
        "Parameters",
        [
            Said(passages.estimates),
            Listed("parameters.tsv", tables.parameters_table),
            Drawn("profiles", figures.profiles, figures.has_profiles),
            Drawn("conditions", figures.conditions),
            Listed("cycles.tsv", tables.cycles_table),
        ],
    ),
    Part(
        "shared",
        "One set of energies for all datasets?",
        [Listed("shared.tsv", predicted.shared_table)],
    ),
    Part(
        "identifiability",
        "What the data cannot tell",
        [Said(passages.identifiability, "identifiability.json"), Drawn("identifiability", figures.identifiability)],
    ),
    Part(
        "errors",
        "How far the numbers scatter",
        [
            Drawn("bootstrap", figures.bootstrap),
            Listed("bootstrap.tsv", scatter.bootstrap_table),
            Listed("matrix_errors.tsv", scatter.matrix_errors_table),
        ],
    ),
    Part(
        "references",
        "Against the reference",
        [Listed("references.tsv", tables.references_table), Drawn("recovery", figures.recovery)],
    ),
    Part("information", "How much it tells", [Made(_information), Drawn("measurement", figures.measurement)]),
    Part(
        "calibration",
        "Predicted and observed",
        [
            Said(passages.calibration),
            Drawn("calibration", figures.calibration),
            Listed("residuals.tsv", predicted.residuals_table),
        ],
    ),
    Part(
        "lacking",
        "What the model lacks",
        [
            Said(passages.lacking, "lacking.tsv"),
            Drawn("lacking", figures.lacking, figures.has_lacking),
            Listed("lacking.tsv", predicted.lacking_table),
        ],
    ),
    Part(
        "simulated",
        "Found again in simulated data",
        [
            Drawn("found_against_true", figures.found_against_true),
            Listed("recovered_sites.tsv", scatter.recovered_sites_table),
            Listed("recovery.tsv", scatter.recovery_table),
            Drawn("coverage", figures.coverage),
            Listed("coverage_sites.tsv", coverage.coverage_sites_table),
            Listed("coverage.tsv", coverage.coverage_table),
        ],
    ),
    Part("design", "What other data would tell", [Drawn("design", figures.design), Listed("design.tsv", scatter.design_table)]),
    Part(
        "starts",
        "How it was found",
        [Drawn("search", figures.search), Drawn("traces", figures.traces), Listed("restarts.tsv", tables.restarts_table)],
    ),
)


@dataclass(frozen=True)
class ShownPart:
    """A part of the page that has something to show; `anchor` is its address within the report."""

    anchor: str
    title: str
    shown: Sequence[Shown]


@dataclass(frozen=True)
class FitPage:
    """All that the page says of a fit. `about` is the model in words, `learned` what the fit says and what it does not."""

    anchor: str
    name: str
    level: str
    data: str
    about: Sequence[str]
    learned: Sequence[str]
    parts: Sequence[ShownPart]
    files: Sequence[Link]


def fit_page(fit: FitResults, anchor: str, comparison: pd.DataFrame) -> FitPage:
    """Put together the page of a fit.

    Parameters
    ----------
    fit : its results
    anchor : the address of its page within the report
    comparison : table of fits that were judged on the same test variants
    """
    found = [
        ShownPart(f"{anchor}-{part.name}", part.title, [one for content in part.contents for one in content.shown(fit)])
        for part in PARTS
    ]
    return FitPage(
        anchor=anchor,
        name=fit.name,
        level=worst(judge_fit(fit)),
        data=", ".join(fit.summary["datasets"]),
        about=model_in_words(fit.spec),
        learned=learned(fit, comparison),
        parts=[part for part in found if part.shown],
        files=[Link(path.name, address(path)) for path in fit.files],
    )
