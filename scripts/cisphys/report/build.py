"""Puts the report together: one HTML file without anything from outside, whose bytes follow from the results but for its date."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
from jinja2 import Environment, FileSystemLoader, StrictUndefined

import cisphys
from cisphys.report.citations import citations
from cisphys.report.compared import comparison_shown
from cisphys.report.contents import contents
from cisphys.report.dictionary import data_dictionary
from cisphys.report.downloads import files_table
from cisphys.report.fit_page import fit_page
from cisphys.report.folder import FitResults, read_comparison, read_fates_table, read_fit, read_quality
from cisphys.report.libraries import library_section
from cisphys.report.methods import methods
from cisphys.report.overview import overview
from cisphys.report.quality import quality_section
from cisphys.report.reads import reads_section

HERE = Path(__file__).parent
SCRIPTS = ("pages.js", "copying.js", "tables.js", "figures.js")


@dataclass(frozen=True)
class Analysis:
    """What the report is about.

    Attributes
    ----------
    name : the analysis
    results : its folder of results, which the report will lie in
    given : the files that the report shows, relative to `results`: those that the workflow made for this config
    data : dataset -> its `conditions` and `origin`, and whether it is `from_reads`, in the order of the config
    fits : names, in the order of the config
    has_reads : whether reads were counted (read_fates.tsv and its figure are there)
    seed, config_sha256, temperature_C, kcal_per_kT : as the config has them
    config : the config as text
    counted_runs : runs whose reads were counted by sample
    runs_of_parts : those of them whose indices have several parts
    libraries : those that were built
    filtered : experiments in RNA and DNA
    quality_figures : figures of the quality check that were drawn
    """

    name: str
    results: Path
    given: Collection[str]
    data: Mapping[str, Mapping[str, Any]]
    fits: Sequence[str]
    has_reads: bool
    seed: int
    config_sha256: str
    config: str
    temperature_C: float  # noqa: N815
    kcal_per_kT: float  # noqa: N815
    counted_runs: Sequence[str] = ()
    runs_of_parts: Sequence[str] = ()
    libraries: Sequence[str] = ()
    filtered: Sequence[str] = ()
    quality_figures: Sequence[str] = ()

    @property
    def facts(self) -> list[tuple[str, str]]:
        """What holds for the whole analysis."""
        about = f"{self.temperature_C:g} °C: 1 kT = {self.kcal_per_kT:.4f} kcal/mol"
        return [("Temperature", about), ("Seed", str(self.seed)), ("Config, SHA-256", self.config_sha256)]


def build_report(analysis: Analysis, date: str) -> str:
    """Return the report as HTML. `date` is shown once, on a line of its own; nothing else changes between equal results.

    Raises
    ------
    FileNotFoundError : a figure of the results is missing
    InputError : a table of the results is missing or is no table
    """
    page = environment().get_template("template.html.jinja")
    return page.render(
        analysis=analysis,
        date=date,
        version=cisphys.__version__,
        style=(HERE / "report.css").read_text(encoding="utf-8"),
        script="\n".join((HERE / name).read_text(encoding="utf-8") for name in SCRIPTS),
        dictionary=data_dictionary(),
        **_told(analysis),
    )


def environment() -> Environment:
    """Return the template engine: every value is escaped, a name that does not exist is an error."""
    return Environment(
        loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )


def _told(analysis: Analysis) -> dict[str, Any]:
    """Return what each page of the report shows; None where there is no such page."""
    results = analysis.results
    fits = {
        f"fit-{number}": read_fit(results, name, analysis.given, analysis.kcal_per_kT)
        for number, name in enumerate(analysis.fits, start=1)
    }
    fates = read_fates_table(results) if analysis.has_reads else None
    quality = read_quality(results)
    compared = read_comparison(results) if fits else pd.DataFrame(columns=["group", "fit"])
    told = {
        "overview": overview(fates, quality, fits, analysis.data),
        "reads": _reads(analysis, fates, quality),
        "libraries": [library_section(results, name) for name in analysis.libraries],
        "quality": quality_section(results, quality, analysis.quality_figures, analysis.filtered),
        "comparison": comparison_shown(results, analysis.given, compared, {fit.name: f"#{page}" for page, fit in fits.items()}),
        "fits": [fit_page(fit, page, compared) for page, fit in fits.items()],
        "files": files_table(results, _names(analysis)),
        **_to_paste(analysis, list(fits.values()), fates),
    }
    return told | {"contents": contents(told)}


def _reads(analysis: Analysis, fates: pd.DataFrame | None, quality: pd.DataFrame):
    if fates is None:
        return None
    return reads_section(analysis.results, fates, quality, analysis.runs_of_parts, analysis.libraries)


def _to_paste(analysis: Analysis, fits: Sequence[FitResults], fates: pd.DataFrame | None) -> dict[str, Any]:
    """Return methods and citations; the fates of association runs are left out of the methods."""
    counted = fates[fates["run"].isin(analysis.counted_runs)] if analysis.counted_runs and fates is not None else None
    return {
        "methods": methods(fits, counted, analysis.seed, analysis.config_sha256, analysis.temperature_C),
        "citations": citations(fits),
    }


def _names(analysis: Analysis) -> dict[str, Sequence[str]]:
    """Return what may stand in the places of the data dictionary."""
    return {
        "<run>": analysis.counted_runs,
        "<library>": analysis.libraries,
        "<dataset>": list(analysis.data),
        "<fit>": analysis.fits,
    }
