"""Reads the two sheets, of sequencing runs and of samples. `cisphys.datasets` groups the samples."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

from cisphys.association_checks import check_libraries
from cisphys.errors import nearest
from cisphys.reads.elements import INTERLEAVED, Layout
from cisphys.sample_checks import SampleChecks
from cisphys.settings import Condition, Settings, located
from cisphys.sheet_rows import check_unique, checked_rows
from cisphys.yaml_lines import Lines

OTHERS = ("read2", "index1", "index2")


@dataclass(frozen=True)
class Run:
    """One sequencing run: the name of its layout and its FASTQ files, one per lane. `role` is ``counts`` or ``association``.

    `made` says where the reads come from: ``given`` (files), ``simulated`` or ``published`` (made by the workflow: no files).
    `others` holds the lanes of its other reads, by name; of read2 ``interleaved`` where read1 holds both mates in turn.
    """

    name: str
    layout: str
    read1: tuple[Path, ...]
    made: str = "given"
    role: str = "counts"
    line: int | None = field(default=None, compare=False)
    others: dict[str, tuple[Path, ...] | str] = field(default_factory=dict)

    @property
    def files(self) -> dict[str, tuple[Path, ...] | str]:
        """The lanes of all reads, by name."""
        return {"read1": self.read1, **self.others}

    @property
    def paths(self) -> tuple[Path, ...]:
        """All its files."""
        return tuple(chain.from_iterable(lanes for lanes in self.files.values() if lanes != INTERLEAVED))


@dataclass(frozen=True)
class Sample:
    """One sample: the reads of `run` that carry `index`, or all of them where it is "".

    Data have either a `bin` or a `molecule` (dna, rna); a control may have neither, and no experiment (None). `cells` is the
    number of cells sorted into the gate, if known.
    """

    name: str
    run: str
    index: str
    experiment: str | None
    bin: int | None
    replicate: str = "1"
    cells: int | None = None
    role: str = "data"
    conditions: dict[str, Condition] = field(default_factory=dict)
    molecule: str | None = None
    line: int | None = field(default=None, compare=False)


def read_runs(settings: Settings, schema_path: str | Path) -> tuple[Run, ...]:
    """Read the run sheet; the schema is workflow/schemas/runs.schema.yaml. Empty where the config names no sheet.

    Raises
    ------
    InputError : with file and line, where the sheet breaks the schema, a name is there twice, a layout is not defined, or it is
        not clear where the reads come from
    """
    if settings.runs is None:
        return ()
    rows = list(checked_rows(settings.runs, schema_path))
    check_unique(((row["run"], lines) for row, lines in rows), "run")
    _check_replaced(settings, [row["run"] for row, _ in rows])
    runs = tuple(_run(row, lines, settings) for row, lines in rows)
    _check_files_once(runs, settings.runs)
    check_libraries(settings, runs)
    return runs


def read_samples(settings: Settings, runs: tuple[Run, ...], schema_path: str | Path) -> tuple[Sample, ...]:
    """Read the sample sheet; the schema is workflow/schemas/samples.schema.yaml. Empty where the config names no sheet.

    Raises
    ------
    InputError : with file and line, where the sheet breaks the schema, or names something twice or something that does not exist
    """
    if settings.samples is None:
        return ()
    rows = list(checked_rows(settings.samples, schema_path, settings.conditions))
    samples = tuple(_sample(row, lines, settings.conditions) for row, lines in rows)
    check_unique(((row["sample"], lines) for row, lines in rows), "sample")
    checks = SampleChecks(settings, runs)
    for sample, (_, lines) in zip(samples, rows, strict=True):
        checks.check(sample, lines)
    checks.check_runs(samples)
    return samples


def check_reads_exist(settings: Settings, runs: Iterable[Run]) -> None:
    """Raise InputError where the FASTQ file of a run is missing or has no bytes."""
    for run in runs:
        for path in run.paths:
            lines = Lines.at(settings.runs, run.line) if settings.reads is None else settings.lines
            if not path.is_file():
                raise lines.error(f"there is no FASTQ file {path}", "reads", remedy="Check the path")
            if path.stat().st_size == 0:
                raise lines.error(f"the FASTQ file {path} is empty", "reads", remedy="Copy it again, or take its run out")


# runs ------------------------------------------------------------------------------------------------------------------


def _check_replaced(settings: Settings, names: list[str]) -> None:
    """Check what the config says about runs: the run it makes is there, and `reads` has one run to stand in for."""
    for key, entry in (("simulate", settings.simulate), ("published_counts", settings.published_counts)):
        if entry and entry.run not in names:
            problem = f"run '{entry.run}' is not in {settings.runs} ({nearest(entry.run, names)})"
            raise settings.lines.error(problem, key, "run")
    if settings.reads and len(names) > 1:
        problem = f"`reads` stands in for the reads of the only run, and there are {len(names)} ({', '.join(names)})"
        raise settings.lines.error(problem, "reads", remedy=f"Name the FASTQ files in {settings.runs}, column read1")


def _run(row: dict, lines: Lines, settings: Settings) -> Run:
    name, layout = row["run"], row["layout"]
    if layout not in settings.layouts:
        problem = f"layout '{layout}' of run '{name}' is not defined ({nearest(layout, settings.layouts)})"
        raise lines.error(problem, remedy="Write it under `layouts` in the config")
    made = "given" if settings.reads else _made(name, settings)
    lanes = (settings.reads,) if settings.reads else _lanes(row, made, lines)
    others = {read: _other_lanes(read, row, len(lanes), lines) for read in OTHERS if row[read]}
    _check_layout(settings.layouts[layout], name, others, made, settings.demultiplex_fastq, lines)
    return Run(name, layout, lanes, made, row["role"], lines.of(), others)


def _check_layout(layout: Layout, run: str, others: Mapping, made: str, copied: bool, lines: Lines) -> None:
    """Check that a run has the reads that its layout needs, and no others, unless they are copied to each sample."""
    if made != "given" and not layout.plain:
        problem = f"the reads of run '{run}' are {made}, and none can be made for layout '{layout.name}'"
        raise lines.error(problem, remedy="Take one line of sample[n], constants, * and variant[n] or barcode[n]")
    needed = [line.read for line in layout.lines if line.read in OTHERS] + ["read2"] * layout.merges
    for read in OTHERS:
        if read in needed and read not in others:
            problem = f"layout '{layout.name}' of run '{run}' reads {read}, which the run does not name"
            raise lines.error(problem, remedy=f"Name its files in the column {read}")
        if read in others and read not in needed and others[read] != INTERLEAVED and not copied:
            problem = f"run '{run}' names a {read}, but layout '{layout.name}' does not read it"
            raise lines.error(problem, remedy=f"Leave {read} empty, or write the layout's line of it")


def _other_lanes(read: str, row: dict, number: int, lines: Lines) -> tuple[Path, ...] | str:
    if read == "read2" and row[read] == INTERLEAVED:
        return INTERLEAVED
    lanes = _split_lanes(row, read, lines)
    if len(lanes) != number:
        problem = f"run '{row['run']}' has {number} files of read1, but {len(lanes)} of {read}"
        raise lines.error(problem, remedy="Name the same lanes in each column, in the same order")
    return lanes


def _made(run: str, settings: Settings) -> str:
    if settings.simulate and settings.simulate.run == run:
        return "simulated"
    return "published" if settings.published_counts and settings.published_counts.run == run else "given"


def _lanes(row: dict, made: str, lines: Lines) -> tuple[Path, ...]:
    lanes = _split_lanes(row, "read1", lines)
    if made != "given" and lanes:
        remedy = "Leave read1 empty, or take the run out of `simulate` or `published_counts`"
        raise lines.error(f"run '{row['run']}' names a read1, but the config says that its reads are {made}", remedy=remedy)
    if made == "given" and not lanes:
        remedy = "Name its FASTQ in column read1, or give it by --config reads=PATH"
        raise lines.error(f"run '{row['run']}' has no reads", remedy=remedy)
    return lanes


def _split_lanes(row: dict, read: str, lines: Lines) -> tuple[Path, ...]:
    lanes = [lane.strip() for lane in row[read].split(";")] if row[read] else []
    if "" in lanes:
        raise lines.error(f"{read} '{row[read]}' has an empty place between its lanes", remedy="Put one ; between two files")
    return tuple(located(lines.path.parent, lane) for lane in lanes)


def _check_files_once(runs: tuple[Run, ...], sheet: Path) -> None:
    """Refuse a FASTQ that is named twice: its reads would count twice."""
    first: dict[Path, Run] = {}
    for run in runs:
        for path in run.paths:
            if path in first:
                twin = first[path]
                problem = f"run '{run.name}' reads {path}, which run '{twin.name}' on line {twin.line} reads already"
                raise Lines.at(sheet, run.line).error(problem, remedy="Name each file once: its reads would count twice")
            first[path] = run


# samples ---------------------------------------------------------------------------------------------------------------


def _sample(row: dict, lines: Lines, conditions: tuple[str, ...]) -> Sample:
    return Sample(
        name=row["sample"],
        run=row["run"],
        index=row["index"].upper(),
        experiment=row["experiment"] or None,
        bin=int(row["bin"]) if row["bin"] else None,
        replicate=row["replicate"],
        cells=int(row["cells"]) if row["cells"] else None,
        role=row["role"],
        conditions={name: _condition(row[name]) for name in conditions},
        molecule=row["molecule"] or None,
        line=lines.of(),
    )


def _condition(text: str) -> Condition:
    """Read a condition's value: a number where it is one, else the word."""
    return float(text) if re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", text) else text
