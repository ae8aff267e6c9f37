"""UMIs: against the published rule written out slowly, and on reads of molecules that are known."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cisphys.reads.codes import decode
from cisphys.reads.umis import COLUMNS, count_molecules, duplicates, molecules_of


def table(umis: dict[str, int], sample: str = "s", sequence: str = "V") -> pd.DataFrame:
    return pd.DataFrame({"sample": sample, "sequence": sequence, "umi": list(umis), "reads": list(umis.values())})


def slow_molecules(umis: dict[str, int]) -> int:
    """Build every edge, then take components from the most abundant UMI down, breadth first."""
    leads_to = {
        a: [b for b in umis if sum(x != y for x, y in zip(a, b, strict=True)) == 1 and umis[a] >= 2 * umis[b] - 1] for a in umis
    }
    found, molecules = set(), 0
    for root in sorted(umis, key=lambda umi: umis[umi], reverse=True):
        if root not in found:
            molecules += 1
            queue = [root]
            while queue:
                node = queue.pop(0)
                if node not in found:
                    found.add(node)
                    queue += leads_to[node]
    return molecules


@settings(deadline=None, max_examples=50)  # the first call compiles
@given(st.dictionaries(st.text("ACGT", min_size=3, max_size=3), st.integers(1, 40), min_size=1, max_size=50))
def test_same_as_the_rule_written_out(umis):
    found = count_molecules(table(umis), collisions=False)
    assert found["molecules"].tolist() == [slow_molecules(umis)]


def test_the_example_of_the_paper():
    """Figure 1 of Smith et al. 2017: six UMIs, of which the directional method makes two molecules."""
    umis = {"ACGT": 456, "TCGT": 2, "CCGT": 2, "ACAT": 72, "ACAG": 1, "AAAT": 90}
    assert slow_molecules(umis) == 2
    assert count_molecules(table(umis), collisions=False)["molecules"].tolist() == [2]
    assert count_molecules(table(umis), "exact", collisions=False)["molecules"].tolist() == [6]


@pytest.mark.parametrize(("reads", "molecules"), [((3, 2), 1), ((2, 2), 2), ((1, 1), 1), ((5, 3), 1), ((4, 3), 2)])
def test_the_rule_at_its_limit(reads, molecules):
    found = count_molecules(table(dict(zip(["AAAA", "AAAC"], reads, strict=True))), collisions=False)
    assert found["molecules"].tolist() == [molecules]


def test_samples_and_sequences_are_kept_apart():
    parts = [table({"AAAA": 9, "AAAC": 1}, "s2", "V"), table({"AAAA": 5}, "s1", "W"), table({"AAAC": 4, "GGGG": 4}, "s1", "V")]
    found = count_molecules(pd.concat(parts, ignore_index=True).sample(frac=1, random_state=1))
    assert list(found) == COLUMNS
    assert found.to_numpy().tolist() == [["s1", "V", 8, 2, 2], ["s1", "W", 5, 1, 1], ["s2", "V", 10, 2, 1]]
    assert duplicates(found).to_dict() == {"s1": 10, "s2": 9}


def test_collisions_by_hand():
    assert molecules_of(np.array([0, 1, 128, 256]), 4) == pytest.approx(
        [0, -256 * np.log(255 / 256), 256 * np.log(2), 256 * (np.log(256) + 0.5772156649)]
    )
    with pytest.raises(ValueError, match="only 16 UMIs of 2 bases"):
        molecules_of(np.array([17]), 2)


def test_molecules_never_outnumber_reads():
    umis = {a + b: 1 for a in "ACGT" for b in "ACGT"}
    assert count_molecules(table(umis), "exact")["molecules"].tolist() == [16]


def test_no_reads():
    assert count_molecules(table({})).empty


@pytest.mark.parametrize(
    ("umis", "words"), [({"AN": 1}, "A, C, G and T"), ({"A": 1, "AC": 1}, "length"), ({"A" * 32: 1}, "at most 31")]
)
def test_what_is_no_umi(umis, words):
    with pytest.raises(ValueError, match=words):
        count_molecules(table(umis))


def test_unknown_correction():
    with pytest.raises(ValueError, match="none of directional, exact"):
        count_molecules(table({"A": 1}), "cluster")


def simulate(random: np.random.Generator, molecules: int, length: int, error: float) -> tuple[pd.DataFrame, int]:
    """Give each molecule a UMI, 20 reads on average (geometric) and errors; return the reads per UMI, and the molecules read."""
    umis = random.integers(0, 4, (molecules, length))
    copies = random.geometric(1 / 20, molecules)
    read = np.repeat(umis, copies, axis=0)
    wrong = random.random(read.shape) < error
    read[wrong] = (read[wrong] + random.integers(1, 4, wrong.sum())) % 4
    distinct, reads = np.unique(read.astype(np.uint8), axis=0, return_counts=True)
    return table(dict(zip(decode(distinct), reads, strict=True))), molecules


def mean_share(correction: str, length: int, molecules: int, error: float) -> float:
    """Return the molecules found per true one, over five runs."""
    random = np.random.default_rng(5)
    runs = [simulate(random, molecules, length, error) for _ in range(5)]
    return float(np.mean([count_molecules(reads, correction)["molecules"].iloc[0] / true for reads, true in runs]))


@pytest.mark.parametrize(("length", "molecules", "error"), [(10, 2000, 0.005), (12, 2000, 0.005), (10, 300, 0.002)])
def test_known_molecules_are_found_again(length, molecules, error):
    assert mean_share("directional", length, molecules, error) == pytest.approx(1, abs=0.03)
    assert mean_share("exact", length, molecules, error) > 1.3


def test_crowded_umis_are_joined_wrongly_as_documented():
    """Of 8 bases and 1,000 molecules, a UMI has a neighbour among the others with a chance of 24 * 1,000 / 65,536 = 0.37."""
    assert mean_share("directional", 8, 1000, 0) == pytest.approx(0.88, abs=0.02)
    assert mean_share("exact", 8, 1000, 0) == pytest.approx(1, abs=0.02)


def test_collisions_without_errors_are_counted_right():
    """500 molecules share 1,024 UMIs of 5 bases: about 397 are seen."""
    random = np.random.default_rng(6)
    runs = [simulate(random, 500, 5, 0)[0] for _ in range(20)]
    seen = np.mean([len(run) for run in runs])
    found = np.mean([count_molecules(run, "exact")["molecules"].iloc[0] for run in runs])
    assert seen == pytest.approx(1024 * (1 - (1 - 1 / 1024) ** 500), rel=0.02)
    assert found == pytest.approx(500, rel=0.02)
