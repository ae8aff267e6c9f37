"""What the figure of the comparison shows."""

import made_up
import numpy as np
import pandas as pd
import pytest

from cisphys.figures.comparison import draw_comparison

LONG = "a_model_whose_name_is_as_long_as_anyone_would_ever_make_it.of_an_experiment_too"


def test_points_are_i_var_and_bars_are_around_them():
    table = made_up.comparison("one", "two", "three")
    (axes,) = draw_comparison(table).axes
    points = next(line for line in axes.lines if line.get_marker() == "o")
    np.testing.assert_allclose(points.get_xdata(), [0.52, 0.50, 0.48])
    np.testing.assert_allclose(points.get_ydata(), [0, 1, 2])
    bars = np.array([segment[:, 0] for segment in axes.collections[0].get_segments()])
    np.testing.assert_allclose(bars, [[0.52, 0.52], [0.4919, 0.5081], [0.4719, 0.4881]])
    assert r"$I_\mathrm{var}$" in axes.get_xlabel()
    assert axes.lines[-1].get_xdata()[0] == 0.6  # the ceiling


def test_values_are_compared_in_nats_against_the_best():
    (axes,) = draw_comparison(made_up.comparison("one", "two", values=True)).axes
    points = next(line for line in axes.lines if line.get_marker() == "o")
    np.testing.assert_allclose(points.get_xdata(), [0, -0.02 * np.log(2)])
    assert "nats per observation" in axes.get_xlabel()
    assert len(axes.lines) == 2


def test_without_partners_the_figure_says_so():
    figure = draw_comparison(made_up.comparison("one").iloc[:0])
    assert "No two fits" in figure.texts[0].get_text()


@pytest.mark.parametrize(
    "tables",
    [
        [made_up.comparison("one", "two")],
        [made_up.comparison(LONG, f"{LONG}_2", "three")],
        [made_up.comparison("one", *(f"fit {number}" for number in range(12)), values=True)],
        [made_up.comparison("one", "two").assign(group=group, datasets="long_name " * group) for group in range(1, 9)],
    ],
)
def test_texts_stand_clear(check_texts, tables):
    texts = check_texts(draw_comparison(pd.concat(tables)))
    assert texts.count("Parameters") == len(tables)
    assert {"a", "b"} <= set(texts)
    assert sum("share a letter" in text for text in texts) == 1
