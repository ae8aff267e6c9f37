"""What the figure of replicates shows, for two to ten of them."""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest

from cisphys.figures.replicates import draw_replicates

LONG = "an_experiment_whose_name_is_long_and_longer_still.replicate_"


def pairs_of(names: list[str], experiment: str = "e", r: float = 0.9876) -> pd.DataFrame:
    """Return the table of all pairs; the second is the first plus 0.1."""
    x = np.linspace(1, 5, 30)
    columns = {"experiment": experiment, "variants": 12345, "r": r, "first": x, "second": x + 0.1}
    return pd.concat([pd.DataFrame({"first_dataset": a, "second_dataset": b, **columns}) for a, b in combinations(names, 2)])


def test_pairs_lie_in_a_triangle_with_shared_limits(check_texts):
    figure = draw_replicates(pairs_of(["a.1", "a.2", "a.3"]))
    first, below, beside = figure.axes
    assert [axes.get_ylabel() for axes in (first, below, beside)] == ["a.2", "a.3", ""]
    assert [axes.get_xlabel() for axes in (first, below, beside)] == ["", "a.1", "a.2"]
    assert first.get_position().x0 == below.get_position().x0 < beside.get_position().x0
    assert first.get_position().y0 > below.get_position().y0 == beside.get_position().y0
    assert len({axes.get_xlim() for axes in figure.axes} | {axes.get_ylim() for axes in figure.axes}) == 1
    assert check_texts(figure).count("r = 0.988, n = 12,345") == 3


def test_points_are_the_variants():
    axes = draw_replicates(pairs_of(["a.1", "a.2"])).axes[0]
    x = np.linspace(1, 5, 30)
    assert axes.collections[0].get_offsets().data == pytest.approx(np.stack([x, x + 0.1], 1))


@pytest.mark.parametrize(("replicates", "lines"), [(2, 1), (3, 1), (6, 1), (10, 2)])
def test_texts_stand_clear(check_texts, replicates, lines):
    figure = draw_replicates(pairs_of([f"{LONG}{number}" for number in range(replicates)]))
    words = [text for text in check_texts(figure) if text.startswith("r = 0.988")]
    assert len(words) == len(figure.axes) == replicates * (replicates - 1) // 2
    assert {text.count("\n") + 1 for text in words} == {lines}
    assert figure.get_size_inches()[0] <= 7.2 + 1e-9


def test_experiments_stand_beside_each_other(check_texts):
    sizes = [2, 2, 3, 6, 2, 2, 2]
    tables = [pairs_of([f"{LONG}{number}.{one}" for one in range(size)], f"e{number}") for number, size in enumerate(sizes)]
    figure = draw_replicates(pd.concat(tables))
    assert len(figure.axes) == sum(size * (size - 1) // 2 for size in sizes)
    assert check_texts(figure)
    assert figure.get_size_inches()[0] <= 7.2 + 1e-9


def test_a_correlation_that_is_not_defined_is_a_dash(check_texts):
    assert "r = –, n = 12,345" in check_texts(draw_replicates(pairs_of(["a.1", "a.2"], r=float("nan"))))


def test_many_pairs_are_told_by_their_correlations(check_texts):
    """16 experiments of 6 replicates are 240 pairs."""
    tables = [pairs_of([f"e{number}.{one}" for one in range(6)], f"e{number}", 0.5 + number / 100) for number in range(16)]
    figure = draw_replicates(pd.concat([*tables, pairs_of([f"{LONG}{one}" for one in "ab"], LONG, float("nan"))]))
    assert len(figure.axes) == 17
    texts = check_texts(figure)
    assert [texts.count(f"{0.5 + number / 100:.2f}") for number in range(16)] == [15] * 16
    assert texts.count("–") == 1
    assert [text.get_text() for text in figure.axes[0].get_yticklabels()] == list("12345")
    assert [text.get_text() for text in figure.axes[0].get_xticklabels()] == list("01234")
    assert figure.get_size_inches()[0] <= 7.2 + 1e-9
