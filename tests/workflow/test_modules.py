"""A change of the library reruns what depends on it, and nothing else."""

import ast
import re
import runpy

import pytest
from running import ROOT, planned, rules_to_rerun, snakemake

LIBRARY = ROOT / "scripts/cisphys"
COMMON = (ROOT / "workflow/rules/common.smk").read_text()
RULES = "\n".join(path.read_text() for path in sorted((ROOT / "workflow/rules").glob("*.smk")))
FIGURES = {"plot_energy_matrices", "plot_measurement", "plot_recovery"}


@pytest.fixture(scope="module")
def stages(tmp_path_factory):
    """The lists of modules of common.smk by their names."""
    text = COMMON.partition("\ndef ")[0]
    path = tmp_path_factory.mktemp("stages") / "lists.py"
    path.write_text(text)
    return {name: value for name, value in runpy.run_path(path).items() if name.isupper()}


def file_name(module: str) -> str:
    return module if "." in module else f"{module}.py"


def imported(path) -> set[str]:
    """Return the modules of the library that a file imports, itself or in a function, as names of files."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    places = {name.replace(".", "/").removeprefix("cisphys/") for name in names if name.startswith("cisphys")}
    files = {f"{place}.py" for place in places} | {f"{place}/__init__.py" for place in places} | {"__init__.py"}
    return {name for name in files if (LIBRARY / name).is_file()}


def needed(path) -> set[str]:
    """Return all modules of the library that a script needs, also through others, with the packages that hold them."""
    known, new = set(), imported(path)
    while new:
        known |= new
        new = {name for found in new for name in imported(LIBRARY / found)}
        new |= {f"{name.partition('/')[0]}/__init__.py" for name in known if "/" in name}
        new -= known
    return known


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
    assert needed(ROOT / "scripts" / script) <= {file_name(module) for stage in chosen for module in stages[stage]}


def test_every_script_is_in_the_test_above():
    assert len(re.findall(r"code=fingerprint\(", RULES)) == len(re.findall(r"(?m)^ +script:$", RULES)) >= 13


def plan_after(project, path, old="", new=""):
    """Change a file of a finished project and plan again; without `old`, put `new` at the file's end."""
    text = (project / path).read_text()
    changed = text.replace(old, new, 1) if old else text + new
    assert changed != text
    (project / path).write_text(changed)
    return snakemake(project, "-n", "--configfile", "config/small.yaml")


@pytest.mark.parametrize(
    ("path", "rerun", "left"),
    [
        ("figures/style.py", {*FIGURES, "plot_read_fates"}, {"count_reads", "fit_model"}),
        ("inference/problem.py", {"simulate_reads", "fit_model"}, {"collect_fates"}),
        ("reads/match.py", {"simulate_reads", "count_reads", "join_variants", "collect_fates"}, {"fit_model"}),
        ("report/verdicts.py", {"make_report"}, {"fit_model", "plot_recovery"}),
    ],
)
def test_editing_a_module_reruns_its_stages(copy_of_finished, path, rerun, left):
    plan = plan_after(copy_of_finished, f"scripts/cisphys/{path}", new="# changed\n")
    assert rules_to_rerun(plan, "params have changed") == rerun
    assert not left & rules_to_rerun(plan, "params have changed")
    assert "make_report" in planned(plan)


def test_editing_a_figure_reruns_no_fit(copy_of_finished):
    plan = planned(plan_after(copy_of_finished, "scripts/cisphys/figures/style.py", new="# changed\n"))
    assert set(plan) == {*FIGURES, "plot_read_fates", "make_report", "all"}


def test_editing_the_schema_of_models_reruns_fits_only(copy_of_finished):
    plan = plan_after(copy_of_finished, "workflow/schemas/model.schema.yaml", new="# changed\n")
    assert rules_to_rerun(plan, "params have changed") == {"fit_model"}


@pytest.mark.parametrize(
    ("old", "new", "rerun"),
    [
        ("numbering: -75", "numbering: 1", {"fit_model"}),
        ("seed: 1", "seed: 2", {"simulate_reads", "fit_model"}),
        ("~1 TAGG", " TAGG", {"simulate_reads", "count_reads"}),
        ("device: cpu", "device: auto", {"fit_model"}),
    ],
)
def test_editing_the_config_reruns_what_uses_it(copy_of_finished, old, new, rerun):
    plan = plan_after(copy_of_finished, "config/small.yaml", old, new)
    assert rules_to_rerun(plan, "params have changed") - {"make_report"} == rerun
