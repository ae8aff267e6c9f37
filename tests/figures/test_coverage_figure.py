"""What the figure of coverage shows."""

from math import comb

import numpy as np
import pandas as pd
import pytest

from cisphys.figures.coverage import COLOURS, MISSED, bar_edges, draw_coverage, expected, too_rare

LEVELS = ("68", "95")


def tables(names=("mu.A", "interaction.A.B"), sites=("A", "B"), times=100):
    """Return coverage.tsv and coverage_sites.tsv: 12 elements a site, held 60 to 71 and 88 to 99 times in a hundred."""
    rows = [(name, "", "", 0.7, 0.94) for name in names]
    rows += [(f"theta.{site}", site, "C", 0.60 + n / 100, 0.88 + n / 100) for site in sites for n in range(12)]
    coverage = pd.DataFrame(rows, columns=["name", "site", "base", "covered68", "covered95"]).assign(simulations=times, p95=0.4)
    told = pd.DataFrame({"site": list(sites), "elements": 12, "simulations": times, "covered68": 0.655, "covered95": 0.935})
    for level in LEVELS:
        share = coverage[f"covered{level}"]
        coverage = coverage.assign(**{f"covered{level}_low": share - 0.05, f"covered{level}_high": share + 0.04})
        told[f"error{level}"] = 0.01
    return coverage, told.assign(p95=0.4)


def intervals(axes, level):
    """Return the ends of the intervals of a level, row by row."""
    lines = [line for line in axes.lines if line.get_linewidth() == 1.4 and line.get_color() in (COLOURS[level], MISSED)]
    return [tuple(line.get_xdata()) for line in lines]


def test_rows_are_the_shares_with_their_intervals():
    rows, *_ = draw_coverage(*tables()).axes
    np.testing.assert_allclose(intervals(rows, "95"), [(0.89, 0.98)] * 2 + [(0.9154, 0.9546)] * 2)
    np.testing.assert_allclose(intervals(rows, "68"), [(0.65, 0.74)] * 2 + [(0.6354, 0.6746)] * 2)
    assert sorted(line.get_xdata()[0] for line in rows.lines if line.get_linestyle() == "--") == [0.68, 0.95]
    words = [text.get_text() for text in rows.texts]
    assert words[:4] == ["mu.A", "94.0 %, 70.0 %", "interaction.A.B", "94.0 %, 70.0 %"]
    assert words[4:6] == ["A, mean of 12 elements", "93.5 %, 65.5 %"]


def test_what_holds_too_rarely_is_orange_and_explained():
    coverage, sites = tables()
    coverage.loc[0, ["covered95", "covered95_low", "covered95_high", "p95"]] = [0.8, 0.7, 0.87, 1e-6]
    figure = draw_coverage(coverage, sites)
    rows = figure.axes[0]
    assert [line.get_xdata()[0] for line in rows.lines if line.get_color() == MISSED and len(line.get_xdata()) == 2] == [0.7]
    assert any("Orange" in text.get_text() for text in figure.texts)
    assert not any("Orange" in text.get_text() for text in draw_coverage(*tables()).texts)


@pytest.mark.parametrize(
    ("covered", "p", "number", "rare"),
    [(0.88, 0.004, 10, True), (0.88, 0.006, 10, False), (0.91, 1e-9, 10, False), (0.88, 0.006, 1, True)],
)
def test_too_rare_is_beyond_twice_the_misses_and_beyond_chance_among_as_many(covered, p, number, rare):
    rows = pd.DataFrame({"covered95": [covered] + [0.95] * (number - 1), "p95": [p] + [0.6] * (number - 1)})
    assert too_rare(rows).tolist() == [rare] + [False] * (number - 1)


def test_bars_count_the_elements_and_lines_are_binomial():
    panel = draw_coverage(*tables(times=100)).axes[1]
    light, dark, expected68, expected95 = (patch.get_data() for patch in panel.patches)
    assert light.values.sum() == dark.values.sum() == 12
    for line in (expected68, expected95):
        assert line.values.sum() == pytest.approx(12)
    counts = np.arange(101)
    chance = np.array([comb(100, k) * 0.95**k * 0.05 ** (100 - k) for k in counts])
    by_hand = [
        12 * chance[(counts / 100 >= a) & (counts / 100 < b)].sum() for a, b in zip(dark.edges, dark.edges[1:], strict=False)
    ]
    np.testing.assert_allclose(expected95.values, by_hand, atol=1e-9)


def test_fewer_simulations_of_some_elements_are_expected_at_their_own_number():
    edges = bar_edges(4)
    np.testing.assert_allclose(edges, [-0.125, 0.125, 0.375, 0.625, 0.875, 1.125])
    both = expected(np.array([4, 2]), 0.5, edges)
    np.testing.assert_allclose(both, [1 / 16 + 1 / 4, 4 / 16, 6 / 16 + 2 / 4, 4 / 16, 1 / 16 + 1 / 4])


@pytest.mark.parametrize("times", [20, 37, 100, 1000])
def test_bars_are_few_and_hold_every_share(times):
    edges = bar_edges(times)
    assert len(edges) <= 43
    assert np.histogram(np.arange(times + 1) / times, edges)[0].sum() == times + 1


def test_fewer_simulations_are_said():
    coverage, sites = tables()
    coverage.loc[0, "simulations"] = 63
    rows = draw_coverage(coverage, sites).axes[0]
    assert "94.0 %, 70.0 % (63 simulations)" in [text.get_text() for text in rows.texts]


def test_nothing_to_draw(check_texts):
    coverage, sites = tables((), ())
    assert check_texts(draw_coverage(coverage, sites)) == ["No parameter had an interval"]


LONG = "mu.a_protein_with_a_long_name"


@pytest.mark.parametrize("names", [(), ("mu.A",), tuple(f"{LONG}.{n} - {LONG}.wild-type" for n in range(12))])
@pytest.mark.parametrize("sites", [(), ("A",), ("a_site_with_a_very_long_name_indeed", *"BCDEFG")])
@pytest.mark.parametrize("times", [20, 1000])
def test_texts_stand_clear(check_texts, names, sites, times):
    coverage, told = tables(names, sites, times)
    if len(coverage):
        coverage.loc[0, "simulations"] = times - 1
    texts = check_texts(draw_coverage(coverage, told))
    if len(names) > 1:
        assert any(".11 − mu.a_pro" in text and text.endswith("-type") for text in texts)
