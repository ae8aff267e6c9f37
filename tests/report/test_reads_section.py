"""What the page says of reads, libraries and filters, in words and tables."""

import made_up
import pandas as pd
import pytest

from cisphys.quality.metrics import METRICS, Limits, Measurement, judge
from cisphys.report.cells import Table, small_share
from cisphys.report.filters import filters_table
from cisphys.report.happened import LISTED, percent, what_happened
from cisphys.report.libraries import library_in_words, rejected_table, summary_table
from cisphys.report.reads import cross_talk_in_words, layout_table, strange_table, unexpected_table
from cisphys.tables import write_table

CHECKS = made_up.read_checks("run1", ["one", "two"])


def texts(table: Table) -> list[list[str]]:
    return [[cell.text for cell in row] for row in table.rows]


def quality(*rows: tuple) -> pd.DataFrame:
    """Return qc.tsv of measurements (metric, kind, of, value)."""
    limits = {"reads": Limits(1000, 100), "counted": Limits(0.7, 0.4)}
    return judge([Measurement(*row) for row in rows], dict.fromkeys(METRICS, Limits(None, None)) | limits)


PASSING = quality(("counted", "run", "run1", 0.94), ("reads", "sample", "a", 5000), ("reads", "sample", "b", 5000))


def test_what_happened_is_told_in_words():
    told = what_happened(made_up.read_fates(["a", "b"]), PASSING)
    assert told.counted == "Of 3,896 reads in 1 run, 3,000 (77.0 %) were counted."
    assert [(fate, words.partition(").")[0]) for fate, words in told.lost] == [
        ("no sample", "700 reads (18.0 %"),
        ("constant missing", "150 reads (3.9 %"),
        ("bad length", "40 reads (1.0 %"),
        ("has n", "6 reads (0.2 %"),
    ]
    assert told.lost[1][1].endswith("A constant part is not where it should be, or has more mismatches than allowed.")
    assert told.judged == "The run passes the quality check. All 2 samples pass the quality check."
    assert told.troubled == []


def test_a_fate_that_nobody_described_is_told_by_its_name():
    fates = pd.DataFrame([("r", "a", "a_new_fate", 3), ("r", "a", "counted", 9997)], columns=["run", "sample", "fate", "reads"])
    assert what_happened(fates, PASSING).lost == [("a new fate", "3 reads (below 0.1 %).")]


def test_no_reads_at_all():
    fates = made_up.read_fates(["a"]).assign(reads=0)
    told = what_happened(fates, PASSING)
    assert (told.counted, told.lost) == ("Of 0 reads in 1 run, 0 (0.0 %) were counted.", [])


def test_samples_that_do_not_pass_come_with_their_remedies_the_worst_first():
    bad = quality(
        ("counted", "run", "run1", 0.94),
        ("reads", "sample", "few", 500),
        ("reads", "sample", "none", 50),
        ("counted", "sample", "none", 0.5),
        ("reads", "sample", "good", 5000),
        ("reads", "sample", "pool", 7),
    )
    told = what_happened(made_up.read_fates(["a"]), bad, libraries=["pool"])
    assert told.judged.endswith("1 of 3 samples passes the quality check; 1 fails and 1 has a warning.")
    assert [(level, name) for level, name, _ in told.troubled] == [("fail", "sample none"), ("warn", "sample few")]
    assert told.troubled[0][2] == (
        "Reads: 50 (≥ 1,000, fails below 100). Sequence this sample deeper, or leave it out. "
        "Share of reads counted: 50.0 % (≥ 70 %, fails below 40 %). Look at the fates to see which part of the layout fails."
    )


def test_of_many_samples_the_worst_are_listed_and_the_others_counted():
    told = what_happened(made_up.read_fates(["a"]), quality(*(("reads", "sample", f"s{number}", 10) for number in range(192))))
    assert len(told.troubled) == LISTED
    assert told.more == "184 more are in the table of checks."


@pytest.mark.parametrize(("part", "expected"), [(0, "0.0 %"), (1, "below 0.1 %"), (40, "0.4 %"), (10000, "100.0 %")])
def test_percentages_are_never_zero_for_something(part, expected):
    assert percent(part, 10000) == expected


@pytest.mark.parametrize(("share", "expected"), [(0, "0.00 %"), (0.00001, "< 0.01 %"), (0.00012, "0.01 %"), (0.5, "50.00 %")])
def test_small_shares(share, expected):
    assert small_share(share).text == expected


def test_layout_check_tells_what_would_fit_only_where_something_would():
    table = layout_table(CHECKS["layout_check"])
    assert texts(table) == [["run1", "50,000", "62.0 %", "91 % fit if read1 is reverse-complemented"]]
    assert len(layout_table(CHECKS["layout_check"].assign(would_fit="")).columns) == 3


def test_unexpected_indices_without_misreadings_and_rare_ones():
    assert texts(unexpected_table(CHECKS["unexpected_indices"])) == [
        ["run1", "TTTT+AAAA", "900", "90.00 %", "one", "6"],
        ["run1", "GGGG+AAAA", "7", "0.70 %", "-", "–"],
    ]
    assert unexpected_table(CHECKS["unexpected_indices"].tail(1)) is None


