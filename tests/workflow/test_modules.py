"""A change of the library reruns what depends on it, and nothing else."""

import re
import runpy

import pytest
from import_graph import LIBRARY, library_files
from running import ROOT, planned, rules_to_rerun, snakemake

COMMON = (ROOT / "workflow/rules/common.smk").read_text()
RULES = "\n".join(path.read_text() for path in sorted((ROOT / "workflow/rules").glob("*.smk")))
FIGURES = {"plot_fit_lac_thermodynamic.sim"}
ESTIMATES = {"fit_model", "recover_fit", "test_what_lacks"}
OTHERS = {"plot_read_fates", "plot_quality"}


@pytest.fixture(scope="module")
def stages(tmp_path_factory):
    """The lists of modules of common.smk by their names."""
    text = COMMON.partition("\ndef ")[0]
    path = tmp_path_factory.mktemp("stages") / "lists.py"
    path.write_text(text)
    return {name: value for name, value in runpy.run_path(path).items() if name.isupper()}


def file_name(module: str) -> str:
    return module if "." in module else f"{module}.py"


def test_lists_name_every_file_of_the_library_once(stages):
    listed = [file_name(module) for modules in stages.values() for module in modules]
    there = [path for path in LIBRARY.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    there = [path for path in there if not path.name.startswith(".")]
    assert sorted(listed) == sorted(str(path.relative_to(LIBRARY)) for path in there)


@pytest.mark.parametrize(
    ("names", "script"), re.findall(r'code=fingerprint\(([^\n]*)\),\n(?:.*\n)*?\s+script:\n\s+"../../scripts/(\w+\.py)"', RULES)
)
def test_fingerprint_of_a_rule_covers_what_its_script_imports(stages, names, script):
    chosen = ["BASE", *re.findall(r"[A-Z]+", names)]
    needed = {str(path.relative_to(LIBRARY)) for path in library_files(ROOT / "scripts" / script)}
    assert needed <= {file_name(module) for stage in chosen for module in stages[stage]}


def test_every_script_is_in_the_test_above():
    assert len(re.findall(r"code=fingerprint\(", RULES)) == len(re.findall(r"(?m)^ +script:$", RULES)) >= 13


def plan(project, *arguments):
    """Plan the finished small example again."""
    return snakemake(project, "-n", "--configfile", "config/small.yaml", *arguments)


def change(path, old, new):
    """Change a text file; where there is no `old`, put `new` at its end."""
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1) if old else text + new)


@pytest.mark.parametrize(
    ("path", "because", "all_in_all"),
    [
        ("figures/style.py", {*FIGURES, *OTHERS}, {*FIGURES, *OTHERS, "make_report", "all"}),
        ("inference/problem.py", {"fit_model"}, {*ESTIMATES, "compare_fits", *FIGURES, "make_report", "all"}),
        ("report/verdicts.py", set(), {"make_report", "all"}),
        ("simulate.py", set(), set()),
    ],
)
def test_editing_a_module_reruns_its_stages(copy_of_finished, path, because, all_in_all):
    """The reads that were simulated before are taken as given: else what follows the simulation would rerun for its sake."""
    given = ("--config", "reads=results/example/reads/example.fastq.gz")
    assert planned(plan(copy_of_finished, *given)) == {}
    change(copy_of_finished / "scripts/cisphys" / path, "", "# changed\n")
    after = plan(copy_of_finished, *given)
    assert set(planned(after)) == all_in_all
    assert rules_to_rerun(after, "params have changed") - {"make_report"} == because


def test_editing_the_schema_of_models_reruns_nothing(copy_of_finished):
    change(copy_of_finished / "workflow/schemas/model.schema.yaml", "", "# changed\n")
    assert planned(plan(copy_of_finished)) == {}


def test_results_stay_when_the_project_is_moved(copy_of_finished, tmp_path):
    moved = copy_of_finished.rename(tmp_path / "elsewhere")
    assert planned(plan(moved)) == {}


@pytest.mark.parametrize(
    ("old", "new", "because"),
    [
        ("numbering: -75", "numbering: 1", {"fit_model"}),
        ("seed: 1", "seed: 2", {"simulate_reads"}),
        ("mutation_rate: 0.12", "mutation_rate: 0.11", {"simulate_reads"}),
        ("device: cpu", "device: auto", {"fit_model"}),
        ("analysis: example", "analysis: another", set()),
    ],
)
def test_editing_the_config_reruns_what_uses_it(copy_of_finished, old, new, because):
    change(copy_of_finished / "config/small.yaml", old, new)
    after = plan(copy_of_finished)
    assert rules_to_rerun(after, "params have changed") - {"make_report"} == because
    assert "make_report" in planned(after)


def test_asking_for_coverage_simulates_and_fits_nothing_again(copy_of_finished):
    change(copy_of_finished / "config/small.yaml", "numbering: -75", "coverage: {simulations: 20, jobs: 3}\n  numbering: -75")
    jobs = planned(plan(copy_of_finished))
    assert (jobs["cover_fit"], jobs["collect_coverage"]) == (3, 1)
    assert not ESTIMATES & set(jobs)
