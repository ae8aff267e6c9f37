"""Each check on both sides of its limits."""

import copy
import shutil
from dataclasses import replace

import made_up
import pandas as pd
import pytest

from cisphys.report.folder import FitResults
from cisphys.report.verdicts import Verdict, judge_fit, judge_quality, quality_verdicts, worst
from cisphys.tables import write_table


def changed(fit: FitResults, **summary) -> FitResults:
    """Return the fit with another summary."""
    new = copy.deepcopy(fit.summary)
    for key, value in summary.items():
        new[key] = new[key] | value if isinstance(value, dict) else value
    return replace(fit, summary=new)


def of(fit: FitResults, check: str) -> list[Verdict]:
    return [verdict for verdict in judge_fit(fit) if verdict.check.startswith(check)]


def test_the_worst_of_each_kind_is_named():
    verdicts = {verdict.check: verdict for verdict in judge_quality(made_up.quality([f"s{n}" for n in range(1, 13)], {"one": 9}))}
    assert set(verdicts) == {"Share of reads counted", "Reads", "Unevenness (Gini)"}
    reads, gini = verdicts["Reads"], verdicts["Unevenness (Gini)"]
    assert (reads.level, reads.subject, reads.value, reads.limit) == (
        "warn",
        "sample s1, the lowest of 12",
        "1,053",
        "≥ 5,000, fails below 1,000",
    )
    assert reads.reason
    assert (gini.level, gini.subject, gini.value) == ("fail", "sample s9, the highest of 9", "0.9")
    assert verdicts["Share of reads counted"].subject == "run run1"


def test_every_row_of_the_check_has_its_verdict():
    verdicts = list(quality_verdicts(made_up.quality(["a"], {"one": 9})))
    assert [(verdict.level, verdict.value, verdict.limit) for verdict in verdicts] == [
        ("ok", "94.0 %", "≥ 70 %, fails below 40 %"),
        ("warn", "1,053", "≥ 5,000, fails below 1,000"),
        ("note", "50.0 %", ""),
        ("ok", "0.1", "≤ 0.5, fails above 0.85"),
        ("note", "–", ""),
    ]


@pytest.mark.parametrize(("converged", "level"), [(True, "ok"), (False, "fail")])
def test_convergence(fit, converged, level):
    assert [verdict.level for verdict in of(changed(fit, converged=converged), "Fit converged")] == [level]


@pytest.mark.parametrize(("bits", "level"), [(0.5, "ok"), (0.02, "warn"), (-0.01, "fail")])
def test_information(fit, bits, level):
    (verdict,) = of(changed(fit, test={"I_var_bits": bits, "I_var_se_bits": 0.01}), "Information on test")
    assert verdict.level == level


@pytest.mark.parametrize(("bits", "level"), [(0.70, "ok"), (0.65, "ok"), (0.60, "warn")])
def test_gap_between_training_and_test(fit, bits, level):
    (verdict,) = of(changed(fit, test={"I_var_bits": bits}), "Training less test")
    assert (verdict.level, verdict.limit) == (level, "≤ 0.071 bit")


@pytest.mark.parametrize(("r", "level"), [(0.99, "ok"), (0.9, "warn"), (-0.99, "fail")])
def test_references(fit, tmp_path, r, level):
    shutil.copytree(fit.results, tmp_path / "results")
    references = pd.DataFrame([("CRP", "2010", r, 1.0)], columns=["site", "reference", "r", "slope"])
    write_table(references, tmp_path / "results" / fit.folder / "references.tsv")
    (verdict,) = of(replace(fit, results=tmp_path / "results"), "Energies of CRP against 2010")
    assert verdict.level == level


def test_what_is_unknown_and_mirrored_is_noted(fit):
    (unknown,), (mirrors,) = of(fit, "Parameters without"), of(fit, "Mirror")
    assert (unknown.level, unknown.value) == ("note", "2")
    assert "t_sat" in unknown.reason
    assert (mirrors.level, mirrors.value) == ("note", "1")
    assert of(changed(fit, mirrors=[]), "Mirror") == []


def test_worst_level():
    verdicts = {level: Verdict(level, "", "", "", "", "") for level in ("ok", "note", "warn", "fail")}
    assert worst([verdicts["ok"], verdicts["note"]]) == "ok"
    assert worst([verdicts["ok"], verdicts["warn"]]) == "warn"
    assert worst(verdicts.values()) == "fail"


def covered(*rows):
    """Return coverage.tsv: a row of 100 simulations per ``name position base covered95 p95``."""
    table = pd.DataFrame(rows, columns=["name", "position", "base", "covered95", "p95"])
    return table.assign(site="A", simulations=100)


def with_coverage(fit, folder, table, sites):
    """Return the fit with coverage of these tables, and with a recovery that would be warned of."""
    shutil.copytree(fit.results, folder / "results")
    recovery = pd.DataFrame({"position": [None] * 2, "covered": ["no", "no"]})
    paths = [fit.folder / name for name in ("coverage.tsv", "coverage_sites.tsv", "recovery.tsv")]
    for path, each in zip(paths, (table, sites, recovery), strict=True):
        write_table(each, folder / "results" / path)
    return replace(fit, results=folder / "results", given={*fit.given, *(path.as_posix() for path in paths)})


@pytest.mark.parametrize(
    ("lowest", "p", "level"),
    [(0.93, 0.2, "ok"), (0.89, 0.024, "warn"), (0.89, 0.026, "ok"), (0.91, 0.001, "ok")],
)
def test_coverage_is_judged_by_chance_among_as_many(fit, tmp_path, lowest, p, level):
    """Two parameters: a p of 0.025 each. Intervals may miss twice as often as they say."""
    table = covered(("mu.A", None, "", lowest, p), ("mu.B", None, "", 0.96, 0.7), ("theta.A", "3", "C", 0.95, 0.6))
    sites = pd.DataFrame({"site": ["A"], "simulations": 100, "covered95": 0.88, "p95": 0.04})
    told = with_coverage(fit, tmp_path, table, sites)
    named, elements, means = of(told, "How often 95")
    assert [named.level, elements.level, means.level] == [level, "ok", "warn"]
    assert named.value == f"mu.A {100 * lowest:.1f}\u00a0% of 100 simulations, the lowest of 2, p = {2 * p:.2g}"
    assert elements.value == "A 3 C 95.0\u00a0% of 100 simulations, p = 0.6"
    assert means.value == "A 88.0\u00a0% of 100 simulations, p = 0.04"
    assert bool(named.reason) == (level == "warn")
    assert of(told, "Intervals that hold the truth") == []  # one simulation, beside a hundred


@pytest.mark.parametrize(
    ("named", "elements", "levels"),
    [((3, 3), (19, 20), ["ok", "ok"]), ((2, 3), (17, 20), ["ok", "ok"]), ((1, 3), (16, 20), ["warn", "warn"])],
)
def test_intervals_in_simulated_data(fit, tmp_path, named, elements, levels):
    shutil.copytree(fit.results, tmp_path / "results")
    rows = [("", number < named[0]) for number in range(named[1])] + [
        ("1", number < elements[0]) for number in range(elements[1])
    ]
    table = pd.DataFrame(rows, columns=["position", "covered"])
    table["covered"] = table["covered"].map({True: "yes", False: "no"})
    path = fit.folder / "recovery.tsv"
    write_table(table, tmp_path / "results" / path)
    with_recovery = replace(fit, results=tmp_path / "results", given={*fit.given, path.as_posix()})
    assert [verdict.level for verdict in of(with_recovery, "Intervals that hold the truth")] == levels
