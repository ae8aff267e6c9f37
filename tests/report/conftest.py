"""Made-up results of two fits with their figures, and the report of them."""

from pathlib import Path

import made_up
import pandas as pd
import pytest

from cisphys.figures.barcodes import draw_barcodes_per_variant
from cisphys.figures.cross_talk import draw_cross_talk
from cisphys.figures.energy_matrices import draw_energy_matrices
from cisphys.figures.library_sweep import draw_library_sweep
from cisphys.figures.measurement import draw_measurement
from cisphys.figures.quality import FIGURES
from cisphys.figures.read_fates import draw_read_fates
from cisphys.figures.recovery import draw_recovery
from cisphys.figures.style import save_figure
from cisphys.quality.check import FIGURES as TABLES
from cisphys.report.build import Analysis, build_report
from cisphys.report.folder import FitResults, read_fit
from cisphys.tables import write_table

SAMPLES = ["first & best", "<script>alert('sample')</script>", *(f"sample_{number}" for number in range(3, 13))]
FITS = ("model.one+two", "model.two")
DATASETS = {"one": 9, "two": 4}
DATA = {
    "one": {"conditions": {"cAMP_uM": 100.0, "strain": '<img src=x onerror="fail()">'}, "origin": "", "from_reads": True},
    "two": {"conditions": {"cAMP_uM": 0.5, "strain": "TK310"}, "origin": "Someone's <b>table</b>", "from_reads": False},
}
CONFIG = "version: 1\nanalysis: </pre><script>alert('config')</script>\n"
LIBRARY = "a_library_whose_name_is_as_long_as_anyone_would_ever_make_it"
DRAWN = ("lorenz", "barcodes_per_variant")  # figures of the quality check whose tables have rows


@pytest.fixture(scope="session")
def analysis(tmp_path_factory) -> Analysis:
    """An analysis whose first fit has references and known parameters, the second neither."""
    results = tmp_path_factory.mktemp("made_up") / "results"
    fates = made_up.read_fates(SAMPLES)
    write_table(fates, results / "read_fates.tsv")
    save_figure(draw_read_fates(fates), _paths(results / "figures", "read_fates"))
    write_table(made_up.quality(SAMPLES, DATASETS), results / "qc.tsv")
    _write_quality(results)
    _write_reads(results)
    _write_library(results)
    for dataset in DATASETS:
        (results / "variants").mkdir(exist_ok=True)
        (results / "variants" / f"{dataset}.tsv.gz").write_bytes(b"")
    _write_fit(results, FITS[0], with_references=True)
    _write_fit(results, FITS[1], with_references=False)
    write_table(made_up.comparison(*FITS), results / "comparison.tsv")
    return Analysis(
        name="lac & <friends>",
        results=results,
        given=frozenset(path.relative_to(results).as_posix() for path in results.rglob("*") if path.is_file()),
        data=DATA,
        fits=FITS,
        has_reads=True,
        seed=1,
        config_sha256="ab" * 32,
        config=CONFIG,
        temperature_C=37.0,
        kcal_per_kT=0.6163,
        counted_runs=("run1",),
        runs_of_parts=("run1",),
        libraries=(LIBRARY,),
        filtered=("two",),
        quality_figures=tuple(FIGURES),
    )


@pytest.fixture(scope="session")
def page(analysis) -> str:
    """The report of the analysis."""
    return build_report(analysis, "2026-11-22")


@pytest.fixture(scope="session")
def fit(tmp_path_factory) -> FitResults:
    """A fit with references to one dataset, without figures."""
    results = tmp_path_factory.mktemp("of_a_fit") / "results"
    made_up.write_fit(results / "fits" / "model.one", "model.one", True, {"one": 9})
    given = [path.relative_to(results).as_posix() for path in results.rglob("*") if path.is_file()]
    return read_fit(results, "model.one", given, 0.6163)


def _write_quality(results: Path) -> None:
    """Write the tables and figures of the quality check; most tables have no rows."""
    rows = {
        "lorenz": pd.DataFrame({"of": SAMPLES[1], "sequences": [0, 0.5, 1], "reads": [0, 0.1, 1]}),
        "barcodes_per_variant": pd.DataFrame({"of": SAMPLES[1], "barcodes": [0, 1, 2], "variants": [1, 5, 9]}),
    }
    assert set(rows) == set(DRAWN)
    for name, (draw, _) in FIGURES.items():
        table = rows.get(name, pd.DataFrame(columns=TABLES[name]))
        save_figure(draw(table), _paths(results / "figures/quality", name))
        write_table(table, results / "quality" / f"{name}.tsv")


def _write_reads(results: Path) -> None:
    """Write what the checks of the reads found, and the filters of an experiment in RNA and DNA."""
    checks = made_up.read_checks("run1", SAMPLES)
    for name, table in checks.items():
        write_table(table.astype(object), results / f"{name}.tsv")
    save_figure(draw_cross_talk(checks["index_combinations"]), _paths(results / "figures/cross_talk", "run1"))
    write_table(made_up.filters().astype(object), results / "filters/two.tsv")


def _write_library(results: Path) -> None:
    """Write what the page reads of a library."""
    folder, figures = results / "libraries" / LIBRARY, results / "figures/libraries" / LIBRARY
    write_table(pd.DataFrame(made_up.LIBRARY.items(), columns=["quantity", "value"]), folder / "summary.tsv")
    write_table(made_up.sweep(), folder / "sweep.tsv")
    save_figure(draw_library_sweep(made_up.sweep(), 3, 0.75), _paths(figures, "sweep"))
    counts = pd.DataFrame({"of": LIBRARY, "barcodes": [0, 1, 2], "variants": [10, 100, 90]})
    save_figure(draw_barcodes_per_variant(counts), _paths(figures, "barcodes_per_variant"))


def _write_fit(results: Path, name: str, with_references: bool) -> None:
    made_up.write_fit(results / "fits" / name, name, with_references, DATASETS)
    figures, references = results / "figures" / name, made_up.references(made_up.LONG_SITES) if with_references else {}
    drawn = draw_energy_matrices(made_up.matrices(), 0.6163, made_up.VARIANT_LENGTH, -120, references)
    save_figure(drawn, _paths(figures, "energy_matrices"))
    save_figure(draw_measurement(made_up.measurement(DATASETS)), _paths(figures, "measurement"))
    if references:
        save_figure(draw_recovery(made_up.matrices(), references), _paths(figures, "recovery"))


def _paths(folder: Path, name: str) -> list[Path]:
    return [folder / f"{name}.{suffix}" for suffix in ("svg", "pdf", "png")]
