"""Where sites lie, and what a network reads there, against sums written out by hand."""

import numpy as np
import pytest
import torch
from promoters import LEVELS, random_letters, spec_of
from scipy.special import logsumexp

from cisphys.errors import InputError
from cisphys.models.families import network_of
from cisphys.models.spec import ABSENT

SPACED = """\
type: thermodynamic
sites:
  P: {boxes: {far: {start: 2, stop: 5}, near: {length: 2}}, spacer: {lengths: [3, 4, 5]}}
states: {off: [], on: [P]}
transcribes: [on]
"""
WANDERING = """\
type: thermodynamic
sites:
  A: {start: 1, stop: 4, strand: both, offsets: [2, 0]}
  P: {start: 6, stop: 10, chemical_potential: {concentration: dose}}
interactions: [[A, P]]
states: every
transcribes: {P: 2, A+P: free}
basal: 0.1
"""


def spans(site):
    return [[(place.start, place.stop, place.strand) for place in mode.placements] for mode in site.modes]


def random_network(text, seed=1):
    network = network_of(spec_of(text))
    random = np.random.default_rng(seed)
    network.set_values({name: random.normal(0, 1.5, value.shape) for name, value in network.named_values().items()})
    return network, {name: value.numpy() for name, value in network.named_values().items()}


def read(theta, letters, start, stop, strand):
    """Return the energies (variants,) that a matrix reads at [start, stop)."""
    bases = letters[:, start:stop] if strand == "+" else 3 - letters[:, start:stop][:, ::-1]
    return np.array([sum(theta[i, base] for i, base in enumerate(row)) for row in bases])


def test_boxes_move_with_the_spacer():
    (site,) = spec_of(SPACED).sites
    # the middle length is usual: [2:5) 4 bases [9:11)
    assert (site.start, site.stop, site.spacers) == (2, 11, (4, 3, 5))
    assert spans(site) == [
        [(2, 5, "+"), (9, 11, "+")],
        [(2, 5, "+"), (8, 10, "+")],
        [(2, 5, "+"), (10, 12, "+")],
    ]
    assert site.footprint == (2, 12)
    assert [block.name for block in site.blocks] == ["P.far", "P.near"]


def test_on_the_minus_strand_the_second_box_lies_to_the_left():
    (site,) = spec_of(SPACED.replace("start: 2, stop: 5", "start: 8, stop: 11").replace("spacer:", 'strand: "-", spacer:')).sites
    assert spans(site)[0] == [(8, 11, "-"), (2, 4, "-")]
    assert spans(site)[2] == [(8, 11, "-"), (1, 3, "-")]  # spacer 5


def test_on_both_strands_the_footprint_stays():
    (site,) = spec_of(SPACED.replace("spacer:", "strand: both, spacer:")).sites
    # footprint [2:11): turned round, the first box lies at its end and the second at its beginning
    assert spans(site)[:2] == [[(2, 5, "+"), (9, 11, "+")], [(8, 11, "-"), (2, 4, "-")]]
    assert spans(site)[5] == [(9, 12, "-"), (2, 4, "-")]  # spacer 5: footprint [2:12)


def test_registers_favour_each_spacing_in_turn():
    network, _ = random_network(SPACED.replace("spacer:", "strand: both, spacer:"))
    assert network.registers() == [(4,), (3,), (5,)]
    assert network.register_weights((4,)) == [0.5, 0.5, 0.5, 0.5] + [0.0] * 8  # both boxes on either strand
    assert network.register_weights((5,)) == [0.0] * 8 + [0.5, 0.5, 0.5, 0.5]
    assert network.spacer_costs((4,)) == {"spacer.P.3": 2.0, "spacer.P.5": 2.0}
    assert network.spacer_costs((5,)) == {"spacer.P.3": 0.0, "spacer.P.5": -2.0}  # the usual one costs 0 always
    wandering, _ = random_network(WANDERING)
    assert wandering.registers() == [(None, None)]
    assert wandering.register_weights((None, None)) == [0.25, 0.25, 0.25, 0.25, 1.0]


def test_energy_of_a_site_with_a_spacer():
    network, values = random_network(SPACED)
    letters = random_letters(20, 14)
    far, near = values["theta.P.far"], values["theta.P.near"]
    costs = {3: values["spacer.P.3"], 4: 0.0, 5: values["spacer.P.5"]}
    modes = [-(read(far, letters, 2, 5, "+") + read(near, letters, 5 + n, 7 + n, "+") + cost) for n, cost in costs.items()]
    G = values["mu.P"] - logsumexp(modes, axis=0)
    with torch.no_grad():
        np.testing.assert_allclose(network.energies(letters)[:, 0], G, atol=1e-12)
        np.testing.assert_allclose(network(letters), -G, atol=1e-12)


