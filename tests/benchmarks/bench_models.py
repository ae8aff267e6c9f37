"""How well and how fast declared models are fitted, beside MAVE-NN: `make bench-models` prints a table and writes models.json.

All figures are CPU seconds of one thread. A fit is timed from encoded sequences on: designs, starts, search, judging. With
--peers, MAVE-NN 1.1.4 runs in turn on the same split, with the settings of its own examples; its thermodynamic model is stopped
early, since its run to the end (2,000 epochs, 0.700 bit) takes 1,534 CPU seconds. `mavenn_models.py` says what is timed there.
"""

import argparse
import gc
import json
import resource
import subprocess
import sys
import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import torch
from scipy.spatial import cKDTree
from scipy.special import digamma

sys.path.insert(0, str(Path(__file__).parents[2] / "scripts"))

from model_data import cre, lac, made, mpsa

from cisphys.inference.blackbox_fit import fit_blackbox
from cisphys.inference.dataset import PARTS, Dataset
from cisphys.inference.ensemble import Resampling, bootstrap
from cisphys.inference.fit import Fit, fit_network, wild_type
from cisphys.inference.measured import Values
from cisphys.inference.metrics import variational_information
from cisphys.inference.newton import minimise
from cisphys.inference.problem import Problem
from cisphys.inference.search import FitOptions
from cisphys.inference.solution import judge
from cisphys.inference.start import random_start, ranked_effects
from cisphys.models.families import network_of
from cisphys.models.language import load_spec
from cisphys.models.spec import BLACK_BOX, NetworkSpec

ROOT = Path(__file__).parents[2]
TO_THE_END = {"lac_thermodynamic": 1534.0}  # CPU s of MAVE-NN, measured once
ONE = FitOptions(restarts=1, ridge=(0.01,), profiles=False)
SIXTEEN = replace(ONE, spline=(16,))  # of 12, 16 and 20 these predict the validation reads of an additive model best
PEER_THREADS = {"OMP_NUM_THREADS": "1", "TF_NUM_INTRAOP_THREADS": "1", "TF_NUM_INTEROP_THREADS": "1", "TF_CPP_MIN_LOG_LEVEL": "3"}


@dataclass(frozen=True)
class Row:
    """One fit: CPU seconds, log likelihood of the test variants (nats), I_var (bits per observation), beside MAVE-NN's.

    `difference` is ours minus MAVE-NN's log likelihood, with its standard error over variants (paired).
    """

    name: str
    cpu_s: float
    log_likelihood: float
    bits: float
    peer_cpu_s: float | None = None
    peer_bits: float | None = None
    difference: float | None = None
    difference_se: float | None = None


@dataclass(frozen=True)
class Job:
    """A model, the data it is fitted to, how, and the name of MAVE-NN's own one."""

    name: str
    spec: NetworkSpec
    datasets: list[Dataset]
    options: FitOptions
    peer: str | None = None


def shipped(name: str, **changes: object) -> NetworkSpec:
    """Read a model of config/models."""
    return replace(load_spec(ROOT / f"config/models/{name}.yaml", ROOT / "workflow/schemas/model.schema.yaml"), **changes)


