"""What the bootstrap's figure shows."""

import numpy as np
import pandas as pd
import pytest

from cisphys.figures.bootstrap import draw_bootstrap


def tables(sites=("CRP", "RNAP"), parameters=("mu.CRP", "interaction.CRP.RNAP", "energy_scale"), in_kt=True):
    """Return bootstrap.tsv and bootstrap_parameters.tsv.gz as they are read."""
    random = np.random.default_rng(1)
    sandwich = random.uniform(0.03, 0.3, 40)
    rows = pd.DataFrame({"name": [f"ddG.{n}" for n in range(40)], "site": np.repeat(sites, 40 // len(sites)), "base": "A"})
    error = sandwich * random.uniform(0.8, 1.3, 40)
    rows = rows.assign(value=0.0, error_at_scale=error / 2, sandwich_error_at_scale=sandwich / 2)
    rows = rows.assign(error=error if in_kt else np.nan, sandwich_error=sandwich if in_kt else np.nan)
    named = pd.DataFrame({"name": parameters, "site": "", "base": "", "value": -3.0, "error": 0.5, "sandwich_error": 0.4})
    named = named.assign(profile_low95=-4.5, profile_high95=[np.nan, *[-2.0] * (len(parameters) - 1)] if parameters else [])
    values = [pd.DataFrame({"name": name, "value": random.normal(-3, 0.5, 200)}) for name in parameters]
    return pd.concat([rows, named], ignore_index=True), pd.concat([pd.DataFrame(columns=["name", "value"]), *values])


def test_points_are_the_errors_and_bars_the_replicates():
    rows, replicates = tables()
    figure = draw_bootstrap(rows, replicates)
    assert len(figure.axes) == 4
    points = np.concatenate([each.get_offsets() for each in figure.axes[0].collections])
    np.testing.assert_allclose(points, rows.loc[:39, ["sandwich_error", "error"]].to_numpy(float))
    for axes in figure.axes[1:]:
        assert sum(bar.get_height() for bar in axes.patches) == 200


def test_open_profile_runs_to_the_edge_of_its_panel():
    rows, replicates = tables()
    _, opened, closed, _ = draw_bootstrap(rows, replicates).axes
    for axes, end in ((opened, opened.get_xlim()[1]), (closed, -2.0)):
        profile = max(axes.lines, key=lambda line: np.max(line.get_ydata()) if len(set(line.get_ydata())) == 1 else -1)
        assert profile.get_xdata()[0] == -4.5
        assert profile.get_xdata()[1] == pytest.approx(end)


def test_errors_at_scale_where_the_scale_is_unknown():
    rows, replicates = tables(parameters=(), in_kt=False)
    (axes,) = draw_bootstrap(rows, replicates).axes
    points = np.concatenate([each.get_offsets() for each in axes.collections])
    np.testing.assert_allclose(points, rows[["sandwich_error_at_scale", "error_at_scale"]].to_numpy(float))


def test_too_few_replicates_are_said_to_be(check_texts):
    rows, replicates = tables(parameters=())
    texts = check_texts(draw_bootstrap(rows.assign(error_at_scale=np.nan), replicates))
    assert texts == ["Too few replicates converged"]


@pytest.mark.parametrize("sites", [("P",), ("CRP", "RNAP"), ("a_site_with_a_rather_long_name", "another_of_such_names")])
@pytest.mark.parametrize("parameters", [(), ("mu.P",), tuple(f"interaction.site_{n}.other_site" for n in range(7))])
def test_texts_stand_clear(check_texts, sites, parameters):
    check_texts(draw_bootstrap(*tables(sites, parameters)))


@pytest.mark.parametrize(
    ("parameters", "key"), [((), set()), (("mu.CRP",), {"95 % of the replicates", "sandwich 95 %", "profile 95 %", "fit"})]
)
def test_key_names_no_lines_that_are_not_there(parameters, key):
    """Of a fit without named parameters there are the errors of the elements alone."""
    figure = draw_bootstrap(*tables(parameters=parameters))
    assert {text.get_text() for legend in figure.legends for text in legend.texts} == key


def test_values_have_their_units():
    _, *panels = draw_bootstrap(*tables(parameters=("mu.P", "log_rate.escape"))).axes
    assert [axes.get_xlabel() for axes in panels] == ["kT", "Natural logarithm"]
