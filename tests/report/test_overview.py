"""The overview: what was run on what, in a sentence and in tables, and what to look at."""

import made_up
import pandas as pd

from cisphys.report.overview import conditions_in_words, data_table, fits_table, overview

TABLE = {"conditions": {}, "origin": "", "from_reads": False}
READS = {"conditions": {"cAMP_uM": 100.0}, "origin": "here", "from_reads": True}


def texts(table):
    return [[cell.text for cell in row] for row in table.rows]


def test_what_was_run_is_said_in_a_sentence(fit):
    fates, none = made_up.read_fates(["a", "b"]), made_up.quality([], {}).iloc[:0]
    assert overview(fates, none, {"fit-1": fit}, {"one": READS}).said == (
        "3,000 of 3,896 reads (77.0 %) of 1 run counted; 1 model fitted to 1 dataset."
    )
    assert overview(None, none, {}, {"one": TABLE, "two": TABLE}).said == "2 datasets, from tables."


def test_what_warns_or_fails_is_to_be_looked_at_the_worst_first(fit):
    quality = made_up.quality([f"s{n}" for n in range(1, 13)], {"one": 9})
    told = overview(None, quality, {"fit-1": fit}, {"one": TABLE})
    assert told.level == "fail"
    assert [(one.verdict.level, one.page) for one in told.troubles] == [("fail", "quality"), ("warn", "quality")]
    assert told.tally == {"ok": 8, "note": 2, "warn": 1, "fail": 1}
    assert [row[0].text for row in told.checks.rows] == ["fail", "warn", "note", "note", *["ok"] * 8]


def test_conditions_are_written_as_they_were_given():
    assert conditions_in_words({"cAMP_uM": 100.0, "time": 0.5, "strain": "TK310"}) == "cAMP_uM 100, time 0.5, strain TK310"


def test_data_say_what_a_fit_found_in_them(fit):
    part = {"one": {"reads": 20, "variants": 10}}
    measured = {"one": {"kind": "sorted_bins", "bins": [0, 1, 2]}}
    fit.summary.update(by_dataset={"training": part, "test": part}, datasets=measured)
    table = data_table({"one": READS, "two": TABLE}, [fit])
    assert list(table.columns) == ["Dataset", "Measured", "Variants", "Observations", "Conditions", "From", "Origin"]
    assert texts(table) == [
        ["one", "2 sorted bins and the library", "20", "40", "cAMP_uM 100", "reads", "here"],
        ["two", "", "–", "–", "", "a table", ""],
    ]


def test_fits_lead_to_their_pages(fit):
    (row,) = fits_table({"fit-1": fit}).rows
    assert [cell.text for cell in row] == ["model.one", "one", "30,000 reads", "0.680 ± 0.010", "ok"]
    assert row[0].address == "#fit-1"


def test_no_checks_no_table():
    assert overview(None, pd.DataFrame(columns=made_up.quality([], {}).columns), {}, {"one": TABLE}).checks is None