def linear(kind: str) -> NetworkSpec:
    """Return the splice site's model with only neighbouring pairs, or none."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "model.yaml"
        path.write_text((ROOT / "config/models/splice_site.yaml").read_text().replace("type: pairwise", f"type: {kind}"))
        return load_spec(path, ROOT / "workflow/schemas/model.schema.yaml")


def jobs(data: Path) -> list[Job]:
    """List what is fitted."""
    promoter, splice = lac(data), mpsa(data)
    conditions = {name: cre(data, name) for name in ("0uM", "100uM")}
    both, bases = list(conditions.values()), shipped("lac_additive", variant_length=87)
    found = [
        Job("lac_thermodynamic", shipped("lac_thermodynamic"), [promoter], ONE, "lac_thermodynamic"),
        Job("lac_additive", shipped("lac_additive"), [promoter], SIXTEEN, "lac_additive"),
        Job("lac_blackbox", shipped("lac_blackbox"), [promoter], ONE),
        Job("rnap_spacer", shipped("rnap_spacer"), [promoter], ONE),
    ]
    if (ROOT / "config/models/lac_kinetic.yaml").exists():
        found.insert(1, Job("lac_kinetic", shipped("lac_kinetic"), [promoter], ONE))
    for kind in ("additive", "neighbour", "pairwise"):
        found.append(Job(f"mpsa_{kind}", linear(kind), [splice], ONE, f"mpsa_{kind}"))
    for name, datasets in [*((name, [own]) for name, own in conditions.items()), ("both", both)]:
        found.append(Job(f"cre_additive {name}", bases, datasets, ONE))
        found.append(Job(f"cre_enhancer {name}", shipped("cre_enhancer"), datasets, ONE))
    return found


def fitted(job: Job) -> tuple[Fit, float]:
    """Fit, and return the CPU seconds as well."""
    gc.collect()
    start = time.process_time()
    fit = (fit_blackbox if job.spec.family == BLACK_BOX else fit_network)(
        job.spec, job.datasets, job.options, lambda message: None
    )
    return fit, time.process_time() - start


def held_out(fit: Fit, job: Job) -> np.ndarray:
    """Return the log likelihood (nats) of each test variant, datasets one after the other."""
    judged = judge(fit.problem, fit.best, [dataset.only("test") for dataset in job.datasets])
    return np.concatenate([each.log_likelihood for each in judged.values()])


def peer_fit(peer: Path, model: str, data: Path, epochs: int | None) -> tuple[float, np.ndarray]:
    """Run MAVE-NN on one model; return its CPU seconds and the log likelihood of each test variant."""
    table = data / "mavenn" / ("sortseq_data.csv.gz" if model.startswith("lac") else "mpsa_data.csv.gz")
    with TemporaryDirectory() as folder:
        out = Path(folder) / "out.npz"
        command = [peer, Path(__file__).parent / "mavenn_models.py", model, table, out]
        limit = ["--epochs", str(epochs)] if epochs else []
        subprocess.run([*map(str, command), *limit], check=True, env=PEER_THREADS, capture_output=True)
        found = np.load(out)
        return float(found["cpu_s"]), found["log_likelihoods"]


def measured(job: Job, peer: Path | None, data: Path, epochs: int, repeats: int) -> Row:
    """Fit one model, and MAVE-NN's in turn."""
    fits = [fitted(job) for _ in range(repeats)]
    fit, seconds = fits[-1][0], min(taken for _, taken in fits)
    own = held_out(fit, job) if job.spec.family != BLACK_BOX else None
    total = fit.information["test"].log_likelihood
    null, observations = null_of(job, fit)
    row = Row(job.name, seconds, total, (total - null) / observations / np.log(2))
    if not (peer and job.peer):
        return row
    peer_s, theirs = peer_fit(peer, job.peer, data, epochs if job.peer in TO_THE_END else None)
    difference = own - theirs
    error = difference.std() * len(difference) ** 0.5
    bits = (theirs.sum() - null) / observations / np.log(2)
    return replace(row, peer_cpu_s=peer_s, peer_bits=bits, difference=float(difference.sum()), difference_se=float(error))


def null_of(job: Job, fit: Fit) -> tuple[float, float]:
    """Return the log likelihood without sequences of the test variants, and how many observations they have.

    For values it is minus the entropy of y by nearest neighbours (Kozachenko & Leonenko 1987), the same for us and for MAVE-NN.
    """
    information = fit.information["test"]
    data = job.datasets[0].only("test").data
    if not isinstance(data, Values):
        return information.null_log_likelihood, information.reads
    y = data.y[:, None] + np.random.default_rng(1).normal(0, 0.01 * data.y.std(), (len(data.y), 1))  # values may be equal
    distance = cKDTree(y).query(y, 6)[0][:, 5]
    entropy = digamma(len(y)) - digamma(5) + np.log(2 * distance).mean()
    return -entropy * len(y), len(y)


def convergence(promoter: Dataset) -> dict[str, float]:
    """Return CPU seconds, from sequences on, and bits of the thermodynamic fit at the predictive optimum and to 0.01 nat."""
    parts = {part: promoter.only(part) for part in PARTS}
    start = time.process_time()
    spec = shipped("lac_thermodynamic")
    problem = Problem(network_of(spec), [parts["training"]], wild_type(spec, [parts["training"]]), 0.01, 12)
    p = random_start(problem, ranked_effects(problem)[0], np.random.default_rng([1, 1]))
    loose = minimise(problem, p, tolerance=10.0)
    middle = time.process_time()
    tight = minimise(problem, loose.p, tolerance=1e-3)
    seconds = {"predictive": middle - start, "to_0.01_nat": time.process_time() - start}
    found = {}
    for name, optimum in (("predictive", loose), ("to_0.01_nat", tight)):
        judged = judge(problem, optimum, [parts["test"]])
        bits = float(variational_information(list(judged.values())).I_var_bits)
        found |= {f"{name}_cpu_s": seconds[name], f"{name}_bits": bits, f"{name}_objective": optimum.objective}
    return found


