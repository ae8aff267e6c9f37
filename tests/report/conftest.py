"""Made-up results of two fits with their figures, and the report of them."""

from pathlib import Path

import made_up
import pandas as pd
import pytest

from cisphys.figures.energy_matrices import draw_energy_matrices
from cisphys.figures.measurement import draw_measurement
from cisphys.figures.quality import FIGURES
from cisphys.figures.read_fates import draw_read_fates
from cisphys.figures.recovery import draw_recovery
from cisphys.figures.style import save_figure
from cisphys.quality.check import FIGURES as TABLES
from cisphys.report.build import Analysis, build_report
from cisphys.tables import write_table

SAMPLES = ["first & best", "<script>alert('sample')</script>", *(f"sample_{number}" for number in range(3, 13))]
FITS = ("model.one+two", "model.two")
DATASETS = {"one": 9, "two": 4}


@pytest.fixture(scope="session")
def analysis(tmp_path_factory) -> Analysis:
    """An analysis whose first fit has references and known parameters, the second neither."""
    results = tmp_path_factory.mktemp("made_up") / "results"
    fates = made_up.read_fates(SAMPLES)
    write_table(fates, results / "read_fates.tsv")
    save_figure(draw_read_fates(fates), _paths(results / "figures", "read_fates"))
    write_table(made_up.quality(SAMPLES, DATASETS), results / "qc.tsv")
    for name, (draw, _) in FIGURES.items():
        save_figure(draw(pd.DataFrame(columns=TABLES[name])), _paths(results / "figures" / "quality", name))
        write_table(pd.DataFrame(columns=TABLES[name]), results / "quality" / f"{name}.tsv")
    for dataset in DATASETS:
        (results / "variants").mkdir(exist_ok=True)
        (results / "variants" / f"{dataset}.tsv.gz").write_bytes(b"")
    _write_fit(results, FITS[0], with_references=True)
    _write_fit(results, FITS[1], with_references=False)
    return Analysis("lac & <friends>", results, tuple(DATASETS), FITS, True, 1, "ab" * 32, 37.0, 0.6163)


@pytest.fixture(scope="session")
def page(analysis) -> str:
    """The report of the analysis."""
    return build_report(analysis, "2026-11-22")


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
