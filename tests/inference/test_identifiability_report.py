"""identifiability.json: its shape, its numbers, and that its sentences say what they do."""

import json
from dataclasses import replace

import numpy as np
import pytest
import torch
from promoters import OPTIONS, REPRESSION, TWO_SITES, activated, dataset_of, silent, sorted_reads, spec_of

from cisphys.inference.fit import fit_network
from cisphys.inference.identifiability_report import _loads, identifiability, rounded
from cisphys.inference.identifiability_words import direction_words, mirror_words, spelled
from cisphys.inference.named_information import information_of
from cisphys.inference.prior_shares import DATA

ONE_START = replace(OPTIONS, restarts=1, profiles=False)
KEYS = "family method unit parameters energies_kT conventions unseen null mirrors named all shares pinned"


@pytest.fixture(scope="module")
def told(fit):
    """What is told of two sites, A half saturated."""
    return identifiability(fit)


def test_shape(told):
    assert " ".join(told) == KEYS
    assert json.loads(json.dumps(told)) == told
    assert told["parameters"] == {"matrix_elements": 36, "scalars": ["mu.A.0", "mu.P", "interaction.A.P"]}


def test_two_sites_on_paper(told):
    """Gauge: one constant for each of 6 positions of both sites; null: mu_P; mirrors: A, P, both."""
    gauge = {each["of"]: each["directions"] for each in told["conventions"] if each["kind"] == "gauge"}
    assert gauge == {"A": 6, "P": 6}
    assert [each["kind"] for each in told["conventions"]] == ["gauge", "gauge", "bounds"]
    assert [(each["kind"], each["of"]) for each in told["null"]] == [("absorbed", {"mu.P": 1.0})]
    assert [each["swapped"] for each in told["mirrors"]] == [["A"], ["P"], ["A", "P"]]
    assert all(each["exact"] and each["nats"] == 0 for each in told["mirrors"])
    first, second = told["mirrors"][0]["parameters"]["interaction.A.P"]
    assert second == -first


def test_spectrum(fit, told):
    """The trace of the information is the sum of its eigenvalues, and each named direction is one of unit length."""
    whole = information_of(fit.problem, fit.best).whole
    assert told["all"]["null"] == 1
    assert len(told["all"]["eigenvalues"]) == fit.problem.structural - 1
    assert sum(told["all"]["eigenvalues"]) == pytest.approx(np.trace(whole), rel=1e-3)
    named = told["named"]
    assert named["parameters"] == ["mu.A.0", "mu.P", "interaction.A.P", "scale.A", "scale.P"]
    assert named["null"] == 1
    assert [each["eigenvalue"] for each in named["directions"]] == named["eigenvalues"][::-1]
    assert named["condition_number"] == pytest.approx(named["eigenvalues"][0] / named["eigenvalues"][-1], rel=0.01)
    for each in named["directions"]:
        assert sum(value**2 for value in each["of"].values()) == pytest.approx(1, abs=0.1)
        assert max(each["of"].values(), key=abs) > 0
        assert each["error_kT"] == pytest.approx(each["eigenvalue"] ** -0.5, rel=1e-2)
        assert "mu.P" not in each["of"]


def test_what_the_reads_hold_and_what_they_do_not(told):
    assert [each["name"] for each in told["pinned"]] == ["mu.P"]
    assert told["pinned"][0]["by"] == "weak_prior"
    assert told["shares"]["mu.P"][DATA] == 0
    assert told["shares"]["mu.A.0"][DATA] > 0.9
    for row in told["shares"].values():
        assert sum(row.values()) == pytest.approx(1, abs=0.03)


