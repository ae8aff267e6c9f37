"""The project as it is now, copied once, and the small example, run once, for all tests of the workflow."""

import shutil
from pathlib import Path

import pytest
from running import copy_project, snakemake, write_small_config


@pytest.fixture(scope="session")
def project(tmp_path_factory) -> Path:
    """A copy of the project, with config/small.yaml in it. Do not change it."""
    folder = copy_project(tmp_path_factory.mktemp("source") / "project")
    write_small_config(folder)
    return folder


@pytest.fixture(scope="session")
def finished(project, tmp_path_factory) -> Path:
    """A copy of the project in which the small example was run with the profile `local`. Do not change it."""
    folder = tmp_path_factory.mktemp("finished") / "project"
    shutil.copytree(project, folder)
    local = ("--workflow-profile", "workflow/profiles/local")
    done = snakemake(folder, "--cores", 2, "--configfile", "config/small.yaml", *local)
    assert done.code == 0, done.output
    (folder / "output.txt").write_text(done.output)
    return folder


@pytest.fixture
def copy_of_finished(finished, tmp_path) -> Path:
    """A copy of `finished` that a test may change."""
    return Path(shutil.copytree(finished, tmp_path / "project"))
