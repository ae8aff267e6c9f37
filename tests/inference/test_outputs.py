"""The folder of a fit: its tables, and that predictions can be made from it."""

import json
import shutil
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import torch
from promoters import OPTIONS, TWO_SITES, activated, silent, sorted_reads
from safetensors.torch import load_file

from cisphys.dna import decode
from cisphys.errors import InputError
from cisphys.inference.dataset import Dataset
from cisphys.inference.fit import fit_network
from cisphys.inference.outputs import write_fit
from cisphys.inference.parameter_table import on_its_scale, parameter_table, verdict
from cisphys.inference.profile import Profile
from cisphys.inference.reopened import reopen
from cisphys.inference.solution import judge
from cisphys.models.saved import load_fit

LIBRARY = "library_2.5 library_16 library_50 library_84 library_97.5"
FILES = {
    "network.tsv": "layer node formula weight meaning unit status values",
    "energy_matrices.tsv": "site position variant_position strand wild_type A C G T",
    "parameters.tsv": "name site value unit low68 high68 low95 high95 method identifiable reason"
    " value_kcal low68_kcal high68_kcal low95_kcal high95_kcal",
    "pair_energies.tsv": "site position base second_position second_base energy",
    "matrix_errors.tsv": "site position variant_position base ddG error naive_error error_at_scale ridge_pull energy "
    "energy_error",
    "parameter_errors.tsv": "name value error naive_error ridge_pull",
    "cycles.tsv": "dataset quantity cycle formula value unit low68 high68 low95 high95 reason",
    "occupancies.tsv": "dataset group variants latent state occupancy",
    "landscape.tsv": f"dataset state bound reference quantity wild_type told rests_on {LIBRARY}",
    "landscape_sites.tsv": f"dataset site wild_type rests_on {LIBRARY} moves_latent",
    "landscape_plane.tsv.gz": "dataset x_site y_site x y latent variants",
    "tested.tsv.gz": "dataset sequence observations log_likelihood null_log_likelihood",
    "profiles.tsv": "name unit value rise slope overdispersion",
    "calibration.tsv": "dataset decile latent variants observations measured observed predicted se z",
    "residuals.tsv": "dataset sequence mutations observations latent best_latent log_likelihood deviance",
    "measurement.tsv": "dataset latent density p_0 p_1 p_2 p_3 p_4",
    "restarts.tsv": "stage restart ridge spline iterations objective validation_log_likelihood chosen",
    "traces.tsv": "run after stage restart ridge spline iteration method objective promised training_log_likelihood"
    " validation_log_likelihood training_bits validation_bits chosen",
    "references.tsv": "site reference r slope",
    "reference_matrices.tsv": "site reference position A C G T",
}
FOLDER = "model.yaml parameters.safetensors optimum.safetensors summary.json identifiability.json network.txt"
OTHER_FILES = tuple(FOLDER.split())
ABOUT = {"fit": "two.doses", "model": "two", "experiments": ["x"], "seed": 1, "temperature_C": 37, "config_sha256": "0" * 64}
UNSEEN = 12, 3  # no variant has T at base 12, in the middle of P's site


def without(dataset: Dataset) -> Dataset:
    kept = dataset.letters[:, UNSEEN[0]] != UNSEEN[1]
    return replace(dataset, letters=dataset.letters[kept], data=dataset.data.only(kept), part=dataset.part[kept])


@pytest.fixture(scope="module")
def datasets():
    """Return two doses with 3 and 4 gates."""
    network, wild_type = activated({"0": 1.0, "10": -2.0}, interaction=-4.0)
    assert wild_type[UNSEEN[0]] != UNSEEN[1]
    doses = (("0", 3), ("10", 4))
    return [without(sorted_reads(network, wild_type, 1500, 30, dose, gates, seed=gates)) for dose, gates in doses]


def fitted(datasets):
    network, _ = activated({"0": 0.0, "10": 0.0})
    return fit_network(network.spec, datasets, replace(OPTIONS, restarts=2), silent)


@pytest.fixture(scope="module")
def two_doses(datasets):
    return fitted(datasets)


@pytest.fixture(scope="module")
def references():
    return {"P": ("made up", np.arange(24.0).reshape(6, 4) % 5)}


@pytest.fixture(scope="module")
def folder(tmp_path_factory, two_doses, datasets, references):
    path = tmp_path_factory.mktemp("fit")
    write_fit(path, two_doses, datasets, TWO_SITES, ABOUT, references)
    return path


