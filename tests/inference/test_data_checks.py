"""Variants that a model can learn nothing, or not everything, from."""

import numpy as np
import pytest
from promoters import LAC, OPTIONS, activated, dataset_of, random_letters, silent, sorted_reads, spec_of

from cisphys.errors import InputError
from cisphys.inference.data_checks import check_variants, varying_positions
from cisphys.inference.dataset import load_dataset
from cisphys.inference.fit import fit_network
from cisphys.inference.fit_tables import energy_matrices
from cisphys.inference.parameter_table import parameter_table

SPEC = spec_of(LAC)  # CRP [1:5), RNAP [4:9)
SPLIT = {"training": 0.6, "validation": 0.2, "test": 0.2}


def variants(constant=(), length=9, name="x"):
    """Return a dataset of 50 random variants that share the bases at the constant positions."""
    letters = random_letters(50, length)
    letters[:, list(constant)] = 2
    return dataset_of(letters, np.ones((50, 2)), name)


def refused(datasets):
    with pytest.raises(InputError) as caught:
        check_variants(SPEC, datasets, [f"{dataset.name}.tsv" for dataset in datasets])
    return str(caught.value)


def test_variants_that_differ_everywhere_pass_without_a_word(caplog):
    check_variants(SPEC, [variants(), variants(name="y")], ["x.tsv", "y.tsv"])
    assert caplog.text == ""


def test_all_variants_the_same():
    assert refused([variants(range(9))]).startswith("x.tsv: all training variants have the same sequence. A model learns")


def test_variants_that_differ_outside_of_the_sites_only():
    message = "x.tsv: the training variants differ, but not where the model reads them (CRP, RNAP)."
    assert refused([variants(range(1, 9))]).startswith(message)


def test_two_experiments_of_the_same_variant_each_may_still_differ():
    one, other = variants(range(9)), variants(range(9), name="y")
    other.letters[:] = 1
    check_variants(SPEC, [one, other], ["x.tsv", "y.tsv"])


def test_only_training_variants_teach():
    dataset = variants(range(9))
    dataset.letters[-1] = 0  # a test variant
    assert "all training variants have the same sequence" in refused([dataset])


def test_two_lengths():
    message = "y.tsv: the variants of 'y' have 10 bases, those of 'x' have 9. A fit covers variants of one length"
    assert refused([variants(), variants(length=10, name="y")]).startswith(message)


def test_variants_too_short_for_the_model():
    assert refused([variants(length=8)]).startswith("x.tsv: site RNAP [4:9) reaches beyond the variants' 8 bases")


def test_a_site_that_never_varies_is_named(caplog):
    check_variants(SPEC, [variants(range(1, 5))], ["x.tsv"])
    assert [record.getMessage().partition(":")[0] for record in caplog.records] == [
        "site CRP is the same in all training variants"
    ]


def test_positions_that_vary():
    parts = [np.array([[0, 1, 2], [0, 1, 3]]), np.array([[0, 2, 2]])]
    assert varying_positions(parts).tolist() == [False, True, True]


@pytest.mark.parametrize(
    ("sequences", "message"),
    [
        (["ACGT", "ACGTA"], "row 2: this variant has 5 bases, the first has 4"),
        (["ACGT", "ACNT"], "row 2, base 3: 'N' is no base"),
    ],
)
def test_other_lengths_and_letters(tmp_path, sequences, message):
    rows = [f"{sequence}\t1\t1\ttraining\n" for sequence in sequences]
    rows += ["TTTT\t1\t1\tvalidation\n", "GGGG\t1\t1\ttest\n"]
    (tmp_path / "v.tsv").write_text("sequence\tct_0\tct_1\tset\n" + "".join(rows))
    with pytest.raises(InputError, match=f"v.tsv, {message}"):
        load_dataset(tmp_path / "v.tsv", "x", SPLIT, 1, {})


def test_a_fit_says_which_site_never_varied():
    network, wild_type = activated({"0": 1.0}, interaction=-4.0)
    dataset = sorted_reads(network, wild_type, 500, 20, "0", 3, seed=3)
    dataset.letters[:, 2:8] = wild_type[2:8]  # A
    fit = fit_network(network.spec, [dataset], OPTIONS, silent)
    reasons = parameter_table(fit, 0.6163).set_index("name")["reason"]
    for name in ("mu.A.0", "interaction.A.P"):
        assert reasons[name].startswith("site A is the same in all training variants: ")
    assert "training variants" not in reasons["mu.P"]
    told = energy_matrices(fit).set_index("site")[list("ACGT")].notna().sum(axis=1)
    assert set(told["A"]) == {1}
    assert set(told["P"]) == {4}
