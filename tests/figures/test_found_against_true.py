"""What the figure of found against true shows."""

import numpy as np
import pandas as pd
import pytest

from cisphys.figures.found_against_true import MISSED, draw_found_against_true
from cisphys.figures.style import SINGLE_COLUMN
from cisphys.units import OF_LATENT

NAMED = pd.DataFrame(
    {
        "name": ["mu.A", "interaction.A.B", "energy_scale"],
        "true": [1.0, -2.0, 3.0],
        "found": [1.5, -2.5, 3.5],
        "low95": [0.5, np.nan, 3.2],
        "high95": [2.5, -1.0, 4.0],
        "covered": ["yes", "yes", "no"],
    }
).assign(base="", site="", unit="kT")


def elements(sites):
    true = np.linspace(-1, 2, 12)
    parts = [
        pd.DataFrame({"true": true, "found": 1.1 * true, "low95": 1.1 * true - 0.15, "high95": 1.1 * true + 0.15}).assign(
            site=site, name=f"theta.{site}", base="C", unit="kT", covered=np.where(true > 1.5, "no", "yes")
        )
        for site in sites
    ]
    told = pd.DataFrame({"site": sites, "elements": 12, "r": 1.0, "slope": 1.1, "rmse": 0.11, "covered": 10 / 12})
    return pd.concat(parts, ignore_index=True), told


def test_intervals_lie_about_the_truth_and_an_open_end_reaches_the_edge():
    named, *_ = draw_found_against_true(NAMED, elements(["A"])[1]).axes
    lines = [line for line in named.lines if len(line.get_xdata()) == 2 and line.get_linewidth() == 1.6]
    np.testing.assert_allclose(lines[0].get_xdata(), [-0.5, 1.5])
    assert lines[1].get_xdata()[0] == named.get_xlim()[0]
    assert [line.get_color() == MISSED for line in lines] == [False, False, True]


def test_a_bound_without_a_value_is_said():
    named, *_ = draw_found_against_true(NAMED.assign(found=np.nan), elements(["A"])[1]).axes
    assert [text.get_text().split(", ")[1] for text in named.texts if "true" in text.get_text()] == [
        "found ≥ 0.50 and ≤ 2.50 kT",
        "found ≤ −1.00 kT",
        "found ≥ 3.20 and ≤ 4.00 kT",
    ]


def test_elements_are_found_against_true():
    table, told = elements(["A"])
    (axes,) = draw_found_against_true(table, told).axes
    covered, missed = axes.lines[1:]
    assert len(missed.get_xdata()) == 2
    np.testing.assert_allclose(covered.get_ydata(), 1.1 * np.asarray(covered.get_xdata()))


def test_a_linear_model_shows_effects_on_the_latent(check_texts):
    """They are minus the energies, as in the figure of the energy matrices, and have no unit."""
    table, told = elements(["A"])
    figure = draw_found_against_true(table.assign(unit=OF_LATENT), told)
    texts = check_texts(figure)
    assert {"True effect on the latent", "Found effect on the latent"} <= set(texts)
    assert not any("kT" in text for text in texts)
    (axes,) = figure.axes
    shown = np.concatenate([line.get_xdata() for line in axes.lines[1:]])
    np.testing.assert_allclose(np.sort(shown), np.sort(-table["true"]))
    assert figure.get_size_inches()[0] == SINGLE_COLUMN


@pytest.mark.parametrize("sites", [["A"], ["A", "a_site_with_a_very_long_name_indeed"], list("ABCDEFG")])
def test_texts_stand_clear(check_texts, sites):
    table, told = elements(sites)
    texts = check_texts(draw_found_against_true(pd.concat([NAMED, table]), told))
    assert "r = 1.000, slope = 1.10" in texts
    assert "RMSE 0.11 kT; truth in 83 % of 12 intervals" in texts
