"""Cross-talk against made-up runs whose rate is known."""

from itertools import product

import numpy as np
import pandas as pd
import pytest

from cisphys.quality.check import Findings, measure_cross_talk
from cisphys.quality.cross_talk import joined_by_chance, part_pairs, parts_of_run


def combinations(reads: dict[str, int], samples: dict[str, str]) -> pd.DataFrame:
    """Return index_combinations.tsv of one run: reads by index, and the sample of some of them."""
    rows = [("r", index, samples.get(index, "-"), number) for index, number in sorted(reads.items())]
    return pd.DataFrame(rows, columns=["run", "index", "sample", "reads"])


UNIQUE = {"AA+CC": "one", "GG+TT": "two"}


def test_rate_by_hand():
    """Two equal samples: chance gives half to combinations of no sample, so 10 of 100 readings there are 20 of 100 joined."""
    table = combinations({"AA+CC": 45, "GG+TT": 45, "AA+TT": 5, "GG+CC": 5}, UNIQUE)
    assert joined_by_chance(table) == pytest.approx(0.2)


def test_no_combination_but_the_samples_is_no_cross_talk():
    assert joined_by_chance(combinations({"AA+CC": 45, "GG+TT": 5}, UNIQUE)) == 0


@pytest.mark.parametrize(
    ("reads", "samples"),
    [
        ({"AA+CC": 0, "GG+TT": 0}, UNIQUE),
        ({f"{a}+{b}": 9 for a, b in product(["AA", "CC"], ["GG", "TT"])}, {f"{a}+{b}": a + b for a, b in product("AC", "GT")}),
    ],
    ids=["no reads", "a full plate"],
)
def test_nothing_is_estimated_where_nothing_can_be_seen(reads, samples):
    samples = samples if samples is UNIQUE else dict.fromkeys(reads, "some")
    assert np.isnan(joined_by_chance(combinations(reads, samples)))


@pytest.mark.parametrize("rate", [0.01, 0.05, 0.5])
def test_rate_of_drawn_readings_is_found(rate):
    """Unequal samples in a plate of which a third is empty; the parts of a share of the readings are drawn anew."""
    random = np.random.default_rng(1)
    wells = [(row, column) for row in range(8) for column in range(12) if (row + column) % 3]
    weights = random.lognormal(0, 1, len(wells))
    drawn = np.array(wells)[random.choice(len(wells), 400_000, p=weights / weights.sum())]
    joined = random.random(len(drawn)) < rate
    drawn[joined, 1] = random.permutation(drawn[joined, 1])
    counts = pd.Series([f"{row:02d}+{column:02d}" for row, column in drawn]).value_counts()
    samples = {f"{row:02d}+{column:02d}": f"{row}.{column}" for row, column in wells}
    table = combinations({**dict.fromkeys(samples, 0), **counts.to_dict()}, samples)
    assert joined_by_chance(table) == pytest.approx(rate, rel=0.1)


def test_three_parts_make_three_matrices_that_add_up():
    table = combinations({"A+C+G": 7, "T+C+G": 2, "T+G+A": 5, "A+G+G": 1}, {"A+C+G": "one", "T+G+A": "two"})
    pairs = {(one, other): (reads, own) for one, other, reads, own in part_pairs(table)}
    assert list(pairs) == [(0, 1), (0, 2), (1, 2)]
    reads, own = pairs[(0, 1)]
    assert (list(reads.index), list(reads.columns)) == (["A", "T"], ["C", "G"])
    assert reads.to_numpy().tolist() == [[7, 1], [2, 5]]
    assert own.to_numpy().tolist() == [[True, False], [False, True]]
    assert pairs[(0, 2)][0].to_numpy().tolist() == [[8, 0], [2, 5]]
    assert all(reads.to_numpy().sum() == 15 for reads, _ in pairs.values())
    assert parts_of_run(table).shape == (4, 3)


def test_each_run_is_measured():
    first, second = (combinations({"AA+CC": 50, "GG+TT": 50 - seen, "AA+TT": seen}, UNIQUE) for seen in (0, 10))
    findings = Findings()
    measure_cross_talk(pd.concat([first, second.assign(run="s")]), findings)
    assert [(one.metric, one.kind, one.of) for one in findings.measurements] == [("cross_talk", "run", run) for run in "rs"]
    assert findings.measurements[0].value == 0
    assert findings.measurements[1].value == pytest.approx(0.1 / (1 - 0.6 * 0.5 - 0.4 * 0.5))
