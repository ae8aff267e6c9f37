"""The ways in which the workflow is called."""

import json
import re
import zipfile

import pytest
from running import EXAMPLE, planned, snakemake

# no address can be reached through these
OFFLINE = dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), "http://127.0.0.1:9")


def test_plain_call_runs_the_example(project):
    finished = snakemake(project, "-n")
    assert set(planned(finished)) == EXAMPLE | {"all"}
    assert "results/example/report.html" in finished.output


def test_shim_of_the_workflow_catalog_plans_the_same(project):
    plan = planned(snakemake(project, "-n", "-s", "workflow/Snakefile"))
    assert set(plan) - {"standard_usage", "all"} == EXAMPLE
    assert plan["standard_usage"] == 1


def test_one_config_and_never_two(project):
    """Snakemake would merge them key by key."""
    two = ("--configfile", "config/config.yaml", "config/small.yaml")
    finished = snakemake(project, "-n", *two)
    assert finished.code == 1
    assert re.search(r"2 config files are given: \S*config/config\.yaml, \S*config/small\.yaml\. Give one\.", finished.output)
    assert "Traceback" not in finished.output


def test_example_does_not_leak_into_another_config(project, tmp_path):
    """A config without fits plans no fit, although the example has one."""
    table = tmp_path / "table.tsv"
    table.write_text("sequence\tct_0\tct_1\nACGT\t1\t2\n")
    (tmp_path / "mine.yaml").write_text("version: 1\nanalysis: mine\nexperiments:\n  x: {table: table.tsv}\n")
    finished = snakemake(project, "-n", "--configfile", tmp_path / "mine.yaml")
    assert set(planned(finished)) == {"import_table", "check_quality", "plot_quality", "make_report", "all"}


@pytest.mark.parametrize("how", ["directory", "from_there"])
def test_results_lie_in_the_working_directory(project, tmp_path, how):
    """Paths in the config start at its own folder, the results at the working directory."""
    (tmp_path / "table.tsv").write_text("sequence\tct_0\tct_1\nACGT\t1\t2\nAAAA\t0\t3\n")
    (tmp_path / "mine.yaml").write_text("version: 1\nanalysis: mine\nexperiments:\n  x: {table: table.tsv}\n")
    work = tmp_path / "work"
    work.mkdir()
    common = ("--cores", 1, "--configfile", tmp_path / "mine.yaml")
    if how == "directory":
        finished = snakemake(project, "-d", work, *common)
    else:
        finished = snakemake(work, "-s", project / "Snakefile", *common)
    assert finished.code == 0, finished.output
    assert (work / "results/mine/report.html").is_file()
    assert (work / "logs/mine/make_report.log").is_file()
    assert not (project / "results").exists()


@pytest.fixture(scope="module")
def reports(finished, tmp_path_factory):
    """Snakemake's own report, as one page and as a zip, made without a network."""
    folder = tmp_path_factory.mktemp("reports")
    for suffix in ("html", "zip"):
        how = ("--configfile", "config/small.yaml", "--report", folder / f"report.{suffix}")
        made = snakemake(finished, *how, env=OFFLINE)
        assert made.code == 0, made.output
    return folder


def test_report_of_snakemake_is_one_page_with_figures_and_tables(reports):
    page = (reports / "report.html").read_text()
    for words in ("fate of every read", "energy matrices", "measurement process", "against the reference", "parameters"):
        assert json.dumps(words) in page
    assert "Energy matrices of the fit" in page
    assert not re.search(r"<(script|link)[^>]+(src|href)=.https?:", page)


def test_report_of_snakemake_as_a_zip(reports):
    with zipfile.ZipFile(reports / "report.zip") as packed:
        names = packed.namelist()
    assert any(name.endswith("report.html") for name in names)
    assert any(name.endswith("energy_matrices.svg") for name in names)


@pytest.mark.parametrize(("device", "asks"), [("cpu", False), ("auto", False), ("cuda", True)])
def test_fits_ask_for_a_gpu_only_where_the_config_says_cuda(project, tmp_path, device, asks):
    told = tmp_path / "Snakefile"
    asked = 'print("asks:", *("gpu" in one.rule.resources for one in (rules.fit_model, rules.recover_fit, rules.make_report)))'
    told.write_text(f'include: "{project}/Snakefile"\n{asked}\n')
    finished = snakemake(project, "-n", "-s", told, "-d", project, "--config", f"device={device}")
    assert f"asks: {asks} {asks} False\n" in finished.output


def test_slurm_profile_groups_no_jobs_that_wait_for_each_other(project, tmp_path):
    """Tables that fits are made from and tables that are collected from fits in one group would wait for each other."""
    for name in ("one", "two"):
        (tmp_path / f"{name}.tsv").write_text("sequence\tct_0\tct_1\nACGT\t1\t2\n")
    (tmp_path / "model.yaml").write_text("version: 1\ntype: additive\n")
    fit = {"model": "m", "experiments": ["one", "two"], "separate": True, "coverage": 20, "bootstrap": {"replicates": 20}}
    experiments = {name: {"table": f"{name}.tsv"} for name in ("one", "two")}
    config = {"version": 1, "analysis": "mine", "experiments": experiments, "models": {"m": "model.yaml"}, "fits": [fit]}
    (tmp_path / "mine.yaml").write_text(json.dumps(config))
    profile = ("--workflow-profile", project / "workflow/profiles/slurm")
    plan = planned(snakemake(project, "-n", *profile, "--configfile", tmp_path / "mine.yaml"))
    assert {"import_table", "compare_with_separate", "collect_bootstrap", "collect_coverage"} <= set(plan)
