"""The figure of profile likelihoods: its curves against the points, its intervals against the table."""

import numpy as np
import pandas as pd
import pytest

from cisphys.figures.profiles import HEIGHTS, curve, draw_profiles

KCAL = 0.6163
NAN = float("nan")


def points(name, unit, best, width, overdispersion=1.0):
    """A parabola as a profile, at five points."""
    x = best + width * np.array([-2.2, -1.0, 0.0, 1.0, 2.2])
    away = (x - best) / width
    columns = {"value": x, "rise": 0.5 * overdispersion * away**2, "slope": overdispersion * away / width}
    return pd.DataFrame({"name": name, "unit": unit} | columns | {"overdispersion": overdispersion})


PROFILES = pd.concat([points("interaction.A.P", "kT", -3.0, 0.5, 1.6), points("log_rate.P", "log", 1.0, 2.0)])
PARAMETERS = pd.DataFrame(
    [
        ("mu.P", NAN, NAN, NAN, NAN, NAN),
        ("interaction.A.P", -3.0, -3.497, -2.503, -3.98, -2.02),
        ("log_rate.P", NAN, -0.989, NAN, -2.92, NAN),
    ],
    columns=["name", "value", "low68", "high68", "low95", "high95"],
)


@pytest.fixture(scope="module")
def panels():
    figure = draw_profiles(PROFILES, PARAMETERS, KCAL)
    return [axes for axes in figure.axes if axes.get_title(loc="left")]


def lines(axes, width):
    return [line for line in axes.lines if line.get_linewidth() == pytest.approx(width)]


def test_a_panel_for_each_profile(panels):
    assert [axes.get_title(loc="left") for axes in panels] == ["interaction.A.P", "log_rate.P"]
    assert [axes.get_xlabel() for axes in panels] == ["kT", "Natural logarithm"]
    assert [len(axes.child_axes) for axes in panels] == [1, 0]  # only energies have kcal/mol above


def test_the_cubic_is_the_parabola(panels):
    (drawn,) = lines(panels[0], 1.1)
    x, y = drawn.get_data()
    np.testing.assert_allclose(y, 0.5 * ((np.asarray(x) + 3) / 0.5) ** 2, atol=1e-9)  # the over-dispersion taken out
    assert len(lines(panels[0], 0.5)) == 4  # where the intervals end


def test_bars_are_the_intervals(panels):
    bars = {round(line.get_ydata()[0], 6): line.get_xdata() for line in lines(panels[0], 1.6)}
    np.testing.assert_allclose(bars[round(HEIGHTS["68"], 6)], [-3.497, -2.503])
    np.testing.assert_allclose(bars[round(HEIGHTS["95"], 6)], [-3.98, -2.02])


def test_an_open_side_is_followed_to_the_edge(panels):
    for bar in lines(panels[1], 1.6):
        assert bar.get_xdata()[1] == panels[1].get_xlim()[1]
    assert panels[1].get_xlim()[1] > 1 + 3.92
    assert not [line for line in panels[1].lines if line.get_marker() == 6]  # no optimum is shown


def test_heights_and_slopes_at_the_points():
    x, y = curve(np.array([0.0, 1.0, 3.0]), np.array([1.0, 0.0, 2.0]), np.array([-2.0, 0.5, 3.0]), steps=1000)
    for at, height, slope in ((0.0, 1.0, -2.0), (1.0, 0.0, 0.5), (3.0, 2.0, 3.0)):
        near = int(np.abs(x - at).argmin())
        assert y[near] == pytest.approx(height)
        inside = slice(near, near + 2) if at < 3 else slice(near - 1, near + 1)
        if x[inside][1] > x[inside][0]:
            assert np.diff(y[inside])[0] / np.diff(x[inside])[0] == pytest.approx(slope, abs=0.02)


def test_no_profiles_are_said():
    figure = draw_profiles(PROFILES[:0], PARAMETERS, KCAL)
    assert "no profiles" in figure.texts[0].get_text()


LONG = "interaction.a_protein_of_a_long_name.RNA_polymerase"


@pytest.mark.parametrize("count", [1, 2, 4, 7])
@pytest.mark.parametrize("name", ["mu.P.own", LONG, f"{LONG} - {LONG}"])
@pytest.mark.parametrize("best", [-3.0, 0.0012, 123.4])
def test_texts_stand_clear(check_texts, count, name, best):
    names = [f"{name}{number}" for number in range(count)]
    profiles = pd.concat(points(each, unit, best, 0.5) for each, unit in zip(names, ["kT", "log"] * 4, strict=False))
    rows = [(each, best, best - 0.5, best + 0.5, best - 1, best + 1) for each in names]
    texts = check_texts(draw_profiles(profiles, pd.DataFrame(rows, columns=PARAMETERS.columns), KCAL))
    assert texts.count("Rise (nats)") == -(-count // 3)
    assert not any(" - " in text for text in texts)


def test_names_of_differences_stay_apart_and_inside(check_texts):
    names = [f"log_rate.{name} - log_rate.RNAP" for name in ("bending", "opening_by_bent_CRP", "opening")]
    rows = [(each, -3.0, -3.5, -2.5, -4.0, -2.0) for each in names]
    profiles = pd.concat(points(each, "log", -3.0, 0.5) for each in names)
    figure = draw_profiles(profiles, pd.DataFrame(rows, columns=PARAMETERS.columns), KCAL)
    check_texts(figure)
    figure.canvas.draw()
    titles = [axes._left_title for axes in figure.axes if axes.get_title("left")]
    assert len({title.get_text() for title in titles}) == 3
    assert all(title.get_window_extent().x1 <= figure.bbox.x1 for title in titles)