def table(folder, name):
    return pd.read_csv(folder / name, sep="\t")


@pytest.mark.parametrize("name", FILES)
def test_columns(folder, name):
    assert " ".join(table(folder, name).columns) == FILES[name]


def test_no_other_files(folder):
    assert {path.name for path in folder.iterdir()} == {*FILES, *OTHER_FILES}
    assert (folder / "model.yaml").read_text() == TWO_SITES


def test_loaded_fit_predicts_the_same(folder, two_doses, datasets):
    loaded = load_fit(folder)
    judged = judge(two_doses.problem, two_doses.best, datasets)
    for dataset in datasets:
        sequences = [decode(row) for row in dataset.letters[:50]]
        with torch.no_grad():
            given = (dataset.letters[:50], dataset.conditions)
            energies, occupancies, u = (
                two_doses.network.energies(*given),
                two_doses.network.occupancies(*given),
                two_doses.network(*given),
            )
        np.testing.assert_allclose(loaded.energies(sequences, dataset.name), energies, atol=1e-12)
        np.testing.assert_allclose(loaded.occupancies(sequences, dataset.name), occupancies, atol=1e-12)
        np.testing.assert_allclose(loaded.latent(sequences, dataset.name), u, atol=1e-12)
        log_p = np.log(loaded.predict(sequences, dataset.name))
        np.testing.assert_allclose((dataset.counts[:50] * log_p).sum(1), judged[dataset.name].log_likelihood[:50], rtol=1e-10)
    first = [decode(row) for row in datasets[0].letters[:3]]
    np.testing.assert_array_equal(loaded.predict(first), loaded.predict(first, datasets[0].name))


def test_taken_up_again_it_is_where_it_ended(folder, two_doses, datasets):
    again = reopen(folder, datasets)
    assert torch.equal(again.best.p, two_doses.best.p)
    assert again.best.objective == two_doses.best.objective
    assert again.best.converged == two_doses.best.converged
    gradient = again.problem.ascent(again.best.p, again.best.at)
    assert torch.equal(gradient, two_doses.problem.ascent(two_doses.best.p, two_doses.best.at))


def test_taken_up_again_with_other_variants(folder, datasets):
    with pytest.raises(InputError, match="the fit is of the datasets"):
        reopen(folder, datasets[::-1])


def test_energy_matrices_are_zero_sum_and_those_of_the_network(folder, two_doses):
    matrices = table(folder, "energy_matrices.tsv")
    np.testing.assert_allclose(matrices[list("ACGT")].sum(axis=1), 0, atol=2e-5)
    for name, rows in matrices.groupby("site"):
        theta, found = two_doses.network.named_values()[f"theta.{name}"].numpy(), rows[list("ACGT")].to_numpy()
        differences = theta - found  # the gauge: one constant per position
        np.testing.assert_allclose(differences - np.nanmean(differences, axis=1, keepdims=True), 0 * differences, atol=2e-5)


def test_positions_run_5_to_3_on_the_site_s_strand(folder, two_doses):
    matrices, wild_type = table(folder, "energy_matrices.tsv"), decode(two_doses.problem.reference)
    a, p = (matrices[matrices["site"] == site] for site in "AP")
    assert a["variant_position"].tolist() == [2, 3, 4, 5, 6, 7]
    assert p["variant_position"].tolist() == [15, 14, 13, 12, 11, 10]
    assert a["position"].tolist() == p["position"].tolist() == [0, 1, 2, 3, 4, 5]
    assert (set(a["strand"]), set(p["strand"])) == ({"+"}, {"-"})
    assert "".join(a["wild_type"]) == wild_type[2:8]
    assert "".join(p["wild_type"]) == wild_type[10:16][::-1].translate(str.maketrans("ACGT", "TGCA"))


def test_a_base_that_was_never_seen_is_empty(folder):
    matrices = table(folder, "energy_matrices.tsv")
    empty = matrices[list("ACGT")].isna().to_numpy()
    # T at base 12 is A on the minus strand, at P's position 3
    assert empty.sum() == 1
    row = matrices[empty.any(axis=1)].iloc[0]
    assert (row["site"], row["position"]) == ("P", 3)
    assert np.isnan(row["A"])