def test_offsets_strands_concentration_and_rates():
    network, values = random_network(WANDERING)
    letters, dose = random_letters(20, 12), 2.5
    places = [(start, start + 3, strand) for start in (3, 1) for strand in "+-"]
    G_A = values["mu.A"] - logsumexp([-read(values["theta.A"], letters, *place) for place in places], axis=0)
    G_P = values["mu.P"] - np.log(dose) + read(values["theta.P"], letters, 6, 10, "+")
    G_I = values["interaction.A.P"]
    W = np.exp([np.zeros(20), -G_A, -G_P, -G_A - G_P - G_I])
    t = np.array([0.05, 0.05, 1, np.exp(values["log_rate.A+P"])])  # in units of P's 2
    with torch.no_grad():
        conditions = {"dose": str(dose)}
        np.testing.assert_allclose(network.occupancies(letters, conditions), (W / W.sum(0)).T, atol=1e-12)
        np.testing.assert_allclose(network(letters, conditions), np.log(t @ W / W.sum(0)), atol=1e-12)


def test_what_is_absent_does_not_bind():
    network, _ = random_network(WANDERING)
    with torch.no_grad():
        bound = network.occupancies(random_letters(20, 12), {"dose": "0"})[:, [2, 3]]
    assert bound.max() < np.exp(-ABSENT / 2)


@pytest.mark.parametrize("dose", ["-1", "high", "nan"])
def test_a_concentration_is_a_number_of_0_or_more(dose):
    with pytest.raises(InputError, match=f"'{dose}' in column 'dose' is no concentration"):
        random_network(WANDERING)[0].local_scalars({"dose": dose})


def test_slopes_of_all_modes_against_finite_differences():
    network, _ = random_network(WANDERING, seed=2)
    placed = network.placed_energies(random_letters(5, 12)).detach()
    scalars = network.local_scalars({"dose": "3"}).detach()
    assert torch.autograd.gradcheck(network.latent, (placed.requires_grad_(), scalars.requires_grad_()))


def test_higher_order_interaction_counts_where_all_partners_are_bound():
    text = """\
sites: {A: {start: 0, stop: 2}, B: {start: 2, stop: 4}, P: {start: 4, stop: 6}}
interactions: [[A, P], [A, B, P]]
exclusions: []
states: every
transcribes: [P, A+P, B+P, A+B+P]
"""
    spec = spec_of(text)
    assert list(spec.states) == ["empty", "A", "B", "P", "A+B", "A+P", "B+P", "A+B+P"]
    np.testing.assert_array_equal(spec.interacting().T, [[0, 0, 0, 0, 0, 1, 0, 1], [0, 0, 0, 0, 0, 0, 0, 1]])


def test_every_state_but_those_that_are_excluded():
    text = "sites: {A: {start: 0, stop: 2}, B: {start: 2, stop: 4}}\nexclusions: [[A, B]]\nstates: every\ntranscribes: [A]\n"
    assert spec_of(text).states == {"empty": (), "A": ("A",), "B": ("B",)}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (SPACED.replace("stop: 5}, near", "}, near"), "box 'far' needs a start, and a stop after it"),
        (SPACED.replace("length: 2", "start: 9"), "box 'near' needs a length"),
        (SPACED.replace(", spacer: {lengths: [3, 4, 5]}", ""), "site 'P' needs two boxes and a spacer"),
        (SPACED.replace("[3, 4, 5]", "[3, 3]"), "spacer of site 'P' '3' is given twice"),
        (SPACED.replace("[3, 4, 5]", "[3, 5], usual: 4"), "the usual spacer 4 of site 'P' is none of its lengths"),
        (SPACED.replace("{boxes", "{start: 1, boxes"), "'start' means nothing in site 'P' with boxes"),
        (WANDERING.replace("[2, 0]", "[2, 2]"), "offset of site 'A' '2' is given twice"),
        (WANDERING.replace("{concentration: dose}", "{concentration: dose, by: dose}"), "either 'by' or 'concentration'"),
        (WANDERING.replace("states: every", "states: every\nexclusions: [[A, P]]"), "no state binds both A and P"),
        (WANDERING.replace("P: 2", "P: free"), "all transcription rates are free"),
        (WANDERING.replace("{P: 2, A+P: free}", "{P: 0}"), "no state transcribes"),
        ("type: additive\nstates: {a: []}\n", "'states' means nothing in additive"),
        ("type: additive\nstart: 4\nstop: 4\n", "stops at 4, which is not after its start 4"),
        (SPACED.replace("transcribes: [on]\n", ""), "the key 'transcribes' is missing"),
    ],
)
def test_mistakes_are_named(text, words):
    with pytest.raises(InputError) as caught:
        spec_of(text)
    assert words in str(caught.value)


@pytest.mark.parametrize(("text", "length", "fits"), [(SPACED, 12, True), (SPACED, 11, False), ("type: additive\n", 3, True)])
def test_all_modes_lie_on_the_variant(text, length, fits):
    spec = spec_of(text)
    if fits:
        spec.check_length(length, "model.yaml")
    else:
        with pytest.raises(InputError, match=r"site P \[2:12\) reaches beyond the variants' 11 bases"):
            spec.check_length(length, "model.yaml")


def test_a_linear_model_reads_the_whole_variant():
    network = network_of(spec_of("type: additive\nstart: 2\n").for_length(7), LEVELS)
    theta = np.random.default_rng(3).normal(0, 1, (5, 4))
    network.set_values({"theta.sequence": theta})
    letters = random_letters(9, 7)
    with torch.no_grad():
        np.testing.assert_allclose(network(letters), -read(theta, letters, 2, 7, "+"), atol=1e-12)
