"""Fits of RNA/DNA counts, values and over-dispersed bins that were drawn from a known network: found again, and read back."""

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import torch
from made_measurements import standardised
from promoters import TWO_SITES, activated, mutants, silent

from cisphys.dna import decode
from cisphys.inference.dataset import Dataset
from cisphys.inference.fit import fit_network
from cisphys.inference.fit_tables import trace_table
from cisphys.inference.measured import BinCounts, MoleculeCounts, Values
from cisphys.inference.outputs import write_fit
from cisphys.inference.processes import process_of
from cisphys.inference.search import FitOptions
from cisphys.inference.solution import latent_of
from cisphys.measurement_options import MeasurementOptions
from cisphys.models.saved import load_fit

VARIANTS, DOSE, FUNCTIONS = 1500, {"dose": "0"}, 6
OPTIONS = FitOptions(restarts=1, ridge=(0.01,), spline=(FUNCTIONS,), profiles=False)
NOISES = [
    ("dirichlet_multinomial", "constant"),
    ("beta_binomial", "constant"),
    ("negative_binomial", "constant"),
    ("gaussian", "varying"),
    ("cauchy", "constant"),
    ("skewed_t", "constant"),
]


def at_depth(noise: str):
    """Return data whose depth is that of what is to be drawn: reads per variant, RNA + DNA, two values."""
    random = np.random.default_rng(1)
    if noise == "dirichlet_multinomial":
        return BinCounts(random.multinomial(30, np.ones(4) / 4, VARIANTS).astype(float), (0, 1, 2, 3))
    twice = np.repeat(np.arange(VARIANTS), 2)
    if noise in ("beta_binomial", "negative_binomial"):
        dna = random.negative_binomial(3, 3 / 83, 2 * VARIANTS) + 1.0
        return MoleculeCounts(VARIANTS, twice, np.tile([0, 1], VARIANTS), dna, dna, ("1", "2"))
    return Values(VARIANTS, twice, random.normal(0, 1, 2 * VARIANTS), np.zeros(2 * VARIANTS))


def known_beta(process):
    """Return parameters (size,): curves between low and high, noise well below them."""
    beta = process.start()
    if process.kind == "sorted_bins":
        z = torch.linspace(0, 1, FUNCTIONS, dtype=torch.float64)
        beta[:-1] = torch.stack([0 * z - 1, 2 - 5 * z, 1 - 6 * (z - 0.5) ** 2], 1).flatten()
        return beta
    beta[0], beta[1] = -1.5, 3.0
    if process.kind == "continuous":
        beta[FUNCTIONS + 1 :][: process.width.size] = -2.0 if process.noise == "cauchy" else -1.0
    else:
        beta[FUNCTIONS + 1] = 0.4
    return beta


@pytest.fixture(scope="module", params=NOISES, ids="-".join)
def known(request):
    """Return the dataset, its true latent (variants,) and the true process with its beta."""
    network, wild_type = activated({"0": -1.0}, interaction=-3.0)
    letters = mutants(wild_type, VARIANTS, 0.2)
    with torch.no_grad():
        u = network(letters, DOSE)
    part = np.random.default_rng(2).choice([0, 1, 2], VARIANTS, p=[0.6, 0.2, 0.2]).astype(np.int8)
    dataset = Dataset("x", letters, at_depth(request.param[0]), part, DOSE, MeasurementOptions(None, *request.param))
    process = process_of(dataset, FUNCTIONS)
    v, beta = standardised(u, process.share), known_beta(process)
    drawn = process.simulate(beta, v, np.random.default_rng(3))
    return Dataset("x", letters, drawn, part, DOSE, dataset.measurement), v, process, beta


@pytest.fixture(scope="module")
def fit(known):
    network, _ = activated({"0": 0.0}, interaction=0.0)
    return fit_network(network.spec, [known[0]], OPTIONS, silent)


def test_converges_to_the_latent_that_was_put_in(known, fit):
    dataset, v, _, _ = known
    assert fit.best.converged
    found = latent_of(fit.problem, fit.best.p, dataset)
    assert np.corrcoef(found, v)[0, 1] > 0.97
    training = torch.as_tensor(dataset.part == 0)
    assert np.corrcoef(fit.best.at.latents[0].v, v[training])[0, 1] > 0.97


def test_finds_the_curves_that_were_put_in(known, fit):
    _, _, process, beta = known
    v = torch.linspace(-1.5, 1.5, 9, dtype=torch.float64)
    term = fit.problem.terms[0]
    found, true = (each.curves(b, v) for each, b in ((term.process, fit.best.p[term.beta]), (process, beta)))
    assert found.keys() == true.keys()
    if process.kind == "rna_dna":  # beside the totals, which are those that were drawn
        found, true = ({"log": c["rna_per_dna"].log() - c["rna_per_dna"].log().mean()} for c in (found, true))
    for name in found:
        if not name.endswith("95") or process.noise != "cauchy":
            assert (found[name] - true[name]).abs().max() < 0.45, name


def test_tells_of_variants_that_it_has_not_seen(known, fit):
    test = fit.information["test"]
    assert test.I_var_bits > 5 * test.I_var_se_bits
    assert test.log_likelihood - test.null_log_likelihood == pytest.approx(test.I_var_bits * test.reads * np.log(2))
    if known[2].kind == "sorted_bins":
        assert (test.r2, test.spearman) == (None, None)
    else:  # the mean of Cauchy values is as far out as each of them
        assert test.spearman > 0.6
        assert test.r2 > (0.6 if known[2].noise != "cauchy" else 0)


def test_traces_end_at_the_result(fit):
    last = trace_table(fit).iloc[-1]
    assert last["chosen"] == "yes"
    for part in ("training", "validation"):
        assert last[f"{part}_bits"] == pytest.approx(fit.information[part].I_var_bits, rel=1e-6)


@pytest.fixture(scope="module")
def folder(tmp_path_factory, known, fit):
    path, unprofiled = tmp_path_factory.mktemp("fit"), dict.fromkeys(fit.network.scalar_names, "traded")
    write_fit(path, replace(fit, uninformed=unprofiled), [known[0]], TWO_SITES, {"fit": "x", "seed": 1, "temperature_C": 37}, {})
    return path


def test_what_is_read_back_predicts_the_same(known, fit, folder):
    dataset, _, _, _ = known
    term, latent = fit.problem.terms[0], fit.best.at.latents[0]
    v = (latent_of(fit.problem, fit.best.p, dataset) - latent.mean) / latent.sd
    curves = term.process.curves(fit.best.p[term.beta], v[:20])
    own = torch.stack(list(curves.values()), 1) if term.process.kind == "sorted_bins" else next(iter(curves.values()))
    found = load_fit(folder).predict([decode(row) for row in dataset.letters[:20]])
    np.testing.assert_allclose(found, own, rtol=1e-9)


def test_files_tell_of_the_measurement(known, folder):
    kind, noise = known[2].kind, known[2].noise
    columns = {
        "sorted_bins": ["p_0", "p_1", "p_2", "p_3"],
        "rna_dna": ["rna_per_dna"],
        "continuous": ["y", "low68", "high68", "low95", "high95"],
    }
    table = pd.read_csv(folder / "measurement.tsv", sep="\t")
    assert list(table) == ["dataset", "latent", "density", *columns[kind]]
    assert (table["density"] * table["latent"].diff().median()).sum() == pytest.approx(1, abs=0.01)
    told = json.loads((folder / "summary.json").read_text())["datasets"]["x"]
    assert (told["kind"], told["noise"], told["conditions"]) == (kind, noise, DOSE)
