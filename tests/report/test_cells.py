"""Numbers as the report writes them."""

from math import nan

import pytest

from cisphys.report.cells import MOST, Cell, Table, count, decimal, interval, missing, number, share, with_interval


@pytest.mark.parametrize(
    ("value", "digits", "expected"), [(-1.234, 2, "−1.23"), (-0.001, 2, "0.00"), (12345.678, 1, "12,345.7"), (0.5, 0, "0")]
)
def test_decimal(value, digits, expected):
    assert decimal(value, digits) == expected


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [(-3.9, -1.7, "−3.90 to −1.70"), (-3.9, nan, "above −3.90"), (nan, 2.0, "below 2.00"), (nan, nan, "–")],
)
def test_interval(low, high, expected):
    assert interval(low, high).text == expected


def test_value_with_its_interval():
    assert (with_interval(-2.62, -3.7, nan).text, with_interval(-2.62, -3.7, nan).code) == ("−2.62", "(above −3.70)")
    assert with_interval(nan, nan, nan).text == "–"
    assert with_interval(nan, 1.5, nan).text == "above 1.50"


def test_cells_sort_by_their_value():
    assert (count(1234).text, count(1234).value) == ("1,234", 1234.0)
    assert (share(0.1234).text, share(0.1234).value) == ("12.3 %", pytest.approx(12.34))
    assert (number(-2.5, 1, " kT").text, number(-2.5).value) == ("−2.5 kT", -2.5)
    assert (number(nan).text, number(nan).value) == ("–", None)


def test_empty_fields_are_missing():
    assert missing(nan)
    assert missing("")
    assert not missing(0)


def test_table_knows_its_columns_of_numbers():
    table = Table("caption", ["a", "b"], [[count(1), interval(nan, nan)]])
    assert table.is_numeric(0)
    assert not Table("caption", ["a"], []).is_numeric(0)


@pytest.mark.parametrize(
    ("text", "parts"),
    [("CRP", ["CRP"]), ("model.full-wt", ["model.", "full-", "wt"]), ("0.712 ± 0.013", ["0.712 ± 0.013"]), ("a_2", ["a_2"])],
)
def test_names_break_between_their_words_and_numbers_do_not(text, parts):
    assert Cell(text).parts == parts


def test_very_long_tables_are_cut_and_say_where_the_rest_is():
    rows = [[count(row)] for row in range(MOST + 2)]
    table = Table("caption", ["a"], rows, file="fits/a%3Cb%3E/table.tsv")
    assert len(table.shown) == MOST
    assert table.left_out == "The first 1,000 of 1,002 rows."
    assert table.file_name == "table.tsv"
    assert Table("caption", ["a"], rows[:MOST]).left_out == ""


@pytest.mark.parametrize(
    ("rows", "stacks", "has_filter", "has_choice"), [(3, True, False, False), (4, True, False, True), (4, False, False, False)]
)
def test_short_tables_have_no_tools(rows, stacks, has_filter, has_choice):
    table = Table("caption", ["a"], [[count(row)] for row in range(rows)], stacks=stacks)
    assert (table.has_filter, table.has_choice, table.has_tools) == (has_filter, has_choice, has_filter or has_choice)
    assert Table("caption", ["a"], [[count(row)] for row in range(12)]).has_filter


def test_differences_and_arrows_are_shown_with_their_signs():
    assert "".join(Cell("mu.A.5 - mu.A.own; RNAP -> empty").parts) == "mu.A.5 − mu.A.own; RNAP → empty"
