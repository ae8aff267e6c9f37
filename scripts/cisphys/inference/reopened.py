"""A fit taken up again from its folder, to ask more of it: errors, recovery, what the model lacks.

``optimum.safetensors`` holds p (size,), float64, as `cisphys.inference.problem` lays it out: with the same variants, the
objective there is that of the fit to the last bit.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file

from cisphys.dna import encode
from cisphys.errors import InputError
from cisphys.inference.dataset import Dataset
from cisphys.inference.newton import Optimum
from cisphys.inference.problem import Problem
from cisphys.models.families import network_of
from cisphys.models.language import build_spec
from cisphys.models.network import Network
from cisphys.models.saved import MODEL, SUMMARY
from cisphys.models.spec import BLACK_BOX
from cisphys.yaml_lines import load_yaml

OPTIMUM = "optimum.safetensors"


@dataclass(frozen=True)
class Reopened:
    """A fit as it was when it ended.

    `problem` holds the training data, `best` its optimum; `datasets` all variants, and `summary` what summary.json says.
    """

    network: Network
    problem: Problem
    best: Optimum
    datasets: Sequence[Dataset]
    summary: dict[str, Any] = field(repr=False)

    def part(self, name: str) -> list[Dataset]:
        """Return the variants of one part of the split, per dataset."""
        return [dataset.only(name) for dataset in self.datasets]


def reopen(folder: str | Path, datasets: Sequence[Dataset]) -> Reopened:
    """Take up a fit again.

    Parameters
    ----------
    folder : the fit's folder
    datasets : all variants that it was fitted to, validated on and tested on, in the fit's order

    Raises
    ------
    InputError : the fit is a black box, or is one of other datasets or of other variants
    """
    folder = Path(folder)
    summary = json.loads((folder / SUMMARY).read_text(encoding="utf-8"))
    spec = build_spec(*load_yaml(folder / MODEL)).for_length(len(summary["wild_type"]))
    if spec.family == BLACK_BOX:
        raise InputError("a black box has no optimum to take up again", path=folder, remedy="Ask this of a declared network")
    if list(summary["datasets"]) != [dataset.name for dataset in datasets]:
        fitted = ", ".join(summary["datasets"])
        raise InputError(f"the fit is of the datasets {fitted}", path=folder, remedy="Give these, in this order")
    network = network_of(spec, summary["condition_levels"])
    reference = encode([summary["wild_type"]])[0]
    training = [dataset.only("training") for dataset in datasets]
    problem = Problem(network, training, reference, summary["ridge"], summary["spline"])
    p = load_file(folder / OPTIMUM)["p"].to(torch.get_default_device())
    if len(p) != problem.size:
        raise InputError("the fit is of other variants or of another version", path=folder / OPTIMUM, remedy="Fit again")
    return Reopened(network, problem, Optimum(p, problem.evaluate(p), 0, summary["converged"]), datasets, summary)