def test_parameters(folder, two_doses):
    parameters = table(folder, "parameters.tsv").set_index("name")
    sites = {"mu.A.0": "A", "mu.A.10": "A", "mu.P": "P", "interaction.A.P": "A+P", "mu.A.10 - mu.A.0": "A"}
    assert parameters["site"].fillna("").to_dict() == sites | {"energy_scale": "", "t_sat": "", "t_bg": ""}
    for name in ("mu.P", "t_sat", "t_bg"):
        row = parameters.loc[name]
        assert row["identifiable"] == "no"
        assert len(row["reason"]) > 20
        assert row[["value", "low68", "high68", "low95", "high95"]].isna().all()
    for name, found in two_doses.profiles.items():
        found, row = on_its_scale(name, found), parameters.loc[name]
        assert row["identifiable"] in ("yes", "weakly")
        assert row["value"] == pytest.approx(found.value, rel=1e-5)
        for side in ("low", "high"):
            for level, end in getattr(found, side).items():
                assert np.isnan(row[f"{side}{level}"]) if end is None else row[f"{side}{level}"] == pytest.approx(end, rel=1e-5)
        assert row["high95_kcal"] == pytest.approx(row["high95"] * 1.987204e-3 * 310.15, rel=1e-4, nan_ok=True)
        assert name == "energy_scale" or "its sign is a convention" in row["reason"]


def test_energy_scale_is_the_latent_s_spread(folder, two_doses, datasets):
    squares = total = 0.0
    for dataset in (dataset.only("training") for dataset in datasets):
        u = load_fit(folder).latent([decode(row) for row in dataset.letters], dataset.name)
        reads = dataset.counts.sum(1)
        squares, total = squares + reads @ (u - np.average(u, weights=reads)) ** 2, total + reads.sum()
    row = parameter_table(replace(two_doses, profiles={}), 0.6163).set_index("name").loc["energy_scale"]
    assert row["value"] == pytest.approx(np.sqrt(squares / total), rel=1e-9)
    assert row["high95"] / row["value"] == pytest.approx(np.exp(1.96 * two_doses.scale_error), rel=1e-9)
    assert row["value"] / row["low68"] == pytest.approx(np.exp(0.9945 * two_doses.scale_error), rel=1e-9)
    profiled = table(folder, "parameters.tsv").set_index("name").loc["energy_scale"]
    assert profiled["value"] == pytest.approx(row["value"], rel=0.05)
    assert profiled["high95"] == pytest.approx(row["high95"], rel=0.2)
    assert np.isnan(profiled["low95"])  # an additive model, where all energies are small, fits nearly as well
    assert profiled["identifiable"] == "weakly"
    assert profiled["method"].startswith("profile likelihood")


@pytest.mark.parametrize(
    ("low", "high", "mirrored", "judged", "value", "words"),
    [
        (-1.0, 1.0, [], "yes", 0.5, ""),
        (None, 1.0, [], "weakly", None, "does not bound it below: only its upper bound is known"),
        (-1.0, None, [], "weakly", None, "does not bound it above: only its lower bound is known"),
        (None, None, [], "no", None, "on neither side"),
        (-1.0, 1.0, ["high"], "weakly", 0.5, "its upper end only by where the mirror solution begins"),
        (-1.0, 1.0, ["high", "low"], "weakly", 0.5, "its upper and lower end only"),
    ],
)
def test_verdicts(low, high, mirrored, judged, value, words):
    ends = ({"68": within, "95": end} for within, end in ((low, low), (high, high)))
    found = verdict(Profile(0.5, 1.0, *ends, (), frozenset(mirrored)))
    assert found.identifiable == judged
    assert words in found.reason
    assert found.value == value


def test_an_optimum_that_one_standard_error_holds_is_printed():
    found = verdict(Profile(0.5, 1.0, {"68": -0.2, "95": -1.0}, {"68": 1.0, "95": None}, ()))
    assert (found.identifiable, found.value, found.reason) == ("weakly", 0.5, "the likelihood does not bound it above")


