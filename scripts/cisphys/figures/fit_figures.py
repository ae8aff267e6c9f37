"""Each figure of a fit, drawn from the fit's folder: `cisphys.figures.of_fits` says from which files."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure

from cisphys.figures.bootstrap import draw_bootstrap
from cisphys.figures.calibration import draw_calibration
from cisphys.figures.conditions import draw_conditions
from cisphys.figures.coverage import draw_coverage
from cisphys.figures.design import draw_design
from cisphys.figures.energy_matrices import draw_energy_matrices
from cisphys.figures.found_against_true import draw_found_against_true
from cisphys.figures.identifiability import draw_identifiability
from cisphys.figures.lacking import draw_lacking
from cisphys.figures.landscape import draw_landscape
from cisphys.figures.measurement import draw_measurement
from cisphys.figures.network import draw_network
from cisphys.figures.occupancies import draw_occupancies
from cisphys.figures.profiles import draw_profiles
from cisphys.figures.recovery import draw_recovery
from cisphys.figures.search import draw_search
from cisphys.figures.sites import SiteMatrix, declared_sites
from cisphys.figures.style import DOUBLE_COLUMN, SINGLE_COLUMN
from cisphys.figures.traces import draw_traces
from cisphys.models.describe import latent_in_words
from cisphys.models.language import build_spec
from cisphys.models.reference import matrices_of
from cisphys.models.spec import LINEAR, NetworkSpec
from cisphys.tables import read_object, read_table
from cisphys.units import kcal_per_kT
from cisphys.yaml_lines import load_yaml


def _spec(fit: Path) -> NetworkSpec:
    return build_spec(*load_yaml(fit / "model.yaml"))


def _declared(spec: NetworkSpec, summary: dict[str, Any]) -> list[SiteMatrix]:
    wild_type = summary["wild_type"]
    return declared_sites(spec.for_length(len(wild_type)).sites, wild_type)


def _energy_matrices(fit: Path, width: float) -> Figure:
    spec, summary = _spec(fit), read_object(fit / "summary.json")
    return draw_energy_matrices(
        read_table(fit / "energy_matrices.tsv"),
        kcal_per_kT(summary["temperature_C"]),
        len(summary["wild_type"]),
        summary["numbering"],
        matrices_of(read_table(fit / "reference_matrices.tsv")),
        read_table(fit / "matrix_errors.tsv"),
        rna=spec.alphabet == "rna",
        binds=spec.family not in LINEAR,
        width=width,
        declared=_declared(spec, summary),
    )


def _network(fit: Path) -> Figure:
    table = read_table(fit / "network.tsv", text=["layer", "node", "formula", "weight", "status"])
    sites = read_table(fit / "landscape_sites.tsv", text=["dataset", "site", "rests_on"])
    return draw_network(_spec(fit), table, read_table(fit / "parameters.tsv"), sites, read_object(fit / "summary.json"))


def _occupancies(fit: Path) -> Figure:
    occupancies = read_table(fit / "occupancies.tsv", text=["dataset", "group", "state"])
    return draw_occupancies(occupancies, read_object(fit / "summary.json")["not_identifiable"])


def _landscape(fit: Path) -> Figure:
    landscape = read_table(fit / "landscape.tsv", text=["dataset", "state", "bound", "rests_on"])
    plane = read_table(fit / "landscape_plane.tsv.gz", text=["dataset", "x_site", "y_site"])
    kcal = kcal_per_kT(read_object(fit / "summary.json")["temperature_C"])
    return draw_landscape(landscape, plane, read_table(fit / "parameters.tsv"), kcal)


def _profiles(fit: Path) -> Figure:
    kcal = kcal_per_kT(read_object(fit / "summary.json")["temperature_C"])
    return draw_profiles(read_table(fit / "profiles.tsv"), read_table(fit / "parameters.tsv"), kcal)


def _conditions(fit: Path) -> Figure:
    summary = read_object(fit / "summary.json")
    levels = summary["condition_levels"]
    sites = {site.name: (site.condition, levels[site.condition]) for site in _spec(fit).sites if site.condition}
    parameters = read_table(fit / "parameters.tsv", ["name", "value"], ["name", "unit"])
    return draw_conditions(parameters, sites, kcal_per_kT(summary["temperature_C"]))


def _identifiability(fit: Path) -> Figure:
    return draw_identifiability(read_object(fit / "identifiability.json"))


def _recovery(fit: Path) -> Figure:
    return draw_recovery(read_table(fit / "energy_matrices.tsv"), matrices_of(read_table(fit / "reference_matrices.tsv")))


def _measurement(fit: Path) -> Figure:
    return draw_measurement(read_table(fit / "measurement.tsv"), latent_in_words(_spec(fit)))


def _calibration(fit: Path) -> Figure:
    calibration = read_table(fit / "calibration.tsv", text=["dataset", "measured"])
    return draw_calibration(calibration, read_object(fit / "summary.json")["calibration"])


def _lacking(fit: Path) -> Figure:
    summary = read_object(fit / "summary.json")
    lacking = read_table(fit / "lacking.tsv", text=["what", "site", "positions", "numbered"])
    matrices, length = read_table(fit / "energy_matrices.tsv"), len(summary["wild_type"])
    return draw_lacking(lacking, matrices, length, summary["numbering"], _declared(_spec(fit), summary))


def _found_against_true(fit: Path) -> Figure:
    recovery = read_table(fit / "recovery.tsv", text=["name", "site", "position", "base", "unit", "covered"])
    return draw_found_against_true(recovery, read_table(fit / "recovered_sites.tsv", text=["site"]))


def _search(fit: Path) -> Figure:
    return draw_search(read_table(fit / "restarts.tsv"))


def _traces(fit: Path) -> Figure:
    return draw_traces(read_table(fit / "traces.tsv"), read_object(fit / "summary.json"))


def _bootstrap(fit: Path) -> Figure:
    bootstrap = read_table(fit / "bootstrap.tsv", ["error_at_scale"], ["name", "site", "base"])
    replicates = read_table(fit / "bootstrap_parameters.tsv.gz", ["value"], ["name"])
    return draw_bootstrap(bootstrap, replicates, _spec(fit).family not in LINEAR)


def _coverage(fit: Path) -> Figure:
    coverage = read_table(fit / "coverage.tsv", ["p95"], ["name", "site", "position", "base", "unit"])
    return draw_coverage(coverage, read_table(fit / "coverage_sites.tsv", ["p95"], ["site"]))


def _design(fit: Path) -> Figure:
    return draw_design(read_table(fit / "design.tsv"))


DRAW: dict[str, Callable[[Path], Figure]] = {
    "energy_matrices": partial(_energy_matrices, width=DOUBLE_COLUMN),
    "energy_matrices_single": partial(_energy_matrices, width=SINGLE_COLUMN),
    "network": _network,
    "occupancies": _occupancies,
    "landscape": _landscape,
    "profiles": _profiles,
    "conditions": _conditions,
    "identifiability": _identifiability,
    "recovery": _recovery,
    "measurement": _measurement,
    "calibration": _calibration,
    "lacking": _lacking,
    "found_against_true": _found_against_true,
    "search": _search,
    "traces": _traces,
    "bootstrap": _bootstrap,
    "coverage": _coverage,
    "design": _design,
}
