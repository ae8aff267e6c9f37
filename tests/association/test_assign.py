"""Reads given to designed variants: exactly, or to the only nearest one."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cisphys.association.assign import DesignedVariants
from cisphys.association.designed import read_designed
from cisphys.association.edits import as_letters, nearest_rows
from cisphys.association.pairs import AMBIGUOUS, UNKNOWN
from cisphys.errors import InputError

LETTERS = st.text("ACGT", min_size=1, max_size=9)


def edits(first, second):
    """Count the edits between two texts by the whole table of their beginnings."""
    table = [list(range(len(second) + 1))]
    for a in first:
        before, row = table[-1], [table[-1][0] + 1]
        for column, b in enumerate(second):
            row.append(min(before[column] + (a != b), before[column + 1] + 1, row[-1] + 1))
        table.append(row)
    return table[-1][-1]


def slow_assign(read, designed, distance):
    """Compare a read with every designed variant."""
    near = sorted((edits(read, sequence), sequence) for sequence in designed)
    if read in designed:
        return read
    best = near[0][0]
    if best > distance:
        return UNKNOWN
    return near[0][1] if [number for number, _ in near].count(best) == 1 else AMBIGUOUS


@pytest.mark.parametrize(
    ("read", "distance", "expected"),
    [
        ("ACGTACGT", 0, "ACGTACGT"),
        ("ACGTACGA", 0, "ACGTACGA"),
        ("ACGTACGA", 2, "ACGTACGA"),  # designed itself, one base from another
        ("ACGTACGC", 0, UNKNOWN),
        ("ACGTACGC", 1, AMBIGUOUS),  # one base from each of the two
        ("AGGTACGT", 1, "ACGTACGT"),
        ("AGTACGT", 1, "ACGTACGT"),  # a deletion
        ("AACGTACGA", 1, "ACGTACGA"),  # an insertion
        ("TTTTTTTT", 1, UNKNOWN),
        ("TTGGCCAAT", 2, "TTGGCCAATT"),
        ("", 1, UNKNOWN),
    ],
)
def test_one_base_neighbours_are_kept_apart(read, distance, expected):
    designed = DesignedVariants(["ACGTACGT", "ACGTACGA", "TTGGCCAATT"], distance)
    assert designed.assign(read) == expected


@settings(max_examples=400, deadline=None)
@given(
    designed=st.lists(LETTERS, min_size=1, max_size=6, unique=True),
    distance=st.integers(0, 3),
    data=st.data(),
)
def test_equals_a_slow_search(designed, distance, data):
    read = data.draw(LETTERS | st.sampled_from(designed))
    at = data.draw(st.integers(0, len(read) - 1))
    changed = data.draw(
        st.sampled_from([read, read[:at] + read[at + 1 :], read[:at] + "A" + read[at:], read[:at] + "C" + read[at + 1 :]])
    )
    assert DesignedVariants(designed, distance).assign(changed) == slow_assign(changed, designed, distance)


def test_kernel_by_hand():
    """kitten to sitting takes 3 edits; sitten takes 2 to sitting."""
    names = ["kitten", "sitting", "sitten"]
    letters, starts = as_letters("".join(names)), np.cumsum([0, 6, 7, 6])
    work = np.zeros((2, 8), np.int64)
    rows = np.array([0, 2])
    assert nearest_rows(as_letters("sitting"), letters, starts, rows, 3, work) == (2, 2, 1)
    assert nearest_rows(as_letters("sitting"), letters, starts, rows[:1], 3, work) == (3, 0, 1)
    assert nearest_rows(as_letters("sitting"), letters, starts, rows, 1, work) == (2, -1, 0)
    assert nearest_rows(as_letters("mitten"), letters, starts, rows, 2, work) == (1, 0, 2)


def test_triples_keep_their_barcode():
    designed = DesignedVariants(["ACGT"], 1)
    assert list(designed.assigned([("B1", "ACGA", "IIII"), ("B2", "TTTT", "IIII")])) == [("B1", "ACGT", ""), ("B2", UNKNOWN, "")]


# the file of designed variants


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.fa", ">one first\nacg\nT\n\n>two\nTTTT\n>alias\nACGT\n>two\nTTTT\n"),
        ("a.tsv", "variant\tsequence\none\tacgt\ntwo\tTTTT\nalias\tACGT\n"),
        ("a.csv", "sequence,note,variant\nACGT,x,one\nTTTT,,two\nACGT,,alias\n"),
    ],
)
def test_designed_variants(tmp_path, name, text):
    (tmp_path / name).write_text(text)
    assert read_designed(tmp_path / name) == {"ACGT": "one;alias", "TTTT": "two"}


def test_a_table_without_names_is_called_by_its_sequences(tmp_path):
    (tmp_path / "a.tsv").write_text("sequence\nacgt\n")
    assert read_designed(tmp_path / "a.tsv") == {"ACGT": "ACGT"}


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("a.fa", "ACGT\n", "line 1: a FASTA file starts with '>'"),
        ("a.fa", "", "there are no designed variants"),
        ("a.fa", ">one\n>two\nAC\n", "line 1: variant 'one' has no sequence"),
        ("a.fa", ">\nAC\n", "line 1: a designed variant has no name"),
        ("a.fa", ">one\nACN\n", "line 1: variant 'one' holds 'N'"),
        ("a.fa", ">one\nAC\n>one\nAG\n", "variant 'one' has one sequence in line 1 and another in line 3"),
        ("a.tsv", "variant\tseq\none\tAC\n", "column 'sequence' is missing"),
        ("a.fa.gz", ">one\nAC\n", "this is no readable FASTA"),
    ],
)
def test_bad_designs(tmp_path, name, text, words):
    (tmp_path / name).write_text(text)
    with pytest.raises(InputError) as caught:
        read_designed(tmp_path / name)
    assert words in str(caught.value)


def test_no_designs(tmp_path):
    with pytest.raises(InputError, match="there is no such file"):
        read_designed(tmp_path / "a.fa")
