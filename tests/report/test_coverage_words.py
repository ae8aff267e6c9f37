"""What the page of a fit says of coverage: sentences and tables."""

from math import nan

import pandas as pd
import pytest
from test_learned_limits import NONE, with_files

from cisphys.report.coverage import coverage_sentences, coverage_sites_table, coverage_table
from cisphys.report.learned import learned

COLUMNS = ["name", "site", "position", "base", "true", "simulations", "covered68", "covered68_low", "covered68_high"]
COLUMNS += ["covered95", "covered95_low", "covered95_high", "p95", "bias", "width95", "open95"]


def row(name, covered95, p95=0.5, base=""):
    position = 3 if base else nan
    return [name, "A", position, base, -4.0, 100, 0.66, 0.558, 0.752, covered95, 0.887, 0.984, p95, -0.126, 3.0, 2]


def tables(*rows, site=("A", 36, 100, 0.66, 0.01, 0.942, 0.004, 0.03, 0.5)):
    columns = ["site", "elements", "simulations", "covered68", "error68", "covered95", "error95", "p95", "least95"]
    return {"coverage": pd.DataFrame(rows, columns=COLUMNS), "coverage_sites": pd.DataFrame([site], columns=columns)}


def texts(table):
    return [[cell.text for cell in row] for row in table.rows]


def test_tables(fit):
    made = tables(row("interaction.A.B", 0.95), row("theta.A", 0.9, base="C"))
    table = coverage_table(made["coverage"], fit)
    assert texts(table) == [["interaction of A and B", "−4.00", "100", "95.0\u00a0%", "66.0\u00a0%", "−0.13", "3.00", "2"]]
    assert [cell.code for cell in table.rows[0][3:5]] == ["(89 to 98\u00a0%)", "(56 to 75\u00a0%)"]
    assert texts(coverage_sites_table(made["coverage_sites"], fit)) == [
        ["A", "36", "100", "94.2 ± 0.4\u00a0%", "66.0 ± 1.0\u00a0%", "50.0 %"]
    ]
    assert coverage_table(made["coverage"].iloc[1:], fit) is None
    assert coverage_sites_table(made["coverage_sites"].iloc[:0], fit) is None


def test_sentences(fit, tmp_path):
    """Of 100 simulations a share of 95 % has a standard error of 2.2 percentage points."""
    told = with_files(fit, tmp_path, **tables(row("mu.A", 0.95), row("theta.A", 0.9, base="C")))
    (sentence,) = coverage_sentences(told)
    assert sentence == (
        "Fitted to 100 data sets simulated from it, its 95 % intervals hold what was put in for mu.A 95.0\u00a0%, elements of A "
        "94.2\u00a0% (chance moves the share of one interval by up to 4 percentage points)."
    )
    assert sentence in learned(told, NONE)


def test_many_parameters_are_told_as_a_range(fit, tmp_path):
    rows = [row(f"mu.{name}", covered) for name, covered in zip("ABCDEF", (0.95, 0.97, 0.91, 0.94, 0.96, 0.95), strict=True)]
    (sentence,) = coverage_sentences(with_files(fit, tmp_path, **tables(*rows)))
    assert "for 6 named parameters 91.0\u00a0% (mu.C) to 97.0\u00a0%, elements of A" in sentence


@pytest.mark.parametrize(("covered", "said"), [(0.88, ["mu.A"]), (0.91, [])])
def test_what_misses_too_often_is_named(fit, tmp_path, covered, said):
    told = list(coverage_sentences(with_files(fit, tmp_path, **tables(row("mu.A", covered, p95=1e-4)))))
    rare = [f"The 95 % intervals of {name} miss more than twice as often as they say." for name in said]
    assert told[1:] == rare
