"""What the figure of the search shows."""

import numpy as np
import pandas as pd
import pytest

from cisphys.figures.search import draw_search

COLUMNS = ["stage", "restart", "ridge", "spline", "iterations", "objective", "validation_log_likelihood", "chosen"]
ROWS = [
    ("start", 1, 0.1, 12, 9, 5010.0, -901.0, "no"),
    ("start", 2, 0.1, 12, 9, 5000.0, -900.5, "no"),
    ("start", 3, 0.1, 12, 9, 5000.25, -900.5, "no"),
    ("choice", 2, 0.1, 12, 0, 5000.0, -900.5, "no"),
    ("choice", 2, 1.0, 12, 1, 5004.0, -900.0, "yes"),
    ("choice", 2, 0.1, 20, 3, 4990.0, -904.0, "no"),
]


def trials(rows=ROWS):
    return pd.DataFrame(rows, columns=COLUMNS)


def points(axes):
    """Return what is drawn: places of the dots, and of the rings."""
    return [np.asarray(found.get_offsets()).tolist() for found in axes.collections]


def test_starts_are_drawn_above_the_best():
    starts, _ = draw_search(trials()).axes
    assert points(starts) == [[[1, 10], [2, 0], [3, 0.25]], []]


def test_starts_of_another_ridge_are_not_compared():
    rows = [*ROWS[:2], ("start", 1, 1.0, 12, 5, 6000.0, -950.0, "no")]
    starts, _ = draw_search(trials(rows)).axes
    assert points(starts)[0] == [[1, 10], [2, 0], [1, 0]]


def test_validation_stands_by_splines_and_ridge():
    _, validation = draw_search(trials()).axes
    assert [text.get_text() for text in validation.get_xticklabels()] == ["0.1\n12", "1\n12", "0.1\n20"]
    dots, rings = points(validation)
    assert dots == [[0, -1], [0, -0.5], [0, -0.5], [0, -0.5], [1, 0], [2, -4]]
    assert rings == [[1, 0]]


@pytest.mark.parametrize("gap", [0.0, 1e-5, 3.0, 4e6])
@pytest.mark.parametrize("starts", [1, 40])
@pytest.mark.parametrize("ridges", [1, 20])
def test_texts_stand_clear(check_texts, gap, starts, ridges):
    rows = [("start", n + 1, 0.01, 12, 9, 5000 + gap * n, -900 - gap * n, "no") for n in range(starts)]
    rows += [("choice", 1, 0.01 * 1.5**n, 12 + 4 * (n % 2), 9, 5000 + gap * n, -900 - gap * n, "no") for n in range(ridges)]
    assert {"Do the starts agree?", "0.01\n12", "ridge\nsplines"} <= set(check_texts(draw_search(trials(rows))))
