"""The models that the common battery is run on: every file of config/models, and some that use what those leave out."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import yaml

from cisphys.dna import decode
from cisphys.models.language import build_spec
from cisphys.models.spec import NetworkSpec
from cisphys.models.unfitted import unfitted_network
from cisphys.yaml_lines import Lines

SHIPPED = sorted((Path(__file__).parents[2] / "config/models").glob("*.yaml"))
LENGTH = 20  # of variants whose length the model does not say
VALUES = ("0.5", "4")  # of every condition column
MADE_UP = {
    "offsets, both strands, concentration": """
type: thermodynamic
sites:
  A: {start: 1, stop: 5, strand: both, offsets: [0, 3, 7], chemical_potential: {concentration: dose}}
  P: {start: 12, stop: 18, strand: "-"}
interactions: [[A, P]]
states: every
transcribes: [P, A+P]
""",
    "spacer, conditions, free rates": """
type: thermodynamic
sites:
  R: {start: 0, stop: 4, chemical_potential: {by: strain}, mutants: strengthen}
  P: {boxes: {minus35: {start: 4, stop: 8}, minus10: {length: 5}}, spacer: {lengths: [3, 4, 6], usual: 4}}
exclusions: [[R, P]]
states: every
transcribes: {P: 2, R: 0.5}
basal: free
""",
    "spacer on the other strand": """
type: thermodynamic
sites:
  P: {boxes: {far: {start: 12, stop: 17}, near: {length: 4}}, spacer: {lengths: [2, 3]}, strand: "-"}
states: {off: [], on: [P]}
transcribes: [on]
""",
    "three partners, rates that differ": """
type: thermodynamic
sites:
  A: {start: 0, stop: 4, chemical_potential: {by: strain}}
  B: {start: 5, stop: 9}
  P: {start: 8, stop: 14}
interactions: [[A, P], [B, P], [A, B, P]]
states: {bare: [], a: [A], b: [B], p: [P], ap: [A, P], bp: [B, P], abp: [A, B, P]}
transcribes: {p: 0.2, ap: free, bp: 1, abp: 1}
basal: 0.01
""",
    "an exclusion": """
type: thermodynamic
sites:
  A: {start: 0, stop: 4}
  P: {start: 4, stop: 10, strand: "-"}
  R: {start: 8, stop: 12}
interactions: [[A, P]]
exclusions: [[P, R]]
states: every
transcribes: [P, A+P]
""",
    "additive part": "type: additive\nstart: 2\nstop: 15\n",
    "neighbours": "type: neighbour\nstop: 6\n",
    "all pairs": "type: pairwise\nstart: 3\nstop: 7\n",
}


@dataclass(frozen=True)
class Case:
    """A model as its YAML says it, with states listed one by one."""

    name: str
    data: dict

    @cached_property
    def spec(self) -> NetworkSpec:
        """The declaration."""
        return build_spec(self.data, Lines.at(self.name))

    @property
    def length(self) -> int:
        """A length that the model's variants may have."""
        return len(self.spec.wild_type or "") or self.spec.variant_length or LENGTH

    @cached_property
    def conditions(self) -> list[dict[str, str]]:
        """Two conditions that differ in every column that the model depends on."""
        columns = [*self.spec.condition_columns, *self.spec.concentration_columns]
        return [dict.fromkeys(columns, value) for value in VALUES]

    def blank(self, length: int | None = None):
        """Return its network with all parameters 0."""
        return unfitted_network(self.spec, self.conditions, length or self.length, self.name)

    def values(self, seed: int = 1) -> dict[str, np.ndarray]:
        """Return random parameters by their saved names."""
        random = np.random.default_rng(seed)
        return {name: random.normal(0, 0.7, tuple(value.shape)) for name, value in self.blank().named_values().items()}

    def network(self, values: dict | None = None):
        """Return its network with these parameters, or random ones."""
        made = self.blank()
        made.set_values(self.values() if values is None else values)
        return made

    def letters(self, variants: int = 24, seed: int = 2) -> np.ndarray:
        """Return random variants (variants, length) as 0..3."""
        return np.random.default_rng(seed).integers(0, 4, (variants, self.length)).astype(np.uint8)

    def sequences(self, letters: np.ndarray) -> list[str]:
        """Return variants as text in the model's alphabet."""
        texts = map(decode, letters)
        return [text.replace("T", "U") for text in texts] if self.spec.alphabet == "rna" else list(texts)


def listed(name: str, data: dict) -> Case:
    """Return the case of a model: states one by one, so that sites may change their names and their order."""
    spec = Case(name, data).spec
    if spec.states:
        data = data | {"states": {state: list(members) for state, members in spec.states.items()}}
    if spec.family == "kinetic" and spec.kinetics.time_unit:
        data = data | {"time_unit": spec.kinetics.time_unit}
    return Case(name, data)


CASES = [listed(path.stem, yaml.safe_load(path.read_text())) for path in SHIPPED]
CASES += [listed(name, yaml.safe_load(text)) for name, text in MADE_UP.items()]
