"""The tables of standard errors: gauges, what is left empty, and how far the ridge pulls."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import torch

from cisphys.inference.error_tables import (
    matrix_error_table,
    parameter_error_table,
    ridge_effect,
    standard_errors,
)
from cisphys.inference.fit_tables import energy_matrices
from cisphys.inference.parameter_table import parameter_table
from cisphys.inference.sandwich import covariances


@pytest.fixture(scope="module")
def found(fit, reads):
    return standard_errors(fit, [reads])


@pytest.fixture(scope="module")
def table(fit, found):
    return matrix_error_table(fit, energy_matrices(fit), found)


def test_one_row_for_every_base_in_order(fit, table):
    assert table["site"].tolist() == ["A"] * 24 + ["P"] * 24
    assert table["base"].tolist() == list("ACGT") * 12
    assert table["position"].tolist() == [position for _ in "AP" for position in range(6) for _ in "ACGT"]
    matrices = energy_matrices(fit)
    np.testing.assert_allclose(table["energy"], matrices[list("ACGT")].to_numpy().ravel())
    assert table["variant_position"].tolist() == matrices["variant_position"].repeat(4).tolist()


def test_energies_against_the_wild_type(fit, table):
    """A zero-sum row minus its wild-type base; that base has neither energy nor error."""
    matrices = energy_matrices(fit)
    rows = matrices[list("ACGT")].to_numpy()
    wild_type = matrices["wild_type"].map("ACGT".index).to_numpy()
    np.testing.assert_allclose(table["ddG"], (rows - rows[np.arange(12), wild_type][:, None]).ravel(), atol=1e-12)
    reference = table[(table["base"] == table["position"].map(dict(enumerate(matrices["wild_type"][:6]))))]
    of_a = reference[reference["site"] == "A"]
    assert (of_a[["ddG", "error", "naive_error", "error_at_scale"]] == 0).all(axis=None)
    assert (table["energy_error"] > 0).all()


def test_errors_by_draws_from_the_covariance(fit, found, table):
    """Each column by a second way: draw parameters from their covariance, and look at the spread of what the table prints."""
    random = np.random.default_rng(1)
    mean = fit.best.p[: fit.problem.structural].numpy()
    moved = random.multivariate_normal(np.zeros(len(mean)), found.sandwich.numpy(), 4000, method="eigh")
    slope = fit.problem.slope_of_scale(fit.best.at).numpy()
    spread = {name: np.zeros((4000, 48)) for name in ("error", "error_at_scale", "energy_error")}
    for site in range(2):
        own = fit.problem.terms[0].design.slices[site]
        zero = fit.problem.terms[0].design.zeros[site]
        for position in range(6):
            three = slice(own.start + 3 * position, own.start + 3 * position + 3)
            of_three = [base for base in range(4) if base != zero[position]]
            four = np.zeros((4000, 4))
            four[:, of_three] = moved[:, three]
            rows = slice(24 * site + 4 * position, 24 * site + 4 * position + 4)
            spread["error"][:, rows] = four
            spread["energy_error"][:, rows] = four - four.mean(1, keepdims=True)
            values = np.zeros(4)
            values[of_three] = mean[three]
            spread["error_at_scale"][:, rows] = four - np.outer(moved @ slope, values)
    for name, values in spread.items():
        np.testing.assert_allclose(table[name], values.std(0), rtol=0.08, atol=1e-9)


def test_without_a_scale_there_is_no_error_in_kt(fit, found):
    others = {name: each for name, each in fit.profiles.items() if name != "energy_scale"}
    lost = replace(fit, scale_error=float("inf"), profiles=others)
    table = matrix_error_table(lost, energy_matrices(fit), found)
    assert table[["error", "naive_error", "energy_error"]].isna().all(axis=None)
    assert table[["ddG", "error_at_scale", "ridge_pull", "energy"]].notna().all(axis=None)
    parameters = parameter_error_table(lost, parameter_table(lost, 0.6163), found).set_index("name")
    assert parameters.loc["energy_scale"].isna().all()


def test_named_parameters(fit, found):
    rows = parameter_error_table(fit, parameter_table(fit, 0.6163), found).set_index("name")
    assert list(rows.index) == ["mu.A.0", "mu.P", "interaction.A.P", "energy_scale"]
    assert rows.loc["mu.P"].isna().all()
    index = fit.problem.elements + fit.network.scalar_names.index("interaction.A.P")
    assert rows.loc["interaction.A.P", "value"] == pytest.approx(float(fit.best.p[index]))
    assert rows.loc["interaction.A.P", "error"] == pytest.approx(float(found.sandwich[index, index]) ** 0.5)
    assert rows.loc["interaction.A.P", "naive_error"] == pytest.approx(float(found.naive[index, index]) ** 0.5)
    # the relative error that parameters.tsv rests on is found without the priors, which add nothing here
    scale = rows.loc["energy_scale"]
    assert scale["error"] / scale["value"] == pytest.approx(fit.scale_error, rel=0.1)


def test_the_ridge_pulls_more_when_it_is_stronger(fit, found):
    weak = ridge_effect(fit, found)
    assert weak["parameters"] == fit.problem.structural
    assert fit.problem.structural - 2 < weak["informed"] < fit.problem.structural
    strength = fit.problem.ridge.strength
    fit.problem.set_ridge(1e4 * strength)
    strong = ridge_effect(fit, covariances(fit.problem, fit.best))
    fit.problem.set_ridge(strength)
    assert strong["largest_pull"] > 20 * weak["largest_pull"]
    assert strong["informed"] < weak["informed"]


def test_a_black_box_has_no_matrices():
    class Box:
        network = torch.nn.Module()

    Box.network.blocks = []
    assert standard_errors(Box, []) is None
    assert matrix_error_table(Box, pd.DataFrame(), None).empty
    assert parameter_error_table(Box, pd.DataFrame(), None).empty
    assert ridge_effect(Box, None) == {}
