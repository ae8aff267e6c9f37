"""Models described and sequences predicted by Snakemake's command line."""

import pandas as pd
import pytest
from running import files_below, planned, snakemake
from small_analysis import ONE_SITE, change, write_counts

CONFIG = """\
version: 1
analysis: tiny
device: cpu
experiments: {one: {table: table.tsv}, two: {table: table.tsv}}
models: {net: net.yaml}
fits:
  - {model: net, experiments: [one], restarts: 1, ridge: [1.0], spline: [6]}
  - {model: net, experiments: [two], restarts: 1, ridge: [1.0], spline: [6]}
predictions:
  new: {sequences: new.fa, fits: [net.one]}
  all: {sequences: new.fa}
"""
PREDICTED = "results/tiny/predictions/net.one.new.tsv.gz"


@pytest.fixture(scope="module")
def work(tmp_path_factory, project):
    """A folder in which a model was described and two sequences predicted. The last test changes it."""
    folder = tmp_path_factory.mktemp("work")
    (folder / "config.yaml").write_text(CONFIG)
    (folder / "net.yaml").write_text(ONE_SITE)
    (folder / "new.fa").write_text(">best\nACGTTACGA\n>worst of all\nTTTTT\nTTTT\n")
    write_counts(folder / "table.tsv")
    done = call(folder, project, "describe", PREDICTED)
    assert done.code == 0, done.output
    return folder


def call(folder, project, *arguments):
    return snakemake(folder, *arguments, "-s", project / "Snakefile", "--cores", 1, "--configfile", "config.yaml")


def test_everything_that_is_asked_for_is_planned(work, project):
    plan = planned(call(work, project, "-n"))
    assert plan["predict_sequences"] == 2
    assert "describe_model" not in plan


def test_the_model_is_told_as_its_fit_tells_it(work):
    described, fitted = (work / "results/tiny" / name for name in ("models/net", "fits/net.one/network"))
    for suffix in (".txt", ".tsv"):
        assert described.with_suffix(suffix).read_text() == fitted.with_suffix(suffix).read_text()


def test_table_of_predictions(work):
    table = pd.read_csv(work / PREDICTED, sep="\t")
    assert " ".join(table) == "variant sequence dataset energy_P occupancy_empty occupancy_P rate latent p_1 p_2 p_3"
    assert table["variant"].tolist() == ["best", "worst"]
    assert table["energy_P"].is_monotonic_increasing
    assert table.filter(like="p_").sum(axis=1).tolist() == pytest.approx([1, 1], abs=1e-6)
    assert "do not pin mu.P" in (work / "logs/tiny/predict_sequences/net.one.new.log").read_text()


def test_a_sequence_that_does_not_fit_is_named(work, project):
    change(work / "new.fa", "ACGTTACGA", "ACGTTACGAA")
    done = call(work, project, PREDICTED)
    assert done.code == 1
    assert "Error: new.fa, line 1: this sequence has 10 bases, where the variants of the fit have 9." in done.output
    assert "Traceback" not in done.output
    assert files_below(work / "results/tiny/predictions") == {}
