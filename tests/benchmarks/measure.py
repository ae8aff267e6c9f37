"""Measuring whole processes: CPU seconds, wall seconds and peak memory, as the operating system accounts for them.

Standard library only: a child starts with the memory of its parent on its account, so the parent has to be small.
"""

import os
import subprocess
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median


@dataclass(frozen=True)
class Usage:
    """What one run of a command took: CPU and wall seconds, and the peak of memory in MiB."""

    cpu: float
    wall: float
    memory: float


def run_measured(command: Sequence[str | Path], folder: Path) -> Usage:
    """Run a command to its end in a folder; what it prints goes to `<its name>.log` there, or nowhere for `igzip`."""
    words = [str(word) for word in command]
    log = "/dev/null" if words[0].endswith("igzip") else folder / f"{Path(words[0]).name}.log"
    start = time.perf_counter()
    with open(log, "wb") as out:
        process = subprocess.Popen(words, cwd=folder, stdout=out, stderr=subprocess.STDOUT)
        _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(words)} failed; see {log}")
    return Usage(used.ru_utime + used.ru_stime, time.perf_counter() - start, used.ru_maxrss / 1024)


def in_turn(commands: dict[str, Sequence[str | Path]], folder: Path, repeats: int) -> dict[str, list[Usage]]:
    """Run commands one after the other, and all of that several times, so that a change of the machine's speed meets all."""
    taken: dict[str, list[Usage]] = {name: [] for name in commands}
    for _ in range(repeats):
        for name, command in commands.items():
            taken[name].append(run_measured(command, folder))
    return taken


def medians(usages: Sequence[Usage]) -> dict[str, float]:
    """Give the median of each figure."""
    return {name: median(asdict(usage)[name] for usage in usages) for name in ("cpu", "wall", "memory")}


def ratio(above: Sequence[Usage], below: Sequence[Usage], figure: str) -> float:
    """Give the median of the ratios of runs that were made one after the other."""
    return median(getattr(one, figure) / getattr(other, figure) for one, other in zip(above, below, strict=True))
