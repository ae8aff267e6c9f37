"""The two commands of the README, as far as they can be looked at without a new environment."""

import re
import shutil
import sys

import pytest
from running import ROOT, run

MAKEFILE = (ROOT / "Makefile").read_text()

needs_make = pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")


@pytest.fixture
def dry(tmp_path):
    """Return what a make target would run, in an environment that is not there yet."""
    return lambda target: run(["make", "-n", target, f"VENV={tmp_path / 'venv'}"], ROOT)


@needs_make
@pytest.mark.parametrize("target", ["run", "test"])
def test_targets_set_up_an_environment_from_pinned_versions(dry, target):
    done = dry(target)
    assert done.code == 0, done.output
    assert re.search(r"python3 -m venv .*/venv\n", done.output)
    assert "-r envs/requirements.txt -c envs/constraints.txt" in done.output
    assert ("-r envs/requirements-dev.txt" in done.output) == (target == "test")


@needs_make
def test_make_run_runs_the_example_with_the_local_profile(dry):
    assert re.search(r"venv/bin/snakemake --cores 2 --workflow-profile workflow/profiles/local\n", dry("run").output)


@needs_make
def test_make_test_runs_the_tests(dry):
    assert re.search(r"venv/bin/python -m pytest\n", dry("test").output)


@needs_make
def test_make_check_looks_at_style_and_workflow(dry):
    output = dry("check").output
    for command in ("ruff check", "ruff format --check", "snakefmt --check", "snakemake --lint"):
        assert command in output


def test_files_that_the_makefile_names_are_there():
    named = re.findall(r"(?:envs|tests|workflow)/[\w./-]+", MAKEFILE)
    assert named
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_what_a_commit_must_pass_calls_both_commands():
    text = (ROOT / ".ci/run").read_text()
    for command in ("make test", "make check", "git clone", "run\n", "results/example/report.html"):
        assert command in text


def test_what_is_skipped_is_said_at_the_end(tmp_path):
    (tmp_path / "test_it.py").write_text("import pytest\n\n\ndef test_it():\n    pytest.skip('there is no such thing')\n")
    settings = ("-c", ROOT / "pyproject.toml", "--rootdir", tmp_path, "-p", "no:cacheprovider")
    done = run([sys.executable, "-m", "pytest", *settings, tmp_path / "test_it.py"], tmp_path)
    assert done.code == 0, done.output
    assert re.search(r"SKIPPED \[1\] .*test_it\.py:5: there is no such thing", done.output)
