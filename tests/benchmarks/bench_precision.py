"""Whether energies and latent in float32 pay: `make bench-precision` prints a table and writes results/bench/precision.json.

Two questions. How far from the optimum, in nats, does a fit end whose latents and slopes are computed in float32 (half of
g' H^-1 g, g its gradient where that of float64 is zero, H the curvature)? And how much of a step's CPU time would be saved at 1
million variants? Likelihood and information stay in float64: sums over a million reads in float32 lose what 0.01 nat is made of.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

sys.path.insert(0, str(Path(__file__).parents[2] / "scripts"))

from model_data import lac, made

from cisphys.inference.dataset import Dataset
from cisphys.inference.fit import wild_type
from cisphys.inference.newton import minimise
from cisphys.inference.problem import Evaluation, Problem
from cisphys.inference.start import random_start, ranked_effects
from cisphys.inference.term import Latent, Term
from cisphys.models.families import network_of
from cisphys.models.language import load_spec

ROOT = Path(__file__).parents[2]


def problem_of(dataset: Dataset) -> tuple[Problem, Tensor]:
    """Return the thermodynamic lac model on the training variants, and a start."""
    spec = load_spec(ROOT / "config/models/lac_thermodynamic.yaml", ROOT / "workflow/schemas/model.schema.yaml")
    training = dataset.only("training")
    problem = Problem(network_of(spec), [training], wild_type(spec, [training]), 0.01, 12)
    return problem, random_start(problem, ranked_effects(problem)[0], np.random.default_rng([1, 1]))


class Single:
    """The latent of a problem's one term, with energies and slopes in float32."""

    def __init__(self, problem: Problem):
        self.term: Term = problem.terms[0]
        self.network = network_of(problem.network.spec, dtype=torch.float32)
        self.forward = [placed._forward.to(torch.float32) for placed in self.term.design.placed]

    def latent(self, p: Tensor) -> Latent:
        """Return what `Term.latent` does; the standardisation is in float64."""
        design, single = self.term.design, p.float()
        parts = zip(self.forward, design.placed, strict=True)
        placed = torch.stack([forward @ single[design.slices[own.block]] for forward, own in parts], 1)
        u, *slopes = self.network.latent_and_slopes(placed, self.term.local_scalars(p).float())
        u, share = u.double(), self.term.process.share
        mean = share @ u
        sd = (share @ (u - mean) ** 2).sqrt()
        return Latent((u - mean) / sd, mean, sd, *(each.double() for each in slopes))


def distance(problem: Problem, start: Tensor) -> dict[str, float]:
    """Return the difference of the objectives at the optimum, and how far off (nats) that of float32 is."""
    best = minimise(problem, start, tolerance=1e-6)
    latent, (term,) = Single(problem).latent(best.p), problem.terms
    measured = term.process.evaluate(best.p[term.beta], latent.v)
    difference = best.at.measured[0].log_likelihood - measured.log_likelihood
    gradient = problem.ascent(best.p, Evaluation(0.0, (latent,), (measured,))) - problem.ascent(best.p, best.at)
    decrement = 0.5 * float(gradient @ torch.linalg.solve(problem.curvature(best.p, best.at), gradient))
    return {"objective_differs_by_nats": difference, "optimum_off_by_nats": decrement}


def cpu_s(call: Callable[[], object], repeats: int = 5) -> float:
    """Return the least CPU seconds of a call."""
    taken = []
    for _ in range(repeats):
        start = time.process_time()
        call()
        taken.append(time.process_time() - start)
    return min(taken)


def step(problem: Problem, p: Tensor) -> dict[str, float]:
    """Return the CPU seconds of a step's parts: the latent in either precision, the whole evaluation, and the curvature."""
    single, (term,), at = Single(problem), problem.terms, problem.evaluate(p)
    return {
        "latent_float64": cpu_s(lambda: term.latent(problem.network, p)),
        "latent_float32": cpu_s(lambda: single.latent(p)),
        "evaluation": cpu_s(lambda: problem.evaluate(p)),
        "gradient_and_curvature": cpu_s(lambda: (problem.ascent(p, at), problem.curvature(p, at)), 2),
    }


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, help="folder with mavenn/")
    parser.add_argument("--variants", type=int, default=1_000_000)
    given = parser.parse_args()
    torch.set_num_threads(1)
    found = distance(*problem_of(lac(given.data)))
    dataset = made(given.variants, 75)
    parts = step(*problem_of(replace(dataset, part=np.zeros_like(dataset.part))))
    whole = parts["evaluation"] + parts["gradient_and_curvature"]
    found |= {f"{name}_cpu_s": seconds for name, seconds in parts.items()}
    found["saved_share_of_a_step"] = (parts["latent_float64"] - parts["latent_float32"]) / whole
    print(json.dumps(found, indent=1))
    out = ROOT / "results/bench/precision.json"
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main()
