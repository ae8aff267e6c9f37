"""The bootstrap's tables: numbers worked out by hand, warnings, and the same bytes for any number of jobs."""

import numpy as np
import pandas as pd
import pytest

from cisphys.inference.bootstrap_tables import (
    Replicates,
    against_wild_type,
    bootstrap_table,
    disagreement,
    parameter_replicates,
    read_parts,
    share_of,
    write_part,
)
from cisphys.inference.ensemble import Resampling, bootstrap
from cisphys.inference.error_tables import matrix_error_table, parameter_error_table, standard_errors
from cisphys.inference.fit_tables import energy_matrices
from cisphys.inference.parameter_table import parameter_table
from cisphys.tables import write_table

N = 81


@pytest.fixture
def made():
    """Return 81 replicates that converged and one that did not, and the tables of a site of one base and two parameters."""
    z = np.linspace(-4, 4, N)
    scale = np.exp(0.1 * z)
    values = np.stack([0 * z, scale * (2 + 0.5 * np.cos(np.pi * np.arange(N))), 1 + z, np.nan * z], 1)
    values = np.concatenate([values, np.full((1, 4), 1e6)])
    scalars = np.concatenate([np.stack([z, 3 + 0.1 * z], 1), np.full((1, 2), 1e6)])
    found = Replicates(np.arange(N + 1), np.arange(N + 1) < N, values, scalars, np.append(0.1 * z, 9.0))
    matrix = pd.DataFrame({"site": "P", "position": 0, "base": list("ACGT"), "ddG": [0, 2, 1, np.nan]})
    matrix = matrix.assign(error=[0, 0.9, 2.3, np.nan], error_at_scale=[0, 0.5, 2.3, np.nan])
    errors = pd.DataFrame(
        {"name": ["mu.P", "interaction.P.Q", "energy_scale"], "value": [0, np.nan, 1], "error": [2.3, np.nan, 0.2]}
    )
    parameters = errors[["name"]].assign(site=["P", "P+Q", ""], low95=[-4.6, np.nan, 0.7], high95=[np.nan, np.nan, 2.0])
    parameters = parameters.assign(method=["profile likelihood", "", "Fisher information"])
    return found, matrix, errors, parameters


def test_rows_by_hand(made):
    table = bootstrap_table(*made).set_index("name")
    assert list(table.index) == ["ddG.P.0.C", "ddG.P.0.G", "mu.P", "energy_scale"]
    z = np.linspace(-4, 4, N)
    rows = table.loc["ddG.P.0.G"]
    assert rows[["value", "replicates", "converged"]].tolist() == [1, N + 1, N]
    assert rows["error"] == pytest.approx(z.std(ddof=1))
    assert [rows["low95"], rows["high95"]] == pytest.approx([1 - 3.8, 1 + 3.8])  # the 2nd and the 78th of 80 steps of 0.1
    assert table.loc["ddG.P.0.C", "error_at_scale"] == pytest.approx(0.5, rel=0.02)
    assert table.loc["mu.P", ["site", "sandwich_error", "profile_low95"]].tolist() == ["P", 2.3, -4.6]
    assert table.loc["energy_scale", "error"] == pytest.approx(np.exp(0.1 * z).std(ddof=1))


def test_warnings_say_what_understates(made):
    table = bootstrap_table(*made).set_index("name")["warning"]
    assert table["ddG.P.0.G"] == ""
    assert table["mu.P"] == "bootstrap and sandwich understate: the profile interval is open"
    # 95 % of the replicates lie within exp(+-0.38), 0.78 wide; the sandwich's 1.96 * 0.2 on either side as well
    assert table["energy_scale"] == ""


@pytest.mark.parametrize(
    ("widths", "said"),
    [
        ({"bootstrap": 1.0, "sandwich": 1.45}, ""),
        ({"bootstrap": 1.0, "sandwich": 1.6}, "bootstrap understates: the sandwich interval is 1.6 times as wide"),
        (
            {"bootstrap": 2.0, "sandwich": 1.0, "profile": 4.0},
            "bootstrap and sandwich understate: the profile interval is 2.0 and 4.0 times as wide",
        ),
        (
            {"bootstrap": 1.0, "sandwich": 1.0, "profile": np.inf},
            "bootstrap and sandwich understate: the profile interval is open",
        ),
    ],
)
def test_disagreement(widths, said):
    assert disagreement(widths) == said


