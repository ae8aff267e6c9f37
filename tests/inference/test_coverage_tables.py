"""Coverage over simulations: shares and intervals worked out by hand, and the same bytes for any number of jobs."""

from dataclasses import replace
from math import comb

import numpy as np
import pandas as pd
import pytest
from promoters import OPTIONS, silent
from scipy.stats import ttest_1samp

from cisphys.inference.bootstrap_tables import share_of
from cisphys.inference.coverage import (
    COLUMNS,
    SITE_COLUMNS,
    coverage_of_sites,
    coverage_table,
    exact_interval,
    read_simulations,
    simulate,
)
from cisphys.inference.recovery import recover
from cisphys.inference.simulated import unshrunk
from cisphys.tables import write_table

ELEMENTS = [("theta.P", "P", "0", "C"), ("theta.P", "P", "0", "G"), ("theta.Q", "Q", "1,2", "AC")]


def simulation(number, found, half68=1.0, half95=2.0, named=True):
    """Return the table of one simulation: `found` of the elements and, first, of mu.P; the truth of all is 1."""
    rows = [("mu.P", "P", "", "")] * named + ELEMENTS
    table = pd.DataFrame(rows, columns=["name", "site", "position", "base"]).assign(unit="kT", true=1.0, simulation=number)
    found = np.array(found[not named :], float)
    ends = {"low68": found - half68, "high68": found + half68, "low95": found - half95, "high95": found + half95}
    return table.assign(found=found, **ends, covered="")


@pytest.fixture
def made():
    """Return four simulations: mu.P is 0, 1.5 and 4 too high and has no interval once; of elements, see the tests."""
    parts = [
        simulation(3, [1.0, 1.0, 1.0, 1.0], named=False),
        simulation(0, [1.0, 1.5, 4.0, 1.0]),
        simulation(1, [2.5, 2.5, 4.0, 1.0]),
        simulation(2, [5.0, 3.5, 4.0, 1.0]),
    ]
    parts[2].loc[0, "high95"] = np.nan
    return pd.concat(parts, ignore_index=True)


def test_shares_by_hand(made):
    table = coverage_table(made)
    assert list(table.columns) == COLUMNS
    assert list(table["name"]) == ["mu.P", "theta.P", "theta.P", "theta.Q"]  # what is named comes first
    assert table["simulations"].tolist() == [3, 4, 4, 4]
    # off by 0, 1.5, 4; by 0, 0.5, 1.5, 2.5; by 0 and three times 3; never
    assert table["covered68"].tolist() == pytest.approx([1 / 3, 2 / 4, 1 / 4, 1])
    assert table["covered95"].tolist() == pytest.approx([2 / 3, 3 / 4, 1 / 4, 1])
    assert table["p95"].tolist() == pytest.approx([1 - 0.95**3, 1 - 0.95**4, 0.05**4 + 4 * 0.05**3 * 0.95, 1])
    mu = table.iloc[0]
    assert mu[["true", "bias", "width95", "open95"]].tolist() == pytest.approx([1, (0 + 1.5 + 4) / 3, 4, 1])
    assert mu["sd"] == pytest.approx(np.std([1, 2.5, 5], ddof=1))


def test_an_end_that_is_open_holds_everything_on_its_side(made):
    made.loc[made["name"] == "mu.P", "low95"] = np.nan
    assert coverage_table(made)["covered95"].iloc[0] == 1


def test_units_that_differ_are_both_named(made):
    made.loc[made["simulation"] == 1, "unit"] = "kT at the true scale"
    assert set(coverage_table(made)["unit"]) == {"kT; kT at the true scale"}


def test_means_of_sites_err_by_simulation(made):
    table = coverage_of_sites(made).set_index("site")
    assert list(table.reset_index().columns) == SITE_COLUMNS
    shares = np.array([0.5, 0.5, 0, 1])  # of P's two elements, simulation by simulation
    p = table.loc["P"]
    assert p[["elements", "simulations", "covered95", "least95"]].tolist() == [2, 4, 0.5, 0]
    assert p["error95"] == pytest.approx(shares.std(ddof=1) / 2)
    assert p["p95"] == pytest.approx(ttest_1samp(shares, 0.95, alternative="less").pvalue)
    assert p["covered68"] == pytest.approx((0.5 + 0 + 0 + 1) / 4)
    assert table.loc["Q", ["covered95", "error95", "p95"]].tolist() == [1, 0, 1]


def test_nothing_is_made_of_no_elements(made):
    assert coverage_of_sites(made[made["base"] == ""]).columns.tolist() == SITE_COLUMNS


@pytest.mark.parametrize(("held", "of"), [(0, 10), (10, 10), (19, 20), (7, 20), (93, 100)])
def test_exact_intervals_leave_two_and_a_half_percent_on_either_side(held, of):
    """A share at the lower end brings so many or more 2.5 % of the time, one at the upper end so many or fewer."""

    def below(share, most):
        return sum(comb(of, k) * share**k * (1 - share) ** (of - k) for k in range(most + 1))

    low, high = (float(end[0]) for end in exact_interval(np.array([held]), np.array([of])))
    assert low == 0 if held == 0 else below(low, held - 1) == pytest.approx(0.975)
    assert high == 1 if held == of else below(high, held) == pytest.approx(0.025)


def test_same_bytes_for_any_number_of_jobs(fit, reads, tmp_path):
    """Three simulations of a small promoter; the first of them is the one of its recovery."""
    truth, options = unshrunk(fit.problem, fit.best), replace(OPTIONS, restarts=1, ridge=(0.01,), profiles=False)
    written = []
    for jobs in (1, 3):
        paths = [tmp_path / f"{jobs}.{job}.tsv.gz" for job in range(1, jobs + 1)]
        for job, path in enumerate(paths, start=1):
            write_table(simulate(truth, [reads], options, share_of(3, jobs, job), silent), path)
        simulations = read_simulations(paths[::-1])
        for table in (coverage_table(simulations), coverage_of_sites(simulations)):
            write_table(table, tmp_path / "table.tsv", digits=6)
            written.append((tmp_path / "table.tsv").read_bytes())
    assert written[:2] == written[2:]
    one = simulations[simulations["simulation"] == 0]
    np.testing.assert_allclose(one["found"], recover(truth, [reads], options, [options.seed], silent)["found"], rtol=1e-6)
    assert simulations.groupby("simulation")["found"].sum().nunique() == 3
    elements = coverage_table(simulations).query("base != ''")
    assert (elements["simulations"] == 3).all()
    assert elements["covered95"].mean() > 0.8
    assert elements["bias"].abs().max() < 0.5


def test_a_fit_with_profiles_has_its_named_parameters_counted(fit, reads):
    options = replace(OPTIONS, restarts=1, ridge=(0.01,))
    said = []
    table = coverage_table(simulate(unshrunk(fit.problem, fit.best), [reads], options, [1], said.append))
    assert list(table.loc[table["base"] == "", "name"]) == ["mu.A.0", "interaction.A.P", "energy_scale"]
    assert set(table["covered95"]) <= {0, 1}
    assert said[-1].startswith("simulation 1: ")