def test_a_site_that_never_varies_and_a_base_that_was_never_seen():
    """A the same in all variants: u = -G_P + constant, so the chemical potentials, the interaction and the scale are all lost."""
    network, wild_type = activated({"0": -1.0}, interaction=-4.0)
    dataset = sorted_reads(network, wild_type, 900, 20, "0", 3, seed=4)
    letters = dataset.letters.copy()
    letters[:, 2:8] = wild_type[2:8]
    fit = fit_network(spec_of(TWO_SITES), [replace(dataset, letters=letters)], ONE_START, silent)
    told = identifiability(fit)
    assert told["unseen"][0]["matrix"] == "A"
    assert (told["unseen"][0]["elements"], told["unseen"][0]["all"]) == (18, True)
    assert {name for each in told["null"] for name in each["of"]} == {"mu.A.0", "mu.P", "interaction.A.P", "scale.P"}
    assert "site A is the same in all training variants" in told["null"][0]["words"]
    assert told["named"]["eigenvalues"] == []
    assert told["named"]["condition_number"] is None


def test_a_rare_base_is_the_ridge_s(truth):
    """One variant, of some two reads, has it at base 3: with a ridge of 5 the reads say nearly nothing of it."""
    network, wild_type = truth
    dataset = sorted_reads(network, wild_type, 3000, 2, "0", 3, seed=4)
    base = next(base for base in range(4) if base != wild_type[3])
    letters = dataset.letters.copy()
    letters[letters[:, 3] == base, 3] = wild_type[3]
    letters[0, 3] = base
    options = replace(ONE_START, ridge=(5.0,))
    told = identifiability(fit_network(network.spec, [replace(dataset, letters=letters)], options, silent))
    (row,) = [each for each in told["pinned"] if each["name"] == "matrix.A"]
    assert row["by"] == "ridge"
    assert f"A[1]{'ACGT'[base]}" in row["names"]
    assert "the ridge on the energy matrices says more about them than the reads" in row["words"]


def test_repression_has_no_mirror():
    random = np.random.default_rng(1)
    letters = random.integers(0, 4, (600, 8)).astype(np.uint8)
    counts = random.multinomial(10, [0.3, 0.3, 0.4], 600)
    fit = fit_network(spec_of(REPRESSION), [dataset_of(letters, counts)], ONE_START, silent)
    assert identifiability(fit)["mirrors"] == []


@pytest.mark.parametrize(
    ("value", "expected"), [(0.123456, 0.1235), (-0.0, 0.0), (123456.0, 123500.0), (1e-9, 1e-9), (-2.00004, -2.0)]
)
def test_rounding(value, expected):
    assert rounded(value) == expected
    assert str(rounded(value)) == str(expected)


def test_directions_are_spelled_with_the_largest_first_and_positive():
    column = np.array([0.5, -0.8, 0.05])
    of = _loads(["a", "b", "c"], column)
    assert of == {"a": -0.5, "b": 0.8}
    assert spelled(of) == "0.8 b - 0.5 a"
    assert spelled({"a": 1.0}) == "a"


def test_words_of_directions(fit):
    said = direction_words(fit, "traded", {"mu.A.0": 1.0, "interaction.A.P": -1.0}, {}, "fitted")
    assert said.startswith("mu.A.0 by +1 and interaction.A.P by -1 kT together: ")
    assert "matrix of A" in direction_words(fit, "traded", {"mu.A.0": 1.0}, {"A": 1.7}, "fitted")
    assert "limited flexibility of the fitted curve" in direction_words(fit, "scale", {"scale.P": 1.0}, {}, "any")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({}, "3.25 nats less likely than this one"),
        ({"nats": 8.0}, "8.00 nats more likely than this one; try more restarts"),
        ({"matrices_reversed": []}, "comes back to the energies of this one"),
        ({"exact": True}, "the likelihood cannot tell"),
    ],
)
def test_words_of_mirrors(change, words):
    mirror = {"swapped": ["A"], "reverses_transcription": False, "exact": False, "nats": -3.25}
    mirror |= {"refit_converged": True, "matrices_reversed": ["A"]} | change
    assert words in mirror_words(mirror)


def test_p_itself_is_left_alone(fit):
    before = fit.best.p.clone()
    identifiability(fit)
    assert torch.equal(before, fit.best.p)
