"""Running the workflow in tests: a copy of the project, Snakemake as a process of its own, a folder served over HTTP."""

import functools
import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[2]
PARTS = ("Snakefile", "workflow", "scripts", "config", "envs", "resources")
# the rules of the small example
EXAMPLE = {
    *("simulate_reads", "check_reads", "collect_checks", "count_reads", "collect_fates", "join_variants", "fit_model"),
    "compare_fits",
    *("check_quality", "plot_quality", "plot_read_fates"),
    *("test_what_lacks", "recover_fit", "plot_fit_lac_thermodynamic.sim"),
    "make_report",
}
FIT = "lac_thermodynamic.sim"


@dataclass(frozen=True)
class Finished:
    """A process that has ended: its exit code, and what it wrote to stdout and stderr together."""

    code: int
    output: str


def run(command: list, folder: Path, env: Mapping[str, str] | None = None, timeout: float = 300) -> Finished:
    """Run a command in a folder, with `env` on top of the environment."""
    process = subprocess.run(
        list(map(str, command)),
        cwd=folder,
        env={**os.environ, **(env or {})},
        timeout=timeout,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    return Finished(process.returncode, process.stdout)


def snakemake(folder: Path, *arguments, **how) -> Finished:
    """Run Snakemake in a folder."""
    return run([sys.executable, "-m", "snakemake", *arguments], folder, **how)


def planned(finished: Finished) -> dict[str, int]:
    """Read a dry run: how many jobs of each rule it plans."""
    assert finished.code == 0, finished.output
    table = finished.output.rpartition("Job stats:")[2].partition("total")[0]
    return {rule: int(count) for rule, count in re.findall(r"(?m)^([\w.-]+) +(\d+)$", table)}


def rules_to_rerun(finished: Finished, reason: str) -> set[str]:
    """Read from a dry run which rules it plans for a reason, such as `params have changed`."""
    rules = re.search(rf"(?m)^ +{reason}.*:\n +(.*)$", finished.output)
    return set(rules[1].split(", ")) if rules else set()


def copy_project(to: Path) -> Path:
    """Copy what the workflow consists of to a new folder."""
    to.mkdir(parents=True)
    for part in PARTS:
        if (ROOT / part).is_dir():
            shutil.copytree(ROOT / part, to / part, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy2(ROOT / part, to)
    return to


def write_small_config(project: Path) -> None:
    """Write config/small.yaml: the example with a quarter of its reads and one random start."""
    config = yaml.safe_load((project / "config/config.yaml").read_text())
    config["simulate"] |= {"reads": 30000, "variants": 20000}
    config["fits"][0] |= {"restarts": 1}
    (project / "config/small.yaml").write_text(yaml.safe_dump(config, sort_keys=False))


def files_below(folder: Path) -> dict[str, bytes]:
    """Return the bytes of every file below a folder, by its relative path."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve a folder over HTTP on this machine; give its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
