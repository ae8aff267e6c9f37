"""Each thin script: it writes its outputs, tells a user's mistake in one line, and keeps a fault of ours in its log."""

import runpy

import pytest
import torch
from running import ROOT, files_below
from script_cases import CASES
from snakemake.iocontainers import InputFiles, Log, OutputFiles, Params, ResourceList, Snakemake, Wildcards

SCRIPTS = pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)


@pytest.fixture(autouse=True)
def threads_as_before():
    before = torch.get_num_threads()
    yield
    torch.set_num_threads(before)


def named(kind, values):
    """Put values into a container of Snakemake's, a list of paths under one name."""
    made = kind()
    for name, value in values.items():
        start = len(made)
        several = kind is not Params and isinstance(value, list)
        made.extend(value if several else [value])
        made._set_name(name, start, end=len(made) if several else None)
    return made


def call(case, name, folder):
    """Run a script as Snakemake would, with outputs below out/ and its log in script.log."""
    outputs = {key: str(folder / "out" / value) if value else [] for key, value in case.get("output", {}).items()}
    given = Snakemake(
        named(InputFiles, case.get("input", {})),
        named(OutputFiles, outputs),
        named(Params, case.get("params", {})),
        named(Wildcards, case.get("wildcards", {})),
        1,
        ResourceList(),
        Log([str(folder / "script.log")]),
        {},
        name,
        None,
    )
    runpy.run_path(str(ROOT / f"scripts/{name}.py"), init_globals={"snakemake": given}, run_name="__main__")
    return [path for path in outputs.values() if path]


def test_every_script_has_a_case():
    elsewhere = {"check_quality", "plot_quality"}  # tests/scripts
    elsewhere |= {
        "build_library",
        "plot_library_sweep",
        "plot_library_barcodes",
        "join_molecules",
        "join_barcoded_molecules",
    }  # tests/test_library_scripts.py
    assert {case.__name__ for case in CASES} | elsewhere == {path.stem for path in (ROOT / "scripts").glob("*.py")}


@SCRIPTS
def test_outputs_are_written(case, tmp_path, finished):
    made = case(tmp_path, finished)
    for path in call(made, case.__name__, tmp_path):
        assert (tmp_path / path).stat().st_size > 0
    assert "ERROR" not in (tmp_path / "script.log").read_text()
    assert not list((tmp_path / "out").glob(".*"))


@SCRIPTS
def test_mistake_of_a_user_is_told_in_one_line(case, tmp_path, finished, capsys):
    made = case(tmp_path, finished) | {"folder": tmp_path}
    message = CASES[case](made)
    before = files_below(tmp_path / "out")
    with pytest.raises(SystemExit) as stopped:
        call(made, case.__name__, tmp_path)
    assert stopped.value.code == 1
    (told,) = [line for line in capsys.readouterr().err.splitlines() if line]
    assert message in told
    errors = [line for line in (tmp_path / "script.log").read_text().splitlines() if "INFO" not in line]
    assert [line.partition(" ERROR ")[2] for line in errors] == [told.removeprefix("Error: ")]
    assert files_below(tmp_path / "out") == before


@SCRIPTS
def test_fault_of_ours_leaves_a_traceback_in_the_log(case, tmp_path):
    with pytest.raises((AttributeError, IndexError)):
        call({}, case.__name__, tmp_path)
    log = (tmp_path / "script.log").read_text()
    assert "this is a fault of the program" in log
    assert "Traceback (most recent call last)" in log
    assert not (tmp_path / "out").exists()
