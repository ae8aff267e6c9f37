"""A model as the network that it is: its nodes, layer by layer, what their weights mean, their unit, and which are free."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from cisphys.files import write_text
from cisphys.models.kinetics import Kinetics
from cisphys.models.king_altman import diagrams, spelled
from cisphys.models.spec import BLACK_BOX, FREE, LINEAR, NetworkSpec
from cisphys.tables import write_table

if TYPE_CHECKING:  # the report has words of this module, and no torch
    from cisphys.models.network import Network

LAYERS = ("sequence", "hidden", "energies", "log rates", "states", "occupancies", "rate")
LINEAR_WORDS = {
    "additive": "bases",
    "neighbour": "bases and pairs of neighbouring bases",
    "pairwise": "bases and all pairs of bases",
}
PAIR_WORDS = {
    "neighbour": "energies of neighbouring bases, 0 where one is the wild type's",
    "pairwise": "energies of any two bases, 0 where one is the wild type's",
}
_MOST_SPELLED = 5  # states of a kinetic model whose diagrams are written out
_WORDS = {
    "energy_scale": "scale of the energies (standard deviation of the latent)",
    "t_sat": "highest transcription rate",
    "t_bg": "basal transcription rate",
}


@dataclass(frozen=True)
class Node:
    """One node: how it follows from the layer before, and the weight that this takes.

    `status` is ``free`` (fitted), ``fixed`` (by the declaration) or ``tied`` (one value for several nodes); `weight` is empty
    where there is none to name. `values` counts the numbers that the weight holds.
    """

    layer: str
    node: str
    formula: str
    weight: str = ""
    meaning: str = ""
    unit: str = ""
    status: str = "fixed"
    values: int = 0


def parameter_in_words(name: str) -> str:
    """Say what a parameter is: ``interaction.CRP.RNAP`` -> interaction of CRP and RNAP."""
    first, less, second = name.partition(" - ")
    if less and first.startswith(("mu.", "log_rate.")):
        return f"{parameter_in_words(first)}, less {parameter_in_words(second)}"
    if name.startswith("affinity "):
        return f"affinity of the cycle {name.removeprefix('affinity ')}, on the wild type"
    kind, *rest = name.split(".")
    if kind == "mu":
        under = f" at {'.'.join(rest[1:])}" if len(rest) > 1 else ""
        return f"free energy of {rest[0]} on the wild type{under}"
    if kind == "interaction":
        return f"interaction of {', '.join(rest[:-1])} and {rest[-1]}"
    if kind == "spacer":
        return f"energy of a spacer of {rest[-1]} bases in {rest[0]}"
    if kind == "log_rate":
        return f"logarithm of the rate of {'.'.join(rest)}, in units of the one that is held"
    if kind == "log_factor":
        return f"logarithm of the factor {'.'.join(rest)}"
    return _WORDS.get(name, name)


def describe(network: "Network") -> list[Node]:
    """Return the network's nodes in the order of `LAYERS`."""
    spec = network.spec
    sequence = Node("sequence", "x", "1 where the variant has a base at a position, else 0")
    if spec.family == BLACK_BOX:
        return [sequence, *_hidden(network)]
    nodes = [sequence, *_energies(network)]
    if spec.family in LINEAR:
        return [*nodes, Node("rate", "u", "-e(sequence): any monotone function of the rate", status="fixed")]
    return [*nodes, *(_kinetics(spec.kinetics) if spec.kinetics else (*_states(spec), *_rate(spec)))]


def description_table(network: "Network") -> pd.DataFrame:
    """Return the nodes as the table ``layer node formula weight meaning unit status values``."""
    return pd.DataFrame([vars(node) for node in describe(network)])


def description_text(network: "Network") -> str:
    """Return the nodes as text, a paragraph for each layer."""
    nodes, parts = describe(network), []
    for layer in LAYERS:
        own = [node for node in nodes if node.layer == layer]
        if own:
            parts.append("\n".join([layer, *(f"  {_line(node)}" for node in own)]))
    return "\n\n".join(parts) + "\n"


def write_description(network: "Network", text: str | Path, table: str | Path) -> None:
    """Write the nodes as text and as a table."""
    write_text(text, description_text(network))
    write_table(description_table(network), table)


def _line(node: Node) -> str:
    text = f"{node.node} = {node.formula}"
    if not node.weight:
        return text
    held = f"{node.values} values" if node.values > 1 else "1 value"
    return f"{text}\n    {node.weight} [{node.status}, {held}, {node.unit}]: {node.meaning}"


def _energies(network: "Network") -> Iterator[Node]:
    """Yield the energy of each placement, site, and site under each condition."""
    values = network.named_values()
    for number, block in enumerate(network.blocks):
        places = [place for place in network.placements if place.block == number]
        where = ", ".join(f"[{place.start}:{place.stop}){place.strand}" for place in places)
        name, meaning = f"theta.{block.name}", f"energy matrix, 0 for the wild type; read at {where}"
        formula = "sum over positions of theta[position, base]"
        yield Node("energies", f"e({block.name})", formula, name, meaning, "kT", "free", values[name].numel())
        if (name := f"pairs.{block.name}") in values:
            formula, meaning = "+ sum over pairs of positions of pairs[pair, base, base]", PAIR_WORDS[block.features]
            yield Node("energies", f"e({block.name})", formula, name, meaning, "kT", "free", values[name].numel())
    for site, modes in zip(network.spec.sites, network.modes, strict=True):
        if len(modes) > 1:
            yield Node("energies", f"e({site.name})", f"-log of the sum of exp(-energy) over {len(modes)} ways to lie")
        for length in site.spacers[1:]:
            name = f"spacer.{site.name}.{length}"
            yield Node(
                "energies", f"e({site.name}, spacer {length})", f"+ {name}", name, parameter_in_words(name), "kT", "free", 1
            )
    for name in network.scalar_names:
        kind, site, *value = name.split(".")
        if kind == "mu":
            under = f", {'.'.join(value)}" if value else ""
            yield Node("energies", f"G({site}{under})", f"e({site}) + {name}", name, parameter_in_words(name), "kT", "free", 1)