def test_at_most_ten_unexpected_indices_of_each_run_are_shown():
    rows = [(run, f"{letter * 8}{other * 8}", 9, 0.1, "one", 8) for run in "rs" for letter in "ACGT" for other in "ACGT"]
    table = unexpected_table(pd.DataFrame(rows, columns=list(CHECKS["unexpected_indices"])))
    assert [row[0].text for row in table.rows] == ["r"] * 10 + ["s"] * 10


def test_cross_talk_in_words():
    """U = 3 / 103; parts AC 72, CA 31, GT 71, TG 32: S = (72 * 71 + 31 * 32) / 103^2; r = U / (1 - S) = 0.0686."""
    assert cross_talk_in_words(CHECKS["index_combinations"]) == (
        "3 of 103 index readings with known parts (2.9 %) are combinations that no sample has. If parts of different molecules "
        "meet by chance (index hopping, chimeras, impure primers), 6.9 % of the readings join parts of two molecules."
    )


def test_cross_talk_without_readings_or_room():
    table = CHECKS["index_combinations"]
    assert cross_talk_in_words(table.assign(reads=0)).startswith("No index was read")
    assert cross_talk_in_words(table.assign(sample="some")).endswith("is not estimated.")


def test_combinations_of_no_sample_name_the_samples_of_their_parts():
    table = strange_table(CHECKS["index_combinations"])
    assert table.columns[-2:] == ["Part 1 is of", "Part 2 is of"]
    assert texts(table) == [["AC+TG", "2", "0.20 %", "one", "two"], ["CA+GT", "1", "0.10 %", "two", "one"]]
    assert strange_table(CHECKS["index_combinations"].query("sample != '-'")) is None


def test_parts_of_many_samples_name_some():
    rows = [("r", f"AA+{part}", f"s{number}", 5, 0.1) for number, part in enumerate(["CC", "GG", "TT", "AC", "CA"])]
    rows += [("r", "GG+CC", "last", 5, 0.1), ("r", "GG+GG", "-", 1, 0.01)]
    (row,) = texts(strange_table(pd.DataFrame(rows, columns=list(CHECKS["index_combinations"]))))
    assert row[-2:] == ["last", "s1"]
    rows[-2:] = [("r", "GG+AG", "last", 5, 0.1), ("r", "AA+AG", "-", 1, 0.01)]
    (row,) = texts(strange_table(pd.DataFrame(rows, columns=list(CHECKS["index_combinations"]))))
    assert row[-2:] == ["s0, s1, s2 and 2 more", "last"]


def test_library_in_words():
    first, second = library_in_words(made_up.LIBRARY)
    assert first == (
        "3,149 of 3,600 barcodes (87.5 %) stand for one variant each. They cover 190 of 200 designed variants, with 16.5 "
        "barcodes at the median."
    )
    assert second.startswith("Barcodes that two molecules are expected to share by chance alone: about 12. ")
    assert "left out: 14." in second
    observed = {name: value for name, value in made_up.LIBRARY.items() if name != "designed_variants"}
    assert "They cover 190 variants" in library_in_words(observed | {"expected_collisions": 0.3})[0]
    assert "by chance alone: fewer than 1." in library_in_words(observed | {"expected_collisions": 0.3})[1]


def test_summary_and_reasons_of_a_library():
    summary = dict(texts(summary_table({name: float(value) for name, value in made_up.LIBRARY.items()})))
    assert summary["Barcodes that stand for one variant"] == "3,149"
    assert summary["Barcodes per variant, median"] == "16.5"
    assert not any("rejected" in name for name in summary)
    assert texts(rejected_table(made_up.LIBRARY)) == [
        ["low support", "427", "11.86 %", "Fewer than min_support reads show its variant."],
        ["tie", "23", "0.64 %", "Two variants, or two bases of the consensus, have equally many reads or equal quality."],
        ["a new reason", "5", "0.14 %", ""],
        ["no variant", "1", "0.03 %", "None of its reads shows a designed variant."],
    ]
    assert rejected_table({"barcodes": 5, "called": 5, "rejected_tie": 0}) is None


def test_filters_are_told_step_by_step(tmp_path):
    write_table(made_up.filters().astype(object), tmp_path / "filters/e.tsv")
    table = filters_table(tmp_path, "e")
    assert texts(table)[:4] == [
        ["1", "counted", "–", "1,000", "100.0 %", "90", "20,000", "30,000"],
        ["1", "taken by min_dna_counts", "1", "100", "10.0 %", "5", "20,000", "30,000"],
        ["1", "taken by a_new_filter", "3", "20", "2.0 %", "1", "20,000", "30,000"],
        ["1", "kept", "–", "880", "88.0 %", "84", "20,000", "30,000"],
    ]
    assert [row[0].text for row in table.rows] == ["1"] * 4 + ["2"] * 4
