"""The results of an analysis as the report needs them, read from the files that the workflow wrote."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from cisphys.models.language import build_spec
from cisphys.models.spec import BLACK_BOX, LINEAR, NetworkSpec
from cisphys.tables import read_object, read_table
from cisphys.yaml_lines import load_yaml

READ_FATES = "read_fates.tsv"
QUALITY = "qc.tsv"
COMPARISON = "comparison.tsv"
# columns of a fit's tables that hold words, also where all of them look like numbers
OF_PARAMETERS = ("name", "site", "unit", "method", "identifiable", "reason")
OF_MODELS = ("dataset", "quantity", "cycle", "formula", "kind", "wild_type", "base", "second_base", "mutations", "better")
OF_TESTS = ("warning", "what", "positions", "numbered", "parameter")
WORDS = (*OF_PARAMETERS, *OF_MODELS, *OF_TESTS, "stage", "chosen", "reference")


@dataclass(frozen=True)
class FitResults:
    """What a fit's folder says.

    Attributes
    ----------
    name : the fit
    results : the folder of results; the fit's own is ``fits/<name>`` below it
    given : the files that the report shows, relative to `results`; what else lies there is of another config, or of another run
    kcal_per_kT : 1 kT in kcal/mol
    """

    name: str
    results: Path
    given: Collection[str]
    kcal_per_kT: float  # noqa: N815
    spec: NetworkSpec
    summary: dict[str, Any]

    @property
    def folder(self) -> Path:
        """The folder of the fit, relative to the results."""
        return Path("fits") / self.name

    @property
    def figures(self) -> Path:
        """The folder of the fit's figures, relative to the results."""
        return Path("figures") / self.name

    @property
    def numbering(self) -> int | None:
        """Coordinate of the variant's first base, None where positions count from 0."""
        return self.summary.get("numbering")

    @property
    def has_biophysics(self) -> bool:
        """Tell whether there are states and energies of binding: linear models and black boxes have none."""
        return self.spec.family not in (*LINEAR, BLACK_BOX)

    @property
    def files(self) -> list[Path]:
        """The given files of the fit's own folder, relative to the results."""
        return sorted(Path(path) for path in self.given if Path(path).parent == self.folder)

    def has(self, file: str) -> bool:
        """Tell whether the fit's folder has a file that the report was given."""
        return (self.folder / file).as_posix() in self.given

    def table(self, file: str) -> pd.DataFrame:
        """Read a table of the fit's folder."""
        return read_table(self.results / self.folder / file, text=WORDS)

    def json(self, file: str) -> dict[str, Any]:
        """Read a JSON file of the fit's folder."""
        return read_object(self.results / self.folder / file)

    @cached_property
    def parameters(self) -> pd.DataFrame:
        """The table of parameters."""
        return self.table("parameters.tsv")

    @cached_property
    def references(self) -> pd.DataFrame:
        """The table of agreement with references."""
        return self.table("references.tsv")


def read_fit(results: Path, name: str, given: Collection[str], kcal_per_kT: float) -> FitResults:
    """Read fits/<name>/ of the results."""
    folder = results / "fits" / name
    spec = build_spec(*load_yaml(folder / "model.yaml"))
    return FitResults(name, results, given, kcal_per_kT, spec, json.loads((folder / "summary.json").read_text()))


def read_fates_table(results: Path) -> pd.DataFrame:
    """Read the table ``run sample fate reads``."""
    return read_table(results / READ_FATES, ["run", "sample", "fate", "reads"], ["run", "sample", "fate"])


def read_quality(results: Path) -> pd.DataFrame:
    """Read the table ``metric kind of value warn fail verdict remedy``."""
    return read_table(results / QUALITY, ["metric", "value", "verdict"], ["metric", "kind", "of", "verdict", "remedy"])


def read_comparison(results: Path) -> pd.DataFrame:
    """Read the table of fits that were judged on the same test variants."""
    return read_table(results / COMPARISON, ["group", "fit", "I_var_bits"], ["fit", "datasets"])
