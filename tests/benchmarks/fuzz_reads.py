"""Fuzz the reader with 100,000 files, whole and damaged. `make fuzz-reads` runs it: a table, and results/bench/fuzz.json.

Cases are those of `tests/reads/fuzz_cases.py`, a seed and a number each. They run in processes of their own, some thousands in
each, so that a crash or a hang is a finding with the number of its case, and not the end.
"""

import argparse
import faulthandler
import json
import os
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / "scripts"), str(ROOT / "tests/reads")]

PART, SECONDS = 5_000, 20  # cases in one process; the longest that one may take
MEMORY = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None


def run_part(seed: int, start: int, stop: int) -> None:
    """Run some cases in this process; tell the case on stderr before it runs, and print outcomes and findings at the end."""
    from fuzz_cases import make_case, run_case

    sys.unraisablehook = lambda _: None  # pysam complains while it closes what it could not open
    outcomes, findings = Counter(), []
    with TemporaryDirectory(dir=MEMORY) as folder:
        for number in range(start, stop):
            os.write(2, f"{number}\n".encode())
            faulthandler.dump_traceback_later(SECONDS, exit=True)
            case = make_case(seed, number)
            try:
                outcomes[f"{case.way}: {run_case(case, Path(folder))}"] += 1
            except Exception as error:
                findings.append(f"case {number} ({case.way}): {type(error).__name__}: {error}")
    faulthandler.cancel_dump_traceback_later()
    print(json.dumps([outcomes, findings]))


def part_in_process(seed: int, start: int, stop: int) -> tuple[Counter, list[str]]:
    """Run some cases in another process; where it dies, name its last case and go on behind it."""
    command = [sys.executable, __file__, "--seed", str(seed), "--part", str(start), str(stop)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    if ended.returncode == 0:
        outcomes, findings = json.loads(ended.stdout.splitlines()[-1])
        return Counter(outcomes), findings
    last = max(int(line) for line in ended.stderr.splitlines() if line.isdigit())
    outcomes, findings = part_in_process(seed, start, last) if last > start else (Counter(), [])
    more, others = part_in_process(seed, last + 1, stop) if last + 1 < stop else (Counter(), [])
    return outcomes + more, [*findings, f"case {last}: the process ended with {ended.returncode}", *others]


def fuzz(seed: int, cases: int, workers: int) -> dict:
    """Run all cases; give what came of them."""
    begun = time.perf_counter()
    parts = [(seed, start, min(start + PART, cases)) for start in range(0, cases, PART)]
    with ThreadPoolExecutor(workers) as pool:
        found = list(pool.map(lambda part: part_in_process(*part), parts))
    seconds = time.perf_counter() - begun
    return {
        "seed": seed,
        "cases": cases,
        "seconds": round(seconds, 1),
        "cases_per_second": round(cases / seconds),
        "outcomes": dict(sorted(sum((outcomes for outcomes, _ in found), Counter()).items())),
        "findings": [finding for _, findings in found for finding in findings],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--part", type=int, nargs=2, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.part:
        run_part(given.seed, *given.part)
        return
    result = fuzz(given.seed, given.cases, given.workers)
    for outcome, number in result["outcomes"].items():
        print(f"{number:>9,}  {outcome}")
    print(*result["findings"], sep="\n")
    print(f"{given.cases:,} cases, {result['cases_per_second']} in a second, {len(result['findings'])} findings")
    out = ROOT / "results/bench/fuzz.json"
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps(result, indent=2) + "\n")
    sys.exit(bool(result["findings"]))


if __name__ == "__main__":
    main()
