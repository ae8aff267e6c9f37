"""Every model of config/models can be declared, and reads drawn from it bring its matrices and its latent back."""

from pathlib import Path

import numpy as np
import pytest
import torch
from promoters import dataset_of, draw_counts, gates, mutants, silent

from cisphys.dna import decode, on_strand
from cisphys.inference import fit_tables as tables
from cisphys.inference.fit import fit_network
from cisphys.inference.search import FitOptions
from cisphys.models.families import network_of
from cisphys.models.language import load_spec

ROOT = Path(__file__).parents[2]
MODELS = sorted(path.stem for path in (ROOT / "config/models").glob("*.yaml"))
EQUILIBRIUM = ["simple_repression", "activation_recruitment", "two_activators", "rnap_spacer", "cre_enhancer"]
LAC = "AATTAATGTGAGTTAGCTCACTCATTAGGCACCCCAGGCTTTACACTTTATGCTTCCGGCTCGTATGTTGTGTGG"


def shipped(name):
    """Read a model of config/models, for its own length."""
    spec = load_spec(ROOT / f"config/models/{name}.yaml", ROOT / "workflow/schemas/model.schema.yaml")
    return spec.for_length(spec.variant_length)


@pytest.mark.parametrize("name", MODELS)
def test_every_shipped_model_is_declared_and_explained(name):
    spec = shipped(name)
    spec.check_length(spec.variant_length, name)
    text = (ROOT / f"config/models/{name}.yaml").read_text()
    assert spec.description
    assert "# What it claims:" in text


def test_boxes_of_the_lac_promoter():
    spec = shipped("rnap_spacer")
    minus35, minus10 = spec.sites[1].boxes
    assert LAC[minus35.start : minus35.stop].endswith("TTTACA")
    assert LAC[minus10.start : minus10.stop].startswith("TATGTT")
    assert minus10.start - minus35.stop == 18


def put_in(name, seed=1):
    """Return a network with known energies, weaker with every mutation of the wild type, and that wild type."""
    spec, generator = shipped(name), np.random.default_rng(seed)
    network = network_of(spec, {column: ["0", "1"] for column in spec.condition_columns})
    wild_type = generator.integers(0, 4, spec.variant_length).astype(np.uint8)
    values = {}
    for block, theta in enumerate(network.theta):
        place = next(place for place in network.placements if place.block == block)
        values[f"theta.{network.blocks[block].name}"] = weakening = generator.gamma(2, 0.6, theta.shape)
        weakening[np.arange(len(theta)), on_strand(wild_type[place.start : place.stop], place.strand)] = 0.0
    usual = {"mu": -1.5, "interaction": -2.5, "spacer": 1.5}
    values |= {each: usual[each.split(".")[0]] for each in network.scalar_names}
    values |= {each: -3.0 for each in network.scalar_names if each.startswith("mu.") and each.endswith(".1")}
    network.set_values(values)
    return network, wild_type


def drawn(network, wild_type, variants, seed=2):
    """Return one dataset per condition, each of `variants` mutants with 5 reads."""
    columns = network.spec.condition_columns
    datasets = []
    for number in range(2 if columns else 1):
        conditions = dict.fromkeys(columns, str(number))
        letters = mutants(wild_type, variants, 0.1, seed + number)
        with torch.no_grad():
            u = network(letters, conditions).numpy()
        counts = draw_counts(gates(u, 6, 0.1, 0.3), [5] * variants, seed)
        datasets.append(dataset_of(letters, counts, f"d{number}", conditions))
    return datasets


@pytest.mark.parametrize("name", EQUILIBRIUM)
def test_reads_of_a_shipped_model_bring_it_back(name):
    network, wild_type = put_in(name)
    datasets = drawn(network, wild_type, 4000)
    options = FitOptions(restarts=2, ridge=(0.01,), spline=(8,), profiles=False)
    fit = fit_network(network.spec, datasets, options, silent)
    assert decode(fit.problem.reference) == decode(wild_type)
    matrices = tables.energy_matrices(fit)
    for block, theta in zip(network.blocks, network.theta, strict=True):
        truth = theta.detach().numpy() - theta.detach().numpy().mean(1, keepdims=True)
        found = matrices.loc[matrices["site"] == block.name, list("ACGT")].to_numpy(float)
        assert np.corrcoef(found.ravel(), truth.ravel())[0, 1] > 0.9, block.name
    for dataset, latent in zip(datasets, fit.best.at.latents, strict=True):
        with torch.no_grad():
            u = network(dataset.only("training").letters, dataset.conditions).numpy()
        assert np.corrcoef(u, latent.v.numpy())[0, 1] > 0.98


def test_boxes_that_act_at_another_spacing_than_the_usual_one_are_found():
    """The wild type binds by a spacer of 16; a start that reads the boxes 18 apart, as is usual, ends 1,700 nats higher."""
    network, wild_type = put_in("rnap_spacer")
    placements = next(placements for placements, spacer in network.modes[1] if spacer == 16)
    values = network.named_values() | {name: 0.0 for name in network.scalar_names if name.startswith("spacer.")}
    values["spacer.RNAP.16"] = -3.0
    for place in (network.placements[placement] for placement in placements):
        weakening = np.random.default_rng(1 + place.block).gamma(2, 0.6, (place.stop - place.start, 4))
        weakening[np.arange(len(weakening)), wild_type[place.start : place.stop]] = 0.0
        values[f"theta.{network.blocks[place.block].name}"] = weakening
    network.set_values(values)
    (dataset,) = drawn(network, wild_type, 4000)
    fit = fit_network(network.spec, [dataset], FitOptions(restarts=1, ridge=(0.01,), spline=(8,), profiles=False), silent)
    with torch.no_grad():
        u = network(dataset.only("training").letters).numpy()
    assert np.corrcoef(u, fit.best.at.latents[0].v.numpy())[0, 1] > 0.99
