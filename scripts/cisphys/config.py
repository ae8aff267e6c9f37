"""Reads a config: checked against its schema, defaults filled in, paths resolved, every name that it refers to looked up."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from cisphys.association.calls import Thresholds
from cisphys.config_fits import read_fits, read_predictions
from cisphys.config_reads import check_clustering, read_layouts
from cisphys.errors import nearest
from cisphys.quality.metrics import Limits, in_order
from cisphys.reads.demultiplex import Demultiplexing
from cisphys.reads.merging import Merging
from cisphys.schema import validate
from cisphys.settings import Experiment, FitSettings, Library, PublishedCounts, Settings, Simulation, Split, located
from cisphys.yaml_lines import Lines, load_yaml

_FROM_COMMAND_LINE = ("reads", "table", "references")
_KINDS = {"variants": "observed", "barcodes": "barcodes", "library": "library", "table": "table"}


def load_settings(config: Mapping[str, Any], path: str | Path | None, schema_path: str | Path) -> Settings:
    """Turn a config into settings.

    Parameters
    ----------
    config : the config's keys, after what the command line changed
    path : the file they come from: relative paths start at its folder, and errors give its lines. None: the working directory
    schema_path : the schema, workflow/schemas/config.schema.yaml

    Raises
    ------
    InputError : the first thing that is wrong, with file, line and what to do
    """
    given = _plain(config)
    lines = _lines_of(given, path)
    return _Loader(given, validate(given, schema_path, lines=lines), lines).settings()


def analysis_sha256(config: Mapping[str, Any]) -> str:
    """Return the SHA-256 of what a config says, as 64 hexadecimal digits, but for the paths that the command line may give."""
    return hashlib.sha256(json.dumps(_said(config), sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def analysis_yaml(config: Mapping[str, Any]) -> str:
    """Return what `analysis_sha256` is the hash of, as YAML: the config without comments, and without what was left out."""
    return yaml.safe_dump(_said(config), sort_keys=False, allow_unicode=True, width=110)


def _said(config: Mapping[str, Any]) -> dict[str, Any]:
    """Copy a config but for the paths that the command line may give."""
    return {key: value for key, value in _plain(config).items() if key not in _FROM_COMMAND_LINE}


def config_sha256(settings: Settings, fit: FitSettings) -> str:
    """Return the SHA-256 of all that the config says about a fit's outcome, as 64 hexadecimal digits.

    That is the model file's text, the experiments, the fit's own settings, the split, the seed and the temperature; no paths,
    and nothing that only figures use.
    """
    experiments = (settings.experiment(name) for name in fit.experiments)
    said = {
        "model": fit.model_path.read_text(encoding="utf-8"),
        "experiments": [[experiment.name, experiment.kind, experiment.conditions] for experiment in experiments],
        "fit": {"restarts": fit.restarts, "ridge": fit.ridge, "spline": fit.spline, "measurement": fit.measurement},
        "split": vars(settings.split),
        "seed": settings.seed,
        "temperature_C": float(settings.temperature_C),
    }
    return hashlib.sha256(json.dumps(said, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _plain(value: Any) -> Any:
    """Copy Snakemake's nested mappings into plain dicts and lists."""
    if isinstance(value, Mapping):
        return {key: _plain(entry) for key, entry in value.items()}
    return [_plain(entry) for entry in value] if isinstance(value, list | tuple) else value


def _lines_of(config: dict, path: str | Path | None) -> Lines:
    if path is None:
        return Lines.at(None)
    written, lines = load_yaml(path)
    written = written if isinstance(written, dict) else {}
    return lines.overridden(key for key, value in config.items() if key not in written or written[key] != value)


