"""Barcodes assigned to known ones: as if every one were compared with every one."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cisphys.reads.known_barcodes import FAR, TIED, KnownBarcodes, assign_counts


def slow_assign(barcode: str, known: list[str], mismatches: int) -> int:
    """Compare with all."""
    distances = [sum(a != b for a, b in zip(barcode, other, strict=True)) for other in known]
    least = min(distances)
    return FAR if least > mismatches else distances.index(least) if distances.count(least) == 1 else TIED


@settings(deadline=None)  # the first call compiles
@given(
    st.lists(st.text("ACGT", min_size=5, max_size=5), min_size=1, max_size=30, unique=True),
    st.lists(st.text("ACGT", min_size=5, max_size=5), max_size=30),
    st.integers(0, 3),
)
def test_same_as_comparing_all_with_all(known, read, mismatches):
    found = KnownBarcodes(known, mismatches).assign(read)
    assert found.tolist() == [slow_assign(barcode, known, mismatches) for barcode in read]


def test_the_nearest_wins_and_ties_are_told():
    known = KnownBarcodes(["AAAAAA", "AAAATT", "CCCCCC"], 2)
    assert known.assign(["AAAAAA", "AAAAAT", "AAAACT", "GGGGGG", "AAAAA"]).tolist() == [0, TIED, 1, FAR, FAR]


def test_long_barcodes():
    known = KnownBarcodes(["A" * 70, "C" * 70], 1)
    assert known.assign(["A" * 69 + "T", "C" * 68 + "TT"]).tolist() == [0, FAR]


def test_reads_move_to_the_known_barcodes_and_none_is_lost():
    names = ["AAAAAA", "AAAATT", "CCCCCC"]
    counts = {"AAAAAA": 10, "AAAAAC": 2, "AAAAAT": 3, "GGGGGG": 4, "CCCCCA": 1}
    placed, failed = assign_counts(counts, KnownBarcodes(names, 1), names)
    assert placed == {"AAAAAA": 12, "CCCCCC": 1}
    assert failed == {"not_in_library": 4, "ambiguous_barcode": 3}
    assert sum(placed.values()) + sum(failed.values()) == sum(counts.values())


@pytest.mark.parametrize(
    ("known", "mismatches", "words"),
    [(["AA", "A"], 0, "length"), (["AN"], 0, "A, C, G and T"), (["AC", "AC"], 1, "twice"), (["AC"], 2, "no sense")],
)
def test_what_cannot_be_known(known, mismatches, words):
    with pytest.raises(ValueError, match=words):
        KnownBarcodes(known, mismatches)
