"""The published barcodes of a real association run, read as the workflow reads them, and each difference explained."""

import pandas as pd
import pytest
from published_association import build, differences, published

PUBLISHED = 1_651


@pytest.fixture(scope="module")
def folder(published_data):
    return published_data / "association"


@pytest.fixture(scope="module")
def answer(folder):
    return published(folder)


@pytest.fixture(scope="module")
def compared(folder, tmp_path_factory):
    """The table of differences, how many pairs agree, and the folder of the library."""
    out = tmp_path_factory.mktemp("library")
    return *differences(folder, out), out


def test_recall_and_agreement(compared, answer):
    table, same, _ = compared
    missing = (table["called"] == "").sum()
    assert len(answer) == PUBLISHED
    assert PUBLISHED - missing >= 0.97 * PUBLISHED
    assert same >= 0.985 * (PUBLISHED - missing)
    assert (missing, same) == (21, 1_627)


def test_every_difference_is_explained(compared):
    table = compared[0]
    known, more = table[table["published"] != ""], table[table["published"] == ""]
    assert known["explanation"].value_counts().to_dict() == {
        "all reads lack a base of the constant behind the barcode": 20,
        "all reads lack a base of the constant before the barcode": 1,
        "all reads lack a base of the constant part or of the variant; the authors count it to the constant part": 3,
    }
    assert more["explanation"].value_counts().to_dict() == {
        "fewer than 3 reads in N2": 7_333,
        "in N2: N1, not at hand, decides (the authors found 4,388 of the barcodes of N2 in it)": 1_286,
        "variant of 7 or 9 bases": 75,
    }


def test_every_read_has_a_fate(compared):
    """39,304 and 48,285 reads, of which the authors could use 35,183 and 43,179 (run_info.txt)."""
    fates = pd.read_csv(compared[2] / "fates.tsv", sep="\t")
    assert fates.groupby("run")["reads"].sum().to_dict() == {"M1": 39_304, "M2": 48_285}
    counted = fates[fates["fate"] == "counted"].set_index("run")["reads"]
    assert counted.to_dict() == {"M1": 35_401, "M2": 43_537}


def test_without_the_rule_of_two_runs_fewer_are_called(folder, answer, tmp_path):
    """The authors count a pair where both runs show it: otherwise chimeras reject barcodes that they accept."""
    recall = {}
    for quality in (0, 20):
        library, _ = build(folder, tmp_path, min_runs=1, min_quality=quality)
        recall[quality] = library["barcode"].isin(list(answer)).sum() / PUBLISHED
    assert 0.89 < recall[0] < recall[20] < 0.97
