"""The results of an analysis as the report needs them, read from the files that the workflow wrote."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from cisphys.models.language import build_spec
from cisphys.models.spec import NetworkSpec
from cisphys.tables import read_table
from cisphys.yaml_lines import load_yaml

READ_FATES = "read_fates.tsv"
QUALITY = "qc.tsv"
COMPARISON = "comparison.tsv"
CYCLE_WORDS = ["dataset", "quantity", "cycle", "formula", "unit", "reason"]


@dataclass(frozen=True)
class FitResults:
    """What a fit's folder says: `folder` is relative to the results; the tables are those of the folder."""

    name: str
    folder: Path
    spec: NetworkSpec
    summary: dict[str, Any]
    parameters: pd.DataFrame
    restarts: pd.DataFrame
    references: pd.DataFrame
    pairs: pd.DataFrame
    cycles: pd.DataFrame

    @property
    def numbering(self) -> int | None:
        """Coordinate of the variant's first base, None where positions count from 0."""
        return self.summary.get("numbering")


def read_fit(results: Path, name: str) -> FitResults:
    """Read fits/<name>/ of the results."""
    folder = Path("fits") / name
    words = ["name", "site", "unit", "method", "identifiable", "reason"]
    return FitResults(
        name=name,
        folder=folder,
        spec=build_spec(*load_yaml(results / folder / "model.yaml")),
        summary=json.loads((results / folder / "summary.json").read_text()),
        parameters=read_table(results / folder / "parameters.tsv", ["name", "value"], words),
        restarts=read_table(results / folder / "restarts.tsv", text=["chosen", "stage"]),
        references=read_table(results / folder / "references.tsv", ["site", "reference"], ["site", "reference"]),
        pairs=read_table(results / folder / "pair_energies.tsv", ["energy"], ["site", "base", "second_base"]),
        cycles=read_table(results / folder / "cycles.tsv", ["value"], CYCLE_WORDS),
    )


def read_fates_table(results: Path) -> pd.DataFrame:
    """Read the table ``run sample fate reads``."""
    return read_table(results / READ_FATES, ["run", "sample", "fate", "reads"], ["run", "sample", "fate"])


def read_quality(results: Path) -> pd.DataFrame:
    """Read the table ``metric kind of value warn fail verdict remedy``."""
    return read_table(results / QUALITY, ["metric", "value", "verdict"], ["metric", "kind", "of", "verdict", "remedy"])


def read_comparison(results: Path) -> pd.DataFrame:
    """Read the table of fits that were judged on the same test variants."""
    return read_table(results / COMPARISON, ["group", "fit", "I_var_bits"], ["fit", "datasets"])
