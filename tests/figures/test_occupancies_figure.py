"""What the figure of the occupancies shows, and that its texts stand clear of each other."""

import made_up
import numpy as np
import pandas as pd
import pytest
from matplotlib.patches import StepPatch

from cisphys.figures.occupancies import draw_occupancies

SIZES = [30, 30, 20]
FOUR = ["empty", "CRP", "RNAP", "CRP+RNAP"]


def occupancies(states, datasets=("one",), wild_type_latent=0.5):
    """Return occupancies.tsv of three groups of variants; the latents are -1, 0 and 1."""
    random, rows = np.random.default_rng(4), []
    for dataset in datasets:
        groups = [("wild type", 1, wild_type_latent), *((str(n + 1), size, n - 1) for n, size in enumerate(SIZES))]
        for group, variants, latent in groups:
            shares = random.dirichlet(np.ones(len(states)))
            rows += [(dataset, group, variants, latent, *each) for each in zip(states, shares, strict=True)]
    return pd.DataFrame(rows, columns=["dataset", "group", "variants", "latent", "state", "occupancy"])


def test_areas_are_stacked_and_as_wide_as_the_groups():
    table = occupancies(FOUR)
    areas, _ = draw_occupancies(table).axes
    below = np.zeros(3)
    for state, patch in zip(FOUR, (p for p in areas.patches if isinstance(p, StepPatch)), strict=True):
        top, edges, base = patch.get_data()
        np.testing.assert_allclose(edges, [0, 37.5, 75, 100])
        np.testing.assert_allclose(base, below)
        own = table[(table["state"] == state) & (table["group"] != "wild type")]["occupancy"]
        np.testing.assert_allclose(top - base, own)
        below = top
    np.testing.assert_allclose(below, 1)


@pytest.mark.parametrize(("latent", "place"), [(-5, 0), (-0.5, 37.5), (0.5, 75), (9, 100)])
def test_a_line_stands_where_the_wild_type_lies(latent, place):
    areas, _ = draw_occupancies(occupancies(FOUR, wild_type_latent=latent)).axes
    assert list(areas.lines[0].get_xdata()) == [place, place]


def test_bars_are_the_wild_type_s_in_the_colours_of_the_areas():
    table = occupancies(FOUR)
    table.loc[:3, "occupancy"] = [0.0001, 0.25, 0.1004, 0.6495]
    areas, bars = draw_occupancies(table).axes
    assert [bar.get_width() for bar in bars.patches] == [0.0001, 0.25, 0.1004, 0.6495]
    assert [text.get_text() for text in bars.get_yticklabels()] == FOUR
    assert [text.get_text() for text in bars.texts] == ["< 0.1 %", "25.0 %", "10.0 %", "65.0 %"]
    assert [bar.get_facecolor() for bar in bars.patches] == [area.get_facecolor() for area in areas.patches]


def test_it_says_what_the_data_do_not_pin(check_texts):
    said = "These data do not pin mu.RNAP: the occupancies rest on its value in this fit"
    assert said in check_texts(draw_occupancies(occupancies(FOUR), ["mu.RNAP"]))
    assert not any("pin" in text for text in check_texts(draw_occupancies(occupancies(FOUR))))


@pytest.mark.parametrize("states", [["a", "b"], [*made_up.LONG_NAMES, "empty"], [f"state {n}" for n in range(20)]])
def test_texts_stand_clear(check_texts, states):
    names = [f"mu.{name}" for name in made_up.LONG_NAMES]
    texts = check_texts(draw_occupancies(occupancies(states, ["one", "x" * 120]), names))
    assert {"one", states[-1]} <= set(texts)
