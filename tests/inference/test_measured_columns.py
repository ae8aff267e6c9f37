"""What tables say was measured: an empty field is missing, rows of one sequence are observations of one variant."""

import numpy as np
import pytest

from cisphys.errors import InputError
from cisphys.inference.dataset import load_dataset
from cisphys.inference.processes import process_of
from cisphys.measurement_options import MeasurementOptions

PARTS = ("training", "validation", "test")


def loaded(folder, header, rows, **options):
    """Load a table of rows of text, fields apart by spaces ('.' is empty), whose variants AA, AC, AG are in the three sets."""
    fields = [row.replace(".", "").split(" ") if "." in row.split(" ") else row.split(" ") for row in rows]
    sets = {"AA": "training", "AC": "validation", "AG": "test"}
    lines = [[*header.split(" "), "set"], *([*row, sets.get(row[0], "training")] for row in fields)]
    (folder / "v.tsv").write_text("".join("\t".join(line) + "\n" for line in lines))
    return load_dataset(folder / "v.tsv", "x", {}, 1, {}, MeasurementOptions(**options))


def test_rna_and_dna_of_two_replicates(tmp_path):
    found = loaded(tmp_path, "sequence dna_a rna_a dna_b rna_b", ["AA 5 3 . .", "AC 0 2 7 0", "AG 0 0 . 4", "AT 1 1 2 2"]).data
    # the replicate b of AA and AG lacks a count, and the pair of two zeros tells nothing
    assert list(zip(found.variant, found.replicate, found.rna, found.dna, strict=True)) == [
        (0, 0, 3, 5),
        (1, 0, 2, 0),
        (1, 1, 0, 7),
        (3, 0, 1, 1),
        (3, 1, 2, 2),
    ]
    assert (found.kind, found.replicates, len(found)) == ("rna_dna", ("a", "b"), 4)
    assert found.weight.tolist() == [1, 1, 0, 1]


def test_barcodes_are_observations_of_their_variant(tmp_path):
    dataset = loaded(tmp_path, "sequence dna_1 rna_1", ["AA 5 3", "AC 1 1", "AA 2 9", "AG 4 4"])
    np.testing.assert_array_equal(dataset.letters, [[0, 0], [0, 1], [0, 2]])
    assert dataset.data.variant.tolist() == [0, 1, 0, 2]
    training = dataset.only("training").data
    assert (training.variants, training.variant.tolist(), training.rna.tolist()) == (1, [0, 0], [3, 9])
    assert (training.observations, dataset.only("test").data.variant.tolist()) == (2, [0])


def test_values_with_and_without_errors(tmp_path):
    plain = loaded(tmp_path, "sequence y", ["AA 1.5", "AC .", "AG -2"]).data
    assert (plain.variant.tolist(), plain.y.tolist(), plain.dy.tolist()) == ([0, 2], [1.5, -2.0], [0.0, 0.0])
    given = loaded(tmp_path, "sequence y dy", ["AA 1.5 0.1", "AC . .", "AG -2 0"]).data
    assert given.dy.tolist() == [0.1, 0.0]


def test_several_rows_of_one_variant_are_summed_in_bins(tmp_path):
    found = loaded(tmp_path, "sequence ct_0 ct_1", ["AA 1 2", "AC 3 0", "AA 4 0", "AG 1 1"])
    np.testing.assert_array_equal(found.counts, [[5, 2], [3, 0], [1, 1]])


def test_dna_of_0_is_left_out_by_negative_binomial_noise_alone(tmp_path):
    rows = ["AA 0 3", "AA 2 2", "AC 5 1", "AG 1 4"]
    for noise, left_out in (("negative_binomial", 1), ("beta_binomial", 0)):
        process = process_of(loaded(tmp_path, "sequence dna_1 rna_1", rows, noise=noise), 6)
        assert (process.left_out, process.observations) == (left_out, 4 - left_out)
        assert process.description()["left_out"] == left_out


