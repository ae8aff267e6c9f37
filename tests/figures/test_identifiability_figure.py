"""What the figure of identifiability shows."""

import numpy as np
import pytest

from cisphys.figures.identifiability import MOST_COLUMNS, OF_LATENT, RISING, draw_identifiability
from cisphys.figures.null_lines import HEADING, null_lines
from cisphys.figures.null_lines import MOST as MOST_NULL
from cisphys.figures.style import save_figure
from cisphys.models.spec import LINEAR


def direction(eigenvalue, **of):
    return {"eigenvalue": eigenvalue, "error_kT": eigenvalue**-0.5, "of": of, "words": "", "elements": ["0.78 site[3]A"]}


def told(names=4, eigenvalues=40, null=1, decades=4.0):
    """Return what a fit would say of so many named parameters, all of a long name."""
    parameters = [f"interaction.protein_{number}.RNA_polymerase" for number in range(names)]
    values = np.logspace(-1, decades - 1, max(names, 1))
    loads = [{name: 0.9 * (-1) ** (row + column) for column, name in enumerate(parameters)} for row in range(names)]
    absorbed = {"kind": "absorbed", "curve": "fitted", "of": {"mu.RNAP": 1.0}, "shapes": {}}
    return {
        "named": {
            "parameters": parameters,
            "eigenvalues": values[::-1].tolist() if names else [],
            "directions": [direction(value, **load) for value, load in zip(values, loads, strict=False)],
        },
        "all": {
            "eigenvalues": np.logspace(decades - 1, -1, eigenvalues).tolist(),
            "sloppiest": [direction(0.1), direction(1.0)],
        },
        "null": [absorbed] * null,
    }


def test_a_tick_per_eigenvalue_and_a_bar_per_weight():
    figure = draw_identifiability(told(3, 30))
    ladder, rows = figure.axes[:2]
    ticks = [segment[0][1] for lines in ladder.collections for segment in lines.get_segments()]
    assert sorted(ticks) == pytest.approx(sorted([*np.logspace(-1, 3, 3), *np.logspace(3, -1, 30)]))
    bars = [bar.get_width() for bar in rows.patches]
    assert len(bars) == 9
    assert bars[0] > 0 > bars[1]
    assert rows.patches[0].get_facecolor()[:3] == pytest.approx([int(RISING[k : k + 2], 16) / 255 for k in (1, 3, 5)])
    assert [label.get_text() for label in rows.get_yticklabels()] == told(3)["named"]["parameters"]
    assert [text.get_text() for text in rows.texts] == ["± 3.2 kT", "± 0.32 kT", "± 0.032 kT"]


def test_the_errors_on_the_right_are_those_of_the_information():
    figure = draw_identifiability(told())
    figure.canvas.draw()
    ladder = figure.axes[0]
    (errors,) = ladder.child_axes
    for error in (0.1, 1.0):
        right, left = errors.transData.transform((0, error))[1], ladder.transData.transform((0, error**-2))[1]
        assert right == pytest.approx(left, abs=0.5)


def test_more_directions_than_columns():
    figure = draw_identifiability(told(10, 30))
    assert len(figure.axes[1].texts) == MOST_COLUMNS


def test_what_no_likelihood_sees():
    traded = {"kind": "traded", "curve": "fitted", "of": {"mu.B": 1.0, "interaction.A.B": -1.0}, "shapes": {}}
    assert null_lines([traded]) == ["+1 mu.B, −1 interaction.A.B: one makes up for the other"]
    free = {"kind": "scale", "curve": "any", "of": {"scale.P": 1.0}, "shapes": {}}
    assert null_lines([free]) == ["scale.P: only the stiffness of the fitted curve tells it"]
    assert null_lines([traded] * (MOST_NULL + 2))[-1] == "and 2 more"


@pytest.mark.parametrize(
    ("names", "eigenvalues", "null", "decades"), [(1, 12, 0, 1.0), (4, 200, 1, 5.0), (14, 500, 9, 11.0), (0, 75, 1, 1.5)]
)
def test_texts_stand_clear(check_texts, names, eigenvalues, null, decades):
    texts = check_texts(draw_identifiability(told(names, eigenvalues, null, decades)))
    assert (HEADING in texts) == bool(null)


def test_a_linear_model_has_no_energies_of_binding(check_texts):
    """Its effects are on a latent without a unit."""
    assert set(OF_LATENT) == set(LINEAR)
    texts = check_texts(draw_identifiability(told(0, 75, 1, 1.5) | {"family": "additive"}))
    assert {"± 3.2", "± 1", "Standard error (latent units)"} <= set(texts)
    assert not any("kT" in text for text in texts)


def test_a_fit_without_directions_says_so():
    assert "The data tell no parameter of this fit" in draw_identifiability({"family": "blackbox"}).texts[0].get_text()


def test_same_bytes_again(tmp_path):
    for name in ("one.svg", "two.svg"):
        save_figure(draw_identifiability(told()), [tmp_path / name])
    assert (tmp_path / "one.svg").read_bytes() == (tmp_path / "two.svg").read_bytes()
