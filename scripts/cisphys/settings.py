"""What a config says, as values that nothing changes: the analysis, its experiments and its fits.

Made by `cisphys.config.load_settings`, which has checked everything and resolved every path.
"""

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cisphys.association.calls import Thresholds
from cisphys.quality.metrics import Limits
from cisphys.reads.demultiplex import Demultiplexing
from cisphys.reads.layout import Layout
from cisphys.reads.merging import Merging
from cisphys.yaml_lines import Lines

Condition = float | str


def located(folder: Path, path: str | Path) -> Path:
    """Resolve a path that was written in a file of `folder`; below the working directory it stays relative, and so readable."""
    found = Path(os.path.normpath(Path.cwd() / folder / path))
    return found.relative_to(Path.cwd()) if found.is_relative_to(Path.cwd()) else found


@dataclass(frozen=True)
class Split:
    """Shares of the sequences that a fit learns from, is chosen by and is judged by; they sum to 1."""

    training: float
    validation: float
    test: float


@dataclass(frozen=True)
class Simulation:
    """A run whose reads are simulated from a saved fit.

    `mutation_rate` is per base of the variant, `sequencing_error` per base of the read, `junk` the share of reads that are noise.
    """

    run: str
    fit: Path
    reads: int
    variants: int
    mutation_rate: float
    sequencing_error: float
    junk: float


@dataclass(frozen=True)
class PublishedCounts:
    """A run whose reads are published tables of counts wrapped back into FASTQ; `sources` is the sheet of their addresses."""

    run: str
    sources: Path
    base_url: str


@dataclass(frozen=True)
class Experiment:
    """One experiment: `kind` says what its variants are known from.

    ``observed``: every variant sequence that the reads hold; ``barcodes``: every barcode that they hold, clustered where there is
    a `cluster_ratio`; ``library``: reads of barcodes, joined to the table `library`;
    ``table``: no reads, a table of counts. `conditions` holds the conditions of a table experiment (those of reads are in the
    sample sheet); `origin` says in words where the data come from; `filters` are the limits that the config gives, whose kind
    depends on the samples (see `cisphys.datasets`); `built` is the name of the library in the config's `libraries`, where
    `library` is not given.
    """

    name: str
    kind: str
    library: Path | None = None
    table: Path | None = None
    conditions: dict[str, Condition] = field(default_factory=dict)
    origin: str = ""
    filters: dict[str, int] = field(default_factory=dict)
    built: str | None = None
    cluster_ratio: float | None = None

    @property
    def from_reads(self) -> bool:
        return self.kind != "table"


@dataclass(frozen=True)
class Library:
    """A library of barcodes that is built from association runs; `designed` is the file of its designed variants, or None."""

    name: str
    runs: tuple[str, ...]
    designed: Path | None
    thresholds: Thresholds


@dataclass(frozen=True)
class Reference:
    """A published energy matrix of one site to compare with, in `unit` (``kT`` or ``kcal/mol``).

    `path` is the file; where it is None, the file is to be downloaded from `url`.
    """

    site: str
    name: str
    unit: str
    path: Path | None
    url: str | None
    sha256: str | None

    @property
    def file(self) -> str:
        """The file's name: the last part of its path or address."""
        return self.path.name if self.path else self.url.rpartition("/")[2]


@dataclass(frozen=True)
class Published:
    """A value of the parameter `name` that others found, in `unit` (``kT`` or ``kcal/mol``); `source` says who."""

    name: str
    source: str
    value: float
    unit: str


@dataclass(frozen=True)
class Bootstrap:
    """The bootstrap of a fit: `replicates` (0: none) of ``reads`` or ``variants``, ``warm`` or ``cold``, shared by `jobs`."""

    replicates: int = 0
    unit: str = "variants"
    start: str = "warm"
    jobs: int = 1


@dataclass(frozen=True)
class Coverage:
    """Simulations from a fit that count how often its intervals hold the truth: how many (0: none), shared by `jobs`."""

    simulations: int = 0
    jobs: int = 1


@dataclass(frozen=True)
class FitSettings:
    """One fit: a model on one or more experiments. `name` is ``<model>.<label>``.

    `ridge` and `spline` (basis functions; None: as many as usual) are the values to choose from on the validation data;
    `numbering` is the coordinate of the variant's first base; `truth`: the fit that the run was simulated from is the reference;
    `lacking`: test what the model lacks; `recover`: measurements are drawn from it and fitted again; `design` has the keys of
    `cisphys.inference.planning.Question`; `separate`: the datasets are fitted alone too; `published`: values of parameters that
    others found. `measurement` has the keys of `cisphys.measurement_options.MeasurementOptions`.
    """

    name: str
    model: str
    model_path: Path
    experiments: tuple[str, ...]
    label: str
    restarts: int
    ridge: tuple[float, ...]
    spline: tuple[int, ...] | None
    numbering: int | None
    references: tuple[Reference, ...]
    truth: bool
    lacking: bool = True
    recover: bool = True
    design: dict[str, Any] | None = None
    separate: bool = False
    published: tuple[Published, ...] = ()
    measurement: dict[str, str | None] = field(default_factory=dict)
    bootstrap: Bootstrap = Bootstrap()
    coverage: Coverage = Coverage()


@dataclass(frozen=True)
class Predictions:
    """A file of sequences that fits are asked about; `fits` are their names."""

    sequences: Path
    fits: tuple[str, ...]


@dataclass(frozen=True)
class Settings:
    """A whole config. `reads` stands in for the only run's FASTQ, `table` for the tables of table experiments: one, or by name.

    `qc` holds the limits of every metric of the quality check.
    `runs` and `samples` are the sheets, None where every experiment starts from a table. `lines` makes errors that point at
    the config: ``raise settings.lines.error("...", "experiments", "full-wt")``.
    """

    analysis: str
    seed: int
    temperature_C: float  # noqa: N815
    device: str
    runs: Path | None
    samples: Path | None
    conditions: tuple[str, ...]
    layouts: dict[str, Layout]
    demultiplex_fastq: bool
    demultiplexing: Demultiplexing
    merging: Merging
    check: dict[str, float]
    reads: Path | None
    simulate: Simulation | None
    published_counts: PublishedCounts | None
    table: str | dict[str, str] | None
    libraries: dict[str, Library]
    experiments: tuple[Experiment, ...]
    split: Split
    qc: dict[str, Limits]
    models: dict[str, Path]
    fits: tuple[FitSettings, ...]
    predictions: dict[str, Predictions]
    lines: Lines = field(repr=False, compare=False)

    def experiment(self, name: str) -> Experiment:
        """Return the experiment of this name; KeyError where there is none."""
        return {experiment.name: experiment for experiment in self.experiments}[name]

    def table_is_given_for(self, experiment: str) -> bool:
        """Tell whether the top-level `table` names the table of an experiment."""
        return experiment in self.table if isinstance(self.table, dict) else bool(self.table)

    def fit(self, name: str) -> FitSettings:
        """Return the fit of this name; KeyError where there is none."""
        return {fit.name: fit for fit in self.fits}[name]
