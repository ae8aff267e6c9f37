"""What no likelihood sees, on models whose answer is known on paper.

The latent u of a tied model is all that a dataset with a curve of its own can tell, up to a shift and a stretch: these the curve
takes up exactly, and any other monotone map of u only if it is flexible enough.
"""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from promoters import LAC, REPRESSION, TWO_SITES, dataset_of, draw_counts, gates, mutants, random_letters, spec_of

from cisphys.dna import on_strand
from cisphys.inference.identifiability import without_measurement
from cisphys.inference.named_information import information_of, named
from cisphys.inference.newton import Optimum, minimise
from cisphys.inference.null_directions import element_names, null_directions
from cisphys.inference.problem import Problem
from cisphys.inference.sparse_basis import sparse_basis
from cisphys.inference.start import fit_measurement
from cisphys.models.families import network_of

ONE_SITE = "sites: {P: {start: 0, stop: 5}}\nstates: {off: [], on: [P]}\ntranscribes: [on]\n"
ONLY_BESIDE = """\
sites: {A: {start: 0, stop: 4}, B: {start: 4, stop: 8}}
interactions: [[A, B]]
states: {none: [], A: [A], A+B: [A, B]}
transcribes: [A+B, A]
"""
ONLY_TOGETHER = """\
sites: {A: {start: 0, stop: 3}, B: {start: 3, stop: 8}}
states: {none: [], A+B: [A, B]}
transcribes: [A+B]
"""
ADDITIVE = "version: 1\ntype: additive\nvariant_length: 6\n"
POLYMERASE_BY_DOSE = TWO_SITES.replace("stop: 8, chemical_potential: {by: dose}", "stop: 8").replace(
    'strand: "-"', 'strand: "-", chemical_potential: {by: dose}'
)
OPEN_AND_SHUT = """\
version: 1
type: kinetic
sites: {P: {start: 0, stop: 5}}
states: {empty: [], P: [P]}
binding: every
transitions: [{from: P, to: empty, rate: escape, transcribes: true}]
"""
STILL = {"A": [0, 1, 2, 3]}


def case(text, length, still=(), doses=(None,), splines=6, change=lambda letters: letters, scalars=None):
    """Return problem and optimum of 900 variants per dose, drawn from a network of energies up to some kT.

    `still` positions never vary; `change` is applied to the variants' letters.
    """
    spec, wild_type, datasets = spec_of(text).for_length(length), random_letters(1, length, seed=5)[0], []
    levels = {"dose": [dose for dose in doses if dose]} if doses[0] else None
    network, random = network_of(spec, levels), np.random.default_rng(2)
    values = {name: random.normal(-0.5, 1, value.shape) for name, value in network.named_values().items()}
    values |= {name: -4.0 for name in values if name.startswith("interaction.")} | (scalars or {})
    for place in network.placements:
        theta = random.gamma(2, 0.8, (place.stop - place.start, 4))
        theta[np.arange(len(theta)), on_strand(wild_type[place.start : place.stop], place.strand)] = 0.0
        values[f"theta.{network.blocks[place.block].name}"] = theta
    network.set_values(values)
    for number, dose in enumerate(doses):
        letters = mutants(wild_type, 900, 0.3, seed=number)
        letters[:, list(still)] = wild_type[list(still)]
        letters, conditions = change(letters), {"dose": dose} if dose else {}
        with torch.no_grad():
            p = gates(network(letters, conditions).numpy(), 3, 0.2, 0.4)
        datasets.append(
            dataset_of(letters, draw_counts(p, [8] * len(letters), number), f"d{number}", conditions).only("training")
        )
    problem = Problem(network, datasets, wild_type, 0.1, splines)
    return problem, minimise(problem, fit_measurement(problem, point_of(problem)), tolerance=1e-4)


@torch.no_grad()
def point_of(problem):
    """Return p where the problem's network is, whose energies are 0 at the wild type; p(bin | latent) is still flat."""
    network, design, p = problem.network, problem.terms[0].design, torch.zeros(problem.size, dtype=torch.float64)
    for own, zero, features, theta in zip(design.slices, design.zeros, design.features, network.theta, strict=True):
        p[own] = torch.as_tensor(features.embedding(zero).T @ theta.numpy().ravel())
    p[problem.elements : problem.structural] = network.scalars
    return p


def told(problem, best):
    """Return the null directions as (kind, curve, coefficients)."""
    information = information_of(problem, best)
    found = null_directions(problem, best, information, named(information))
    return [(each.kind, each.curve, pytest.approx(dict(each.of), abs=1e-3)) for each in found]


