"""Black boxes: gradient, a function that no sum of bases gives, the same bytes for the same seed, and the files of any fit."""

import numpy as np
import pytest
import torch
from promoters import dataset_of, draw_counts, gates, random_letters, silent, spec_of
from scipy.special import xlogy

from cisphys.errors import InputError
from cisphys.inference.blackbox import STEPS, Part, Training
from cisphys.inference.blackbox_fit import fit_blackbox
from cisphys.inference.fit_tables import trace_table
from cisphys.inference.outputs import tensors, write_fit
from cisphys.inference.processes import process_of
from cisphys.inference.search import FitOptions
from cisphys.models.families import network_of
from cisphys.models.saved import load_fit

TEXT = "{version: 1, type: blackbox, hidden: [6, 4], start: 1, condition: dose}"
OPTIONS = FitOptions(restarts=1, spline=(6,), seed=4)


def made_up(variants=1500, seed=2):
    """Return two datasets of random 6-mers whose latent is a product of two effects, and their p(bin | variant).

    At dose 10 the latent's sign is turned.
    """
    datasets, probabilities = [], []
    for dose, sign in (("0", 1.0), ("10", -1.0)):
        letters = random_letters(variants, 6, seed + int(dose))
        u = sign * (np.sign(letters[:, 1] - 1.5) * np.sign(letters[:, 4] - 1.5) + 0.3 * (letters[:, 2] == 0))
        probabilities.append(gates(u, 4, 0.1, 0.3))
        counts = draw_counts(probabilities[-1], [3] * variants, seed)
        datasets.append(dataset_of(letters, counts, f"dose{dose}", {"dose": dose}))
    return datasets, probabilities


@pytest.fixture(scope="module")
def datasets():
    """Return the datasets of `made_up`."""
    return made_up()[0]


@pytest.fixture(scope="module")
def fit(datasets):
    """Return a fit of them."""
    return fit_blackbox(spec_of(TEXT), datasets, OPTIONS, silent)


def test_gradient_is_that_of_the_objective(datasets):
    spec = spec_of(TEXT).for_length(6)
    network = network_of(spec, {"dose": ["0", "10"]})
    reference = datasets[0].letters[0, 1:]
    parts = [
        Part(dataset.letters[:200, 1:], reference, process_of(dataset_of(dataset.letters[:200], dataset.counts[:200]), 6), level)
        for level, dataset in enumerate(datasets)
    ]
    training = Training(network, parts, 3.0, torch.Generator().manual_seed(1))
    training()
    gradients = [parameter.grad.clone() for parameter in training.parameters]
    generator, step = np.random.default_rng(3), 1e-5
    for parameter, gradient in zip(training.parameters, gradients, strict=True):
        along = torch.tensor(generator.normal(size=parameter.shape))
        values = []
        for sign in (1, -1):
            with torch.no_grad():
                parameter += sign * step * along
            values.append(float(training()))
            with torch.no_grad():
                parameter -= sign * step * along
        assert float((gradient * along).sum()) == pytest.approx((values[0] - values[1]) / (2 * step), rel=1e-4, abs=1e-8)


def test_it_learns_what_no_sum_of_bases_gives(fit, datasets):
    """It comes near the information that the probabilities themselves have, which the reads were drawn from."""
    truth = 0.0
    for dataset, p in zip(datasets, made_up()[1], strict=True):
        test = dataset.part == 2
        truth += xlogy(dataset.counts[test], p[test]).sum()
    found = fit.information["test"]
    assert found.log_likelihood - found.null_log_likelihood > 0.9 * (truth - found.null_log_likelihood)
    assert sum(trial.chosen for trial in fit.trials) == 1


def test_traces_are_the_looks(fit):
    """A training goes on after it predicted the validation variants best, and is taken back to there."""
    traces = trace_table(fit)
    assert traces["run"].nunique() == len(fit.trials) == 2
    for trial, (_, own) in zip(fit.trials, traces.groupby("run"), strict=True):
        assert own["iteration"].tolist() == list(range(0, trial.iterations + 1, STEPS))
        assert own["validation_log_likelihood"].iloc[1:].max() == trial.validation_log_likelihood
        best = own.loc[own["validation_log_likelihood"].iloc[1:].idxmax()]
        assert best["objective"] == pytest.approx(trial.objective, rel=1e-9)
        assert (own["objective"].diff().iloc[1:] < 0).all()
        assert (own["chosen"] == "yes").sum() == (trial.chosen and best["iteration"] // STEPS + 1)
    last = traces[traces["chosen"] == "yes"].iloc[-1]
    for part in ("training", "validation"):
        assert last[f"{part}_bits"] == pytest.approx(fit.information[part].I_var_bits, rel=1e-6)


def test_the_same_seed_gives_the_same_bytes(datasets):
    small = [dataset_of(dataset.letters[:120], dataset.counts[:120], dataset.name, dataset.conditions) for dataset in datasets]
    one, two = (tensors(fit_blackbox(spec_of(TEXT), small, OPTIONS, silent)) for _ in range(2))
    assert all(torch.equal(value, two[name]) for name, value in one.items())


def test_saved_and_loaded_it_predicts_the_same(fit, datasets, tmp_path):
    write_fit(tmp_path, fit, datasets, TEXT, {"seed": 1, "temperature_C": 37}, {})
    loaded = load_fit(tmp_path)
    sequences = ["ACGTAC", "TTTTTT"]
    letters = np.array([["ACGT".index(base) for base in sequence] for sequence in sequences])
    for dose in ("0", "10"):
        with torch.no_grad():
            expected = fit.network(letters, {"dose": dose}).numpy()
        np.testing.assert_allclose(loaded.latent(sequences, f"dose{dose}"), expected)
        np.testing.assert_allclose(loaded.predict(sequences, f"dose{dose}").sum(1), 1)
    with pytest.raises(InputError, match="no energies"):
        loaded.energies(sequences)
    assert (tmp_path / "energy_matrices.tsv").read_text().count("\n") == 1


def test_the_latent_of_training_variants_is_the_network_s(fit, datasets):
    training = datasets[1].only("training")
    with torch.no_grad():
        u = fit.network(training.letters, training.conditions)
    latent = fit.best.at.latents[1]
    np.testing.assert_allclose(((u - latent.mean) / latent.sd).numpy(), latent.v.numpy(), atol=1e-9)