class _Loader:
    """Builds the settings of one config and checks what a schema cannot: that what it names exists, once and in one place."""

    def __init__(self, given: dict, data: dict, lines: Lines):
        self.given, self.data, self.lines = given, data, lines
        self.folder = lines.path.parent if lines.path else Path()

    def settings(self) -> Settings:
        data = self.data
        experiments = tuple(self.experiment(name, entry) for name, entry in data["experiments"].items())
        self.check_sheets(experiments)
        self.check_table(experiments)
        self.check_sources()
        models = {name: self.path(path) for name, path in data["models"].items()}
        fits = read_fits(data, models, self.folder, self.lines)
        same = ("analysis", "seed", "temperature_C", "device")
        return Settings(
            **{key: data[key] for key in same},
            runs=self.path(data["runs"]),
            samples=self.path(data["samples"]),
            conditions=tuple(data["conditions"]),
            layouts=read_layouts(self.given, data, self.lines),
            check=dict(data["check"]),
            demultiplex_fastq=data["demultiplex"]["fastq"],
            demultiplexing=Demultiplexing(data["demultiplex"]["margin"], data["demultiplex"]["indels"]),
            merging=Merging(**data["merge"]),
            reads=self.path_from_here(data["reads"]),
            table=data["table"],
            simulate=self.simulation(),
            published_counts=self.published(),
            libraries={name: self.library(name, entry) for name, entry in data["libraries"].items()},
            experiments=experiments,
            split=self.split(),
            qc={metric: self.limits(metric, entry) for metric, entry in data["qc"].items()},
            models=models,
            fits=fits,
            predictions=read_predictions(data, fits, self.folder, self.lines),
            lines=self.lines,
        )

    def path(self, given: str | None) -> Path | None:
        return located(self.folder, given) if given else None

    def path_from_here(self, given: str | Path | None) -> Path | None:
        return located(Path(), given) if given else None

    def split(self) -> Split:
        split = Split(**self.data["split"])
        shares = vars(split)
        if abs(sum(shares.values()) - 1) > 1e-9:
            words = ", ".join(f"{name} {share:g}" for name, share in shares.items())
            raise self.lines.error(f"the split's shares must sum to 1, not {sum(shares.values()):g} ({words})", "split")
        return split

    def limits(self, metric: str, entry: dict) -> Limits:
        limits = Limits(**entry)
        if not in_order(metric, limits):
            problem = f"of '{metric}', fail ({limits.fail:g}) is reached before warn ({limits.warn:g})"
            raise self.lines.error(problem, "qc", metric, remedy="Give both limits, warn on the good side of fail")
        return limits

    # experiments -------------------------------------------------------------------------------------------------

    def experiment(self, name: str, entry: dict) -> Experiment:
        written = self.given["experiments"][name]
        kinds = [key for key in _KINDS if key in written and (written[key] is not None or key == "table")]
        if len(kinds) != 1:
            said = f"says both {kinds[0]} and {kinds[1]}" if kinds else "does not say what its variants are known from"
            kinds = "`variants: observed`, `barcodes: observed`, `library: <table>` and `table: <table of counts>`"
            remedy = f"Give exactly one of {kinds}"
            raise self.lines.error(f"experiment '{name}' {said}", "experiments", name, remedy=remedy)
        self.check_conditions(name, entry["conditions"], kinds[0])
        check_clustering(name, entry, kinds[0], self.lines)
        table = self.table_of(name, entry) if kinds == ["table"] else None
        conditions = {key: value if isinstance(value, str) else float(value) for key, value in entry["conditions"].items()}
        filters = {key: limit for key, limit in (written.get("filters") or {}).items() if limit is not None}
        built = entry["library"] if entry["library"] in self.data["libraries"] else None
        library = None if built else self.path(entry["library"])
        ratio = entry["cluster_ratio"]
        return Experiment(name, _KINDS[kinds[0]], library, table, conditions, entry["origin"], filters, built, ratio)

    def library(self, name: str, entry: dict) -> Library:
        thresholds = Thresholds(**{key: entry[key] for key in vars(Thresholds())})
        if thresholds.min_runs > len(entry["runs"]):
            problem = f"library '{name}' asks for pairs in {thresholds.min_runs} runs, and has {len(entry['runs'])}"
            raise self.lines.error(problem, "libraries", name, "min_runs", remedy="Name more runs, or ask for fewer")
        if not self.data["runs"]:
            raise self.lines.error(f"library '{name}' is built from runs, but `runs` is not given", "libraries", name)
        return Library(name, tuple(entry["runs"]), self.path(entry["designed"]), thresholds)

    def check_conditions(self, name: str, conditions: dict, kind: str) -> None:
        if conditions and kind != "table":
            remedy = f"Put them into the sample sheet, as columns {', '.join(conditions)}"
            problem = f"experiment '{name}' comes from reads, so its conditions stand in the sample sheet"
            raise self.lines.error(problem, "experiments", name, "conditions", remedy=remedy)
        for condition in conditions:
            if condition not in self.data["conditions"]:
                problem = f"condition '{condition}' is not declared ({nearest(condition, self.data['conditions'])})"
                remedy = "Name it in the top-level list `conditions`"
                raise self.lines.error(problem, "experiments", name, "conditions", condition, remedy=remedy)

    def table_of(self, name: str, entry: dict) -> Path:
        given = self.data["table"]
        here = given.get(name) if isinstance(given, dict) else given
        if here:
            return self.path_from_here(here)
        if entry["table"] is None:
            source = f" (origin: {entry['origin'].rstrip('.')})" if entry["origin"] else ""
            several = sum("table" in other for other in self.given["experiments"].values()) > 1
            said = f'table="{{{name}: PATH, ...}}"' if several else "table=PATH"
            remedy = f"Add --config {said} to the command{source}"
            raise self.lines.error(
                f"experiment '{name}' starts from a table that is not given", "experiments", name, remedy=remedy
            )
        return self.path(entry["table"])

    def check_sheets(self, experiments: tuple[Experiment, ...]) -> None:
        from_reads = [experiment.name for experiment in experiments if experiment.from_reads]
        for key, other in (("runs", "samples"), ("samples", "runs")):
            if self.data[key] and not self.data[other]:
                raise self.lines.error(f"`{key}` is given, but `{other}` is not", key, remedy="Give both, or neither")
        if from_reads and not self.data["runs"]:
            problem = f"experiment '{from_reads[0]}' comes from reads, but `runs` and `samples` are not given"
            raise self.lines.error(problem, "experiments", from_reads[0], remedy="Name both sheets")

    def check_table(self, experiments: tuple[Experiment, ...]) -> None:
        tables = [experiment.name for experiment in experiments if not experiment.from_reads]
        given = self.data["table"]
        if isinstance(given, dict):
            for name in given:
                if name not in tables:
                    problem = f"`table` names '{name}', which is no experiment that starts from a table"
                    raise self.lines.error(f"{problem} ({nearest(name, tables)})", "table", name)
        elif given and len(tables) != 1:
            found = f"there are {len(tables)} ({', '.join(tables)})" if tables else "there is none"
            problem = f"`table` stands in for the table of the only experiment that starts from one, and {found}"
            raise self.lines.error(problem, "table", remedy="Say which is whose: {experiment: PATH, ...}")

    # where reads come from ---------------------------------------------------------------------------------------

    def check_sources(self) -> None:
        simulate, published = self.data["simulate"], self.data["published_counts"]
        for key in ("reads", "simulate", "published_counts"):
            if self.data[key] and not self.data["runs"]:
                raise self.lines.error(f"`{key}` is about a run, but `runs` is not given", key, remedy="Name the run sheet")
        if simulate and published and simulate["run"] == published["run"]:
            problem = f"run '{simulate['run']}' is both simulated and made from published counts"
            raise self.lines.error(problem, "published_counts", "run", remedy="Take one of the two out")

    def simulation(self) -> Simulation | None:
        entry = self.data["simulate"]
        return Simulation(**{**entry, "fit": self.path(entry["fit"])}) if entry else None

    def published(self) -> PublishedCounts | None:
        entry = self.data["published_counts"]
        return PublishedCounts(entry["run"], self.path(entry["sources"]), entry["base_url"].rstrip("/")) if entry else None
