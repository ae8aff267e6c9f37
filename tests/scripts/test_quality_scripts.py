"""The scripts of the quality check, run as Snakemake runs them."""

import json
import runpy
from pathlib import Path

import pandas as pd
import pytest
from snakemake.iocontainers import InputFiles, Log, OutputFiles, Params, ResourceList, Snakemake, Wildcards

from cisphys.quality.check import FIGURES
from cisphys.quality.metrics import METRICS

SCRIPTS = Path(__file__).parents[2] / "scripts"


def run(rule: str, folder: Path, given: dict, made: dict, params: dict, wildcards: dict) -> None:
    """Run the script of a rule."""
    parts = [kind() for kind in (InputFiles, OutputFiles, Params, Wildcards)]
    for part, named in zip(parts, (given, made, params, wildcards), strict=True):
        for name, value in named.items():
            start = len(part)
            part.extend(value if isinstance(value, list) else [value])
            part._set_name(name, start, end=len(part) if isinstance(value, list) else None)
    stub = Snakemake(*parts, 1, ResourceList(), Log([str(folder / "log")]), {}, rule, None)
    runpy.run_path(str(SCRIPTS / f"{rule}.py"), init_globals={"snakemake": stub}, run_name="__main__")


@pytest.fixture(scope="module")
def checked(tmp_path_factory) -> Path:
    """A folder with the results of the check of two replicates from tables."""
    folder = tmp_path_factory.mktemp("quality")
    for number in (1, 2):
        table = pd.DataFrame({"sequence": ["AAC", "AAG", "ATC", "AAA"], "ct_0": [1, 2, 3, 4], "ct_1": [40, 30, 20, 10 * number]})
        table.assign(ct_2=[10, 20, 30, 50]).to_csv(folder / f"e.{number}.tsv", sep="\t", index=False)
    made = {"table": folder / "qc.tsv", "summary": folder / "qc.json", **{name: folder / f"{name}.tsv" for name in FIGURES}}
    datasets = {f"e.{number}": {"variants": str(folder / f"e.{number}.tsv")} for number in (1, 2)}
    params = {
        "limits": {metric: {"warn": None, "fail": None} for metric in METRICS} | {"mutation_rate": {"warn": 0.9, "fail": 0.8}},
        "datasets": datasets,
        "replicates": {"e": list(datasets)},
        "libraries": {},
        "controls": [],
    }
    run(
        "check_quality",
        folder,
        {"fates": [], "combinations": [], "counts": []},
        {name: str(path) for name, path in made.items()},
        params,
        {},
    )
    return folder


def test_tables_are_checked(checked):
    summary = json.loads((checked / "qc.json").read_text())
    assert summary["verdict"] == "fail"
    assert [(row["metric"], row["of"], row["verdict"]) for row in summary["checks"]] == [
        ("smallest_bin", "e.1", "ok"),
        ("mutation_rate", "e.1", "fail"),
        ("constant_positions", "e.1", "ok"),
        ("smallest_bin", "e.2", "ok"),
        ("mutation_rate", "e.2", "fail"),
        ("constant_positions", "e.2", "ok"),
        ("replicate_correlation", "e.1, e.2", "ok"),
    ]


def test_every_figure_is_drawn(checked):
    given = {name: str(checked / f"{name}.tsv") for name in FIGURES}
    made = {f"{name}_{suffix}": str(checked / f"{name}.{suffix}") for name in FIGURES for suffix in ("svg", "pdf", "png")}
    run("plot_quality", checked, given, made, {"figures": list(FIGURES)}, {})
    assert all(Path(path).stat().st_size > 1000 for path in made.values())
