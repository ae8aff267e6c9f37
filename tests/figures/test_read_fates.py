"""What the figure of read fates shows."""

import made_up
import pandas as pd
import pytest

from cisphys.figures.read_fates import draw_read_fates, fate_colours, fate_table
from cisphys.figures.style import FATE_COLOURS
from cisphys.reads.fates import FATES


def test_samples_keep_their_order_and_unassigned_reads_come_last():
    table = fate_table(made_up.read_fates(["b", "a"]))
    assert table.labels == ["b", "a", "unassigned"]
    assert table.fates == ["counted", "bad_length", "constant_missing", "no_sample", "has_n"]
    assert table.reads.tolist() == [[1000, 0, 50, 0, 3], [2000, 0, 100, 0, 3], [0, 40, 0, 700, 0]]
    assert table.shares().sum(1).tolist() == pytest.approx([1, 1, 1])


def test_runs_name_their_unassigned_reads_and_empty_ones_are_left_out():
    first, second = made_up.read_fates(["a"], "run1"), made_up.read_fates(["b"], "run2")
    assert fate_table(pd.concat([first, second])).labels == ["a", "b", "unassigned, run1", "unassigned, run2"]
    second.loc[second["sample"] == "-", "reads"] = 0
    assert fate_table(pd.concat([first, second])).labels == ["a", "b", "unassigned"]


def test_a_library_of_several_runs_has_a_row_for_each(check_texts):
    """The name of the library stands for the sample in each of its association runs."""
    runs = [made_up.read_fates(["pool"], run).query("sample != '-'") for run in ("a", "b")]
    assert fate_table(pd.concat(runs)).labels == ["pool, a", "pool, b"]


def test_sample_without_reads_has_no_bar():
    fates = made_up.read_fates(["a", "b"])
    fates.loc[fates["sample"] == "a", "reads"] = 0
    assert fate_table(fates).shares()[0].sum() == 0


def test_bars_are_stacked_shares_and_numbers():
    figure = draw_read_fates(made_up.read_fates(["a", "b"]))
    shares, numbers = figure.axes
    bars = {bar.get_label(): bar for bar in shares.collections}
    ends = [sorted({x for x, _ in path.vertices}) for path in bars["constant_missing"].get_paths()]
    assert ends[0] == pytest.approx([100 * 1000 / 1053, 100 * 1050 / 1053])
    assert ends[1] == pytest.approx([100 * 2000 / 2103, 100 * 2100 / 2103])
    assert [path.vertices[:, 0].max() for path in numbers.collections[-1].get_paths()] == [1053, 2103, 740]
    assert [text.get_text() for text in shares.get_yticklabels()] == ["a", "b", "unassigned"]
    assert numbers.get_xlabel() == "Reads (thousands)"


def test_fates_that_reads_can_have_are_shown_in_the_order_in_which_they_are_tested():
    shown = [fate for fate in FATES if fate in FATE_COLOURS]
    assert list(FATE_COLOURS) == ["counted", *(fate for fate in shown if fate != "counted")]
    assert len(set(fate_colours(list(FATES)).values())) == len(FATES)


def test_fates_that_are_not_known_follow_in_the_order_of_the_table(check_texts):
    rows = [("r", "a", fate, 10) for fate in ("new_b", "has_n", "new_a", "counted", "bad_length")]
    fates = pd.DataFrame(rows, columns=["run", "sample", "fate", "reads"])
    assert fate_table(fates).fates == ["counted", "bad_length", "has_n", "new_b", "new_a"]
    assert {"new a", "new b"} <= set(check_texts(draw_read_fates(fates)))


def test_more_new_fates_than_spare_colours_are_drawn(check_texts):
    rows = [("r", "a", f"a_new_fate_{number}", 10) for number in range(20)]
    assert check_texts(draw_read_fates(pd.DataFrame(rows, columns=["run", "sample", "fate", "reads"])))


def test_fates_have_distinct_colours_known_or_not():
    fates = ["counted", "no_sample", "new_fate", "another_new_fate"]
    assert len(set(fate_colours(fates).values())) == 4


@pytest.mark.parametrize("samples", [1, 2, 40, 41, 200])
def test_texts_stand_clear(check_texts, samples):
    names = [f"a_sample_whose_name_is_long_and_longer_still_number_{number}" for number in range(samples)]
    texts = check_texts(draw_read_fates(made_up.read_fates(names)))
    assert {"counted", "constant missing", "unassigned"} <= set(texts)
    assert sum("…" in text for text in texts) == samples
