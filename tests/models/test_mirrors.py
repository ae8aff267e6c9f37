"""Mirror solutions: other parameters with the same predictions."""

from itertools import combinations

import numpy as np
import pytest
import torch
from promoters import LAC, REPRESSION, THREE_SITES, random_letters, spec_of

from cisphys.models.equilibrium import ThermodynamicNetwork
from cisphys.models.mirrors import find_mirrors

# all eight states of three sites; P transcribes, A helps P, R hinders P, A and R ignore each other
ALL_EIGHT = """\
version: 1
type: thermodynamic
sites:
  A: {start: 0, stop: 2}
  P: {start: 2, stop: 4}
  R: {start: 4, stop: 6}
interactions: [[A, P], [P, R]]
states: {e: [], a: [A], p: [P], r: [R], ap: [A, P], ar: [A, R], pr: [P, R], apr: [A, P, R]}
transcribes: [p, ap, pr, apr]
"""
ONLY_WITH_A = ALL_EIGHT.replace("transcribes: [p, ap, pr, apr]", "transcribes: [ap, apr]")


def mirrors_of(text):
    return {mirror.swapped: mirror for mirror in find_mirrors(spec_of(text))}


def latents(spec, energies, interactions):
    with torch.no_grad():
        scalars = np.concatenate([np.zeros(len(spec.sites)), interactions])[None]
        return ThermodynamicNetwork(spec).latent(torch.as_tensor(energies), torch.as_tensor(scalars)).numpy()


def image(mirror, energies, interactions):
    return energies * mirror.sign + mirror.shift @ interactions, mirror.turn @ interactions


def test_lac_has_the_four_published_forms():
    # with R = exp(-G_R), C = exp(-G_C), w = exp(-I): (1/R, C w, 1/w), (R w, 1/C, 1/w), (1/(R w), 1/(C w), w)
    found = mirrors_of(LAC)
    G, I = np.array([0.7, -1.9]), np.array([-2.6])  # G = (G_C, G_R)
    expected = {
        ("RNAP",): (True, [0.7 - 2.6, 1.9], [2.6]),
        ("CRP",): (False, [-0.7, -1.9 - 2.6], [2.6]),
        ("CRP", "RNAP"): (True, [-0.7 + 2.6, 1.9 + 2.6], [-2.6]),
    }
    assert set(found) == set(expected)
    for swapped, (reverses, energies, interactions) in expected.items():
        assert found[swapped].reverses == reverses
        for got, wanted in zip(image(found[swapped], G, I), (energies, interactions), strict=True):
            np.testing.assert_allclose(got, wanted, atol=1e-12)


@pytest.mark.parametrize("text", [LAC, ALL_EIGHT])
def test_mirrors_predict_the_same(text):
    spec, random = spec_of(text), np.random.default_rng(1)
    G, I = random.normal(0, 2, (50, len(spec.sites))), random.normal(0, 2, len(spec.interactions))
    for mirror in find_mirrors(spec):
        u = latents(spec, G, I)
        np.testing.assert_allclose(latents(spec, *image(mirror, G, I)), -u if mirror.reverses else u, atol=1e-12)


def test_a_mirror_twice_is_the_identity():
    random = np.random.default_rng(2)
    G, I = random.normal(0, 2, (5, 3)), random.normal(0, 2, 2)
    for mirror in mirrors_of(ALL_EIGHT).values():
        again = image(mirror, *image(mirror, G, I))
        np.testing.assert_allclose(again[0], G, atol=1e-12)
        np.testing.assert_allclose(again[1], I, atol=1e-12)


def test_all_eight_states_have_every_mirror():
    found = mirrors_of(ALL_EIGHT)
    assert set(found) == {subset for size in (1, 2, 3) for subset in combinations("APR", size)}
    assert {swapped for swapped, mirror in found.items() if mirror.reverses} == {swapped for swapped in found if "P" in swapped}


def test_transcription_that_is_not_carried_along_leaves_only_what_does_not_touch_it():
    # transcription with A and P bound: swapping either turns it into something else; R is free to be swapped
    assert set(mirrors_of(ONLY_WITH_A)) == {("R",)}


def test_simple_repression_mirrors():
    # P and R exclude each other: {empty, P, R} is not closed under swapping either, nor both ({P, R} would need P+R)
    assert mirrors_of(REPRESSION) == {}


def test_three_sites_with_an_exclusion_have_no_mirror():
    # R alone is a state, but no swap maps the five states onto themselves
    spec = spec_of(THREE_SITES)
    states = {frozenset(members) for members in spec.states.values()}
    for size in (1, 2, 3):
        for subset in combinations(spec.site_names, size):
            assert {members ^ frozenset(subset) for members in states} != states, subset
    assert find_mirrors(spec) == []


def test_states_closed_under_a_swap_of_two_sites_only():
    # A and R are bound one at a time: exchanging bound and unbound of both at once exchanges A and R, whose energies then mix
    text = """\
version: 1
type: thermodynamic
sites: {A: {start: 0, stop: 2}, R: {start: 2, stop: 4}, P: {start: 4, stop: 6}}
states: {a: [A], r: [R], ap: [A, P], rp: [R, P]}
transcribes: [ap, rp]
"""
    found = mirrors_of(text)
    assert ("A",) not in found
    assert ("R",) not in found
    assert found[("P",)].reverses
    spec, random = spec_of(text), np.random.default_rng(3)
    G, I = random.normal(0, 2, (20, 3)), np.empty(0)
    for mirror in found.values():
        u = latents(spec, G, I)
        np.testing.assert_allclose(latents(spec, *image(mirror, G, I)), -u if mirror.reverses else u, atol=1e-12)


def test_mirrored_matrices_predict_the_same_for_sequences():
    spec, letters = spec_of(LAC), random_letters(30, 9)
    random = np.random.default_rng(5)
    theta = {"theta.CRP": random.normal(0, 1, (4, 4)), "theta.RNAP": random.normal(0, 1, (5, 4))}
    mu, I = np.array([0.4, -1.2]), np.array([-2.0])
    network = ThermodynamicNetwork(spec)
    names = ["mu.CRP", "mu.RNAP", "interaction.CRP.RNAP"]
    network.set_values(theta | dict(zip(names, [*mu, *I], strict=True)))
    with torch.no_grad():
        u = network(letters).numpy()
        for mirror in find_mirrors(spec):
            turned = {name: sign * value for (name, value), sign in zip(theta.items(), mirror.sign, strict=True)}
            network.set_values(turned | dict(zip(names, np.concatenate(image(mirror, mu, I)), strict=True)))
            np.testing.assert_allclose(network(letters), -u if mirror.reverses else u, atol=1e-12)


def test_many_sites_are_not_searched():
    sites = {f"s{k}": f"{{start: {k}, stop: {k + 1}}}" for k in range(13)}
    text = "sites:\n" + "".join(f"  {name}: {place}\n" for name, place in sites.items())
    text += "states:\n  none: []\n  all: [" + ", ".join(sites) + "]\ntranscribes: [all]\n"
    assert find_mirrors(spec_of(text)) == []
