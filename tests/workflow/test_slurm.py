"""The small example through a real Slurm of one node, with the project's own profile."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time

import pytest
from running import FIT, ROOT, files_below, run, snakemake

NEEDED = ("slurmctld", "slurmd", "sbatch", "munged", "munge")
PATH = os.environ["PATH"] + os.pathsep + "/usr/sbin"
MISSING = [name for name in NEEDED if shutil.which(name, path=PATH) is None]

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        bool(MISSING), reason=f"not installed: {', '.join(MISSING)} (Debian: slurmctld slurmd slurm-client munge)"
    ),
]

# what depends on this one cluster: its partition, no accounting, and jobs so short that they are looked after often
CLUSTER = [
    *("--workflow-profile", "workflow/profiles/slurm"),
    *("--default-resources", "slurm_partition=cpu", "--slurm-no-account", "--slurm-status-command", "squeue"),
    *("--slurm-init-seconds-before-status-checks", "2", "--latency-wait", "5"),
]


def free_ports() -> int:
    """Return the first of four ports that nothing listens on."""
    for first in range(26817, 28000, 10):
        try:
            for port in range(first, first + 4):
                with socket.socket() as probe:
                    probe.bind(("127.0.0.1", port))
        except OSError:
            continue
        return first
    raise RuntimeError("no free ports were found")


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    """A running one-node Slurm; give the environment in which its commands work."""
    lab = tmp_path_factory.mktemp("slurm")
    script = ROOT / "tests/slurm/one_node_slurm.sh"
    settings = {"LAB": str(lab), "SLURM_PORT": str(free_ports()), "PATH": PATH}
    started = run([script, "up"], ROOT, env=settings)
    assert started.code == 0, started.output
    yield {"SLURM_CONF": str(lab / "etc/slurm.conf"), "PATH": f"{lab / 'bin'}{os.pathsep}{PATH}"}
    run([script, "down"], ROOT, env=settings)


def jobs(cluster, folder) -> list[str]:
    """Return what Slurm remembers of each job, a line each, oldest first."""
    lines = run(["scontrol", "show", "job", "--oneliner"], folder, env=cluster).output.splitlines()
    return sorted(lines, key=lambda line: int(re.search(r"JobId=(\d+)", line)[1]))


@pytest.fixture(scope="module")
def passed(project, cluster, tmp_path_factory):
    """A copy of the project in which the small example went through the cluster, and the jobs that this took."""
    folder = tmp_path_factory.mktemp("on_slurm") / "project"
    shutil.copytree(project, folder)
    done = snakemake(folder, "--configfile", "config/small.yaml", *CLUSTER, env=cluster, timeout=600)
    assert done.code == 0, done.output
    return folder, jobs(cluster, folder)


def test_results_are_those_of_one_machine(passed, finished):
    expected, found = (files_below(folder / "results/example") for folder in (finished, passed[0]))
    assert found.keys() == expected.keys()
    assert [name for name in expected if name != "report.html" and found[name] != expected[name]] == []


def test_short_jobs_share_an_allocation(passed):
    ran = [re.search(r"Comment=rule_(\S+)", line)[1] for line in passed[1]]
    (tables,) = [name for name in ran if name.startswith("tables_")]
    figures = [name for name in ran if name.startswith("figures_")]
    assert len(figures) == 1
    assert all(rule in tables for rule in ("collect_checks", "collect_fates", "join_variants", "check_quality"))
    assert not any("plot_" in name for name in ran if name not in figures)


def test_every_job_has_memory_for_a_snakemake_of_its_own(passed):
    for line in passed[1]:
        assert int(re.search(r"TRES=\S*mem=(\d+)M", line)[1]) >= 500
        assert "gres/gpu" not in line


def test_fit_with_device_cuda_asks_for_a_gpu(passed, cluster):
    """The job is looked at once it is there, and cancelled: without a GPU it could only fail."""
    folder, before = passed
    target = f"results/example/fits/{FIT}/summary.json"
    command = [
        sys.executable,
        "-m",
        "snakemake",
        target,
        "--configfile",
        "config/small.yaml",
        *CLUSTER,
        "--config",
        "device=cuda",
    ]
    output = folder / "cuda.txt"
    with (
        open(output, "w") as out,
        subprocess.Popen(command, cwd=folder, env={**os.environ, **cluster}, stdout=out, stderr=subprocess.STDOUT) as process,
    ):
        until = time.monotonic() + 60
        while len(found := jobs(cluster, folder)) == len(before) and time.monotonic() < until:
            time.sleep(0.5)
        process.send_signal(signal.SIGINT)
        process.wait(timeout=60)
    assert len(found) == len(before) + 1, output.read_text()
    assert "fit_model" in found[-1]
    assert re.search(r"TresPer(Job|Node)=gres[:/]gpu:1\b", found[-1]), found[-1]
