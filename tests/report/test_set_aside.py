"""What is said of an optimum that fits better and was set aside."""

import shutil
from dataclasses import replace

import pandas as pd
import pytest

from cisphys.models.spec import BLACK_BOX
from cisphys.report.learned import learned
from cisphys.report.set_aside import SetAside, set_aside
from cisphys.report.verdicts import judge_fit
from cisphys.tables import write_table

COLUMNS = ["stage", "objective", "validation_log_likelihood"]


@pytest.fixture
def searched(fit, tmp_path):
    """Make a fit whose search has gone through these rows of restarts.tsv."""

    def with_rows(*rows):
        shutil.copytree(fit.results, tmp_path / "results")
        path = fit.folder / "restarts.tsv"
        write_table(pd.DataFrame(rows, columns=COLUMNS), tmp_path / "results" / path)
        return replace(fit, results=tmp_path / "results", given={*fit.given, path.as_posix()})

    return with_rows


def test_the_best_run_is_held_against_the_one_that_was_taken(searched):
    """A later choice has another ridge, and says nothing of the starts."""
    fit = searched(
        ("start", 112.0, -50.0), ("start", 110.5, -51.0), ("relabelled", 100.0, -44.5), ("choice", 110.5, -51), ("choice", 90, -1)
    )
    better = set_aside(fit)
    assert better == SetAside(training=10.5, validation=6.5)
    assert "training variants better by 10.5 nats, validation variants better by 6.5;" in better.words
    (verdict,) = [each for each in judge_fit(fit) if each.check == "Better optimum set aside"]
    assert (verdict.level, verdict.value, verdict.limit) == ("warn", "10.5 nats", "≤ 1 nat")


def test_worse_on_validation_variants_is_said(searched):
    better = set_aside(searched(("start", 100.0, -50.0), ("relabelled", 90.0, -52.0), ("choice", 100.0, -50.0)))
    assert "validation variants worse by 2.0;" in better.words


@pytest.mark.parametrize("best", [100.0, 99.5])
def test_less_than_a_nat_is_no_other_optimum(searched, best):
    assert set_aside(searched(("start", best, -50.0), ("choice", 100.0, -50.0))) is None


def test_black_boxes_choose_by_validation(searched):
    fit = searched(("start", 90.0, -60.0), ("choice", 100.0, -50.0))
    assert set_aside(replace(fit, spec=replace(fit.spec, family=BLACK_BOX))) is None


def test_nothing_is_said_where_the_report_was_not_given_the_table(fit):
    assert set_aside(fit) is None


def test_the_fit_says_it_among_what_it_does_not_tell(searched, tmp_path):
    fit = searched(("relabelled", 90.0, -40.0), ("choice", 100.0, -50.0))
    identifiability = fit.folder / "identifiability.json"
    (tmp_path / "results" / identifiability).write_text(
        '{"null": [], "mirrors": [], "unseen": [], "pinned": [], "named": {"directions": []}}'
    )
    fit = replace(fit, given={*fit.given, identifiability.as_posix()})
    assert any(
        text.startswith("Another optimum fits training variants better by 10.0 nats")
        for text in learned(fit, pd.DataFrame({"fit": [], "group": []}))
    )
