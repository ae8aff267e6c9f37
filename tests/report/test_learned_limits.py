"""Sentences of parameters, of what the data leave open, and of checks: each true of the numbers that it is made of."""

import json
import shutil
from dataclasses import replace

import made_up
import numpy as np
import pandas as pd
import pytest

from cisphys.models.spec import NetworkSpec
from cisphys.report.learned import learned
from cisphys.tables import write_table

NONE = pd.DataFrame(columns=["group", "fit"])
FIRST, SECOND = made_up.LONG_NAMES[:2]
COLUMNS = ["name", "site", "value", "unit", "low68", "high68", "low95", "high95", "method", "identifiable", "reason"]
NOTHING = {"mirrors": [], "unseen": [], "null": [], "named": {"directions": []}, "pinned": []}


def with_files(fit, folder, **files):
    """Return the fit with tables, or the parts of identifiability.json, in its folder."""
    shutil.copytree(fit.results, folder / "results")
    own = folder / "results" / fit.folder
    for name, content in files.items():
        if name == "identifiability":
            (own / "identifiability.json").write_text(json.dumps(NOTHING | content))
        else:
            write_table(content, own / f"{name}.tsv")
    given = [path.relative_to(folder / "results").as_posix() for path in (folder / "results").rglob("*") if path.is_file()]
    return replace(fit, results=folder / "results", given=given)


def row(name, value, low, high, identifiable="yes", site="", unit="kT", reason=""):
    return [name, site, value, unit, None, None, low, high, "profile likelihood", identifiable, reason]


def said_of(fit, folder, *rows):
    return learned(with_files(fit, folder, parameters=pd.DataFrame(rows, columns=COLUMNS).astype(object)), NONE)


@pytest.mark.parametrize(
    ("value", "low", "high", "words"),
    [
        (
            -3.0,
            -4.0,
            -2.0,
            "A and B help each other to bind: their interaction is −3.00 kT, −1.85 kcal/mol; 95 %: −4.00 to −2.00 kT",
        ),
        # no lower end, and no value: a bound alone, which tells the sign
        (None, None, -2.0, "A and B help each other to bind: their interaction is below −2.00 kT, below −1.23 kcal/mol."),
        (None, 1.0, None, "A and B hinder each other: their interaction is above 1.00 kT"),
        # a bound that leaves the sign open
        (None, None, 2.0, "Whether A and B help or hinder each other cannot be told: their interaction may be 0 (below 2.00 kT"),
        (0.5, -1.0, 2.0, "Whether A and B help or hinder each other cannot be told"),
    ],
)
def test_interactions_with_one_end(fit, tmp_path, value, low, high, words):
    identifiable = "yes" if low is not None and high is not None else "weakly"
    told = said_of(fit, tmp_path, row("interaction.A.B", value, low, high, identifiable, "A+B"))
    assert any(sentence.startswith(words) for sentence in told), told


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        # mu falls by log 20 to log 30: the protein is 20 to 30 times as active
        (-3.4012, -2.9957, "With the condition 10 instead of 0, A binds as if there were 20 to 30 times as much of it (95 %)."),
        (None, -2.3026, "A binds as if there were more than 10 times as much of it"),
        (2.3026, None, "A binds as if there were less than 0.1 times as much of it"),
        (-1.0, 1.0, "whether A binds more or less cannot be told (0.37 to 2.7 times its activity)."),
    ],
)
def test_conditions_as_activities(fit, tmp_path, low, high, words):
    told = said_of(fit, tmp_path, row("mu.A.10 - mu.A.0", None, low, high, "yes", "A"))
    assert any(words in sentence for sentence in told), told


def test_rates_and_cycles_of_kinetic_models(fit, tmp_path):
    told = said_of(
        fit,
        tmp_path,
        row("log_rate.opening", 0.0, -2.3026, 2.3026, unit="log"),
        row(f"log_rate.{FIRST}", 5.0, 4.6052, None, "weakly", unit="log"),
        row("log_factor.push", 1.0, 0.6931, 1.0986, unit="log"),
        row("affinity empty -> A -> empty", 2.0, 1.0, 3.0),
        row("affinity B -> A -> B", 0.5, -1.0, 2.0),
    )
    assert "The step opening runs at 0.1 to 10 times the unit of the rates given (95 %)." in told
    assert f"The wild type loses {FIRST} at more than 100 times the unit of the rates given (95 %)." in told
    assert "The factor push is 2 to 3 (95 %)." in told
    assert "The cycle empty -> A -> empty is driven: its affinity is 2.00 kT, 0 would be balance." in told
    assert "Whether anything drives the cycle B -> A -> B cannot be told: its affinity may be 0 (0.50 kT)." in told


