"""Reads the two sheets, of sequencing runs and of samples. `cisphys.datasets` groups the samples."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from cisphys.association_checks import check_libraries
from cisphys.errors import nearest
from cisphys.sample_checks import SampleChecks
from cisphys.settings import Condition, Settings, located
from cisphys.sheet_rows import check_unique, checked_rows
from cisphys.yaml_lines import Lines


@dataclass(frozen=True)
class Run:
    """One sequencing run: the name of its layout and its FASTQ files, one per lane. `role` is ``counts`` or ``association``.

    `made` says where the reads come from: ``given`` (files), ``simulated`` or ``published`` (made by the workflow: no files).
    """

    name: str
    layout: str
    read1: tuple[Path, ...]
    made: str = "given"
    role: str = "counts"
    line: int | None = field(default=None, compare=False)


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
        for path in run.read1:
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
    for column in ("read2", "index1", "index2"):
        if row[column]:
            raise lines.error(f"run '{name}' names a {column}, but layouts read read1 only", remedy=f"Leave {column} empty")
    if settings.reads:
        return Run(name, layout, (settings.reads,), role=row["role"], line=lines.of())
    made = _made(name, settings)
    return Run(name, layout, _lanes(row, made, lines), made, row["role"], lines.of())


def _made(run: str, settings: Settings) -> str:
    if settings.simulate and settings.simulate.run == run:
        return "simulated"
    return "published" if settings.published_counts and settings.published_counts.run == run else "given"


def _lanes(row: dict, made: str, lines: Lines) -> tuple[Path, ...]:
    lanes = [lane.strip() for lane in row["read1"].split(";")] if row["read1"] else []
    if made != "given" and lanes:
        remedy = "Leave read1 empty, or take the run out of `simulate` or `published_counts`"
        raise lines.error(f"run '{row['run']}' names a read1, but the config says that its reads are {made}", remedy=remedy)
    if made == "given" and not lanes:
        remedy = "Name its FASTQ in column read1, or give it by --config reads=PATH"
        raise lines.error(f"run '{row['run']}' has no reads", remedy=remedy)
    if "" in lanes:
        raise lines.error(f"read1 '{row['read1']}' has an empty place between its lanes", remedy="Put one ; between two files")
    return tuple(located(lines.path.parent, lane) for lane in lanes)


def _check_files_once(runs: tuple[Run, ...], sheet: Path) -> None:
    """Refuse a FASTQ that is named twice: its reads would count twice."""
    first: dict[Path, Run] = {}
    for run in runs:
        for path in run.read1:
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