def test_what_was_put_in_stands_beside(folder, two_doses, datasets, tmp_path):
    write_fit(tmp_path, two_doses, datasets, TWO_SITES, ABOUT, {}, truth={"mu.A.0": 1.0, "mu.P": -0.5, "interaction.A.P": -4.0})
    parameters = table(tmp_path, "parameters.tsv").set_index("name")
    assert list(parameters.columns)[-1] == "put_in"
    assert parameters["put_in"].dropna().to_dict() == {"mu.A.0": 1.0, "interaction.A.P": -4.0}  # not where no value was found

    write_fit(tmp_path, two_doses, datasets, TWO_SITES, ABOUT, {}, truth={"mu.A.0": 1.0, "mu.A.10": -2.0})
    parameters = table(tmp_path, "parameters.tsv").set_index("name")
    assert parameters.loc["mu.A.10 - mu.A.0", "put_in"] == -3.0


def test_occupancies_of_the_wild_type_and_of_groups(folder, two_doses, datasets):
    found = table(folder, "occupancies.tsv")
    network, states = two_doses.network, list(two_doses.network.spec.states)
    for dataset in datasets:
        own = found[found["dataset"] == dataset.name]
        assert own.groupby("group")["occupancy"].sum().to_numpy() == pytest.approx(np.ones(51), abs=1e-5)
        wild_type = own[own["group"] == "wild type"]
        assert wild_type["state"].tolist() == states
        expected = network.occupancies(two_doses.problem.reference[None], dataset.conditions)[0]
        np.testing.assert_allclose(wild_type["occupancy"], expected.detach(), rtol=1e-5)
        training, library = dataset.only("training").letters, own[own["group"] != "wild type"]
        sizes = library.drop_duplicates("group")["variants"]
        assert (sizes.sum(), np.ptp(sizes)) in [(len(training), 0), (len(training), 1)]
        assert (np.diff(library.drop_duplicates("group")["latent"]) >= 0).all()
        means = (library["variants"] * library["occupancy"]).groupby(library["state"]).sum() / len(training)
        expected = network.occupancies(training, dataset.conditions).mean(0).detach()
        np.testing.assert_allclose(means[states], expected, rtol=1e-4)


def test_landscape_is_that_of_the_fit(folder, two_doses, datasets):
    found = table(folder, "landscape.tsv")
    assert found.loc[found["state"] == "A+P", "rests_on"].tolist() == ["mu.P", "mu.P"]
    for dataset in datasets:
        shares = two_doses.network.occupancies(two_doses.problem.reference[None], dataset.conditions)[0].detach()
        own = found[found["dataset"] == dataset.name]
        np.testing.assert_allclose(own["wild_type"], shares[0].log() - shares.log(), atol=1e-5)


def test_measurement(folder, datasets):
    measured = table(folder, "measurement.tsv")
    for dataset in datasets:
        own = measured[measured["dataset"] == dataset.name].dropna(axis="columns", how="all")
        assert len(own) == 200
        bins = [f"p_{number}" for number in dataset.bins]
        assert list(own.columns[3:]) == bins
        np.testing.assert_allclose(own[bins].sum(axis=1), 1, atol=1e-4)
        steps = np.diff(own["latent"])
        np.testing.assert_allclose(steps, steps[0], rtol=1e-3)
        assert own["density"].sum() * steps[0] == pytest.approx(1, abs=0.01)


def test_measurement_s_latent_is_that_of_variants(folder, datasets):
    loaded, measured = load_fit(folder), table(folder, "measurement.tsv")
    dataset = datasets[1]
    sequences = [decode(row) for row in dataset.letters]
    own = measured[measured["dataset"] == dataset.name]
    inside = [s for s, u in zip(sequences, loaded.latent(sequences, dataset.name), strict=True) if own["latent"].iloc[0] < u]
    u = loaded.latent(inside[:40], dataset.name)
    p = loaded.predict(inside[:40], dataset.name)
    expected = np.stack([np.interp(u, own["latent"], own[f"p_{number}"]) for number in dataset.bins], 1)
    np.testing.assert_allclose(p, expected, atol=0.01)


def test_restarts(folder, two_doses):
    trials = table(folder, "restarts.tsv")
    assert trials["stage"].tolist() == ["start"] * 2 + ["choice"] * 2
    (chosen,) = trials.index[trials["chosen"] == "yes"]
    assert trials.loc[chosen, "ridge"] == two_doses.problem.ridge.strength