# u = -G_P: its shift and its stretch are taken up
ONE_SITE_NULL = [("absorbed", "fitted", {"mu.P": 1}), ("scale", "fitted", {"scale.P": 1})]
# u = -G_R + log((1 + C w) / (1 + C)), C = exp(-G_C), w = exp(-I): mu_R is the shift; C and w bend u, so the scale shows
LAC_NULL = [("absorbed", "fitted", {"mu.RNAP": 1})]
# u = -G_P - log(1 + exp(-G_R))
REPRESSION_NULL = [("absorbed", "fitted", {"mu.P": 1})]
# u = -G_A + log(1 + exp(-G_B - I)): mu_B and I in their sum alone
BESIDE_NULL = [("absorbed", "fitted", {"mu.A": 1}), ("traded", "fitted", {"mu.B": 1, "interaction.A.B": -1})]
# with A the same in all variants, u = -G_P + constant: one site that varies. The weak prior draws the interaction to 0, where
# mu_A does not even move the constant
STILL_NULL = [("flat", "fitted", {"mu.A.0": 1})]
STILL_NULL += [("absorbed", "fitted", {name: 1}) for name in ("mu.P", "interaction.A.P")]
STILL_NULL += [("scale", "fitted", {"scale.P": 1})]
# each dose has a curve of its own, which takes up its own shift: mu_P once, where both share it, or twice, where each has its own
DOSES_NULL = [("absorbed", "fitted", {"mu.P": 1})]
OWN_NULL = [("absorbed", "fitted", {"mu.P.0": 1}), ("absorbed", "fitted", {"mu.P.10": 1})]
# u = log k_on - log(k_off + k_escape) = constant - mu - log(k exp(e) + 1), in units of k_escape: mu is a shift; k and
# the size of e bend u, but u falls with the one energy e, so a monotone curve that is free takes up whatever they do
KINETIC_NULL = [("absorbed", "fitted", {"mu.P": 1}), ("absorbed", "any", {"log_rate.P": 1}), ("scale", "any", {"scale.P": 1})]


@pytest.mark.parametrize(
    ("text", "length", "options", "expected"),
    [
        (ONE_SITE, 5, {}, ONE_SITE_NULL),
        (ADDITIVE, 6, {}, [("scale", "fitted", {"scale.sequence": 1})]),
        (LAC.replace("start: 4", "start: 5"), 9, {}, LAC_NULL),
        (REPRESSION, 8, {}, REPRESSION_NULL),
        (ONLY_BESIDE, 8, {}, BESIDE_NULL),
        (TWO_SITES, 18, {"still": range(2, 8), "doses": ("0",)}, STILL_NULL),
        (TWO_SITES, 18, {"doses": ("0", "10")}, DOSES_NULL),
        (POLYMERASE_BY_DOSE, 18, {"doses": ("0", "10")}, OWN_NULL),
        (OPEN_AND_SHUT, 5, {"splines": 10}, KINETIC_NULL),
    ],
    ids=["one site", "additive", "lac", "repression", "only beside", "still", "doses", "own doses", "kinetic"],
)
def test_null_directions_are_those_on_paper(text, length, options, expected):
    assert told(*case(text, length, **options)) == expected


def test_no_likelihood_changes_along_them():
    """Half a kT along each, as far as finite steps stay in the direction: scalars and stretches do."""
    for text, length, options in ((ONE_SITE, 5, {}), (ONLY_BESIDE, 8, {}), (TWO_SITES, 18, {"doses": ("0", "10")})):
        problem, best = case(text, length, **options)
        information = information_of(problem, best)
        for direction in null_directions(problem, best, information, named(information)):
            p = best.p.clone()
            for name, coefficient in direction.of.items():
                p[: problem.structural] += (
                    0.5 * coefficient * torch.as_tensor(information.basis[:, information.names.index(name)])
                )
            before, after = (sum(each.log_likelihood for each in problem.evaluate(q).measured) for q in (best.p, p))
            assert after == pytest.approx(before, rel=1e-9), direction


def test_sites_that_bind_only_together_share_a_scale():
    """u = -(G_A + G_B + I): three shifts, and one stretch of both matrices, by the same factor."""
    problem, best = case(ONLY_TOGETHER.replace("states", "interactions: [[A, B]]\nstates"), 8)
    information = information_of(problem, best)
    found = null_directions(problem, best, information, named(information))
    sizes = dict(zip(information.names, information.sizes, strict=True))
    assert [each.kind for each in found] == ["absorbed"] * 3 + ["scale"]
    assert {name for each in found[:3] for name in each.of} == {"mu.A", "mu.B", "interaction.A.B"}
    scale = found[3].of
    assert scale["scale.A"] / scale["scale.B"] == pytest.approx(sizes["scale.A"] / sizes["scale.B"], rel=1e-3)


