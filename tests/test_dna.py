"""Sequences as codes, and the unit of energies."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cisphys.dna import consensus, decode, encode, on_strand
from cisphys.errors import InputError
from cisphys.units import as_written, kcal_per_kT

SEQUENCES = st.integers(1, 12).flatmap(
    lambda length: st.lists(st.text("ACGT", min_size=length, max_size=length), min_size=1, max_size=5)
)


def test_letters_are_coded_in_alphabetical_order():
    np.testing.assert_array_equal(encode(["ACGT", "TTGA"]), [[0, 1, 2, 3], [3, 3, 2, 0]])


@given(SEQUENCES)
def test_decoding_undoes_encoding(sequences):
    assert [decode(codes) for codes in encode(sequences)] == sequences


@pytest.mark.parametrize(
    ("sequences", "words"),
    [
        ([], ["v.tsv", "there are no variants"]),
        (["ACG", "ACGT"], ["v.tsv, row 2", "4 bases", "the first has 3"]),
        (["ACG", "ANG"], ["v.tsv, row 2, base 2", "'N' is no base"]),
        (["ACg"], ["v.tsv, row 1, base 3", "'g' is no base"]),
        (["AC\u03b8", "ACG"], ["v.tsv, row 1, base 3", "'\u03b8' is no base"]),
    ],
)
def test_mistakes_are_named_with_file_row_and_base(sequences, words):
    with pytest.raises(InputError) as caught:
        encode(sequences, "v.tsv")
    assert all(word in str(caught.value) for word in words)


def test_minus_strand_is_the_reverse_complement():
    codes = encode(["AACGT", "CCTGA"])
    assert [decode(row) for row in on_strand(codes, "-")] == ["ACGTT", "TCAGG"]
    np.testing.assert_array_equal(on_strand(codes, "+"), codes)


@given(SEQUENCES)
def test_minus_strand_twice_is_the_plus_strand(sequences):
    codes = encode(sequences)
    np.testing.assert_array_equal(on_strand(on_strand(codes, "-"), "-"), codes)


def test_consensus_weighs_variants_by_their_reads():
    letters = encode(["AC", "AG", "TG"])
    assert decode(consensus(letters, np.array([1, 1, 1]))) == "AG"
    assert decode(consensus(letters, np.array([1, 1, 5]))) == "TG"
    assert decode(consensus(letters, np.array([9, 1, 5]))) == "AC"


def test_thermal_energy_at_body_temperature():
    assert kcal_per_kT(37) == pytest.approx(0.001987204259 * 310.15)
    assert kcal_per_kT(37) == pytest.approx(0.616, abs=5e-4)  # as the literature rounds it


def test_values_of_conditions_are_as_a_person_writes_them():
    written = {100.0: "100", 0.5: "0.5", -2.0: "-2", 1e-05: "1e-05", 1e6: "1000000", "TK310": "TK310", "100.0": "100.0"}
    assert {value: as_written(value) for value in written} == written
