"""What is installed, by pip and by conda: the same versions, and all that the code imports."""

import re
import sys

import pytest
import yaml
from import_graph import imported_names, library_files, third_party
from running import ROOT

ENVS = ROOT / "envs"
PIN = re.compile(r"([A-Za-z0-9._-]+)==([^=\s]+)")
# conda's name and pip's, pip's name and that of an import statement, where they are not one
PIP_OF_CONDA = {"pytorch": "torch", "python-isal": "isal"}
IMPORT_OF_PIP = {"pyyaml": "yaml", "backports.zstd": "backports", "fonttools": "fontTools"}
CONDA = sorted(path.stem for path in ENVS.glob("*.yaml"))
RULES = "\n".join(path.read_text() for path in sorted((ROOT / "workflow/rules").glob("*.smk")))
ENV_AND_SCRIPT = re.findall(r'conda:\n\s+"../../envs/(\w+)\.yaml"\n(?:.*\n)*?\s+"../../scripts/(\w+)\.py"', RULES)


def pins(name: str) -> dict[str, str]:
    """Return the version by the name in lower case; every line must be a pin or a comment."""
    lines = [line for line in (ENVS / name).read_text().splitlines() if line and not line.startswith("#")]
    found = [PIN.fullmatch(line) for line in lines]
    assert all(found), lines
    return {match[1].lower().replace("_", "-"): match[2] for match in found}


def conda_pins(name: str) -> dict[str, str]:
    """Return the version by pip's name of what a conda environment installs."""
    environment = yaml.safe_load((ENVS / f"{name}.yaml").read_text())
    assert set(environment) == {"channels", "dependencies"}
    pairs = (dependency.split("=") for dependency in environment["dependencies"])
    return {PIP_OF_CONDA.get(package, package): version for package, version in pairs}


def to_import(packages) -> set[str]:
    """Return the names under which packages are imported."""
    return {IMPORT_OF_PIP.get(name, name) for name in packages}


@pytest.mark.parametrize("name", CONDA)
def test_conda_and_pip_install_the_same_versions(name):
    found, required = conda_pins(name), pins("requirements.txt")
    assert found.pop("python") == "3.11"
    assert found == {package: required.get(package) for package in found}


def test_conda_installs_all_that_pip_does_but_snakemake():
    """Snakemake makes the environments, so it is in none of them, nor is what its own report needs."""
    installed = {package for name in CONDA for package in conda_pins(name)} - {"python"}
    of_snakemake = ("snakemake", "pygments")
    assert installed == {package for package in pins("requirements.txt") if not package.startswith(of_snakemake)}


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_constraints_hold_every_pin_with_its_version(name):
    constraints = pins("constraints.txt")
    assert {package: constraints.get(package) for package in pins(name)} == pins(name)


def test_requirements_name_all_that_the_code_imports():
    names = {name for path in (ROOT / "scripts").rglob("*.py") for name in imported_names(path)}
    assert third_party(names) <= to_import(pins("requirements.txt"))
    in_rules = set(re.findall(r"(?m)^(?:from|import) (\w+)", RULES)) - sys.stdlib_module_names - {"cisphys"}
    assert in_rules <= to_import(pins("requirements.txt"))


OF_PEERS = {"mavenn_models.py"}  # what a benchmark runs in the environment of another program


def test_requirements_for_tests_name_all_that_the_tests_import():
    files = [path for path in (ROOT / "tests").rglob("*.py") if path.name not in OF_PEERS]
    names = third_party({name for path in files for name in imported_names(path)}) - {path.stem for path in files}
    assert names <= to_import(pins("requirements.txt")) | to_import(pins("requirements-dev.txt"))


@pytest.mark.parametrize(("env", "script"), ENV_AND_SCRIPT)
def test_environment_of_a_rule_holds_what_its_script_imports(env, script):
    path = ROOT / f"scripts/{script}.py"
    names = {name for file in {path} | library_files(path) for name in imported_names(file)}
    assert third_party(names) - {"snakemake"} <= to_import(conda_pins(env))


def test_every_rule_is_in_the_test_above():
    assert len(ENV_AND_SCRIPT) == len(re.findall(r"(?m)^ *rule ?\w*:$", RULES))
