"""A model told layer by layer."""

from promoters import LAC, spec_of

from cisphys.models.describe import LAYERS, describe, description_table, description_text
from cisphys.models.network import network_of

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
    assert [layer for layer in LAYERS if layer in layers] == list(dict.fromkeys(layers)) == list(LAYERS)


def test_a_linear_model_has_no_states():
    text = description_text(network_of(spec_of("type: additive\n").for_length(5)))
    assert text.split("\n\n")[-1] == "rate\n  u = -e(sequence): any monotone function of the rate\n"
    assert "theta.sequence [free, 20 values, kT]: energy matrix, 0 for the wild type; read at [0:5)+" in text
    assert "states" not in text
