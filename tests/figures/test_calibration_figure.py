"""What the figure of the calibration shows."""

import made_up
import numpy as np
import pytest

from cisphys.figures.calibration import draw_calibration

FINE = {"chi_square": 80.3, "degrees_of_freedom": 82, "p": 0.53}


def drawn(table):
    return draw_calibration(table, dict.fromkeys(table["dataset"], FINE))


def test_each_bin_has_a_panel_with_its_points():
    table = made_up.calibration({"one": 2})
    figure = drawn(table)
    assert [axes.get_title(loc="left") for axes in figure.axes] == ["Unsorted", "Gate 1", "Gate 2"]
    assert [axes.get_ylabel() for axes in figure.axes] == ["Share, p(bin)", "", ""]
    line, *points = figure.axes[1].lines
    own = table[table["measured"] == "p_1"]
    np.testing.assert_allclose(line.get_ydata(), own["predicted"])
    observed = [y for each in points for y in np.asarray(each.get_ydata(), float)]
    np.testing.assert_allclose(np.sort(observed), np.sort(own["observed"]))
    (bars,) = figure.axes[1].containers[0][2]
    np.testing.assert_allclose(np.ptp(bars.get_segments()[0][:, 1]), 2 * 1.96 * 0.01)


def test_points_off_the_line_are_of_another_colour():
    table = made_up.calibration({}, ["y"])
    table.loc[3, "z"] = -2.5
    (axes,) = drawn(table).axes
    near, far = axes.containers
    assert near[0].get_color() != far[0].get_color()
    assert far[0].get_xdata().tolist() == [4]


@pytest.mark.parametrize("gates", [{"one": 9, "two": 4}, {"x" * 80: 9}, {}])
def test_texts_stand_clear(check_texts, gates):
    texts = check_texts(drawn(made_up.calibration(gates, ["y", "log_rna_per_dna"])))
    assert {"y", "Log RNA/DNA"} <= set(texts)
    assert sum(text.startswith("χ² = 80.3, 82 degrees of freedom") for text in texts) == len(gates) + 2


def test_a_small_p_is_not_zero():
    figure = draw_calibration(made_up.calibration({"one": 1}), {"one": FINE | {"p": 0.0}})
    assert any(text.get_text().endswith("p < 0.0001") for text in figure.texts)
