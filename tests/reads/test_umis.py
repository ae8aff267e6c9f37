"""UMIs: against the published rule written out slowly, on reads of molecules that are known, and as tables."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from slow_ways import slow_molecules

from cisphys.reads.counts import open_counts
from cisphys.reads.fates import DUPLICATE_UMI
from cisphys.reads.layout import parse_layout
from cisphys.reads.molecules import Molecules, Row, sum_molecules, write_molecules
from cisphys.reads.umis import molecules_of

LETTERS = np.array(list("ACGT"))


def molecules_in(reads, layout, names=("s",)):
    """Count reads, {(sample, letters, UMI, ...): number}."""
    molecules = Molecules(parse_layout(layout, "x"), names)
    for (sample, *contents), number in reads.items():
        for _ in range(number):
            molecules.add(sample, tuple(contents))
    return molecules


def counted(umis: dict[str, int], correction: str = "~1") -> int:
    """Count the molecules of one sequence."""
    layout = f"umi[{len(next(iter(umis)))}]{correction} variant[4]"
    ((name, rows),) = molecules_in({("s", "ACGT", umi): number for umi, number in umis.items()}, layout).by_sample()
    (row,) = rows
    assert (name, *row[:3]) == ("s", "ACGT", sum(umis.values()), len(umis))
    return row.molecules


@settings(deadline=None, max_examples=50)  # the first call compiles
@given(st.dictionaries(st.text("ACGT", min_size=3, max_size=3), st.integers(1, 40), min_size=1, max_size=50))
def test_same_as_the_rule_written_out(umis):
    assert counted(umis) == slow_molecules(umis)
    assert counted(umis, "") == len(umis)


def test_the_example_of_the_paper():
    """Figure 1 of Smith et al. 2017: six UMIs, of which the directional method makes two molecules."""
    umis = {"ACGT": 456, "TCGT": 2, "CCGT": 2, "ACAT": 72, "ACAG": 1, "AAAT": 90}
    assert slow_molecules(umis) == 2
    assert (counted(umis), counted(umis, "")) == (2, 6)


@pytest.mark.parametrize(("reads", "molecules"), [((3, 2), 1), ((2, 2), 2), ((1, 1), 1), ((5, 3), 1), ((4, 3), 2)])
def test_the_rule_at_its_limit(reads, molecules):
    assert counted(dict(zip(["AAAA", "AAAC"], reads, strict=True))) == molecules


def test_umis_of_31_bases():
    umi = "ACGTTGCAACGTTGCAACGTTGCAACGTTGC"
    assert counted({umi: 5, "T" + umi[1:]: 2, umi[:-1] + "A": 1, umi[:-2] + "AA": 1}) == 1
    assert counted({umi: 5, "TT" + umi[2:]: 2}) == 2


contents = st.tuples(st.sampled_from("ba"), st.text("AC", min_size=1, max_size=70), st.text("AC", min_size=3, max_size=4))


@settings(deadline=None, max_examples=60)
@given(st.dictionaries(contents, st.integers(1, 5)), st.sampled_from(["", "~1"]), st.integers(1, 40))
def test_letters_of_any_length_equal_a_slow_count(reads, correction, kept):
    """UMIs of one length where they are corrected; packed in small lots, so that a molecule is met in several."""
    if correction:
        reads = {(sample, letters, umi[:3]): number for (sample, letters, umi), number in reads.items()}
    groups: dict[tuple[str, str], Counter] = {}
    for (sample, letters, umi), number in reads.items():
        groups.setdefault((sample, letters), Counter())[umi] += number
    layout = f"umi[3]{correction} variant[1-70]" if correction else "umi[3-4] GG variant[1-70]"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("cisphys.reads.molecules.KEPT", kept)
        found = [(sample, *row) for sample, rows in molecules_in(reads, layout, ["b", "a"]).by_sample() for row in rows]
    assert found == [
        (sample, letters, umis.total(), len(umis), slow_molecules(umis) if correction else len(umis))
        for (sample, letters), umis in sorted(groups.items())
    ]


def test_several_umis_are_told_apart_by_their_lengths_too():
    reads = {("s", "ACGT", "AA", "A"): 1, ("s", "ACGT", "A", "AA"): 1}
    ((_, rows),) = molecules_in(reads, "umi[1-2] CC umi[1-2] GG variant[4]").by_sample()
    assert list(rows) == [Row("ACGT", 2, 2, 2)]


def test_tables_by_hand(tmp_path):
    """Of 16 possible UMIs, 2 molecules that are seen are 16 ln(16 / 14) = 2.14 that were drawn."""
    reads = {("s2", "V", "AA"): 9, ("s2", "V", "AC"): 1, ("s1", "W", "AA"): 5, ("s1", "V", "AC"): 4, ("s1", "V", "GG"): 4}
    reads = {(sample, {"V": "ACGT", "W": "TTTT"}[name], umi): number for (sample, name, umi), number in reads.items()}
    failed = Counter()
    molecules = molecules_in(reads, "umi[2] variant[4]", ["s2", "s1", "s3"])
    with open_counts(tmp_path / "counts.tsv") as out:
        assert list(write_molecules(molecules, failed, tmp_path / "molecules.tsv", out)) == [3, 2, 0]
    assert (tmp_path / "counts.tsv").read_text() == "sample\tsequence\treads\ns1\tACGT\t2\ns1\tTTTT\t1\ns2\tACGT\t2\n"
    assert (tmp_path / "molecules.tsv").read_text() == (
        "sample\tsequence\treads\tumis\tmolecules\texpected_molecules\n"
        "s1\tACGT\t8\t2\t2\t2.14\ns1\tTTTT\t5\t1\t1\t1.03\ns2\tACGT\t10\t2\t2\t2.14\n"
    )
    assert failed == {("s1", DUPLICATE_UMI): 10, ("s2", DUPLICATE_UMI): 8, ("s3", DUPLICATE_UMI): 0}
    sums = sum_molecules("r", tmp_path / "molecules.tsv", ["s3", "s1"])
    assert sums.to_numpy().tolist() == [["r", "s3", 0, 0, 0, 0.0], ["r", "s1", 13, 3, 3, 3.17]]


def test_collisions_by_hand():
    assert molecules_of(np.array([0, 1, 128, 256]), 256) == pytest.approx(
        [0, -256 * np.log(255 / 256), 256 * np.log(2), 256 * (np.log(256) + 0.5772156649)]
    )
    with pytest.raises(ValueError, match="only 16 UMIs"):
        molecules_of(np.array([17]), 16)


def test_long_umis_do_not_collide():
    assert molecules_of(np.array([1000]), 4.0**31) == pytest.approx([1000], rel=1e-12)


def simulate(random: np.random.Generator, molecules: int, length: int, error: float) -> dict[str, int]:
    """Give each molecule a UMI, 20 reads on average (geometric) and errors; return the reads per UMI."""
    umis = random.integers(0, 4, (molecules, length))
    copies = random.geometric(1 / 20, molecules)
    read = np.repeat(umis, copies, axis=0)
    wrong = random.random(read.shape) < error
    read[wrong] = (read[wrong] + random.integers(1, 4, wrong.sum())) % 4
    distinct, reads = np.unique(read.astype(np.uint8), axis=0, return_counts=True)
    return {"".join(LETTERS[umi]): int(number) for umi, number in zip(distinct, reads, strict=True)}


def mean_share(correction: str, length: int, molecules: int, error: float) -> float:
    """Return the molecules found per true one, over five runs, collisions corrected."""
    random = np.random.default_rng(5)
    found = [counted(simulate(random, molecules, length, error), correction) for _ in range(5)]
    return float(np.mean(molecules_of(np.array(found), 4.0**length))) / molecules


@pytest.mark.parametrize(("length", "molecules", "error"), [(10, 2000, 0.005), (12, 2000, 0.005), (10, 300, 0.002)])
def test_known_molecules_are_found_again(length, molecules, error):
    assert mean_share("~1", length, molecules, error) == pytest.approx(1, abs=0.03)
    assert mean_share("", length, molecules, error) > 1.3


def test_crowded_umis_are_joined_wrongly_as_documented():
    """Of 8 bases and 1,000 molecules, a UMI has a neighbour among the others with a chance of 24 * 1,000 / 65,536 = 0.37."""
    assert mean_share("~1", 8, 1000, 0) == pytest.approx(0.88, abs=0.02)
    assert mean_share("", 8, 1000, 0) == pytest.approx(1, abs=0.02)


def test_collisions_without_errors_are_counted_right():
    """500 molecules share 1,024 UMIs of 5 bases: about 397 are seen."""
    random = np.random.default_rng(6)
    seen = [len(simulate(random, 500, 5, 0)) for _ in range(20)]
    assert np.mean(seen) == pytest.approx(1024 * (1 - (1 - 1 / 1024) ** 500), rel=0.02)
    assert np.mean(molecules_of(np.array(seen), 1024)) == pytest.approx(500, rel=0.02)