def test_few_replicates_tell_no_spread(made):
    found, *tables = made
    few = Replicates(*(array[-15:] for array in vars(found).values()))
    table = bootstrap_table(few, *tables)
    assert table[["error", "low95", "error_at_scale"]].isna().all(axis=None)
    assert set(table["warning"]) == {"fewer than 20 replicates converged"}
    assert (table["converged"] == 14).all()


def test_without_a_scale_elements_are_compared_relative_to_it(made):
    found, matrix, errors, parameters = made
    table = bootstrap_table(found, matrix.assign(error=np.nan), errors.assign(value=np.nan), parameters).set_index("name")
    assert table[["error", "low95", "high95"]].isna().all(axis=None)
    assert table.loc["ddG.P.0.C", "warning"] == ""
    assert list(table.index) == ["ddG.P.0.C", "ddG.P.0.G"]


def test_replicates_of_what_the_reads_inform(made):
    found, _, errors, _ = made
    rows = parameter_replicates(found, errors)
    assert rows.groupby("name", sort=False).size().to_dict() == {"mu.P": N, "energy_scale": N}
    assert rows["replicate"].max() == N - 1
    assert parameter_replicates(found, errors.assign(value=np.nan)).columns.tolist() == ["replicate", "name", "value"]


@pytest.mark.parametrize(("replicates", "jobs"), [(7, 1), (7, 3), (20, 6), (4, 4)])
def test_jobs_share_all_replicates(replicates, jobs):
    shares = [share_of(replicates, jobs, job) for job in range(1, jobs + 1)]
    assert [number for share in shares for number in share] == list(range(replicates))
    assert max(map(len, shares)) - min(map(len, shares)) <= 1


def test_same_bytes_for_any_number_of_jobs(fit, reads, tmp_path):
    covariances = standard_errors(fit, [reads])
    told = parameter_table(fit, 0.6163)
    tables = (
        matrix_error_table(fit, energy_matrices(fit), covariances),
        parameter_error_table(fit, told, covariances),
        told,
    )
    written = []
    for jobs in (1, 3):
        paths = [tmp_path / f"{jobs}.{job}.safetensors" for job in range(1, jobs + 1)]
        for job, path in enumerate(paths, start=1):
            share = share_of(22, jobs, job)
            write_part(path, fit.problem, share, bootstrap(fit.problem, fit.best, share, Resampling(1, "variants")))
        found = read_parts(paths[::-1])
        for name, table in (("table", bootstrap_table(found, *tables)), ("replicates", parameter_replicates(found, tables[1]))):
            write_table(table, tmp_path / f"{jobs}.{name}.tsv", digits=6)
            written.append((tmp_path / f"{jobs}.{name}.tsv").read_bytes())
    assert written[:2] == written[2:]
    table = pd.read_csv(tmp_path / "1.table.tsv", sep="\t")
    assert len(table) == 36 + 3  # mu.P is absorbed
    assert table["error"].notna().all()
    assert table["low95"].isna().all()
    ratio = table["error"] / table["sandwich_error"]
    assert ratio.median() == pytest.approx(1, abs=0.25)


def test_energies_of_replicates_are_those_of_the_matrix(fit):
    values = fit.best.p[None, : fit.problem.structural].numpy()
    table = matrix_error_table(fit, energy_matrices(fit), standard_errors(fit, [DatasetOf(fit)]))
    np.testing.assert_allclose(against_wild_type(fit.problem, values)[0], table["ddG"])


class DatasetOf:
    """The variants of a fit's only dataset, each of its own."""

    def __init__(self, fit):
        self.letters = np.arange(fit.problem.terms[0].design.variants)[:, None]

    def only(self, part):
        return self
