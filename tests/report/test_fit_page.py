"""The page of a fit: what its parts show, and in which words."""

import json
import shutil
from dataclasses import replace

import made_up
import pytest

from cisphys.report.fit_page import PARTS, fit_page
from cisphys.report.passages import calibration, identifiability
from cisphys.report.predicted import residuals_table, shared_table
from cisphys.report.verdicts import judge_fit

NONE = made_up.comparison("a").iloc[:0]


def texts(table):
    return [[cell.text for cell in row] for row in table.rows]


def test_parts_have_names_of_their_own():
    names = [part.name for part in PARTS]
    assert len(names) == len(set(names))


def test_only_parts_with_something_to_show_are_shown(fit):
    page = fit_page(fit, "fit-7", NONE)
    assert [part.anchor for part in page.parts][:2] == ["fit-7-network", "fit-7-parameters"]  # no figure: no energies
    assert all(part.shown for part in page.parts)
    fewer = fit_page(replace(fit, given=[path for path in fit.given if "identifiability" not in path]), "fit-7", NONE)
    assert {part.anchor for part in page.parts} - {part.anchor for part in fewer.parts} == {"fit-7-identifiability"}


def test_files_of_the_fit_are_linked_beside_the_report(fit):
    links = {link.text: link.address for link in fit_page(fit, "fit-7", NONE).files}
    assert links["summary.json"] == "fits/model.one/summary.json"
    assert set(links) == {path.name for path in (fit.results / fit.folder).iterdir()}


def test_what_the_data_cannot_tell_is_listed(fit, tmp_path):
    null, mirror = identifiability(fit)
    assert (null.paragraphs, null.points) == (["Changes that no likelihood sees:"], ["mu.P: p(bin | latent) takes it up"])
    assert mirror.points[0].startswith("bound and unbound exchanged for")
    shutil.copytree(fit.results, tmp_path / "results")
    path, elsewhere = tmp_path / "results" / fit.folder / "identifiability.json", replace(fit, results=tmp_path / "results")
    unseen = [{"matrix": "A", "elements": 3, "of": 18, "all": False, "names": ["A[3]T", "A[4]C"]}]
    path.write_text(json.dumps({"unseen": unseen}))
    (passage,) = identifiability(elsewhere)
    assert passage.points == ["of A, 3 of 18: A[3]T, A[4]C and 1 more"]
    path.write_text(json.dumps({"family": "blackbox", "method": ""}))
    assert list(identifiability(elsewhere)) == []


@pytest.mark.parametrize(
    ("p", "correlation", "level", "value", "said"),
    [
        (
            0.749,
            0.0,
            "ok",
            "p = 0.75",
            "differ by no more than chance would have it",
        ),
        (1e-9, 0.0, "warn", "p < 0.001", "differ by more than chance would have it"),
        (0.7, 0.031, "ok", "p = 0.7", "more than the fit explains, with a correlation of 0.03."),
    ],
)
def test_calibration_is_said_and_judged(fit, p, correlation, level, value, said):
    told = {"chi_square": 70.23, "degrees_of_freedom": 79, "p": p, "read_correlation": correlation}
    changed = replace(fit, summary=fit.summary | {"calibration": {"one": told}})
    (passage,) = calibration(changed)
    assert said in passage.paragraphs[0]
    (verdict,) = (verdict for verdict in judge_fit(changed) if verdict.check.startswith("Predicted and observed"))
    assert (verdict.level, verdict.value) == (level, f"χ² = 70.2 with 79 degrees of freedom, {value}")


def test_residuals_name_the_mutations(fit):
    assert texts(residuals_table(made_up.residuals({"one": 9, "two": 4}), fit)) == [
        ["one", "A3C", "3", "−0.25", "1.64", "16.7"],
        ["two", "wild type", "3", "−0.25", "1.64", "16.7"],
    ]
    assert residuals_table(made_up.residuals({}), fit) is None


def test_a_joint_fit_beside_fits_of_each_dataset(fit):
    assert texts(shared_table(made_up.shared(a="separate", all="neither"), fit)) == [
        ["a", "1,200", "−100.0", "−98.5", "−1.5", "−3.5 to 0.5", "separate"],
        ["all together", "1,200", "−100.0", "−98.5", "−1.5", "−3.5 to 0.5", "neither"],
    ]
