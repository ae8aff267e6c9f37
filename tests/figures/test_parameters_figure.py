"""What the figures of parameters show: of several fits, and by condition."""

import numpy as np
import pandas as pd
import pytest

from cisphys.figures.conditions import draw_conditions, in_words
from cisphys.figures.parameters import draw_parameters, parameters_to_compare

NONE = float("nan")
COLUMNS = ["name", "unit", "value", "low68", "high68", "low95", "high95"]
PUBLISHED = pd.DataFrame({"name": ["interaction.A.P"], "source": ["Somebody et al. 1999"], "value": [-5.0]})
KCAL = 0.6163


def parameters(*rows) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=COLUMNS)


FITS = {
    "one.x": parameters(
        ("mu.A", "kT", 1.0, 0.8, 1.2, 0.5, 1.5),
        ("mu.P", "kT", NONE, NONE, NONE, NONE, NONE),
        ("interaction.A.P", "kT", -4.0, -4.5, -3.5, -5.0, NONE),
    ),
    "two.x": parameters(("mu.A", "kT", 2.0, 1.9, 2.1, 1.8, 2.2), ("log_rate.k", "log", 0.3, 0.2, 0.4, 0.1, 0.5)),
}


def test_what_is_compared():
    """mu.P is told by none, log_rate.k by one and is no energy."""
    assert parameters_to_compare(FITS, PUBLISHED) == ["mu.A", "interaction.A.P"]
    assert parameters_to_compare(FITS, PUBLISHED.iloc[:0]) == ["mu.A"]


def test_rows_are_fits_then_publications():
    figure = draw_parameters(FITS, PUBLISHED, KCAL)
    first, second = figure.axes
    assert [label.get_text() for label in first.get_yticklabels()] == ["one.x", "two.x"]
    assert [label.get_text() for label in second.get_yticklabels()] == ["one.x", "Somebody et al. 1999"]
    drawn = [(line.get_xdata()[0], line.get_ydata()[0]) for line in second.lines if line.get_marker() in "oD"]
    assert drawn == [(-4.0, 0), (-5.0, 1)]


def test_the_upper_axis_is_in_kcal():
    axes = draw_parameters(FITS, PUBLISHED, KCAL).axes[0]
    (upper,) = axes.child_axes
    upper.figure.canvas.draw()
    np.testing.assert_allclose(upper.get_xlim(), np.array(axes.get_xlim()) * KCAL)


def test_an_open_end_has_an_arrow_to_the_limit():
    axes = draw_parameters(FITS, PUBLISHED, KCAL).axes[1]
    (arrow,) = [text for text in axes.texts if text.get_text() == ""]
    assert arrow.xy == (axes.get_xlim()[1], 0)


def test_nothing_to_compare():
    figure = draw_parameters({"one.x": FITS["one.x"]}, PUBLISHED.iloc[:0], KCAL)
    assert [text.get_text() for text in figure.texts] == ["No energy is known from more than one fit."]


DOSES = parameters(
    ("mu.A.100", "kT", 1.0, 0.9, 1.1, 0.8, 1.2),
    ("mu.A.own", "kT", NONE, NONE, NONE, NONE, NONE),
    ("mu.A.5", "kT", 3.0, 2.5, 3.5, 2.0, NONE),
)


def test_conditions_are_in_the_order_of_their_numbers():
    (axes,) = draw_conditions(DOSES, {"A": ("dose_uM", ["100", "own", "5"])}, KCAL).axes
    assert [label.get_text() for label in axes.get_xticklabels()] == ["5", "100", "own"]
    drawn = [(line.get_xdata()[0], line.get_ydata()[0]) for line in axes.lines if line.get_marker() == "o"]
    assert drawn == [(0, 3.0), (1, 1.0)]
    assert [text.get_text() for text in axes.texts if text.get_text()] == ["not known"]


def test_what_has_only_a_bound_is_an_interval_without_a_point():
    bound = parameters(("mu.A.0", "kT", NONE, 8.0, NONE, 7.0, NONE), ("mu.A.5", "kT", 3.0, 2.5, 3.5, 2.0, 4.0))
    (axes,) = draw_conditions(bound, {"A": ("dose_uM", ["0", "5"])}, KCAL).axes
    assert [line.get_xdata()[0] for line in axes.lines if line.get_marker() == "o"] == [1]
    lines = [line.get_ydata().tolist() for line in axes.lines if line.get_marker() != "o" and line.get_xdata()[0] == 0]
    assert lines == [[8.0, axes.get_ylim()[1]], [7.0, axes.get_ylim()[1]]]
    (arrow,) = [text for text in axes.texts if text.get_text() == ""]
    assert arrow.xy == (0, axes.get_ylim()[1])


@pytest.mark.parametrize("long", [False, True])
def test_texts_stand_clear(check_texts, long):
    fits = {f"{'a_very_long_name_of_a_model' * 2 if long else ''}{name}": table for name, table in FITS.items()}
    check_texts(draw_parameters(fits, PUBLISHED, KCAL))
    check_texts(draw_conditions(DOSES, {"A": ("dose_of_it" * (9 if long else 1) + "_uM", ["100", "own", "5"])}, KCAL))


@pytest.mark.parametrize(
    ("column", "words"),
    [("cAMP_uM", "cAMP (µM)"), ("heat_shock_C", "heat shock (°C)"), ("growth_rate", "growth rate"), ("C", "C")],
)
def test_a_condition_is_named_with_its_unit(column, words):
    assert in_words(column) == words


def test_names_of_parameters_stand_within_the_figure_and_have_a_minus_sign(check_texts):
    name = "interaction.a_protein_of_a_very_long_name.RNA_polymerase - interaction.another_protein.RNA_polymerase"
    table = parameters((name, "kT", -4.0, -5.0, -3.0, -6.0, -2.0), ("mu.A.5 - mu.A.own", "kT", -4.0, -5.0, -3.0, -6.0, -2.0))
    texts = check_texts(draw_parameters({"one": table, "two": table}, PUBLISHED.iloc[:0], KCAL))
    assert "mu.A.5 − mu.A.own" in texts
    assert any(text.startswith("interaction.a_protein") and "…" in text for text in texts)
