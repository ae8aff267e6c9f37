"""A whole fit of simulated reads: what was put in comes out."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from promoters import OPTIONS, activated, dataset_of, silent, sorted_reads

from cisphys.dna import decode
from cisphys.inference.fit import condition_levels, fit_network, wild_type
from cisphys.models.reference import agreement


def test_known_matrices_come_out(fit, truth):
    put_in, found = truth[0].named_values(), fit.network.named_values()
    for site in ("A", "P"):
        r, slope = agreement(found[f"theta.{site}"].numpy(), put_in[f"theta.{site}"].numpy())
        assert r > 0.998
        assert slope == pytest.approx(1, abs=0.3)
    assert fit.best.converged


def test_intervals_hold_what_was_put_in(fit, truth):
    put_in = truth[0].named_values()
    assert set(fit.profiles) == {"mu.A.0", "interaction.A.P", "energy_scale"}
    for name in ("mu.A.0", "interaction.A.P"):
        found = fit.profiles[name]
        assert found.low["95"] < float(put_in[name]) < found.high["95"], name
        assert found.low["95"] < found.low["68"] < found.value < found.high["68"] < found.high["95"], name
    assert fit.profiles["mu.A.0"].high["95"] - fit.profiles["mu.A.0"].low["95"] < 1
    assert dict(fit.uninformed) == {"mu.P": "absorbed"}


def test_scale_of_the_energies_is_within_its_error(fit, truth, reads):
    training = reads.only("training")
    with torch.no_grad():
        u, weights = truth[0](training.letters, training.conditions).numpy(), training.counts.sum(1)
    put_in = np.log(np.sqrt(np.average((u - np.average(u, weights=weights)) ** 2, weights=weights)))
    assert fit.scale_error < 0.3
    assert fit.problem.log_scale(fit.best.at.latents) == pytest.approx(put_in, abs=2 * fit.scale_error)
    assert fit.profiles["energy_scale"].low["95"] < put_in < fit.profiles["energy_scale"].high["95"]


def test_held_out_variants_are_predicted_as_well_as_by_the_truth(fit):
    training, test = (fit.information[part] for part in ("training", "test"))
    assert test.I_var_bits == pytest.approx(training.I_var_bits, abs=4 * test.I_var_se_bits)
    assert test.I_var_bits > 0.5


@pytest.mark.parametrize("seed", [2, 3])
def test_other_starts_reach_the_same_optimum(fit, truth, reads, seed):
    other = fit_network(truth[0].spec, [reads], replace(OPTIONS, seed=seed, profiles=False), silent)
    assert other.best.objective == pytest.approx(fit.best.objective, abs=0.05)
    assert other.problem.ridge.strength == fit.problem.ridge.strength
    assert other.profiles == {}


def test_two_doses_share_what_is_not_the_dose_s(truth):
    network, base = activated({"0": 3.0, "10": -2.0}, interaction=-4.0)
    datasets = [sorted_reads(network, base, 2500, 20, dose, gates, seed=gates) for dose, gates in (("0", 3), ("10", 4))]
    assert condition_levels(network.spec, datasets) == {"dose": ["0", "10"]}
    fit = fit_network(network.spec, datasets, replace(OPTIONS, profiles=False), silent)
    found = fit.network.named_values()
    for site in ("A", "P"):
        assert agreement(found[f"theta.{site}"].numpy(), network.named_values()[f"theta.{site}"].numpy())[0] > 0.995
    assert found["mu.A.0"] - found["mu.A.10"] > 3
    assert set(fit.by_dataset["test"]) == {"dose0", "dose10"}
    pooled, parts = fit.information["test"], fit.by_dataset["test"].values()
    assert pooled.log_likelihood == pytest.approx(sum(part.log_likelihood for part in parts))
    assert pooled.reads == sum(part.reads for part in parts)


def test_wild_type_is_the_model_s_or_the_consensus_of_the_reads(truth):
    letters = np.array([[0, 1], [0, 2], [3, 2]], np.uint8)
    dataset = dataset_of(letters, np.array([[1, 1], [1, 0], [5, 4]]))
    spec = truth[0].spec
    assert decode(wild_type(spec, [dataset])) == "TG"
    assert decode(wild_type(replace(spec, wild_type="CA"), [dataset])) == "CA"


def test_progress_is_reported(truth, reads):
    said = []
    fit_network(truth[0].spec, [reads], replace(OPTIONS, restarts=1, ridge=(0.1,), profiles=False), said.append)
    assert [line.split(":")[0] for line in said[:2]] == ["start 1", "choice 1"]
    assert "converged: True" in said[2]
