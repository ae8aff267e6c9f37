"""What the histograms of barcodes per variant show."""

import numpy as np
import pandas as pd
import pytest

from cisphys.figures.barcodes import draw_barcodes_per_variant
from cisphys.quality.measures import barcode_histogram, histogram_of_library

LONG = "a_library_whose_name_is_long_and_longer_still_number_"


def histogram(name: str, seen: list[int]) -> pd.DataFrame:
    return barcode_histogram(name, pd.Series(seen))


def bars_of(axes) -> dict[float, float]:
    """Return the height of each bar by its centre."""
    return {round(bar.get_x() + bar.get_width() / 2, 6): bar.get_height() for bar in axes.patches}


def test_bars_median_and_variants_without_a_barcode(check_texts):
    figure = draw_barcodes_per_variant(histogram("pool", [0, 0, 1, 2, 2, 5]))
    (axes,) = figure.axes
    assert bars_of(axes) == {0: 2, 1: 1, 2: 2, 3: 0, 4: 0, 5: 1}
    assert axes.lines[0].get_xdata()[0] == 2
    assert {"pool", "median 2, 2 without", "Barcodes", "Variants"} <= set(check_texts(figure))


def test_wide_bars_start_at_one_barcode():
    (axes,) = draw_barcodes_per_variant(histogram("pool", [0, 1, 2, 3, 59, 60])).axes
    bars = bars_of(axes)
    assert (bars[-0.5], bars[1.5], bars[3.5], bars[59.5]) == (1, 2, 1, 2)
    assert sum(bars.values()) == 6


def test_a_few_variants_far_out_are_one_bar(check_texts):
    figure = draw_barcodes_per_variant(histogram("pool", [*range(1, 5)] * 100 + [900, 1000]))
    (axes,) = figure.axes
    assert bars_of(axes) == {0: 0, 1: 100, 2: 100, 3: 100, 4: 102}
    assert "Barcodes (last bar: 4 and more)" in check_texts(figure)


@pytest.mark.parametrize("seen", [[0, 0], [1], [0, 1], [100_000, 1]])
def test_small_libraries_are_drawn(check_texts, seen):
    figure = draw_barcodes_per_variant(histogram("pool", seen))
    assert sum(bars_of(figure.axes[0]).values()) == len(seen)
    assert check_texts(figure)


@pytest.mark.parametrize("panels", [1, 3, 24])
def test_texts_stand_clear(check_texts, panels):
    random = np.random.default_rng(1)
    tables = [histogram(f"{LONG}{number}", random.negative_binomial(2, 0.02, 500_000 // panels)) for number in range(panels)]
    figure = draw_barcodes_per_variant(pd.concat(tables))
    assert len(figure.axes) == panels
    assert sum("…" in text for text in check_texts(figure)) == panels
    assert figure.get_size_inches()[0] <= 7.2


def test_many_datasets_have_a_row_each(check_texts):
    tables = [histogram(f"{LONG}{number}", [0, 0, *range(1, 102 + number)]) for number in range(96)]
    figure = draw_barcodes_per_variant(pd.concat([*tables, histogram("none", [0])]))
    (axes,) = figure.axes
    assert axes.lines[0].get_xdata()[[0, 95, 96]].tolist() == [51, 98.5, 0]
    thin, thick = axes.collections
    assert (thin.get_segments()[0][:, 0].tolist(), thick.get_segments()[0][:, 0].tolist()) == ([6, 96], [26, 76])
    assert sum("…" in text for text in check_texts(figure)) == 96


def test_designed_variants_without_a_barcode_are_counted():
    variants = pd.Series(["AAA", "AAA", "CCC"])
    assert histogram_of_library("pool", variants, 5).to_numpy().tolist() == [["pool", 0, 3], ["pool", 1, 1], ["pool", 2, 1]]
    assert histogram_of_library("pool", variants)["barcodes"].tolist() == [1, 2]
