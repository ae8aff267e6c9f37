"""What the recovery figure shows."""

import made_up
import numpy as np
import pytest

from cisphys.figures.recovery import draw_recovery

SITES = [(f"site{number}", 20 * number, 20 * number + 12, "+") for number in range(7)]


def test_points_are_fitted_against_reference_energies():
    table, references = made_up.matrices(SITES[:1]), made_up.references(SITES[:1])
    (axes,) = draw_recovery(table, references).axes
    for points, base in zip(axes.collections, "ACGT", strict=True):
        assert points.get_label() == base
        np.testing.assert_allclose(points.get_offsets()[:, 0], 1.25 * table[base])
        np.testing.assert_allclose(points.get_offsets()[:, 1], table[base])
    assert axes.get_xlim() == axes.get_ylim()
    assert "r = 1.000, slope = 0.80" in {text.get_text() for text in axes.texts}


def test_sites_without_a_reference_are_left_out():
    figure = draw_recovery(made_up.matrices(SITES), made_up.references(SITES[2:4]))
    assert len(figure.axes) == 2


@pytest.mark.parametrize("sites", [SITES[:1], SITES[:2], SITES, list(made_up.LONG_SITES)])
def test_texts_stand_clear(check_texts, sites):
    texts = check_texts(draw_recovery(made_up.matrices(sites), made_up.references(sites)))
    assert "Fitted energy (kT)" in texts


def test_a_model_without_sites_of_the_reference_says_so(check_texts):
    """An additive model beside the truth of a thermodynamic one: its other figures are drawn by the same job."""
    figure = draw_recovery(made_up.matrices(SITES[:1]), made_up.references(SITES[2:4]))
    assert check_texts(figure) == ["No site of this model has a reference"]
