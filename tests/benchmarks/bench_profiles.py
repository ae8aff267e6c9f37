"""Time the profile likelihoods of the lac promoter: of one experiment on MAVE-NN's split, and of the six experiments together.

Prints CPU seconds of this process, which has one thread, for each profile and per point, and how far a point is off a refit.
"""

import argparse
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
import torch

sys.path.insert(0, str(Path(__file__).parents[2] / "scripts"))

from model_data import lac

from cisphys.dna import encode
from cisphys.inference.dataset import Dataset, split_by_hash
from cisphys.inference.fit import condition_levels, wild_type
from cisphys.inference.held import Held
from cisphys.inference.measured import BinCounts
from cisphys.inference.newton import Optimum, minimise
from cisphys.inference.orientation import orient
from cisphys.inference.problem import Problem
from cisphys.inference.profile import Profile
from cisphys.inference.profiles import PROFILE_RIDGE, PROFILE_SCALE_WIDTH, profile_all
from cisphys.inference.quantities import quantities_of
from cisphys.inference.search import FitOptions, Search
from cisphys.models.families import network_of
from cisphys.models.language import load_spec
from cisphys.models.spec import NetworkSpec

ROOT = Path(__file__).parents[2]
# CRP is less active in the strain TK310, the less so the less cAMP there is; the other three are wild-type cells
CRP = {"full-wt": "wt", "crp-wt": "wt", "rnap-wt": "wt", "full-500": "500", "full-150": "150", "full-0": "0"}
SPLIT = {"training": 0.6, "validation": 0.2, "test": 0.2}


def six_experiments(data: Path) -> list[Dataset]:
    """Return the published counts of the six experiments, split by a hash of each sequence."""
    datasets = []
    for name, crp in CRP.items():
        table = pd.read_csv(data / f"lac_sortseq/counts/{name}.tsv.gz", sep="\t")
        sequences, counts = table["sequence"].tolist(), table.filter(regex="^ct_").to_numpy(float)
        bins = BinCounts(counts, tuple(range(counts.shape[1])))
        datasets.append(Dataset(name, encode(sequences), bins, split_by_hash(sequences, SPLIT, 1), {"crp": crp}))
    return datasets


def spec_of(folder: Path, by_crp: bool) -> NetworkSpec:
    """Return the thermodynamic model, CRP's chemical potential by condition or one for all."""
    text = (ROOT / "config/models/lac_thermodynamic.yaml").read_text(encoding="utf-8")
    if by_crp:
        text = text.replace("stop: 27}", "stop: 27, chemical_potential: {by: crp}}")
    path = folder / "model.yaml"
    path.write_text(text, encoding="utf-8")
    return load_spec(path, ROOT / "workflow/schemas/model.schema.yaml").for_length(75)


def measure(title: str, spec: NetworkSpec, datasets: list[Dataset]) -> None:
    """Fit, profile, and check every point of the profiles."""
    training, validation = ([each.only(part) for each in datasets] for part in ("training", "validation"))
    network = network_of(spec, condition_levels(spec, datasets))
    options = FitOptions(restarts=1, ridge=(PROFILE_RIDGE,), spline=(12,))
    problem, best, _ = Search(network, training, validation, wild_type(spec, training), options, lambda words: None).run()
    best = minimise(problem, orient(problem, best.p, best.at))
    print(f"{title}: CPU s of each profile")
    started = last = time.process_time()

    def report(words: str) -> None:
        nonlocal last
        now = time.process_time()
        print(f"{now - last:8.2f}  {words}", flush=True)
        last = now

    found = profile_all(problem, best, report).found
    seconds, points = time.process_time() - started, sum(len(each.points) - 1 for each in found.values())
    print(f"{seconds:8.2f}  in all; {points} points of {seconds / points:.2f} CPU s")
    print(f"a point lies at most {farthest_off(problem, best, found):.1e} nats off a refit\n")


def farthest_off(problem: Problem, best: Optimum, found: Mapping[str, Profile]) -> float:
    """Return by how much a point of the profiles differs from a refit from the optimum to 1e-6 nat, at most."""
    problem.scale_width = PROFILE_SCALE_WIDTH
    best = minimise(problem, best.p, tolerance=1e-6)
    off = []
    for quantity in (each for each in quantities_of(problem) if each.name in found):
        for point in found[quantity.name].points:
            held = Held(problem, quantity.weights(problem), point.value - quantity.constant)
            refit = minimise(held, best.p[held.others], tolerance=1e-6)
            off.append(abs(best.objective + point.rise - refit.objective))
    return max(off)


def main() -> None:
    """Measure both."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, help="folder with mavenn/sortseq_data.csv.gz and lac_sortseq/counts/")
    data = parser.parse_args().data
    torch.set_num_threads(1)
    with TemporaryDirectory() as folder:
        measure("full-wt, MAVE-NN's copy", spec_of(Path(folder), by_crp=False), [lac(data)])
        measure("six experiments", spec_of(Path(folder), by_crp=True), six_experiments(data))


if __name__ == "__main__":
    main()