def ensemble(promoter: Dataset, replicates: int = 50) -> dict[str, float]:
    """Return CPU seconds of a bootstrap of the thermodynamic model, and what 1000 replicates would take."""
    fit, _ = fitted(Job("", shipped("lac_thermodynamic"), [promoter], ONE))
    start = time.process_time()
    found = bootstrap(fit.problem, fit.best, range(replicates), Resampling(1))
    seconds = time.process_time() - start
    converged = int(found.converged.sum())
    return {"replicates": replicates, "converged": converged, "cpu_s": seconds, "cpu_s_of_1000": 1000 * seconds / replicates}


def scale(variants: int, length: int) -> None:
    """Fit made reads, and print CPU seconds and the peak of memory as JSON; this is a process of its own."""
    dataset = made(variants, length)
    job = Job("made", shipped("lac_additive", variant_length=length), [dataset], ONE)
    fit, seconds = fitted(job)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    iterations = sum(trial.iterations for trial in fit.trials)
    print(json.dumps({"variants": variants, "length": length, "cpu_s": seconds, "peak_GiB": peak, "iterations": iterations}))


def scales(sizes: list[tuple[int, int]]) -> list[dict[str, float]]:
    """Run `scale` for each number of variants and length."""
    command = [sys.executable, __file__, "--scale"]
    runs = (subprocess.run([*command, str(n), str(length)], check=True, capture_output=True, text=True) for n, length in sizes)
    return [json.loads(run.stdout) for run in runs]


def show(row: Row) -> None:
    """Print one line of the table."""
    line = f"{row.name:22}{row.cpu_s:9.2f}{row.bits:10.4f}"
    if row.peer_cpu_s is not None:
        line += f"{row.peer_cpu_s:11.1f}{row.peer_bits:10.4f}{row.peer_cpu_s / row.cpu_s:8.0f}"
        line += f"{row.difference:12.1f} +- {row.difference_se:.1f}"
    print(line, flush=True)


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, nargs="?", help="folder with mavenn/ and cre_mpra/")
    parser.add_argument("--peers", type=Path, help="python of an environment with MAVE-NN")
    parser.add_argument("--epochs", type=int, default=20, help="of MAVE-NN's thermodynamic model; 2000 is its end")
    parser.add_argument("--repeats", type=int, default=2, help="the fastest one counts")
    parser.add_argument("--models", nargs="+", help="only these rows")
    parser.add_argument("--scale", type=int, nargs=2, help="variants and length of one run on made reads")
    parser.add_argument("--no-scales", action="store_true", help="leave the runs on made reads out")
    given = parser.parse_args()
    torch.set_num_threads(1)
    if given.scale:
        scale(*given.scale)
        return
    print(f"{'':22}{'CPU s':>9}{'bits':>10}{'MAVE-NN s':>11}{'bits':>10}{'times':>8}{'difference in nats':>20}")
    chosen = [job for job in jobs(given.data) if not given.models or job.name in given.models]
    fitted(chosen[0])  # torch's first calls are slow
    rows = []
    for job in chosen:
        rows.append(measured(job, given.peers, given.data, given.epochs, given.repeats))
        show(rows[-1])
    results = {"fits": [asdict(row) for row in rows], "mavenn_to_its_end_cpu_s": TO_THE_END}
    results["lac_thermodynamic"] = convergence(lac(given.data))
    results["bootstrap"] = ensemble(lac(given.data))
    sizes = [] if given.no_scales else [(10_000, 75), (100_000, 75), (1_000_000, 75), (1_000_000, 200)]
    results["scales"] = scales(sizes)
    print(json.dumps({name: results[name] for name in ("lac_thermodynamic", "bootstrap", "scales")}, indent=1))
    out = ROOT / "results/bench/models.json"
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps(results, indent=1) + "\n")


if __name__ == "__main__":
    main()
