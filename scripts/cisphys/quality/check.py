"""The quality check of an analysis: every measurement and its verdict in one table, and the tables that its figures show."""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd

from cisphys.files import write_text
from cisphys.quality.cross_talk import joined_by_chance
from cisphys.quality.measures import (
    barcode_histogram,
    barcodes_per_variant,
    compare_replicates,
    correlation,
    gini,
    lorenz_curve,
    molecule_tables,
    mutation_rates,
    seen_barcodes,
)
from cisphys.quality.metrics import Limits, Measurement, judge
from cisphys.reads.fates import COLUMNS as FATE_COLUMNS
from cisphys.reads.fates import COUNTED, DUPLICATE_UMI, UNASSIGNED
from cisphys.reads.library import read_library
from cisphys.reads.saturation import COLUMNS as CURVE_COLUMNS
from cisphys.reads.saturation import Spectrum, advice, saturation_curve
from cisphys.tables import read_table, write_table

CONSTANT = 0.001  # mutation rate below which a position is called constant
SHOWN = 4000  # variants per pair of replicates, and points of a Lorenz curve times 40, that figures show
FIGURES = {
    "saturation": CURVE_COLUMNS,
    "lorenz": ["of", "sequences", "reads"],
    "reads_per_bin": ["dataset", "bin", "reads", "variants"],
    "mutation_rates": ["dataset", "position", "wild_type", "A", "C", "G", "T", "rate"],
    "barcodes_per_variant": ["of", "barcodes", "variants"],
    "replicates": ["experiment", "first_dataset", "second_dataset", "variants", "r", "sequence", "first", "second"],
}


@dataclass
class Findings:
    """What a check has found: measurements, and rows of the tables in `FIGURES`."""

    measurements: list[Measurement] = field(default_factory=list)
    tables: dict[str, list[pd.DataFrame]] = field(default_factory=lambda: {name: [] for name in FIGURES})

    def measured(self, metric: str, kind: str, of: str, value: float | None, judged: bool = True, words: str = "") -> None:
        self.measurements.append(Measurement(metric, kind, of, value, judged, words))

    def table(self, name: str) -> pd.DataFrame:
        """Return one of the tables, with its header where it has no rows."""
        parts = self.tables[name]
        return pd.concat(parts, ignore_index=True)[FIGURES[name]] if parts else pd.DataFrame(columns=FIGURES[name])


@dataclass(frozen=True)
class DatasetFiles:
    """Where a dataset lies: its variants, and its barcodes and library where it has them."""

    variants: str
    barcodes: str | None = None
    library: str | None = None


def check_quality(
    datasets: Mapping[str, DatasetFiles],
    replicates: Mapping[str, Sequence[str]],
    *,
    fates: str | Path | None = None,
    combinations: str | Path | None = None,
    counts: Iterable[str | Path] = (),
    libraries: Mapping[str, str] | None = None,
    controls: Collection[str] = (),
) -> Findings:
    """Measure an analysis.

    Parameters
    ----------
    datasets : the files of each dataset
    replicates : experiment -> its datasets, where it has more than one
    fates : table `run sample fate reads`, where reads were counted
    combinations : table `run index sample reads` of the combinations of index parts, where reads were counted
    counts : the tables `sample sequence reads` of the runs
    libraries : sample -> its library of barcodes, where it has one
    controls : samples that may well hold a single sequence, so that its variety is not judged

    Raises
    ------
    InputError : a table is missing or is none
    """
    findings = Findings()
    if fates is not None:
        measure_fates(read_table(fates, FATE_COLUMNS, FATE_COLUMNS[:3]), findings)
    if combinations is not None:
        measure_cross_talk(read_table(combinations, ["run", "index", "sample", "reads"], ["run", "index", "sample"]), findings)
    sizes = {sample: len(read_library(path)) for sample, path in (libraries or {}).items()}
    for path in counts:
        for sample, reads in _reads_by_sample(path):
            measure_sample(sample, reads, sizes.get(sample), findings, control=sample in controls)
    for name, files in datasets.items():
        measure_dataset(name, read_table(files.variants, ["sequence"], ["sequence", "set"]), findings)
        if files.library:
            measure_library(name, read_table(files.barcodes, ["barcode"], ["barcode"]), read_library(files.library), findings)
    for experiment, names in replicates.items():
        tables = {name: read_table(datasets[name].variants, ["sequence"], ["sequence", "set"]) for name in names}
        measure_replicates(experiment, tables, findings)
    return findings


def write_quality(findings: Findings, limits: Mapping[str, Limits], table: str, summary: str, figures: Mapping[str, str]) -> None:
    """Write the verdicts as a table and as JSON, and what figures show as tables."""
    verdicts = judge(findings.measurements, limits)
    write_table(verdicts, table)
    levels = set(verdicts["verdict"])
    worst = next((level for level in ("fail", "warn") if level in levels), "ok")
    rows = verdicts.astype(object).where(verdicts.notna(), None).to_dict("records")
    write_text(summary, json.dumps({"verdict": worst, "checks": rows}, indent=1, ensure_ascii=False) + "\n")
    for name, path in figures.items():
        write_table(findings.table(name), path)


def _reads_by_sample(path: str | Path) -> Iterator[tuple[str, np.ndarray]]:
    """Yield each sample of a table of counts and the reads (sequences,) of its sequences, which themselves are not kept."""
    kinds = {"sample": "category", "reads": "int64"}
    table = pd.read_csv(path, sep="\t", usecols=list(kinds), dtype=kinds, keep_default_na=False)
    for sample, rows in table.groupby("sample", sort=False, observed=True)["reads"]:
        yield str(sample), rows.to_numpy()


