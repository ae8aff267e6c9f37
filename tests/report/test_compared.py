"""The comparison of fits, as the page shows it."""

import made_up
import pandas as pd

from cisphys.inference.comparison import PAIRS
from cisphys.report.compared import comparison_shown, pairs_table


def texts(table):
    return [[cell.text for cell in row] for row in table.rows]


def test_fits_are_ranked_and_lead_to_their_pages(tmp_path):
    table, ceiling = comparison_shown(tmp_path, (), made_up.comparison("best", "other"), {"best": "#fit-1"})
    assert list(table.columns) == [
        "Fit",
        "Letter",
        "Log likelihood, nats",
        "I_var, bit",
        "Against the best, bit",
        "Numbers fitted",
        "Bits gained per number",
        "I_pred, bit",
    ]
    assert texts(table) == [
        ["best", "a", "−1.2345", "0.520 ± 0.010", "best", "300", "2.5", "0.500 ± 0.010"],
        ["other", "b", "−1.2484", "0.500 ± 0.010", "−0.0200 ± 0.0040", "301", "2.5", "0.500 ± 0.010"],
    ]
    assert table.rows[1][4].code == "95\u00a0%: −0.0281 to −0.0119"
    assert (table.rows[0][0].address, table.rows[1][0].address) == ("#fit-1", "")
    assert ceiling.paragraphs[0].endswith("below 0.600 bit.")


def test_fits_without_test_variants_in_common_are_not_drawn(tmp_path):
    pairs = pd.DataFrame([("a", "b", "other datasets: x and y")], columns=["fit", "other", "reason"])
    pairs.reindex(columns=PAIRS).to_csv(tmp_path / "compared_pairs.tsv", sep="\t", index=False)
    given = ("figures/comparison.svg", "compared_pairs.tsv")
    said, table = comparison_shown(tmp_path, given, made_up.comparison("best", "other")[:0], {})
    assert said.paragraphs[0].startswith("No two fits were judged on the same test variants")
    assert table.caption == "Every two fits"
    assert comparison_shown(tmp_path, (), made_up.comparison("best", "other")[:0], {}) == []  # a single fit


def test_columns_that_hold_nothing_are_left_out(tmp_path):
    (table,) = comparison_shown(tmp_path, (), made_up.comparison("best", "other", values=True), {})
    assert "I_var, bit" not in table.columns


def test_every_two_fits():
    columns = ["fit", "other", "told_apart", "bits", "se_bits", "low95_bits", "high95_bits", "reason"]
    rows = [("a", "b", "yes", 0.02, 0.004, 0.012, 0.028, ""), ("a", "c", "", None, None, None, None, "other test variants")]
    assert texts(pairs_table(pd.DataFrame(rows, columns=columns))) == [
        ["a", "b", "told apart", "0.0200 ± 0.0040", "0.0120 to 0.0280", ""],
        ["a", "c", "not compared", "–", "–", "other test variants"],
    ]
    assert pairs_table(pd.DataFrame(columns=columns)) is None
