"""What the heat map of cross-talk shows, from six samples to a plate of unique dual indices."""

from itertools import product

import numpy as np
import pandas as pd
import pytest

from cisphys.figures.cross_talk import draw_cross_talk

LONG = "a_sample_whose_name_is_long_and_longer_still_number_"


def parts(count: int, seed: int) -> list[str]:
    """Return distinct parts of indices of 8 bases."""
    return sorted({"".join(letters) for letters in np.random.default_rng(seed).choice(list("ACGT"), (2 * count, 8))})[:count]


def unique_dual(count: int, hopped: int = 20) -> pd.DataFrame:
    """Return the combinations of as many samples, each with parts of its own; each other combination has `hopped` reads."""
    pairs = product(enumerate(parts(count, 1)), enumerate(parts(count, 2)))
    rows = [(f"{a}+{b}", f"{LONG}{i}" if i == j else "-", 9000 if i == j else hopped) for (i, a), (j, b) in pairs]
    return pd.DataFrame(rows, columns=["index", "sample", "reads"])


def colours(axes) -> np.ma.MaskedArray:
    return axes.collections[0].get_array()


def test_only_combinations_of_no_sample_are_coloured_and_samples_are_ringed():
    table = unique_dual(3)
    table.loc[1, "reads"] = 70
    figure = draw_cross_talk(table)
    shown = colours(figure.axes[0])
    assert shown.mask.tolist() == np.eye(3, dtype=bool).tolist()
    assert shown.filled(0).tolist() == [[0, 70, 20], [20, 0, 20], [20, 20, 0]]
    rings = figure.axes[0].collections[1].get_offsets()
    assert rings.tolist() == [[0.5, 0.5], [1.5, 1.5], [2.5, 2.5]]


@pytest.mark.parametrize(
    ("samples", "rows_named", "with_samples"), [(2, True, True), (12, True, True), (96, True, True), (200, False, False)]
)
def test_texts_stand_clear(check_texts, samples, rows_named, with_samples):
    figure = draw_cross_talk(unique_dual(samples))
    texts = check_texts(figure)
    first, second = parts(samples, 1), parts(samples, 2)
    assert (second[0] in texts) is rows_named
    assert sum(text.endswith(f"  {part}") for text, part in product(texts, first[:2])) == (2 if with_samples else 0)
    assert ("Part 1" if rows_named else "Part 1 (200)") in texts
    assert figure.get_size_inches()[0] <= 7.2 + 1e-9


def test_a_part_of_several_samples_stands_alone(check_texts):
    pairs = list(product(parts(2, 1), parts(3, 2)))
    rows = [(f"{a}+{b}", "-" if number == 5 else f"s{number}", 10) for number, (a, b) in enumerate(pairs)]
    texts = check_texts(draw_cross_talk(pd.DataFrame(rows, columns=["index", "sample", "reads"])))
    assert set(parts(2, 1)) <= set(texts)


def test_three_parts_have_three_maps(check_texts):
    trios = list(product(parts(2, 1), parts(2, 2), parts(2, 3)))
    rows = [("+".join(trio), f"{LONG}{number}" if number in (0, 7) else "-", number + 1) for number, trio in enumerate(trios)]
    figure = draw_cross_talk(pd.DataFrame(rows, columns=["index", "sample", "reads"]))
    assert {f"Part {number}" for number in (1, 2, 3)} <= set(check_texts(figure))
    assert sum(len(axes.collections) == 2 for axes in figure.axes) >= 3


@pytest.mark.parametrize("reads", [0, 1, 3_000_000])
def test_scale_of_few_and_of_many(check_texts, reads):
    assert check_texts(draw_cross_talk(unique_dual(3, reads)))


def test_no_combinations_say_so(check_texts):
    assert check_texts(draw_cross_talk(pd.DataFrame(columns=["index", "sample", "reads"]))) == ["Indices have one part only"]
