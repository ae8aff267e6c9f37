"""What the figure of other data shows."""

import numpy as np
import pandas as pd
import pytest

from cisphys.figures.design import draw_design, label
from cisphys.figures.style import PAPER

PLANS = [
    ("now", 1),
    ("reads", 0.5),
    ("reads", 2),
    ("variants", 2),
    ("bins", 3),
    ("condition of CRP", -2),
    ("condition of CRP", 2),
]


def design(methods=("Fisher information",), site="CRP"):
    rows = [(what.replace("CRP", site), amount, method) for what, amount in PLANS for method in methods]
    table = pd.DataFrame(rows, columns=["what", "amount", "method"])
    simulations = np.where(table["method"] == "simulation", 40, 0)
    width = np.linspace(3, 1, len(table))
    table = table.assign(parameter="interaction.CRP.RNAP", unit="kT", observations=31324)
    return table.assign(simulations=simulations, width95=width, relative=width / 3)


@pytest.mark.parametrize(
    ("what", "amount", "words"),
    [
        ("now", 1, "the data at hand"),
        ("reads", 0.5, "0.5× the reads"),
        ("variants", 4, "4× the variants"),
        ("bins", 3, "3 sorted bins"),
        ("condition of CRP", -2, "one more condition, mu of CRP −2 kT"),
        ("condition of CRP", 2.3, "one more condition, mu of CRP +2.3 kT"),
    ],
)
def test_plans_in_words(what, amount, words):
    assert label(what, amount) == words


def test_marks_lie_at_the_widths_and_fill_tells_the_method():
    table = design(("Fisher information", "simulation"))
    (axes,) = draw_design(table).axes
    marks = [line for line in axes.lines if line.get_marker() == "o"]
    np.testing.assert_allclose([line.get_xdata()[0] for line in marks], table["width95"])
    filled = [line.get_markerfacecolor() != PAPER for line in marks]
    assert filled == (table["method"] == "Fisher information").tolist()
    heights = [line.get_ydata()[0] for line in marks[::2]]
    assert (np.diff(heights) > 0).all()
    assert heights[2] - heights[1] < heights[1] - heights[0]  # kinds of plans stand apart


@pytest.mark.parametrize("site", ["CRP", "a_regulator_with_a_long_name"])
@pytest.mark.parametrize("methods", [("Fisher information",), ("Fisher information", "simulation")])
def test_texts_stand_clear(check_texts, methods, site):
    texts = check_texts(draw_design(design(methods, site)))
    assert "interaction.CRP.RNAP" in texts
    assert "Width of the 95 % interval (kT)" in texts
    assert set(methods) <= set(texts)
