"""What the figure of what a fit lacks shows."""

import made_up
import matplotlib
import numpy as np
import pandas as pd
import pytest

from cisphys.figures.lacking import draw_lacking, strongest_pairs
from cisphys.figures.style import ACCENT, FAINT, PAPER

SITES = [("A", 4, 12, "+"), ("P", 20, 34, "-")]
LENGTH = 40


def lacking(pairs=True, sites=("A", "P"), length=LENGTH):
    """Return lacking.tsv: positions outside each site, of which 14 and 16 gain on P, and all pairs on both sites."""
    random = np.random.default_rng(1)
    rows = [("position", site, str(i), random.random(), np.nan, np.nan, np.nan) for site in sites for i in range(0, length, 3)]
    rows += [("position", sites[-1], "14", 1e-40, 30.0, 20.0, 5.0), ("position", sites[-1], "16", 1e-12, 3.0, 2.0, -5.0)]
    if pairs:
        ends = [(i, j) for i in range(length) for j in range(i + 1, length)]
        rows += [("pair", site, f"{i} {j}", random.random(), np.nan, np.nan, np.nan) for site in sites for i, j in ends]
        strong = [(21, 22), (22, 23), (23, 24), (5, 30), (1, 9), (2, 9), (3, 9)]
        rows += [("pair", sites[-1], f"{i} {j}", 1e-8, 20.0 - i / 10, 9.0, 1.0) for i, j in strong]
    return pd.DataFrame(rows, columns=["kind", "site", "positions", "p", "validation_gain", "gain", "low95"]).assign(
        q=lambda table: table["p"]
    )


def test_bars_are_evidence_and_dark_where_test_variants_gain():
    figure = draw_lacking(lacking(pairs=False), made_up.matrices(SITES), LENGTH, None)
    bars = {round(bar.get_x() + bar.get_width() / 2 - 0.5): bar for bar in figure.axes[0].patches}  # P is the lowest row
    assert bars[14].get_height() == 30  # the scale's end
    assert bars[16].get_height() == pytest.approx(12)
    assert bars[14].get_facecolor() == matplotlib.colors.to_rgba(ACCENT)
    assert bars[16].get_facecolor() == matplotlib.colors.to_rgba(FAINT)


def test_triangle_shows_each_pair_by_the_site_that_says_most():
    table = lacking()
    best = strongest_pairs(table[table["kind"] == "pair"])
    assert len(best) == LENGTH * (LENGTH - 1) // 2
    row = best[(best["left"] == 5) & (best["right"] == 30)].iloc[0]
    assert (row["p"], row["site"]) == (1e-8, "P")
    figure = draw_lacking(table, made_up.matrices(SITES), LENGTH, -40)
    axes = next(axes for axes in figure.axes if axes.collections and axes.get_aspect() == 1)
    grid = axes.collections[0].get_array().reshape(LENGTH, LENGTH)
    assert grid[5, 30] == pytest.approx(8)
    assert np.ma.getmaskarray(grid)[np.tril_indices(LENGTH)].all()
    rings = axes.collections[1].get_offsets()
    assert [18.0, -12.5] in np.asarray(rings).tolist()  # (5 + 30 + 1) / 2, (30 - 5) / 2 below the line
    assert len(rings) == 7


def test_numbers_of_pairs_are_pale_on_dark_colours(check_texts):
    """A short variant has cells that are larger than a number: all pairs of the first are beyond the scale's end."""
    table = lacking(sites=("P",), length=12).query("kind == 'pair'").reset_index(drop=True)
    ends = table["positions"].str.split(" ", expand=True).astype(int)
    table = table[(ends < 12).all(axis=1) & (ends[0] < ends[1])].assign(p=1e-9, q=1e-9, validation_gain=np.nan)
    table.loc[table.index[[5, 20]], ["validation_gain", "gain", "low95"]] = 9.0, 5.0, 1.0
    figure = draw_lacking(table, made_up.matrices([("P", 0, 12, "+")]), 12, 1)
    check_texts(figure)
    numbers = [text for axes in figure.axes for text in axes.texts if text.get_text() in ("1", "2") and text.get_zorder() == 4]
    assert [matplotlib.colors.to_hex(text.get_color()) for text in numbers] == [PAPER, PAPER]


def test_without_positions_the_track_has_the_coordinates_and_no_band_is_left(check_texts):
    matrices = made_up.matrices([("sequence", 0, LENGTH, "+")])
    both = lacking(sites=("sequence",))
    pairs = draw_lacking(both[both["kind"] == "pair"], matrices, LENGTH, -40)
    assert {"−35", "−10"} <= set(check_texts(pairs))
    triangle = next(axes for axes in pairs.axes if axes.collections and axes.get_aspect() == 1)
    gap = pairs.axes[0].get_position().y0 - triangle.get_position().y1
    assert gap * pairs.get_size_inches()[1] < 0.2


@pytest.mark.parametrize(
    ("sites", "length", "numbering", "pairs"),
    [(SITES, 40, -40, True), (SITES, 40, None, False), (made_up.LONG_SITES, 160, -150, True)],
)
def test_texts_stand_clear(check_texts, sites, length, numbering, pairs):
    table = lacking(pairs, [site[0] for site in sites], length)
    texts = check_texts(draw_lacking(table, made_up.matrices(sites), length, numbering))
    assert "−log₁₀ p" in texts


def test_nothing_to_draw(check_texts):
    figure = draw_lacking(lacking()[:0], made_up.matrices(SITES), LENGTH, None)
    assert check_texts(figure) == ["No position outside the sites, and no pair of positions, could be tested"]
