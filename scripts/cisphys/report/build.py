"""Puts the report together: one HTML file without anything from outside, whose bytes follow from the results but for its date."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from jinja2 import Environment, FileSystemLoader, StrictUndefined

import cisphys
from cisphys.report.compared import comparison_tables
from cisphys.report.dictionary import ResultFile, data_dictionary
from cisphys.report.folder import FitResults, read_comparison, read_fates_table, read_fit, read_quality
from cisphys.report.libraries import library_section
from cisphys.report.methods import CITATIONS, methods
from cisphys.report.pictures import Link, address
from cisphys.report.quality import quality_section
from cisphys.report.reads import ReadsSection, reads_section
from cisphys.report.sections import FitSection, fit_section, fits_table, verdict_table
from cisphys.report.verdicts import judge_fit, judge_quality, worst

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Analysis:
    """What the report is about.

    Attributes
    ----------
    name : the analysis
    results : its folder of results, which the report will lie in
    datasets, fits : names, in the order of the config
    has_reads : whether reads were counted (read_fates.tsv and its figure are there)
    seed, config_sha256, temperature_C, kcal_per_kT : as the config has them
    counted_runs : runs whose reads were counted by sample
    runs_of_parts : those of them whose indices have several parts
    libraries : those that were built
    filtered : experiments in RNA and DNA
    quality_figures : figures of the quality check that were drawn
    """

    name: str
    results: Path
    datasets: Sequence[str]
    fits: Sequence[str]
    has_reads: bool
    seed: int
    config_sha256: str
    temperature_C: float  # noqa: N815
    kcal_per_kT: float  # noqa: N815
    counted_runs: Sequence[str] = ()
    runs_of_parts: Sequence[str] = ()
    libraries: Sequence[str] = ()
    filtered: Sequence[str] = ()
    quality_figures: Sequence[str] = ()


def build_report(analysis: Analysis, date: str) -> str:
    """Return the report as HTML. `date` is shown once, on a line of its own; nothing else changes between equal results.

    Raises
    ------
    FileNotFoundError : a figure of the results is missing
    InputError : a table of the results is missing or is no table
    """
    fits = [read_fit(analysis.results, name) for name in analysis.fits]
    fates = read_fates_table(analysis.results) if analysis.has_reads else None
    quality = read_quality(analysis.results)
    page = environment().get_template("template.html.jinja")
    return page.render(
        analysis=analysis,
        date=date,
        version=cisphys.__version__,
        style=(HERE / "report.css").read_text(encoding="utf-8"),
        script=(HERE / "report.js").read_text(encoding="utf-8"),
        **_overview(analysis, fits, fates, quality),
        comparison=comparison_tables(read_comparison(analysis.results)) if fits else [],
        reads=_reads(analysis, fates, quality),
        libraries=[library_section(analysis.results, name) for name in analysis.libraries],
        quality=quality_section(analysis.results, quality, analysis.quality_figures, analysis.filtered),
        fits=_fits(analysis, fits),
        methods=methods(fits, _counted_by_sample(analysis, fates), analysis.seed, analysis.config_sha256, analysis.temperature_C),
        citations=CITATIONS,
        dictionary=data_dictionary(),
        downloads=_downloads(analysis),
    )


def environment() -> Environment:
    """Return the template engine: every value is escaped, a name that does not exist is an error."""
    return Environment(
        loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )


def _overview(analysis: Analysis, fits: Sequence[FitResults], fates: pd.DataFrame | None, quality: pd.DataFrame) -> dict:
    verdicts = [*judge_quality(quality), *(verdict for fit in fits for verdict in judge_fit(fit))]
    return {
        "facts": _facts(analysis, fates),
        "level": worst(verdicts),
        "verdicts": verdict_table(verdicts) if verdicts else None,
        "compared": fits_table(fits) if fits else None,
    }


def _facts(analysis: Analysis, fates: pd.DataFrame | None) -> list[tuple[str, str]]:
    facts = [("Data", ", ".join(analysis.datasets)), ("Fits", ", ".join(analysis.fits) or "none")]
    if fates is not None:
        runs, counted = ", ".join(dict.fromkeys(fates["run"])), fates.loc[fates["fate"] == "counted", "reads"].sum()
        facts.insert(0, ("Runs", runs))
        facts.insert(1, ("Reads", f"{fates['reads'].sum():,}, of which {counted:,} counted"))
    about = f"{analysis.temperature_C:g} °C: 1 kT = {analysis.kcal_per_kT:.4f} kcal/mol"
    return [*facts, ("Temperature", about), ("Seed", str(analysis.seed)), ("Config, SHA-256", analysis.config_sha256)]


def _reads(analysis: Analysis, fates: pd.DataFrame | None, quality: pd.DataFrame) -> ReadsSection | None:
    if fates is None:
        return None
    return reads_section(analysis.results, fates, quality, analysis.runs_of_parts, analysis.libraries)


def _counted_by_sample(analysis: Analysis, fates: pd.DataFrame | None) -> pd.DataFrame | None:
    """Leave out the fates of association runs; return None where no run was counted by sample."""
    return fates[fates["run"].isin(analysis.counted_runs)] if analysis.counted_runs and fates is not None else None


def _fits(analysis: Analysis, fits: Sequence[FitResults]) -> list[FitSection]:
    numbered = enumerate(fits, start=1)
    return [fit_section(analysis.results, fit, f"fit-{number}", analysis.kcal_per_kT) for number, fit in numbered]


def _downloads(analysis: Analysis) -> list[tuple[ResultFile, list[Link]]]:
    """Return each kind of result file with links to those that there are."""
    names = {
        "<run>": analysis.counted_runs,
        "<library>": analysis.libraries,
        "<dataset>": analysis.datasets,
        "<fit>": analysis.fits,
    }
    return [(kind, links) for kind in data_dictionary() if (links := _links(analysis.results, kind.path, names))]


def _links(results: Path, pattern: str, names: Mapping[str, Sequence[str]]) -> list[Link]:
    place = next((place for place in names if place in pattern), None)
    stems = [pattern.replace(place, name) for name in names[place]] if place else [pattern]
    paths = [Path(path) for stem in stems for path in _suffixed(stem)]
    return [Link(path.as_posix(), address(path)) for path in paths if "<" not in path.name and (results / path).is_file()]


def _suffixed(path: str) -> list[str]:
    if not path.endswith("}"):
        return [path]
    stem, _, suffixes = path[:-1].partition("{")
    return [stem + suffix for suffix in suffixes.split(",")]