def _hidden(network: "Network") -> Iterator[Node]:
    """Yield the layers of a black box, and its output; its weights mean nothing by themselves."""
    sizes = {name: value.numel() for name, value in network.named_values().items()}
    last = len(network.spec.hidden)
    for layer in range(last):
        weight, bias = f"weight.{layer}", f"bias.{layer}"
        below = f"{weight} h{layer}" if layer else f"{weight}[:-1] x"
        node, formula = f"h{layer + 1}", f"tanh({below} + {bias})"
        yield Node("hidden", node, formula, weight, "weights of the layer", "1", "free", sizes[weight])
        yield Node("hidden", node, formula, bias, "biases of the layer", "1", "free", sizes[bias])
    name = f"weight.{last}"
    formula = f"{name} h{last} + weight.0[-1] x: any monotone function of the rate"
    yield Node(
        "rate", "u", formula, name, "weights of the output; the last ones of weight.0 are additive", "1", "free", sizes[name]
    )


def state_energy(spec: NetworkSpec, state: str) -> str:
    """Return a state's energy as a formula, ``G(A) + G(P) + I(A, P)``."""
    bound = spec.states[state]
    together = [f"I({', '.join(members)})" for members in spec.interactions if set(members) <= set(bound)]
    return " + ".join([*(f"G({site})" for site in bound), *together]) or "0"


def _states(spec: NetworkSpec) -> Iterator[Node]:
    for name in spec.interaction_names:
        weight = f"interaction.{name}"
        node = f"I({name.replace('.', ', ')})"
        yield Node("states", node, weight, weight, parameter_in_words(weight), "kT", "free", 1)
    for state in spec.states:
        yield Node("states", f"E({state})", state_energy(spec, state))
    for state in spec.states:
        yield Node("occupancies", f"P({state})", f"exp(-E({state})) / sum over states of exp(-E)")


def _kinetics(kinetics: Kinetics) -> Iterator[Node]:
    """Yield log rates, the sums over King-Altman diagrams, occupancies, and the rate of transcription."""
    for name in kinetics.scalars:
        if not name.startswith("mu."):
            unit = "kT" if name.startswith("interaction.") else "log"
            yield Node("log rates", name, name, name, parameter_in_words(name), unit, "free", 1)
    for channel in kinetics.channels:
        yield Node("log rates", f"log k({channel.name})", channel.spelled().replace("energy.", "e.") or "0")
    for state, formula in zip(kinetics.states, _diagrams(kinetics), strict=True):
        yield Node("states", f"W({state})", formula)
    for state in kinetics.states:
        yield Node("occupancies", f"P({state})", f"W({state}) / sum over states of W")
    made = (f"k({channel.name}) P({channel.source})" for channel in kinetics.channels if channel.transcribes)
    yield Node("rate", "t", " + ".join(made))


def _diagrams(kinetics: Kinetics) -> Iterator[str]:
    """Yield the King-Altman sum of each state as text, its diagrams one by one where they are few."""
    if len(kinetics.states) > _MOST_SPELLED:
        yield from ["sum over its King-Altman diagrams"] * len(kinetics.states)
        return
    for own in diagrams(len(kinetics.states), kinetics.edges):
        products = (f"k({spelled(diagram, kinetics.edges, kinetics.states).replace(', ', ') k(')})" for diagram in own)
        yield " + ".join(products)


def _rate(spec: NetworkSpec) -> Iterator[Node]:
    for state, rate in spec.rates.items():
        node = f"t({state})"
        if spec.tied:
            word, name = ("highest", "t_sat") if rate else ("basal", "t_bg")
            yield Node("rate", node, name, name, f"the {word} rate, one for all such states", "1/time", "tied", 1)
        elif rate is FREE:
            name = f"log_rate.{state}"
            yield Node("rate", node, f"exp({name})", name, parameter_in_words(name), "1", "free", 1)
        elif rate == 0 and spec.basal is FREE:
            name = "log_rate.basal"
            yield Node("rate", node, f"exp({name})", name, parameter_in_words(name), "1", "tied", 1)
        else:
            yield Node("rate", node, f"{rate or spec.basal:g}", meaning="in units of the highest rate given")
    yield Node("rate", "t", "sum over states of t(state) P(state)")


def latent_in_words(spec: NetworkSpec) -> str:
    """Say what the latent of a model is, for axes."""
    if spec.family in LINEAR:
        return "Latent u = −energy of the sequence"
    if spec.family == BLACK_BOX:
        return "Latent u = output of the black box"
    return f"Latent u = {'logit of the transcription rate between its bounds' if spec.tied else 'log of the transcription rate'}"
