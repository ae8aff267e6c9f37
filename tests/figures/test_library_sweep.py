"""What the figure of a library's thresholds shows."""

import pandas as pd
import pytest

from cisphys.figures.library_sweep import draw_library_sweep
from cisphys.figures.style import save_figure

SUPPORTS, FRACTIONS = (1, 2, 3, 5, 10), (0.5, 0.75, 1.0)


def made_up_sweep(size=1000):
    """Return a sweep whose numbers fall with both thresholds."""
    rows = [(s, f, int(size / s * (1.2 - f)), int(size / s / 4)) for s in SUPPORTS for f in FRACTIONS]
    return pd.DataFrame(rows, columns=["min_support", "fraction", "barcodes", "variants"])


def test_one_line_per_fraction_and_a_ring_at_the_thresholds_taken():
    table = made_up_sweep()
    figure = draw_library_sweep(table, 3, 0.75)
    for axes, column in zip(figure.axes, ("barcodes", "variants"), strict=True):
        lines = {line.get_label(): line.get_xydata().tolist() for line in axes.lines}
        assert list(lines) == ["0.5", "0.75", "1"]
        assert lines["0.75"] == table.loc[table["fraction"] == 0.75, ["min_support", column]].values.tolist()
        number = table.loc[(table["min_support"] == 3) & (table["fraction"] == 0.75), column].item()
        assert axes.collections[0].get_offsets().tolist() == [[3, number]]
        assert [text.get_text() for text in axes.texts] == [f"{number:,}"]


@pytest.mark.parametrize(("size", "support", "fraction"), [(10, 1, 0.5), (1000, 3, 0.75), (5_000_000, 10, 1.0), (0, 1, 0.5)])
def test_texts_stand_clear(check_texts, size, support, fraction):
    texts = check_texts(draw_library_sweep(made_up_sweep(size), support, fraction))
    assert "fraction" in texts


def test_same_bytes_again(tmp_path):
    for name in ("one.svg", "two.svg"):
        save_figure(draw_library_sweep(made_up_sweep(), 3, 0.75), [tmp_path / name])
    assert (tmp_path / "one.svg").read_bytes() == (tmp_path / "two.svg").read_bytes()
