"""What a saved fit says of sequences, as arrays and as a table in chunks."""

import gzip
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
from promoters import LEVELS, TWO_SITES, network_of, random_letters, spec_of

from cisphys.dna import decode
from cisphys.errors import InputError
from cisphys.models.families import network_of as blank
from cisphys.models.predictions import prediction_table, write_predictions
from cisphys.models.saved import Measurement, SavedFit, load_fit

LAC = Path(__file__).parents[2] / "resources/lac_promoter"
ADDITIVE = "type: additive\n"
RATES = TWO_SITES.replace("[P, A+P]\n", "{P: 0.5, A+P: 2}\nbasal: 0.1\n")


def values(**curve):
    return {name: torch.as_tensor(value) for name, value in {"mean": 0.3, "sd": 1.5, **curve}.items()}


def fit_of(network, length, datasets):
    """Return a fit with random curves; datasets are name -> (bins, conditions)."""
    random = np.random.default_rng(1)
    splines = {name: random.normal(0, 1, (6, len(bins))) for name, (bins, _) in datasets.items()}
    measurements = {name: Measurement("sorted_bins", datasets[name][0], values(spline=own)) for name, own in splines.items()}
    summary = {"wild_type": "A" * length, "datasets": {name: {"conditions": given} for name, (_, given) in datasets.items()}}
    return SavedFit(network, measurements, summary)


@pytest.fixture
def two_doses():
    datasets = {"low": ((0, 1), {"dose": "0"}), "high": ((0, 2, 10), {"dose": "10"})}
    return fit_of(network_of(TWO_SITES, LEVELS), 18, datasets)


@pytest.fixture
def sequences():
    return [decode(row) for row in random_letters(7, 18)]


def test_table_holds_what_the_fit_says_under_each_dataset(two_doses, sequences):
    table = prediction_table(two_doses, sequences, list("abcdefg"))
    assert list(table) == [
        *("variant", "sequence", "dataset", "energy_A", "energy_P"),
        *("occupancy_empty", "occupancy_A", "occupancy_P", "occupancy_A+P", "rate", "latent", "p_0", "p_1", "p_2", "p_10"),
    ]
    assert table["variant"].tolist() == [name for name in "abcdefg" for _ in range(2)]
    assert table["dataset"].tolist() == ["low", "high"] * 7
    for dataset, missing in (("low", ["p_2", "p_10"]), ("high", ["p_1"])):
        rows = table[table["dataset"] == dataset]
        assert rows["sequence"].tolist() == sequences
        np.testing.assert_array_equal(rows[["energy_A", "energy_P"]], two_doses.energies(sequences, dataset))
        np.testing.assert_array_equal(rows.filter(like="occupancy"), two_doses.occupancies(sequences, dataset))
        np.testing.assert_array_equal(rows.filter(like="p_").dropna(axis=1), two_doses.predict(sequences, dataset))
        assert rows[missing].isna().all(axis=None)


def test_tied_rates_lie_between_their_bounds(two_doses, sequences):
    P = two_doses.occupancies(sequences, "high")
    np.testing.assert_allclose(two_doses.rates(sequences, "high"), P[:, 2] + P[:, 3], rtol=1e-12)


def test_different_rates_are_in_units_of_the_highest(sequences):
    fit = fit_of(network_of(RATES, LEVELS), 18, {"x": ((0, 1), {"dose": "0"})})
    np.testing.assert_allclose(fit.rates(sequences), fit.occupancies(sequences) @ [0.05, 0.05, 0.25, 1], rtol=1e-12)


def test_a_linear_model_has_an_energy_and_a_latent_only(sequences):
    fit = fit_of(blank(spec_of(ADDITIVE).for_length(18)), 18, {"x": ((0, 1), {})})
    expected = ["variant", "sequence", "dataset", "energy_sequence", "latent", "p_0", "p_1"]
    assert list(prediction_table(fit, sequences)) == expected
    for ask in (fit.rates, fit.occupancies):
        with pytest.raises(InputError, match=r"a model of type additive has no states\. Ask it for `latent`"):
            ask(sequences)


def test_what_is_not_in_bins_has_one_column(two_doses, sequences):
    curve = np.arange(6.0)
    others = {
        "low": Measurement("rna_dna", (), values(curve=curve, depth=0.5)),
        "high": Measurement("continuous", (), values(curve=curve)),
    }
    table = prediction_table(replace(two_doses, measurements=others), sequences)
    assert list(table)[-3:] == ["latent", "rna_per_dna", "y"]
    low, high = (table[table["dataset"] == name] for name in ("low", "high"))
    assert low["y"].isna().all()
    assert high["rna_per_dna"].isna().all()
    for rows, measured in ((low, np.log(low["rna_per_dna"]) + 0.5), (high, high["y"])):
        np.testing.assert_array_equal(np.argsort(measured), np.argsort(rows["latent"]))
        assert measured.between(0, 5).all()


