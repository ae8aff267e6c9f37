"""Mirror images of a fit, and the canonical one among them."""

import numpy as np
import pytest
import torch
from promoters import LEVELS, TWO_SITES, dataset_of, draw_counts, mutants, random_letters, spec_of

from cisphys.inference.orientation import orient, reflect
from cisphys.inference.problem import Problem
from cisphys.models.equilibrium import ThermodynamicNetwork
from cisphys.models.mirrors import find_mirrors

# three sites with all eight states, on a promoter of 9 bases
THREE = """\
sites: {A: {start: 0, stop: 3}, P: {start: 3, stop: 6}, R: {start: 6, stop: 9}}
interactions: [[A, P], [P, R], [A, R]]
states: {e: [], a: [A], p: [P], r: [R], ap: [A, P], ar: [A, R], pr: [P, R], apr: [A, P, R]}
transcribes: [p, ap, pr, apr]
"""


def problem_of(text, length, levels, seed=1):
    wild_type = random_letters(1, length, seed=seed)[0]
    datasets = []
    for number, dose in enumerate(levels.get("dose", ["none"])):
        letters = mutants(wild_type, 60, 0.3, seed=seed + number)
        counts = draw_counts(np.random.default_rng(seed).dirichlet(np.ones(4), 60), [5] * 60)
        datasets.append(dataset_of(letters, counts, f"d{dose}", {"dose": dose}))
    network = ThermodynamicNetwork(spec_of(text), levels)
    problem = Problem(network, datasets, wild_type, 0.1, 6)
    return problem, datasets, torch.tensor(np.random.default_rng(seed).normal(0, 1, problem.size))


@pytest.mark.parametrize(("text", "length", "levels"), [(TWO_SITES, 18, LEVELS), (THREE, 9, {})])
def test_mirror_images_have_the_same_likelihood(text, length, levels):
    problem, _, p = problem_of(text, length, levels)
    mirrors = find_mirrors(problem.network.spec)
    assert len(mirrors) == 2 ** len(problem.network.spec.sites) - 1
    at = problem.evaluate(p)
    for mirror in mirrors:
        image = problem.evaluate(reflect(problem, p, mirror))
        for one, other in zip(at.measured, image.measured, strict=True):
            assert other.log_likelihood == pytest.approx(one.log_likelihood, rel=1e-12)
        for one, other in zip(at.latents, image.latents, strict=True):
            np.testing.assert_allclose(other.v, -one.v if mirror.reverses else one.v, atol=1e-9)


def test_reflecting_twice_changes_nothing():
    problem, _, p = problem_of(THREE, 9, {})
    for mirror in find_mirrors(problem.network.spec):
        np.testing.assert_allclose(reflect(problem, reflect(problem, p, mirror), mirror), p, atol=1e-12)


def test_reflected_parameters_of_the_lac_form():
    # swapping A: e_A -> -e_A, mu_A -> -mu_A for every dose, mu_P -> mu_P + I, I -> -I
    problem, _, p = problem_of(TWO_SITES, 18, LEVELS)
    (mirror,) = (mirror for mirror in find_mirrors(problem.network.spec) if mirror.swapped == ("A",))
    q = reflect(problem, p, mirror)
    np.testing.assert_allclose(q[:18], -p[:18])
    np.testing.assert_allclose(q[18:36], p[18:36])
    np.testing.assert_allclose(q[36:40], [-p[36], -p[37], p[38] + p[39], -p[39]])
    np.testing.assert_allclose(q[40:], p[40:])


@pytest.mark.parametrize(("text", "length", "levels"), [(TWO_SITES, 18, LEVELS), (THREE, 9, {})])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_mirror_image_is_brought_to_the_same_one(text, length, levels, seed):
    problem, _, p = problem_of(text, length, levels, seed)
    canonical = orient(problem, p, problem.evaluate(p))
    for block in problem.terms[0].design.slices:
        assert canonical[block].mean() > 0
    for mirror in find_mirrors(problem.network.spec):
        image = reflect(problem, p, mirror)
        np.testing.assert_allclose(orient(problem, image, problem.evaluate(image)), canonical, atol=1e-9)


def test_the_model_may_ask_for_mutants_that_strengthen():
    text = TWO_SITES.replace("{by: dose}}", "{by: dose}, mutants: strengthen}")
    problem, _, p = problem_of(text, 18, LEVELS)
    canonical = orient(problem, p, problem.evaluate(p))
    assert canonical[:18].mean() < 0
    assert canonical[18:36].mean() > 0


@pytest.mark.parametrize("seed", range(1, 7))
def test_where_the_sites_disagree_transcription_rises_with_the_gates(seed):
    # P or R is bound, always one of the two: only both together can be swapped, which turns both matrices and the latent
    text = "sites: {P: {start: 0, stop: 3}, R: {start: 3, stop: 6}}\nstates: {p: [P], r: [R]}\ntranscribes: [p]\n"
    problem, datasets, p = problem_of(text, 6, {}, seed)
    one, other = problem.terms[0].design.slices
    p[one], p[other] = p[one].abs(), -p[other].abs()  # one matrix as the model wants it, in either image
    canonical = orient(problem, p, problem.evaluate(p))
    u = (problem.terms[0].design.energies(canonical[: problem.elements]) @ torch.tensor([-1.0, 1.0]).double()).numpy()
    sorted_counts = datasets[0].counts[:, 1:]
    gate = np.repeat(np.tile([1, 2, 3], 60), sorted_counts.astype(int).ravel())
    assert np.corrcoef(np.repeat(u, sorted_counts.sum(1).astype(int)), gate)[0, 1] > 0


def test_an_oriented_fit_stays_as_it_is():
    problem, _, p = problem_of(TWO_SITES, 18, LEVELS)
    canonical = orient(problem, p, problem.evaluate(p))
    assert torch.equal(orient(problem, canonical, problem.evaluate(canonical)), canonical)