def test_bases_that_occur_together_only_are_told_by_their_sum():
    # wherever P[1] is mutated to its first other base, P[3] is to its first, and nowhere else
    problem, best = case(ONE_SITE, 5, change=tied)
    names = element_names(problem)
    one, other = (next(name for name in names if name.startswith(f"P[{position}]")) for position in (1, 3))
    kinds = [(each.kind, dict(each.of)) for each in together(problem, best)]
    assert kinds[0] == ("confounded", pytest.approx({one: 1, other: -1}, abs=1e-3))
    assert [kind for kind, _ in kinds[1:]] == ["absorbed", "scale"]


def test_elements_of_rna_are_named_with_u():
    problem, _ = case(f"alphabet: rna\n{ONE_SITE}", 5)
    names = element_names(problem)
    assert any(name.endswith("U") for name in names)
    assert not any("T" in name for name in names)


def tied(letters):
    wild_type = random_letters(1, 5, seed=5)[0]
    first = [next(base for base in range(4) if base != wild_type[position]) for position in (1, 3)]
    letters[:, 3] = np.where(letters[:, 3] == first[1], wild_type[3], letters[:, 3])
    return np.where((np.arange(5) == 3) & (letters[:, [1]] == first[0]), first[1], letters).astype(np.uint8)


def together(problem, best):
    information = information_of(problem, best)
    return null_directions(problem, best, information, named(information))


def test_a_position_that_no_variant_shares_with_the_reference_trades_with_the_chemical_potential():
    # at base 6, in A, all variants are mutated: a constant on its three elements is a shift of mu_A
    def never_wild_type(letters):
        wild = random_letters(1, 9, seed=5)[0][2]
        letters[:, 2] = np.where(letters[:, 2] == wild, (wild + 1) % 4, letters[:, 2])
        return letters

    problem, best = case(LAC.replace("start: 4", "start: 5"), 9, change=never_wild_type)
    found = together(problem, best)
    assert [(each.kind, dict(each.of)) for each in found] == [
        ("traded", pytest.approx({"mu.CRP": 1}, abs=1e-3)),
        ("absorbed", pytest.approx({"mu.RNAP": 1}, abs=1e-3)),
    ]
    assert found[0].shapes == pytest.approx({"CRP": 3**0.5}, abs=1e-2)


def test_named_information_is_that_of_the_marginal_covariance():
    """The other way round: the inverse of the information of all parameters, at the named parameters' rows, inverted again."""
    problem, best = case(LAC.replace("start: 4", "start: 5"), 9)
    information = information_of(problem, best)
    whole = without_measurement(problem, problem.information(best.p, best.at)).numpy()
    kept = np.arange(len(whole)) != problem.elements + problem.network.scalar_names.index("mu.RNAP")  # the null direction
    rows = [name != "mu.RNAP" for name in information.names]
    gradient = information.gradient[kept][:, rows]
    expected = np.linalg.inv(gradient.T @ np.linalg.inv(whole[kept][:, kept]) @ gradient)
    np.testing.assert_allclose(named(information).matrix[rows][:, rows], expected, rtol=1e-5, atol=1e-5 * expected.max())


@given(st.integers(0, 10_000), st.integers(1, 3))
@settings(max_examples=40, deadline=None)
def test_the_sparse_basis_does_not_depend_on_the_basis(seed, size):
    random = np.random.default_rng(seed)
    vectors = random.normal(size=(7, size)) * (random.random((7, size)) < 0.6)
    vectors[np.arange(size), np.arange(size)] = 3.0
    mixed = vectors @ (np.eye(size) + 0.5 * random.normal(size=(size, size)))
    if np.linalg.cond(mixed) > 100:
        return
    found = sparse_basis(vectors)
    np.testing.assert_allclose(sparse_basis(mixed), found, atol=1e-3)
    assert np.linalg.matrix_rank(np.concatenate([found, vectors], 1), tol=0.05) == size


def test_what_never_happens_moves_nothing():
    """R is bound once in e^40 molecules, so neither mu_R nor R's energies show: they are no shift of the latent, but flat."""
    problem, best = case(REPRESSION, 8)
    p = best.p.clone()
    p[problem.elements + problem.network.scalar_names.index("mu.R")] = 40.0
    found = together(problem, Optimum(p, problem.evaluate(p), 0, True))
    kinds = {name: each.kind for each in found for name in each.of}
    assert kinds["mu.P"] == "absorbed"
    assert kinds["mu.R"] == "flat"
    assert {kind for name, kind in kinds.items() if name.startswith("R[")} == {"flat"}
