"""Time the steady states of kinetic graphs, forwards and with the gradient, and measure the error of single precision.

Prints a table and writes results/bench/steady_state.json. CPU milliseconds of this process on one thread, the least of several
runs; rates are drawn log-uniformly from 1e-8 to 1e8. The error is the largest one, single against double precision, of the
derivatives of the logit of the occupancy of half of the states by the log rates.
"""

import argparse
import json
import math
import sys
import time
from collections.abc import Callable
from pathlib import Path

import torch

sys.path.insert(0, str(Path(__file__).parents[2] / "scripts"))

from cisphys.models.steady_state import SteadyState

ROOT = Path(__file__).parents[2]


def both_ways(edges: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the edges and their reverses."""
    return [*edges, *((b, a) for a, b in edges)]


LADDER = [(row * 5 + k, row * 5 + k + 1) for row in range(2) for k in range(4)] + [(k, 5 + k) for k in range(5)]
GRAPHS = {
    "4 states, square": (4, both_ways([(0, 1), (0, 2), (1, 3), (2, 3)])),
    "8 states, cube": (8, both_ways([(k, k | bit) for k in range(8) for bit in (1, 2, 4) if not k & bit])),
    "10 states, ladder": (10, both_ways(LADDER)),
    "10 states, all joined": (10, both_ways([(i, j) for i in range(10) for j in range(i)])),
}


def cpu_ms(work: Callable[[], object], repeats: int) -> float:
    """Return the least CPU milliseconds of a call."""
    work()
    taken = []
    for _ in range(repeats):
        start = time.process_time()
        work()
        taken.append(1e3 * (time.process_time() - start))
    return min(taken)


def slopes(graph: SteadyState, log_rates: torch.Tensor) -> torch.Tensor:
    """Return the derivatives (variants, channels) of the logit of the occupancy of the first half of the states."""
    log_rates = log_rates.detach().requires_grad_()
    log_p, half = graph.log_occupancies(log_rates), graph.states // 2
    u = log_p[:, :half].logsumexp(1) - log_p[:, half:].logsumexp(1)
    return torch.autograd.grad(u.sum(), log_rates)[0]


def measured(name: str, variants: int, repeats: int) -> dict[str, float]:
    """Return times and error for one graph."""
    states, channels = GRAPHS[name]
    graph = SteadyState(states, channels)
    unit = torch.rand(len(channels), variants, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    single = ((2 * unit - 1) * 8 * math.log(10)).float().T
    found = {}
    for precision, log_rates in (("float32", single), ("float64", single.double())):
        found[f"{precision}_forward_ms"] = cpu_ms(lambda given=log_rates: graph.log_occupancies(given), repeats)
        found[f"{precision}_with_gradient_ms"] = cpu_ms(lambda given=log_rates: slopes(graph, given), repeats)
    error = slopes(graph, single).double() - slopes(graph, single.double())
    return found | {"float32_gradient_error": float(error.abs().max())}


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--variants", type=int, default=50_000)
    parser.add_argument("--repeats", type=int, default=7)
    given = parser.parse_args()
    torch.set_num_threads(1)
    print(f"{given.variants} variants; CPU ms{'float32':>14}{'+ gradient':>12}{'float64':>12}{'+ gradient':>12}{'error':>10}")
    results = {}
    for name in GRAPHS:
        results[name] = measured(name, given.variants, given.repeats)
        *times, error = results[name].values()
        print(f"{name:26}" + "".join(f"{ms:12.1f}" for ms in times) + f"{error:10.1e}")
    out = ROOT / "results/bench/steady_state.json"
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps({"variants": given.variants} | results, indent=1) + "\n")


if __name__ == "__main__":
    main()