def measure_fates(fates: pd.DataFrame, findings: Findings) -> None:
    """Measure how many reads each run and sample has, and what share of them was counted, or is a copy of one that was."""
    for run, rows in fates.groupby("run", sort=False):
        _measure_counted("run", run, rows, findings)
        for sample, own in rows[rows["sample"] != UNASSIGNED].groupby("sample", sort=False):
            findings.measured("reads", "sample", sample, int(own["reads"].sum()))
            _measure_counted("sample", sample, own, findings)


def _measure_counted(kind: str, of: str, rows: pd.DataFrame, findings: Findings) -> None:
    """Measure the share of the reads that fit: copies of a molecule do, and are told as they are many in a deep library."""
    total = rows["reads"].sum()
    counted, copies = (rows.loc[rows["fate"] == fate, "reads"].sum() for fate in (COUNTED, DUPLICATE_UMI))
    words = f"{100 * copies / total:.0f} % are copies of a molecule that is counted, and no loss" if copies else ""
    findings.measured("counted", kind, of, float((counted + copies) / total) if total else None, words=words)


def measure_cross_talk(combinations: pd.DataFrame, findings: Findings) -> None:
    """Measure for each run whose indices have several parts how many of its readings join parts of different molecules."""
    for run, rows in combinations.groupby("run", sort=False):
        findings.measured("cross_talk", "run", run, joined_by_chance(rows))


def measure_sample(sample: str, reads: np.ndarray, library: int | None, findings: Findings, control: bool = False) -> None:
    """Measure the counts of one sample: distinct sequences, saturation, unevenness.

    Parameters
    ----------
    sample : its name
    reads : (sequences,) reads of each sequence that was seen
    library : how many barcodes its library has; None where there is none. Then saturation is not judged: most variants of
        random mutagenesis are rare by design.
    findings : gets the measurements
    control : whether it is a control, of which none of these is judged
    """
    spectrum, missing = Spectrum.of(reads), 0 if library is None else max(library - len(reads), 0)
    room = np.inf if library is None else missing
    findings.measured("distinct", "sample", sample, len(reads), not control)
    findings.measured(
        "saturation", "sample", sample, spectrum.coverage, library is not None and not control, advice(spectrum, room)
    )
    findings.measured("gini", "sample", sample, gini(reads, missing), not control)
    findings.tables["saturation"].append(saturation_curve(sample, spectrum, room))
    findings.tables["lorenz"].append(_lorenz_table(sample, reads, missing))


def _lorenz_table(of: str, reads: np.ndarray, missing: int) -> pd.DataFrame:
    x, y = lorenz_curve(reads, missing)
    shown = np.unique(np.linspace(0, len(x) - 1, SHOWN // 40 + 1).round().astype(int))
    return pd.DataFrame({"of": of, "sequences": x[shown], "reads": y[shown]})


def measure_dataset(name: str, table: pd.DataFrame, findings: Findings) -> None:
    """Measure a table of variants: the balance of its bins or molecules, where it is mutated, replicates within it."""
    columns = [column for column in table if column.startswith(("ct_", "dna", "rna"))]
    counts = table[columns].fillna(0)
    totals = counts.sum()
    bins = pd.DataFrame({"dataset": name, "bin": [column.removeprefix("ct_") for column in columns], "reads": totals.to_numpy()})
    findings.tables["reads_per_bin"].append(bins.assign(variants=(counts > 0).sum().to_numpy()))
    if columns:
        findings.measured("smallest_bin", "dataset", name, float(totals.min() / totals.mean()) if totals.sum() else None)
    rates = mutation_rates(table["sequence"], counts.sum(axis=1).to_numpy())
    if rates is not None:
        findings.measured("mutation_rate", "dataset", name, float(rates["rate"].mean()))
        findings.measured("constant_positions", "dataset", name, float((rates["rate"] < CONSTANT).mean()))
        findings.tables["mutation_rates"].append(rates.assign(dataset=name))
    replicates = molecule_tables(table)
    measure_replicates(name, {f"{name}.{replicate}": own for replicate, own in replicates.items()}, findings)


def measure_library(name: str, barcodes: pd.DataFrame, library: dict[str, str], findings: Findings) -> None:
    """Measure how much of its library a dataset has seen, each replicate of RNA and DNA by itself."""
    for replicate, own in seen_barcodes(barcodes).items():
        of = f"{name}.{replicate}" if replicate else name
        seen = barcodes_per_variant(own, library)
        findings.measured("coverage", "dataset", of, float((seen > 0).mean()))
        findings.measured("barcodes_per_variant", "dataset", of, float(seen[seen > 0].median()) if seen.any() else None)
        findings.tables["barcodes_per_variant"].append(barcode_histogram(of, seen))


def measure_replicates(experiment: str, tables: Mapping[str, pd.DataFrame], findings: Findings) -> None:
    """Measure how far each two replicates of an experiment agree, over the variants that both have enough reads of."""
    for first, second in combinations(tables, 2):
        pairs = compare_replicates(tables[first], tables[second])
        words, r = f"{len(pairs):,} variants in both", correlation(pairs)
        findings.measured("replicate_correlation", "replicates", f"{first}, {second}", r, words=words)
        shown = pairs.iloc[np.unique(np.linspace(0, max(len(pairs) - 1, 0), SHOWN).astype(int))] if len(pairs) else pairs
        names = {"experiment": experiment, "first_dataset": first, "second_dataset": second, "variants": len(pairs), "r": r}
        findings.tables["replicates"].append(shown.assign(**names))