def test_no_sequences_give_empty_arrays(two_doses):
    shapes = [ask([]).shape for ask in (two_doses.energies, two_doses.occupancies, two_doses.rates, two_doses.predict)]
    assert shapes == [(0, 2), (0, 4), (0,), (0, 2)]


def test_what_does_not_fit_the_fit_is_refused(two_doses):
    with pytest.raises(InputError, match="the sequences have 19 bases, where the variants of the fit have 18"):
        two_doses.latent(["A" * 19])
    with pytest.raises(InputError, match=r"no dataset 'hihg' \(did you mean 'high'"):
        two_doses.latent(["A" * 18], "hihg")


@pytest.mark.parametrize("chunk", [1, 3, 100])
def test_chunks_do_not_show(two_doses, sequences, tmp_path, chunk):
    (tmp_path / "in.csv").write_text(
        "note,variant,sequence\n" + "".join(f"x,v{k},{s.lower()}\n" for k, s in enumerate(sequences))
    )
    done = []
    write_predictions(two_doses, tmp_path / "in.csv", tmp_path / "out.tsv.gz", done.append, chunk)
    table = pd.read_csv(tmp_path / "out.tsv.gz", sep="\t")
    expected = prediction_table(two_doses, sequences, [f"v{k}" for k in range(7)]).reset_index(drop=True)
    pd.testing.assert_frame_equal(table, expected, rtol=1e-7)
    assert done[-1] == 7
    assert len(done) == -(-7 // chunk)


def test_the_same_again_gives_the_same_bytes(two_doses, sequences, tmp_path):
    (tmp_path / "in.tsv").write_text("sequence\n" + "\n".join(sequences) + "\n")
    for name in ("one.tsv.gz", "two.tsv.gz"):
        write_predictions(two_doses, tmp_path / "in.tsv", tmp_path / name)
    assert (tmp_path / "one.tsv.gz").read_bytes() == (tmp_path / "two.tsv.gz").read_bytes()


def test_names_may_be_missing(two_doses, sequences, tmp_path):
    (tmp_path / "in.tsv").write_text("sequence\n" + "\n".join(sequences) + "\n")
    write_predictions(two_doses, tmp_path / "in.tsv", tmp_path / "out.tsv.gz")
    with gzip.open(tmp_path / "out.tsv.gz", "rt") as lines:
        assert next(lines).startswith("variant\tsequence\tdataset")
        assert next(lines).startswith(f"\t{sequences[0]}\tlow\t")


GOOD = "ACGTACGTACGTACGTAC"
WRONG = {
    "longer": (
        "in.fa",
        f">a\n{GOOD}\n>b\n{GOOD}\nA\n",
        "in.fa, line 3: this sequence has 19 bases, where the variants of the fit have 18",
    ),
    "empty": ("in.tsv", f"variant\tsequence\na\t{GOOD}\nb\t\n", "in.tsv, line 3: this sequence has 0 bases"),
    "letter": ("in.tsv", f"sequence\n{GOOD[:-1]}N\n", "in.tsv, line 2: 'N' at base 18 is no base. Use A, C, G and T only"),
    "not ASCII": ("in.tsv", f"sequence\n{GOOD[:-1]}Ä\n", "in.tsv, line 2: 'Ä' at base 18 is no base"),
    "no sequences": ("in.fa", "", "in.fa: there are no sequences"),
    "no rows": ("in.tsv", "sequence\n", "in.tsv: there are no sequences"),
    "no column": ("in.tsv", "sequnce\nA\n", "column 'sequence' is missing (did you mean"),
    "no FASTA": ("in.fa", f"{GOOD}\n", "in.fa, line 1: a FASTA file starts with '>'"),
}


@pytest.mark.parametrize(("name", "text", "message"), WRONG.values(), ids=WRONG)
def test_sequences_that_cannot_be_predicted_are_told_with_their_line(two_doses, tmp_path, name, text, message):
    (tmp_path / name).write_text(text)
    with pytest.raises(InputError) as caught:
        write_predictions(two_doses, tmp_path / name, tmp_path / "out.tsv.gz", chunk=1)
    assert message in str(caught.value)
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_parameters_that_are_not_known_are_named(two_doses, sequences, tmp_path, caplog):
    (tmp_path / "in.tsv").write_text(f"sequence\n{GOOD}\n")
    two_doses.summary["not_identifiable"] = ["mu.P"]
    write_predictions(two_doses, tmp_path / "in.tsv", tmp_path / "out.tsv.gz")
    assert "do not pin mu.P" in caplog.text


def test_three_lines_of_the_readme():
    text = (LAC.parents[1] / "README.md").read_text().partition("```python\n")[2].partition("```")[0]
    lines = [line for line in text.splitlines() if line]
    assert len(lines) == 3
    found = {}
    exec("\n".join(lines[:2]).replace("resources/lac_promoter", str(LAC)), found)
    assert isinstance(found["fit"], SavedFit)
    assert 0 < eval(lines[2], found)[0] < 1


def test_a_saved_fit_knows_the_length_of_its_variants():
    assert load_fit(LAC).length == 75
