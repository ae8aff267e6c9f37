"""The published barcodes of a real association run, and each difference from them explained."""

from dataclasses import replace

import pandas as pd
import pytest
from published_association import AUTHORS, call_association, differences, published

from cisphys.association.build import call_all

PUBLISHED = 1_651


@pytest.fixture(scope="module")
def folder(published_data):
    return published_data / "association"


def test_recall_and_agreement(folder):
    answer = published(folder)
    calls = call_association(folder)[1]
    called = {barcode: call for barcode, call in calls.items() if not call.reason(AUTHORS)}
    both = [barcode for barcode in answer if barcode in called]
    assert len(answer) == PUBLISHED
    assert len(both) >= 0.97 * PUBLISHED
    assert sum(called[barcode].variant == answer[barcode] for barcode in both) >= 0.985 * len(both)
    assert (len(called), len(both)) == (10_437, 1_647)


def test_every_difference_is_explained(folder):
    table, same = differences(folder)
    known = table[table["published"] != ""]
    assert (same, len(known), len(table) - len(known)) == (1_644, 7, 8_790)
    assert known["explanation"].value_counts().to_dict() == {
        "no read shows it with both constant parts": 4,
        "all reads lack a base of the constant part or of the variant; the authors count it to the constant part": 3,
    }
    more = table.loc[table["published"] == "", "explanation"].value_counts()
    assert more.iloc[0] == more["fewer than 3 reads in N2"] == 7_464
    assert not pd.concat([known, table])["explanation"].str.contains("unexplained").any()


def test_without_the_rule_of_two_runs_fewer_are_called(folder):
    """The authors count a pair where both runs show it: otherwise chimeras reject barcodes that they accept."""
    answer = published(folder)
    pairs, _ = call_association(folder)
    recall = {}
    for quality in (0, 20):
        thresholds = replace(AUTHORS, min_runs=1, min_quality=quality)
        called = {call.barcode for call in call_all(pairs, thresholds, False) if not call.reason(thresholds)}
        recall[quality] = len(called & set(answer)) / PUBLISHED
    assert 0.90 < recall[0] < recall[20] < 0.97
