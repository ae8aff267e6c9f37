"""The figures of a fit: the title of each, and the files of the fit's folder that it is drawn from.

The workflow reads this list as it plans, so it imports nothing that draws; `cisphys.figures.fit_figures` has the functions.
"""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class FitFigure:
    """A figure of a fit: its title in a list of figures, and the files of the fit's folder that it is drawn from."""

    title: str
    files: tuple[str, ...]


_ENERGIES = ("energy_matrices.tsv", "matrix_errors.tsv", "reference_matrices.tsv", "summary.json", "model.yaml")
FIT_FIGURES = {
    "energy_matrices": FitFigure("energy matrices", _ENERGIES),
    "energy_matrices_single": FitFigure("energy matrices, one column", _ENERGIES),
    "network": FitFigure("network", ("network.tsv", "parameters.tsv", "landscape_sites.tsv", "summary.json", "model.yaml")),
    "occupancies": FitFigure("occupancies", ("occupancies.tsv", "summary.json")),
    "landscape": FitFigure("energy landscape", ("landscape.tsv", "landscape_plane.tsv.gz", "parameters.tsv", "summary.json")),
    "profiles": FitFigure("profile likelihoods", ("profiles.tsv", "parameters.tsv", "summary.json")),
    "conditions": FitFigure("chemical potentials by condition", ("parameters.tsv", "summary.json", "model.yaml")),
    "identifiability": FitFigure("identifiability", ("identifiability.json",)),
    "recovery": FitFigure("against the reference", ("energy_matrices.tsv", "reference_matrices.tsv")),
    "measurement": FitFigure("measurement process", ("measurement.tsv", "model.yaml")),
    "calibration": FitFigure("calibration", ("calibration.tsv", "summary.json")),
    "lacking": FitFigure("what it lacks", ("lacking.tsv", "energy_matrices.tsv", "summary.json", "model.yaml")),
    "found_against_true": FitFigure("found against true", ("recovery.tsv", "recovered_sites.tsv")),
    "search": FitFigure("search", ("restarts.tsv",)),
    "traces": FitFigure("training and validation", ("traces.tsv", "summary.json")),
    "bootstrap": FitFigure("bootstrap", ("bootstrap.tsv", "bootstrap_parameters.tsv.gz", "model.yaml")),
    "coverage": FitFigure("how often intervals hold the truth", ("coverage.tsv", "coverage_sites.tsv")),
    "design": FitFigure("what other data would tell", ("design.tsv",)),
}


def files_drawn(figures: Iterable[str]) -> list[str]:
    """Return the files that these figures are drawn from, each once."""
    return sorted({file for figure in figures for file in FIT_FIGURES[figure].files})
