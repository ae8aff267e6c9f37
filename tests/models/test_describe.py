"""A model told layer by layer."""

import pytest
from kinetic_models import ACTIVATOR
from promoters import LAC, TWO_SITES, spec_of

from cisphys.errors import InputError
from cisphys.models.describe import LAYERS, describe, description_table, description_text
from cisphys.models.families import network_of
from cisphys.models.unfitted import unfitted_network

MANY_WAYS = """\
type: thermodynamic
sites:
  A: {start: 0, stop: 3, strand: both, chemical_potential: {by: dose}}
  P: {boxes: {far: {start: 2, stop: 5}, near: {length: 2}}, spacer: {lengths: [3, 4]}}
interactions: [[A, P]]
states: every
transcribes: {P: 1, A+P: free}
basal: free
"""


def weights(network):
    return {node.weight: node for node in describe(network) if node.weight}


def test_every_parameter_of_the_network_is_told_with_its_size():
    network = network_of(spec_of(MANY_WAYS), {"dose": ["0", "10"]})
    told, values = weights(network), network.named_values()
    assert set(told) == set(values)
    assert {name: told[name].values for name in values} == {name: value.numel() for name, value in values.items()}
    assert told["theta.A"].meaning.endswith("read at [0:3)+, [0:3)-")
    assert told["mu.A.10"].node == "G(A, 10)"
    assert told["log_rate.basal"].status == "tied"  # empty and A share it


def test_lac_as_the_paper_writes_it():
    nodes = {node.node: node for node in describe(network_of(spec_of(LAC)))}
    assert nodes["E(CRP+RNAP)"].formula == "G(CRP) + G(RNAP) + I(CRP, RNAP)"
    assert nodes["E(empty)"].formula == "0"
    assert (nodes["t(RNAP)"].weight, nodes["t(CRP)"].weight) == ("t_sat", "t_bg")
    assert nodes["t(RNAP)"].status == "tied"


def test_layers_follow_one_another():
    layers = description_table(network_of(spec_of(LAC)))["layer"].tolist()
    assert list(dict.fromkeys(layers)) == [layer for layer in LAYERS if layer not in ("hidden", "log rates")]
    layers = description_table(network_of(spec_of(ACTIVATOR)))["layer"].tolist()
    assert list(dict.fromkeys(layers)) == [layer for layer in LAYERS if layer != "hidden"]


def test_a_kinetic_model_is_told_by_its_diagrams():
    network = network_of(spec_of(ACTIVATOR))
    nodes = {node.node: node for node in describe(network)}
    assert nodes["log k(A+P -> A, unbinds P)"].formula == "log_rate.P + e.P + interaction.A.P"
    assert nodes["log k(P -> empty, rate escape)"].formula == "0"
    assert nodes["W(A+P)"].formula.count(" + k(") == 3  # four diagrams
    assert "k(empty -> A) k(A -> A+P) k(P -> A+P)" in nodes["W(A+P)"].formula
    assert nodes["t"].formula == "k(P -> empty, rate escape) P(P) + k(A+P -> A, rate escape) P(A+P)"
    assert set(weights(network)) == set(network.named_values())


def test_a_linear_model_has_no_states():
    text = description_text(network_of(spec_of("type: additive\n").for_length(5)))
    assert text.split("\n\n")[-1] == "rate\n  u = -e(sequence): any monotone function of the rate\n"
    assert "theta.sequence [free, 20 values, kT]: energy matrix, 0 for the wild type; read at [0:5)+" in text
    assert "states" not in text


def test_before_any_data_conditions_are_those_of_the_datasets():
    spec = spec_of(TWO_SITES)
    told = [unfitted_network(spec, conditions, None, "m").scalar_names[:2] for conditions in ([{"dose": 0.5}, {"dose": 2.0}], [])]
    assert told == [["mu.A.0.5", "mu.A.2"], ["mu.A.<dose>", "mu.P"]]


def test_before_any_data_a_model_of_whole_variants_needs_their_length():
    with pytest.raises(InputError, match=r"m.yaml: the model reads whole variants, and nothing says how long they are"):
        unfitted_network(spec_of("type: additive\n"), [], None, "m.yaml")
    for text, length in (("", 7), ("variant_length: 7\n", None), ("wild_type: ACGTACG\n", None)):
        (block,) = unfitted_network(spec_of(f"type: additive\n{text}"), [], length, "m.yaml").blocks
        assert block.length == 7


def test_before_any_data_sites_must_lie_on_the_variant():
    with pytest.raises(InputError, match=r"m.yaml: site P \[10:16\) reaches beyond the variants' 12 bases"):
        unfitted_network(spec_of(TWO_SITES), [], 12, "m.yaml")
