"""Tables of variants as the fits see them, and their split."""

import numpy as np
import pytest
from promoters import random_letters

from cisphys.dna import decode
from cisphys.errors import InputError
from cisphys.inference.dataset import load_dataset, split_by_hash

SPLIT = {"training": 0.6, "validation": 0.2, "test": 0.2}
SEQUENCES = [decode(row) for row in np.unique(random_letters(4000, 12), axis=0)]


def test_a_variant_is_in_the_same_part_whatever_it_stands_with():
    part = dict(zip(SEQUENCES, split_by_hash(SEQUENCES, SPLIT, 1), strict=True))
    other = SEQUENCES[::-3]
    assert [part[sequence] for sequence in other] == split_by_hash(other, SPLIT, 1).tolist()


@pytest.mark.parametrize("split", [SPLIT, {"training": 0.8, "validation": 0.15, "test": 0.05}])
def test_parts_have_their_shares(split):
    part = split_by_hash(SEQUENCES, split, 3)
    for index, share in enumerate(split.values()):
        error = np.sqrt(share * (1 - share) / len(SEQUENCES))
        assert abs((part == index).mean() - share) < 4 * error


def test_the_seed_makes_another_split():
    one, other = (split_by_hash(SEQUENCES, SPLIT, seed) for seed in (1, 2))
    # independent splits agree on 0.36 + 0.04 + 0.04 of the variants
    assert abs((one == other).mean() - 0.44) < 4 * np.sqrt(0.44 * 0.56 / len(SEQUENCES))


def test_shares_that_do_not_quite_sum_to_one_leave_nobody_out():
    assert set(split_by_hash(SEQUENCES, {"training": 0.7, "validation": 0.2, "test": 0.1 - 1e-12}, 1)) == {0, 1, 2}


def table(folder, text, name="v.tsv"):
    (folder / name).write_text(text)
    return folder / name


def test_loaded_as_it_stands(tmp_path):
    path = table(tmp_path, "sequence\tct_0\tct_3\tset\nACG\t1\t0\ttraining\nTTT\t2\t5\ttest\nGGA\t0\t4\tvalidation\n")
    found = load_dataset(path, "x", {}, 1, {"dose": "3"})
    np.testing.assert_array_equal(found.letters, [[0, 1, 2], [3, 3, 3], [2, 2, 0]])
    np.testing.assert_array_equal(found.counts, [[1, 0], [2, 5], [0, 4]])
    assert (found.name, found.bins, found.conditions, found.data.observations) == ("x", (0, 3), {"dose": "3"}, 12)
    assert found.part.tolist() == [0, 2, 1]
    test = found.only("test")
    np.testing.assert_array_equal(test.counts, [[2, 5]])
    np.testing.assert_array_equal(test.letters, [[3, 3, 3]])


def test_split_by_hash_where_the_table_has_none(tmp_path):
    path = table(tmp_path, "sequence\tct_0\tct_1\n" + "".join(f"{s}\t1\t1\n" for s in SEQUENCES[:50]))
    assert load_dataset(path, "x", SPLIT, 7, {}).part.tolist() == split_by_hash(SEQUENCES[:50], SPLIT, 7).tolist()


ROWS = "ACG\t1\t1\ttraining\nACT\t1\t1\tvalidation\nACA\t1\t1\ttest\n"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (None, "there is no such file"),
        ("", "the table is empty"),
        ("x\tct_0\tct_1\tset\n" + ROWS, "column 'sequence' is missing"),
        ("sequence\tct_0\tct_1\tset\n", "there are no variants"),
        ("sequence\tct_0\tct_1\tset\nACT\t1\t1\ttraining\n", "there is one variant only"),
        ("sequence\tct_0\tcount\tset\n" + ROWS, "a fit needs two bins or more, here are 1"),
        ("sequence\tct_0\tct_1\tset\n" + ROWS.replace("1\t1", "1\t0"), "no read fell into ct_1"),
        ("sequence\tct_0\tct_1\tset\n" + ROWS.replace("validation", "test"), "no variant falls into the validation set"),
        ("sequence\tct_0\tct_1\tset\n" + ROWS.replace("ACT", "ANT"), "row 2, base 2"),
        ("sequence\tct_0\tct_1\tset\n" + ROWS.replace("ACT", "ACTA"), "row 2"),
        ("sequence\tct_0\tct_1\tset\n" + ROWS.replace("validation", "valid"), "unknown set 'valid' (did you mean 'validation'?"),
    ],
)
def test_mistakes(tmp_path, text, words):
    path = tmp_path / "v.tsv" if text is None else table(tmp_path, text)
    with pytest.raises(InputError) as caught:
        load_dataset(path, "x", SPLIT, 1, {})
    assert str(path) in str(caught.value)
    assert words in str(caught.value)
