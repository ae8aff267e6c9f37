"""Tables of errors, of what is found again, of what is lacking and of plans, as the page shows them."""

from dataclasses import replace
from math import nan
from types import SimpleNamespace

import pandas as pd
import pytest

from cisphys.report.predicted import lacking_table
from cisphys.report.scatter import bootstrap_table, design_table, matrix_errors_table, recovered_sites_table, recovery_table


def texts(table):
    return [[cell.text for cell in row] for row in table.rows]


def made(columns: str, *rows) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=columns.split())


def test_errors_of_elements_leave_out_the_wild_type(fit):
    columns = "site position variant_position base ddG error naive_error error_at_scale ridge_pull energy energy_error"
    rows = [
        ("CRP", 0, 119, "A", 0.0, 0.0, 0.0, 0.0, 0.0, -0.4, 0.1),
        ("CRP", 0, 119, "C", 1.25, 0.31, 0.25, 0.12, 0.0, 0.8, 0.1),
        ("P", 4, None, "G", -0.5, nan, nan, 0.12, 0.0, 0.8, 0.1),
    ]
    assert texts(matrix_errors_table(made(columns, *rows), fit)) == [
        ["CRP", "−1", "C", "1.25", "0.31", "0.12", "0.25"],  # the variant's first base is −120
        ["P", "4 of the site", "G", "−0.50", "–", "0.12", "–"],
    ]
    assert matrix_errors_table(made(columns), fit) is None


@pytest.mark.parametrize(("biophysics", "unit"), [(True, ", kT"), (False, "")])
def test_elements_of_linear_models_have_no_kt(biophysics, unit):
    fit = SimpleNamespace(has_biophysics=biophysics, numbering=None)
    row = ("S", 0, 0, "C", 1.25, 0.31, 0.25, 0.12)
    errors = matrix_errors_table(made("site position variant_position base ddG error naive_error error_at_scale", row), fit)
    sites = recovered_sites_table(made("site elements r slope rmse covered", ("S", 78, 0.9, 1.0, 0.1, 0.9)), fit)
    assert (errors.columns[3], sites.columns[4]) == (f"ΔΔG{unit}", f"Typical distance{unit}")
    assert ("kT" in errors.caption) == biophysics


def test_a_bootstrap_names_parameters_and_elements_with_a_warning(fit):
    columns = "name value error low95 high95 sandwich_error profile_low95 profile_high95 warning"
    rows = [
        ("mu.CRP", 2.0, 0.4, 1.2, 2.8, 0.3, 1.3, nan, ""),
        ("ddG.CRP.3.A", 1.0, 0.9, -0.8, 2.8, 0.2, nan, nan, "sandwich understates"),
        ("ddG.CRP.4.A", 1.0, 0.2, 0.6, 1.4, 0.2, nan, nan, ""),
    ]
    assert texts(bootstrap_table(made(columns, *rows), fit)) == [
        ["free energy of CRP on the wild type", "2.00", "0.40", "0.30", "1.20 to 2.80", "above 1.30", ""],
        ["ΔΔG of CRP 3 A", "1.00", "0.90", "0.20", "−0.80 to 2.80", "–", "sandwich understates"],
    ]


def test_what_is_found_again(fit):
    sites = made("site elements r slope rmse covered", ("CRP", 78, 0.98765, 1.02, 0.123, 0.9487))
    assert texts(recovered_sites_table(sites, fit)) == [["CRP", "78", "0.9877", "1.020", "0.12", "94.9 %"]]
    assert "Typical distance, kT" in recovered_sites_table(sites, fit).columns
    linear = replace(fit, spec=replace(fit.spec, family="additive"))
    assert "Typical distance" in recovered_sites_table(sites, linear).columns  # effects on a latent have no unit
    columns = "name site unit true found low95 high95 covered"
    rows = [
        ("interaction.A.B", "A+B", "kT", -4.0, -3.5, -5.0, -2.0, "yes"),
        ("mu.A", "A", "kT", 1.0, 2.0, 1.5, nan, "no"),
        ("theta.A", "A", "kT", 1.0, 2.0, 1.5, nan, "no"),
    ]
    table = recovery_table(made(columns, *rows), fit)
    assert texts(table) == [
        ["interaction of A and B", "−4.00", "−3.50", "−5.00 to −2.00", "yes", "kT"],
        ["free energy of A on the wild type", "1.00", "2.00", "above 1.50", "no", "kT"],
    ]
    assert [row[4].kind for row in table.rows] == ["ok", "warn"]


def test_plans(fit):
    columns = "parameter unit what amount method observations width95 relative"
    rows = [
        ("interaction.A.B", "kT", "now", 1.0, "Fisher information", 30000, 3.0, 1.0),
        ("interaction.A.B", "kT", "reads", 2.0, "simulation", 60000, 2.1, 0.7),
    ]
    assert texts(design_table(made(columns, *rows), fit)) == [
        ["interaction of A and B", "as it is", "–", "Fisher information", "30,000", "3.00", "1.00"],
        ["interaction of A and B", "reads", "2.0", "simulation", "60,000", "2.10", "0.70"],
    ]


def test_what_is_lacking_has_a_gain(fit):
    columns = "kind what statistic p q gain low95 high95"
    rows = [
        ("site_wider", "CRP also reads −48 to −44", 454.94, 1.87e-87, 5e-87, 82.138, 57.38, 106.9),
        ("pair", "positions 3 and 4", 1.0, 0.9, 0.9, nan, nan, nan),
    ]
    assert texts(lacking_table(made(columns, *rows), fit)) == [
        ["CRP also reads −48 to −44", "site wider", "82.1", "57.4 to 106.9", "454.9", "1.9e−87", "5e−87"]
    ]
