"""Barcodes of a library with mismatches, against a comparison with every one."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cisphys.reads.barcodes import KnownBarcodes


@pytest.mark.parametrize(
    ("mismatches", "letters", "found"),
    [
        (0, "ACGTAC", ["ACGTAC"]),
        (0, "ACGTAA", []),
        (1, "ACGTAA", ["ACGTAC"]),
        (1, "ACGGGG", []),
        (1, "ACGTGC", ["ACGTAC", "ACGTCC"]),
        (2, "TCGTAA", ["ACGTAC"]),
        (1, "ACGTA", []),
        (1, "GGGA", ["GGGG"]),
    ],
)
def test_by_hand(mismatches, letters, found):
    assert KnownBarcodes({"ACGTAC", "ACGTCC", "GGGG"}, mismatches).assign(letters) == found


@given(st.sets(st.text("ACGT", min_size=5, max_size=6), min_size=1, max_size=40), st.integers(0, 3), st.data())
def test_equals_a_comparison_with_every_barcode(barcodes, mismatches, data):
    known = KnownBarcodes(barcodes, mismatches)
    for letters in data.draw(st.lists(st.text("ACGT", min_size=5, max_size=6), max_size=20)):
        ranked = [
            (sum(x != y for x, y in zip(letters, code, strict=True)), code) for code in barcodes if len(code) == len(letters)
        ]
        least = min(ranked, default=(99, ""))[0]
        assert known.assign(letters) == sorted(code for apart, code in ranked if apart == least <= mismatches)


def test_every_reading_of_a_small_library():
    known = KnownBarcodes(["AAAA", "CCCC"], 1)
    answers = {"".join(letters): known.assign("".join(letters)) for letters in itertools.product("ACGT", repeat=4)}
    assert sum(found == ["AAAA"] for found in answers.values()) == 1 + 4 * 3
