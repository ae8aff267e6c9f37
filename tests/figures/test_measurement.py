"""What the measurement figure shows."""

import made_up
import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import QuadMesh

from cisphys.figures.measurement import bin_columns, draw_measurement


def meshes(figure):
    """Return (labels of the rows, shares (rows, latents)) of every heat map but the colour bar."""
    found = []
    for axes in figure.axes[:-1]:
        for mesh in (c for c in axes.collections if isinstance(c, QuadMesh)):
            found.append(([text.get_text() for text in axes.get_yticklabels()], mesh.get_array()))
    return found


def test_gates_and_unsorted_library_are_apart():
    table = made_up.measurement({"one": 9})
    (gates, shares), (library, unsorted) = meshes(draw_measurement(table))
    assert gates == [str(gate) for gate in range(1, 10)]
    assert library == ["unsorted"]
    np.testing.assert_allclose(shares, table[[f"p_{gate}" for gate in range(1, 10)]].to_numpy().T)
    np.testing.assert_allclose(unsorted, 0.1)


def test_each_dataset_shows_its_own_bins():
    table = made_up.measurement({"one": 9, "two": 4})
    shown = [labels for labels, _ in meshes(draw_measurement(table))]
    assert shown[0][-1] == "9"
    assert shown[2] == ["1", "2", "3", "4"]


def test_bins_are_ordered_by_number():
    assert bin_columns(made_up.measurement({"one": 12}))[-2:] == ["p_11", "p_12"]


def test_dataset_without_an_unsorted_library(check_texts):
    figure = draw_measurement(made_up.measurement({"one": 3}).drop(columns="p_0"))
    assert [labels for labels, _ in meshes(figure)] == [["1", "2", "3"]]
    assert "unsorted" not in check_texts(figure)


@pytest.mark.parametrize("bins", [{"one": 2}, {"one": 9, "a_very_long_name" * 20: 4}, {"one": 40}, dict.fromkeys("abcdefgh", 4)])
def test_texts_stand_clear(check_texts, bins):
    label = "Latent u = logit of the transcription rate between its bounds"
    assert label in check_texts(draw_measurement(made_up.measurement(bins), label))


def test_rna_dna_and_values_are_curves_beside_bins(check_texts):
    tables = [made_up.measurement({"sorted": 4}), *(made_up.measured_curve(kind, kind) for kind in ("rna_dna", "continuous"))]
    figure = draw_measurement(pd.concat(tables, ignore_index=True))
    assert {"Gate", "RNA/DNA", "y", "Reads", "Variants"} <= set(check_texts(figure))
    curves = {axes.get_ylabel(): axes.lines[-1].get_ydata() for axes in figure.axes if axes.get_ylabel() in ("RNA/DNA", "y")}
    np.testing.assert_allclose(curves["RNA/DNA"], tables[1]["rna_per_dna"])
    np.testing.assert_allclose(curves["y"], tables[2]["y"])


def test_curves_alone_have_no_key_of_shares(check_texts):
    figure = draw_measurement(made_up.measured_curve("mpra", "rna_dna"))
    assert not any("share of reads" in text for text in check_texts(figure))
    assert not meshes(figure)