def test_traces_end_at_what_the_summary_says(folder):
    traces, summary = table(folder, "traces.tsv"), json.loads((folder / "summary.json").read_text())
    last = traces[traces["chosen"] == "yes"].iloc[-1]
    for part in ("training", "validation"):
        assert last[f"{part}_log_likelihood"] == pytest.approx(summary[part]["log_likelihood"], rel=1e-9)
        assert last[f"{part}_bits"] == pytest.approx(summary[part]["I_var_bits"], rel=1e-8)
    assert (last["ridge"], last["spline"]) == (summary["ridge"], summary["spline"])


def test_references(folder, references):
    (row,) = table(folder, "references.tsv").itertuples(index=False)
    assert (row.site, row.reference) == ("P", "made up")
    assert -1 <= row.r <= 1
    kept = table(folder, "reference_matrices.tsv")
    np.testing.assert_allclose(kept[list("ACGT")], references["P"][1])
    assert kept["position"].tolist() == [0, 1, 2, 3, 4, 5]


def test_without_references_there_are_headers(two_doses, datasets, tmp_path):
    write_fit(tmp_path, two_doses, datasets, TWO_SITES, ABOUT, {})
    for name in ("references.tsv", "reference_matrices.tsv"):
        assert (tmp_path / name).read_text() == FILES[name].replace(" ", "\t") + "\n"


def test_summary(folder, two_doses, datasets):
    summary = json.loads((folder / "summary.json").read_text())
    assert ABOUT.items() <= summary.items()
    kind = {"kind": "sorted_bins", "noise": "multinomial"}
    assert summary["datasets"] == {
        "dose0": {**kind, "bins": [0, 1, 2, 3], "conditions": {"dose": "0"}},
        "dose10": {**kind, "bins": [0, 1, 2, 3, 4], "conditions": {"dose": "10"}},
    }
    assert summary["condition_levels"] == {"dose": ["0", "10"]}
    assert summary["wild_type"] == decode(two_doses.problem.reference)
    assert summary["converged"] is True
    told = pd.read_csv(folder / "parameters.tsv", sep="\t").set_index("name")["value"]
    without = [name for name in told.index[told.isna()] if name in summary["not_identifiable"]]
    assert summary["not_identifiable"] == without == ["mu.P"]
    assert [mirror["swapped"] for mirror in summary["mirrors"]] == [["A"], ["P"], ["A", "P"]]
    assert [mirror["reverses_transcription"] for mirror in summary["mirrors"]] == [False, True, True]
    for part in ("training", "validation", "test"):
        told = {"reads", "variants", "log_likelihood", "null_log_likelihood", "I_var_bits", "I_var_se_bits", "r2", "spearman"}
        assert set(summary[part]) == told
        assert summary[part]["reads"] == sum(dataset.only(part).counts.sum() for dataset in datasets)
        assert summary[part]["variants"] == sum(len(dataset.only(part).letters) for dataset in datasets)
        assert set(summary["by_dataset"][part]) == {"dose0", "dose10"}


def test_saved_parameters(folder):
    values = load_file(folder / "parameters.safetensors")
    spline = {f"measurement.dose{dose}.{part}" for dose in ("0", "10") for part in ("spline", "mean", "sd")}
    assert set(values) == {"theta.A", "theta.P", "mu.A.0", "mu.A.10", "mu.P", "interaction.A.P"} | spline
    assert values["theta.P"].shape == (6, 4)
    assert values["measurement.dose10.spline"].shape == (8, 5)
    assert (values["theta.A"] == 0).sum() == 6  # the wild type's bases


def test_same_seed_same_bytes(folder, datasets, references, tmp_path):
    write_fit(tmp_path, fitted(datasets), datasets, TWO_SITES, ABOUT, references)
    for path in folder.iterdir():
        assert (tmp_path / path.name).read_bytes() == path.read_bytes(), path.name


@pytest.mark.parametrize("name", ["model.yaml", "parameters.safetensors", "summary.json"])
def test_a_folder_that_lacks_a_file_is_no_fit(folder, tmp_path, name):
    copy = shutil.copytree(folder, tmp_path / "copy")
    (copy / name).unlink()
    with pytest.raises(InputError, match=f"this is no fit: it lacks {name}"):
        load_fit(copy)


def test_sequences_that_the_model_cannot_read(folder):
    loaded = load_fit(folder)
    with pytest.raises(InputError, match="'N' is no base"):
        loaded.energies(["ACGTACGTACGTACGTAN"])
    with pytest.raises(InputError, match="the sequences have 4 bases, where the variants of the fit have 18"):
        loaded.predict(["ACGT"])