@pytest.mark.parametrize(
    ("low", "high", "identifiable", "words"),
    [
        (1.0, 4.0, "weakly", "The size of all energies in kT is known only within a factor of 2 either way (95 %)."),
        (2.0, 2.42, "yes", "The size of all energies in kT is known within a factor of 1.1 either way (95 %)."),
    ],
)
def test_the_size_of_the_energies(fit, tmp_path, low, high, identifiable, words):
    assert words in said_of(fit, tmp_path, row("energy_scale", 2.0, low, high, identifiable))


def test_energies_of_unknown_size_have_no_number(fit, tmp_path):
    told = said_of(fit, tmp_path, row("energy_scale", None, None, None, "no", reason="ratios mean more"))
    weakened = [sentence for sentence in told if sentence.startswith("Mutations weaken")]
    assert weakened
    assert not any("kT" in sentence for sentence in weakened)
    assert "Not learned: scale of the energies (standard deviation of the latent), as ratios mean more." in told


def test_linear_models_and_black_boxes(fit, tmp_path):
    scale = row("energy_scale", None, None, None, "no", reason="ratios mean more")
    files = {"parameters": pd.DataFrame([scale], columns=COLUMNS).astype(object)}
    mirror = {"swapped": ["sequence"], "exact": True, "matrices_reversed": ["sequence"], "nats": 0.0, "words": ""}
    null = {"kind": "scale", "curve": "fitted", "of": {"scale.sequence": 1.0}, "words": "its size"}
    made = with_files(fit, tmp_path, identifiability={"mirrors": [mirror], "null": [null]}, **files)
    told = learned(replace(made, spec=NetworkSpec("", (), family="additive")), NONE)
    assert "belong to no molecule" in told[0]
    assert any(sentence.startswith("The base matters most at ") for sentence in told)
    assert "The sign of the energies is a convention: with the other sign the predictions are the same." in told
    assert not any("its size" in sentence for sentence in told)
    told = learned(replace(made, spec=NetworkSpec("", (), family="blackbox", hidden=(3,))), NONE)
    assert "a black box has no energies and no states" in told[0]
    assert not any("mirror" in sentence or "base matters" in sentence for sentence in told)


def test_mirrors(fit, tmp_path):
    exact = {"swapped": ["A"], "exact": True, "matrices_reversed": ["A"], "nats": 0.0, "words": "x"}
    near = {"swapped": ["B"], "exact": False, "matrices_reversed": ["B"], "nats": -3.0, "words": "the nearest is 3.00 nats away"}
    fallen_back = {"swapped": ["B"], "exact": False, "matrices_reversed": [], "nats": -0.1, "words": "comes back"}
    told = learned(with_files(fit, tmp_path, identifiability={"mirrors": [exact, exact, near, fallen_back]}), NONE)
    assert any(sentence.startswith("2 other solutions predict exactly the same, with bound and unbound") for sentence in told)
    assert "The nearest is 3.00 nats away." in told
    assert not any("omes back" in sentence for sentence in told)


def test_null_sloppy_unseen_and_pinned(fit, tmp_path):
    null = [
        {"kind": "absorbed", "curve": "fitted", "of": {"mu.P": 1.0}, "words": "mu.P: absorbed"},
        *[{"kind": "confounded", "curve": "fitted", "of": {"A[1]C": 1.0}, "words": f"change {k}"} for k in range(5)],
        {"kind": "scale", "curve": "any", "of": {"scale.A": 1.0}, "words": "the size of A: some curve"},
    ]
    unseen = [{"matrix": "A", "elements": 2, "of": 18, "all": False}, {"matrix": "B", "elements": 9, "of": 9, "all": True}]
    directions = [{"error_kT": 1.06, "of": {"a": 0.8, "b": -0.6}, "words": "0.8 a - 0.6 b"}]
    pinned = [
        {"name": "mu.P"},
        {"name": "log_rate.x"},
        {"name": "matrix.A", "elements": 3, "words": "3 elements of A: the ridge"},
    ]
    parts = {"null": null, "unseen": unseen, "named": {"directions": directions}, "pinned": pinned}
    told = learned(with_files(fit, tmp_path, identifiability=parts), NONE)
    assert not any("mu.P: absorbed" in sentence for sentence in told)
    assert [sentence for sentence in told if "change" in sentence and "cannot tell" in sentence] == [
        f"The data cannot tell change {k}." for k in range(3)
    ]
    assert "The same holds of 2 more combinations." in told
    assert "The data cannot tell the size of A: some curve." in told
    assert "Unknown are 2 of 18 energies of A: no training variant has these bases." in told
    assert "Nothing is learned of the matrix of B: it is the same in all training variants." in told
    assert any(
        sentence.startswith("Told worst of all combinations: 0.8 a − 0.6 b, with a standard error of 1.1") for sentence in told
    )
    assert "Held in place by a prior more than by the data: log_rate.x." in told
    assert "3 elements of A: the ridge." in told


