"""Unexpected indices and combinations, by hand."""

from collections import Counter

from cisphys.reads.demultiplex import Demultiplexing
from cisphys.reads.index_tables import Readings, count_indices, index_tables
from cisphys.reads.layout import parse_layout

DUAL = parse_layout({"index1": "sample[4]~1", "index2": "[1] rc(sample[4])", "read1": "variant[3]"}, "dual")
SAMPLES = [("one", "AACC+ACGG"), ("two", "GGTT+TTAC")]


def write(path, reads):
    path.write_text("".join(f"@r{number}\n{read}\n+\n{'I' * len(read)}\n" for number, read in enumerate(reads)))
    return [path]


def test_dual_indices(tmp_path):
    units = [("AACC", "TCCGT")] * 5 + [
        ("AATC", "TCCGT"),
        ("AACC", "TGTAA"),
        ("CCAA", "TGTAA"),
        ("CCAA", "TGTAA"),
        ("NACC", "TCCGT"),
    ]
    files = {
        "read1": write(tmp_path / "r", ["A"] * 10),
        "index1": write(tmp_path / "i1", [one for one, _ in units]),
        "index2": write(tmp_path / "i2", [two for _, two in units]),
    }
    readings = count_indices(files, DUAL, 100)
    assert readings == ({("AACC", "ACGG"): 5, ("AATC", "ACGG"): 1, ("AACC", "TTAC"): 1, ("CCAA", "TTAC"): 2}, 10)
    told = []
    assert count_indices(files, DUAL, 3, progress=lambda *each: told.append(each)) == ({("AACC", "ACGG"): 3}, 3)
    assert told == [(3, 3)]
    unexpected, combinations = index_tables("r", readings, SAMPLES, DUAL, Demultiplexing())
    assert unexpected.values.tolist() == [["r", "CCAA+TTAC", 2, 2 / 9, 10, "two", 4]]
    assert combinations.values.tolist() == [
        ["r", "AACC+ACGG", "one", 6, 6 / 9, 10],
        ["r", "AACC+TTAC", "-", 1, 1 / 9, 10],
        ["r", "GGTT+TTAC", "two", 0, 0.0, 10],
    ]


def test_indices_of_one_part_behind_other_elements(tmp_path):
    layout = parse_layout("[0-2] GAT sample[3-4]~1 CCC variant[2]", "x")
    reads = ["GATAAACCCTT", "TTGATAAATCCC", "GATGGCCC", "ACGATAATCCC"]
    readings = count_indices({"read1": write(tmp_path / "r", reads)}, layout, 10)
    assert readings == ({("AAA",): 1, ("AAAT",): 1, ("AAT",): 1}, 4)
    unexpected, combinations = index_tables("r", readings, [("s", "AAA")], layout, Demultiplexing())
    assert unexpected.values.tolist() == [["r", "AAAT", 1, 1 / 3, 4, "-", None]]
    assert combinations.empty


def test_a_run_without_indices():
    layout = parse_layout("variant[2]", "x")
    assert count_indices({}, layout, 10) == (Counter(), 0)
    assert [table.empty for table in index_tables("r", Readings(Counter(), 0), [("s", "")], layout, Demultiplexing())] == [
        True,
        True,
    ]


def test_the_most_frequent_come_first_and_ties_in_order():
    layout = parse_layout("sample[2] variant[2]", "x")
    counts = Counter({("CC",): 3, ("AC",): 3, ("TT",): 7, ("AA",): 90})
    unexpected, _ = index_tables("r", Readings(counts, 200), [("s", "AA")], layout, Demultiplexing())
    assert unexpected["index"].tolist() == ["TT", "AC", "CC"]
    assert set(unexpected["first_reads"]) == {200}
