"""Simulate from a fit of the lac promoter at the design of MAVE-NN's split, fit again, and count what intervals hold the truth.

The truth is the fit's optimum without ridge. Each simulation is fitted as data are: random starts, ridge chosen on validation
variants, profiles. Prints a table and writes results/bench/coverage.json; each simulation's own table is kept beside it, and is
not made again, so that the benchmark goes on where it was stopped.
"""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import torch
from bench_fit import ROOT, dataset_of

from cisphys.files import write_text
from cisphys.inference.coverage import coverage_of_sites, coverage_table, read_simulations, simulate
from cisphys.inference.dataset import Dataset
from cisphys.inference.fit import fit_network
from cisphys.inference.search import FitOptions
from cisphys.inference.simulated import Source, unshrunk
from cisphys.models.language import load_spec
from cisphys.tables import write_table

LEAST, MOST = 0.90, 0.98  # coverage that an interval of nominal 95 % is to have
OUT = ROOT / "results/bench/coverage"


def truth_of(dataset: Dataset) -> Source:
    """Return the thermodynamic lac model's fit to the data, without ridge."""
    spec = load_spec(ROOT / "config/models/lac_thermodynamic.yaml", ROOT / "workflow/schemas/model.schema.yaml")
    fit = fit_network(spec, [dataset], FitOptions(profiles=False), report=lambda message: None)
    return unshrunk(fit.problem, fit.best)


def simulations(truth: Source, dataset: Dataset, numbers: Sequence[int], options: FitOptions) -> pd.DataFrame:
    """Return the recovery tables of all simulations, one below the other."""
    paths = [OUT / f"{number:04d}.tsv" for number in numbers]
    for number, path in zip(numbers, paths, strict=True):
        if not path.exists():
            table = simulate(truth, [dataset], options, [number], report=lambda message: None)
            write_table(table, path, digits=8)
            print(f"simulation {number}: {(table['covered'] == 'yes').mean():.1%} of the intervals hold the truth", flush=True)
    return read_simulations(paths)


def summary(table: pd.DataFrame) -> dict:
    """Return what is printed: each named parameter's coverage, each site's, and how many elements lie between 90 and 98 %."""
    covered = coverage_table(table)
    named, elements = covered[covered["base"] == ""], covered[covered["base"] != ""]
    result = {row["name"]: {key: row[key] for key in covered.columns[5:]} for _, row in named.iterrows()}
    result |= {row["site"]: {key: row[key] for key in row.index[1:]} for _, row in coverage_of_sites(table).iterrows()}
    result["elements"] = {
        "number": len(elements),
        "covered68": elements["covered68"].mean(),
        "covered95": elements["covered95"].mean(),
        "within_90_98": elements["covered95"].between(LEAST, MOST).mean(),
        "bias_in_sd": (elements["bias"] / elements["sd"]).abs().median(),
    }
    return result


def main() -> None:
    """Simulate, fit, count, print, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("table", type=Path, help="sortseq_data.csv.gz of the mavenn package's example data")
    parser.add_argument("--simulations", type=int, default=200)
    parser.add_argument("--restarts", type=int, default=2)
    given = parser.parse_args()
    torch.set_num_threads(1)
    dataset = dataset_of(given.table)
    options = FitOptions(restarts=given.restarts)
    found = summary(simulations(truth_of(dataset), dataset, range(given.simulations), options))
    for name, numbers in found.items():
        print(f"{name:24}" + "  ".join(f"{key} {value:.3f}" for key, value in numbers.items()))
    write_text(OUT.with_suffix(".json"), json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main()
