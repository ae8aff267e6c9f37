"""Fit the lac promoter's kinetic and its thermodynamic model to MAVE-NN's split, and compare cost and prediction.

Prints a table and writes results/bench/kinetic.json. CPU seconds of this process, which has one thread; the difference of the two
models' log likelihoods on the test variants is paired, with its bootstrap interval over variants.
"""

import argparse
import json
import time
from dataclasses import asdict
from pathlib import Path

import torch
from bench_fit import ROOT, dataset_of

from cisphys.inference.dataset import Dataset
from cisphys.inference.fit import Fit, fit_network
from cisphys.inference.paired import paired_difference
from cisphys.inference.search import FitOptions
from cisphys.inference.solution import judge
from cisphys.models.language import load_spec

MODELS = ("lac_thermodynamic", "lac_kinetic")
RUNS = {
    "one start, one ridge": FitOptions(restarts=1, ridge=(0.01,), profiles=False),
    "five starts, three ridges": FitOptions(profiles=False),
    "five starts, three ridges, profiles": FitOptions(),
}


def timed(model: str, dataset: Dataset, options: FitOptions) -> tuple[Fit, float]:
    """Return a fit and its CPU seconds."""
    spec = load_spec(ROOT / f"config/models/{model}.yaml", ROOT / "workflow/schemas/model.schema.yaml")
    start = time.process_time()
    fit = fit_network(spec, [dataset], options, report=lambda message: None)
    return fit, time.process_time() - start


def compared(dataset: Dataset, options: FitOptions) -> dict:
    """Return CPU seconds and information of both models, and their paired difference on the test variants."""
    results, judgements = {}, []
    for model in MODELS:
        fit, seconds = timed(model, dataset, options)
        scalars = {name: float(value) for name, value in fit.network.named_values().items() if value.ndim == 0}
        bits = fit.information["test"].I_var_bits
        results[model] = {"cpu_s": seconds, "test_I_var_bits": float(bits), "converged": fit.best.converged, "scalars": scalars}
        judgements.append(judge(fit.problem, fit.best, [dataset.only("test")]))
    thermodynamic, kinetic = judgements
    return results | {"kinetic_minus_thermodynamic": asdict(paired_difference(kinetic, thermodynamic))}


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("table", type=Path, help="sortseq_data.csv.gz of the mavenn package's example data")
    given = parser.parse_args()
    torch.set_num_threads(1)
    dataset = dataset_of(given.table)
    compared(dataset, RUNS["one start, one ridge"])  # torch's first calls are slow
    results = {}
    print(f"{'':38}{'CPU s':>16}{'test bits':>20}{'kinetic - thermodynamic, nats [95 %]':>42}")
    for name, options in RUNS.items():
        results[name] = found = compared(dataset, options)
        seconds = "  ".join(f"{found[model]['cpu_s']:.2f}" for model in MODELS)
        bits = "  ".join(f"{found[model]['test_I_var_bits']:.4f}" for model in MODELS)
        gain = found["kinetic_minus_thermodynamic"]
        print(f"{name:38}{seconds:>16}{bits:>20}{gain['nats']:22.1f} [{gain['low95']:.1f}, {gain['high95']:.1f}]", flush=True)
    out = ROOT / "results/bench/kinetic.json"
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps(results, indent=1) + "\n")


if __name__ == "__main__":
    main()
