"""A bootstrap of the lac promoter's thermodynamic model: `make bench-bootstrap` prints it and writes bootstrap.json.

CPU seconds of one thread, warm replicates of variants and a few from cold starts, on MAVE-NN's copy of the data; errors of all
elements and of the interaction beside those of the sandwich.
"""

import argparse
import json
import sys
import time
from pathlib import Path

import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).parents[2] / "scripts"))

from model_data import lac

from cisphys.inference.ensemble import Ensemble, Resampling, bootstrap
from cisphys.inference.fit import Fit, fit_network
from cisphys.inference.sandwich import Covariances, covariances
from cisphys.inference.search import FitOptions
from cisphys.models.language import load_spec

ROOT = Path(__file__).parents[2]
TARGET = 100.0  # CPU seconds of 1000 replicates


def measured(fit: Fit, replicates: int, start: str) -> tuple[Ensemble, float]:
    """Return replicates of variants, and the CPU seconds of one."""
    began = time.process_time()
    found = bootstrap(fit.problem, fit.best, range(replicates), Resampling(1, "variants", start))
    return found, (time.process_time() - began) / replicates


def compared(fit: Fit, found: Ensemble, sandwich: Covariances) -> dict[str, float]:
    """Return the errors of the interaction, kT, and the quartiles of the elements' errors over those of the sandwich."""
    errors = sandwich.sandwich.diagonal().sqrt().numpy()
    index = fit.problem.elements + fit.network.scalar_names.index("interaction.CRP.RNAP")
    ratios = np.quantile((found.errors / errors)[: fit.problem.elements], [0.25, 0.5, 0.75])
    low, high = np.quantile(found.values[found.converged, index], [0.025, 0.975])
    numbers = {"interaction": float(fit.best.p[index]), "error": found.errors[index], "sandwich_error": errors[index]}
    return numbers | {"low95": low, "high95": high} | dict(zip(("ratio_25", "ratio_50", "ratio_75"), ratios, strict=True))


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, help="folder with mavenn/sortseq_data.csv.gz")
    parser.add_argument("--replicates", type=int, default=1000)
    parser.add_argument("--cold", type=int, default=20, help="replicates from cold starts")
    given = parser.parse_args()
    torch.set_num_threads(1)
    spec = load_spec(ROOT / "config/models/lac_thermodynamic.yaml", ROOT / "workflow/schemas/model.schema.yaml")
    fit = fit_network(spec, [lac(given.data)], FitOptions(profiles=False), lambda message: None)
    sandwich = covariances(fit.problem, fit.best)
    results = {}
    for start, replicates in (("warm", given.replicates), ("cold", given.cold)):
        found, seconds = measured(fit, replicates, start)
        about = {"replicates": replicates, "converged": int(found.converged.sum()), "cpu_s": seconds * replicates}
        results[start] = (
            about | {"cpu_s_of_one": seconds} | {name: float(x) for name, x in compared(fit, found, sandwich).items()}
        )
        print(start, " ".join(f"{name} {value:.3g}" for name, value in results[start].items()), flush=True)
    took = 1000 * results["warm"]["cpu_s_of_one"]
    print(f"1000 warm replicates: {took:.0f} CPU s, target {TARGET:.0f}: {'met' if took <= TARGET else 'NOT met'}")
    path = Path("results/bench/bootstrap.json")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(results, indent=1) + "\n")


if __name__ == "__main__":
    main()