@pytest.mark.parametrize(
    ("options", "noise", "size"),
    [
        ({}, "gaussian", 7 + 1),
        ({"width": "varying"}, "gaussian", 7 + 6),
        ({"noise": "skewed_t", "width": "varying"}, "skewed_t", 7 + 6 + 2),
        ({"noise": "cauchy", "process": "continuous"}, "cauchy", 7 + 1),
    ],
)
def test_options_choose_the_process(tmp_path, options, noise, size):
    process = process_of(loaded(tmp_path, "sequence y", ["AA 1", "AC 2", "AG 4"], **options), 6)
    assert (process.kind, process.noise, process.size) == ("continuous", noise, size)


def test_a_table_of_two_kinds_needs_a_word(tmp_path):
    rows = ["AA 1 2 3", "AC 2 1 5", "AG 3 3 1"]
    with pytest.raises(InputError, match=r"several measurements \(sorted_bins, continuous\).*measurement"):
        loaded(tmp_path, "sequence ct_0 ct_1 y", rows)
    assert loaded(tmp_path, "sequence ct_0 ct_1 y", rows, process="continuous").data.y.tolist() == [3, 5, 1]


@pytest.mark.parametrize(
    ("header", "rows", "options", "words"),
    [
        ("sequence z", ["AA 1", "AC 1", "AG 1"], {}, "no column of measurements"),
        ("sequence y", ["AA 1", "AC 2", "AG 1"], {"process": "rna_dna"}, "no column of rna_dna"),
        ("sequence y", ["AA 1", "AC 2", "AG 1"], {"noise": "multinomial"}, "'multinomial' does not go with continuous"),
        ("sequence y", ["AA 1", "AC 1", "AG ."], {}, "all values of y are the same"),
        ("sequence y", ["AA 1", "AC nan", "AG 2"], {}, "row 2: 'nan' in column 'y' is no number"),
        ("sequence y", ["AA 1", "AC inf", "AG 2"], {}, "row 2: 'inf' in column 'y' is no number"),
        ("sequence y dy", ["AA 1 1", "AC 2 .", "AG 2 1"], {}, "row 2: this value has no standard error"),
        ("sequence y dy", ["AA 1 1", "AC 2 1", "AG 2 -1"], {}, "row 3: this value has no standard error"),
        ("sequence y", ["AA 1", "AA 2", "AA 3"], {}, "all sequences are the same"),
        ("sequence dna_1 rna_1 dna_2", ["AA 1 1 1", "AC 2 2 2", "AG 1 1 1"], {}, "a column dna_2, but no rna_2"),
        ("sequence dna_1 rna_1", ["AA 1 0", "AC 2 0", "AG 1 ."], {}, "column 'rna_1' holds no count above 0"),
        ("sequence dna_1 rna_1", ["AA 1 2", "AC 2 -2", "AG 1 1"], {}, "row 2: '-2' in column 'rna_1' is no count"),
        ("sequence dna_1 rna_1", ["AA 1 2", "AC 2 0.5", "AG 1 1"], {}, "row 2: '0.5' in column 'rna_1' is no count"),
        ("sequence ct_0 ct_1", ["AA 1 2", "AC 2 .", "AG 1 1"], {}, "row 2: there is no count in column 'ct_1'"),
        ("sequence ct_0 ct_b", ["AA 1 2", "AC 2 2", "AG 1 1"], {}, "column 'ct_b' has no bin number"),
    ],
)
def test_mistakes(tmp_path, header, rows, options, words):
    with pytest.raises(InputError) as caught:
        loaded(tmp_path, header, rows, **options)
    assert words in str(caught.value)


def test_rows_of_one_variant_are_in_one_set(tmp_path):
    (tmp_path / "v.tsv").write_text("sequence\ty\tset\nAA\t1\ttraining\nAC\t2\ttest\nAG\t2\tvalidation\nAA\t3\ttest\n")
    with pytest.raises(InputError, match="row 4: this variant stands in another set further up"):
        load_dataset(tmp_path / "v.tsv", "x", {}, 1, {})
