"""What every rule states, so that it runs on a cluster, in an environment, and leaves a log."""

import re

import pytest
import yaml
from running import ROOT

from cisphys.figures.of_fits import FIT_FIGURES

TEXT = "\n".join(path.read_text() for path in sorted((ROOT / "workflow/rules").glob("*.smk")))
# a rule without a name in its head has one for each fit
_PARTS = re.split(r"(?m)^ *rule ?(\w*):\n", TEXT)[1:]
# the text of each rule, up to the next line that starts at the margin
RULES = {name: re.split(r"(?m)^\S", body)[0] for name, body in zip(_PARTS[::2], _PARTS[1::2], strict=True)}
PROFILES = ROOT / "workflow/profiles"
SCRIPTS = {"download_reference": "download_table", "": "plot_fit"}


@pytest.mark.parametrize("rule", RULES)
def test_rule_states_what_it_needs(rule):
    body = RULES[rule]
    assert re.match(r'\s+"""[A-Z].+\."""\n', body), "a docstring that is a sentence"
    assert re.search(r'(?m)^ +message:\n +"[A-Z].+[^.]"$', body), "what its job is called while it runs"
    assert re.search(r"(?m)^ +threads: \d+$", body)
    assert int(re.search(r"mem_mb=by_attempt\((\d+)\)", body)[1]) >= 500
    assert int(re.search(r"runtime=(\d+)", body)[1]) >= 5
    assert re.search(r"(?m)^ +log:\n +f\"\{LOGS\}/", body)
    assert re.search(r'(?m)^ +conda:\n +"../../envs/\w+\.yaml"$', body)
    assert re.search(rf'(?m)^ +script:\n +"../../scripts/{SCRIPTS.get(rule, rule)}\.py"$', body)


def test_every_script_is_run_by_a_rule():
    assert {SCRIPTS.get(rule, rule) for rule in RULES} == {path.stem for path in (ROOT / "scripts").glob("*.py")}


def test_every_file_of_rules_says_what_goes_in_and_out():
    for path in (ROOT / "workflow/rules").glob("*.smk"):
        assert re.match(r'"""[A-Z].+[.,]\n(?:.*\n)*?in: .+\n(?:.*\n)*?out: ', path.read_text()), path.name


def test_partitions_and_retries_stand_in_the_profile_only():
    assert not re.search(r"slurm_|partition|retries", TEXT)
    profile = yaml.safe_load((PROFILES / "slurm/config.yaml").read_text())
    assert profile["executor"] == "slurm"
    assert profile["retries"] > 0


def test_groups_of_the_slurm_profile_are_short_rules_and_ask_for_little():
    """The jobs of a group run side by side: it asks for the sum of their memory."""
    profile = yaml.safe_load((PROFILES / "slurm/config.yaml").read_text())
    groups = dict(entry.split("=") for entry in profile["groups"])
    most = {name: int(number) for name, number in (entry.split("=") for entry in profile["group-components"])}
    assert set(groups) <= set(RULES)
    assert set(groups.values()) == set(most)
    for rule, group in groups.items():
        assert int(re.search(r"runtime=(\d+)", RULES[rule])[1]) <= 60
        assert int(re.search(r"by_attempt\((\d+)\)", RULES[rule])[1]) * most[group] <= 16000


def test_report_shows_every_figure_and_table_flagged_with_a_category():
    captions = re.findall(r'"../report/(\w+)\.rst"', TEXT)
    of_fits = {name for name in FIT_FIGURES if not name.endswith("_single")}
    of_several = {"comparison_of_fits", "parameters_of_fits"}
    assert {*captions, *of_fits, *of_several, "workflow"} == {path.stem for path in (ROOT / "workflow/report").iterdir()}
    assert TEXT.count("category=") >= len(captions) > 0