def test_a_direction_that_is_told_well_is_not_called_sloppy(fit, tmp_path):
    directions = [{"error_kT": 0.1, "of": {"a": 0.8, "b": -0.6}, "words": "0.8 a - 0.6 b"}]
    told = learned(with_files(fit, tmp_path, identifiability={"named": {"directions": directions}}), NONE)
    assert not any("Told worst" in sentence for sentence in told)


@pytest.mark.parametrize(
    ("gained", "words"),
    [
        (
            (1, 90, 91),
            "No dataset shows that it needs energies of its own, as far as held-out variants can tell. Over all, the joint",
        ),
        ((1, 90, 91), "The joint fit predicts y better than a fit of its own does."),
        (
            (-50, 90, 40),
            "One set of energies does not explain all 2 datasets: fits of their own predict x better. Over all, the joint",
        ),
        (
            (-21, 5, -16),
            "A fit of its own predicts x better by 21 nats (95 % 1 to 41): one of 2 comparisons, so perhaps by chance.",
        ),
        (
            (-18, -18, -36),
            "One set of energies does not explain all 2 datasets. Over all, the joint fit gains −36 nats (95 % −56 to −16).",
        ),
    ],
)
def test_joint_fits(fit, tmp_path, gained, words):
    """With a standard error of 10 nats: 1.96 of them for one comparison, 2.24 for each of two."""
    rows = [(name, gain, 10.0, gain - 19.6, gain + 19.6) for name, gain in zip(("x", "y", "all"), gained, strict=True)]
    shared = pd.DataFrame(rows, columns=["dataset", "gained", "se", "low95", "high95"])
    shared["better"] = np.select([shared["low95"] > 0, shared["high95"] < 0], ["joint", "separate"], "neither")
    assert words in " | ".join(learned(with_files(fit, tmp_path, shared=shared), NONE))


def test_checks(fit, tmp_path):
    recovery = pd.DataFrame({"name": list("abcd"), "position": [None, None, 1, 2], "covered": ["yes", "no", "yes", None]})
    calibration = pd.DataFrame({"z": [0.1, -2.5, 1.0, None]})
    bootstrap = pd.DataFrame({"name": ["mu.A", "ddG.A.1.C", "x"], "warning": ["profile", "sandwich", None]})
    lacking = pd.DataFrame({"what": ["site B wider", "pair 1 2", "none"], "gain": [3.0, 12.5, 40.0], "low95": [1.0, 2.0, -1.0]})
    lacking = lacking.assign(kind="pair", q=0.01, validation_gain=[4.0, 9.0, 30.0])
    files = {"recovery": recovery, "calibration": calibration, "bootstrap": bootstrap, "lacking": lacking}
    told = learned(with_files(fit, tmp_path, **files), NONE)
    start = "Fitted to data simulated from it, the model gives back"
    assert f"{start} 1 of 2 parameters within the 95 % interval." in told
    assert f"{start} 1 of 1 matrix element within the 95 % interval." in told
    assert any(
        "of 3 comparisons of observed with predicted on test variants, 1 (33 %) differ by more than 2" in each for each in told
    )
    assert "Bootstrap, sandwich and profile disagree on 2 errors of 3, among them mu.A." in told
    assert "What held-out variants ask for that the model lacks: pair 1 2 (+12.5 nats); site B wider (+3.0 nats)." in told
    unsure = with_files(fit, tmp_path / "unsure", lacking=lacking.assign(low95=-1.0))
    assert any("nothing predicts held-out variants better by more than the error" in each for each in learned(unsure, NONE))


def test_what_was_put_in(fit):
    """The made-up interaction of -4 lies in its interval, of the other three there is no interval or nothing was put in."""
    assert "The 95 % intervals hold what was put in for 1 of 1 parameter." in learned(fit, NONE)
    assert any(sentence.startswith("Against put in: ") for sentence in learned(fit, NONE))
