"""A fit as a folder of plain files that need no code of ours to be read: YAML, safetensors, TSV and JSON.

parameters.safetensors holds ``theta.<site>`` (length, 4), 5' to 3' on the site's strand and zero at the wild type;
``mu.<site>[.<condition>]``, which so is the binding energy of the wild type; ``interaction.<a>.<b>``; and per dataset
``measurement.<dataset>.mean`` and ``.sd`` of the latent, with ``.spline`` (functions, bins) of sorted bins, or ``.curve``
(functions,) of log RNA/DNA or of values. Energies are in kT.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import load_file

from cisphys.dna import encode
from cisphys.errors import InputError, nearest
from cisphys.inference.curve import read_spline
from cisphys.inference.sorted_bins import log_p_bins
from cisphys.models.families import network_of
from cisphys.models.language import build_spec
from cisphys.models.network import Network
from cisphys.yaml_lines import load_yaml

MODEL, PARAMETERS, SUMMARY = "model.yaml", "parameters.safetensors", "summary.json"


@dataclass(frozen=True)
class Measurement:
    """What is measured at a latent u in one dataset.

    `kind` is sorted_bins (also where a fit of version 0.1 says none), rna_dna or continuous; `bins` the bins' numbers; `values`
    the parameters by their saved names.
    """

    kind: str
    bins: tuple[int, ...]
    values: Mapping[str, torch.Tensor]

    def predict(self, u: torch.Tensor) -> torch.Tensor:
        """Return for latents u (variants,): p(bin | u) (variants, bins), RNA/DNA beside that of the totals, or y (variants,)."""
        v = (u - self.values["mean"]) / self.values["sd"]
        if self.kind == "sorted_bins":
            return log_p_bins(self.values["spline"], v).exp()
        curve = read_spline(self.values["curve"], v)
        return (curve - self.values["depth"]).exp() if self.kind == "rna_dna" else curve


@dataclass(frozen=True)
class SavedFit:
    """A fit read back from its folder.

    Use as::

        fit = load_fit("results/lac_sortseq/fits/lac_thermodynamic.full-wt")
        energies = fit.energies(["AATTAATGTGAG..."])       # (variants, sites), kT
        rates = fit.rates(["AATTAATGTGAG..."])             # (variants,)
        bins = fit.predict(["AATTAATGTGAG..."], "full-wt")  # (variants, bins)
    """

    network: Network
    measurements: Mapping[str, Measurement]
    summary: Mapping[str, Any]

    @torch.no_grad()
    def energies(self, sequences: Sequence[str], dataset: str | None = None) -> np.ndarray:
        """Return G (variants, sites) in kT, under the conditions of a dataset (the first if None)."""
        return self.network.energies(*self._given(sequences, dataset)).numpy(force=True)

    @torch.no_grad()
    def occupancies(self, sequences: Sequence[str], dataset: str | None = None) -> np.ndarray:
        """Return the probability of each state, (variants, states)."""
        self._check_states()
        return self.network.occupancies(*self._given(sequences, dataset)).numpy(force=True)

    @torch.no_grad()
    def latent(self, sequences: Sequence[str], dataset: str | None = None) -> np.ndarray:
        """Return u (variants,)."""
        return self.network(*self._given(sequences, dataset)).numpy(force=True)

    def rates(self, sequences: Sequence[str], dataset: str | None = None) -> np.ndarray:
        """Return the transcription rate (variants,).

        Where all states that transcribe do so at one rate, it is told between its bounds: 0 is the basal, 1 the highest rate.
        Where rates differ it is in their unit: the highest rate given, or the unit of time of a kinetic model.
        """
        self._check_states()
        u = torch.as_tensor(self.latent(sequences, dataset))
        return (torch.sigmoid(u) if self.network.spec.tied else u.exp()).numpy(force=True)

    def predict(self, sequences: Sequence[str], dataset: str | None = None) -> np.ndarray:
        """Return what is measured: p(bin | variant) (variants, bins), or RNA/DNA or y (variants,); see `Measurement`."""
        measurement = self.measurements[dataset or next(iter(self.measurements))]
        return measurement.predict(torch.as_tensor(self.latent(sequences, dataset))).numpy(force=True)

    @property
    def length(self) -> int:
        """The length of the variants that the fit is of."""
        return len(self.summary["wild_type"])

    def _check_states(self) -> None:
        if not self.network.spec.states:
            raise InputError(
                f"a model of type {self.network.spec.family} has no states", remedy="Ask it for `latent` or `predict`"
            )

    def _given(self, sequences: Sequence[str], dataset: str | None) -> tuple[np.ndarray, Mapping[str, str]]:
        """Return the bases (variants, length) and the conditions of a dataset."""
        if dataset not in (None, *self.measurements):
            raise InputError(f"the fit has no dataset '{dataset}' ({nearest(dataset, self.measurements)})")
        conditions = self.summary["datasets"][dataset or next(iter(self.measurements))]["conditions"]
        if not len(sequences):
            return np.empty((0, self.length), np.uint8), conditions
        letters = encode(list(sequences), alphabet=self.network.spec.alphabet)
        if letters.shape[1] != self.length:
            raise InputError(f"the sequences have {letters.shape[1]} bases, where the variants of the fit have {self.length}")
        return letters, conditions


def load_fit(folder: str | Path) -> SavedFit:
    """Read a fit's folder.

    Raises
    ------
    InputError : a file is missing
    """
    folder = Path(folder)
    for name in (MODEL, PARAMETERS, SUMMARY):
        if not (folder / name).is_file():
            raise InputError(f"this is no fit: it lacks {name}", path=folder, remedy="Name the folder of a fit")
    summary = json.loads((folder / SUMMARY).read_text())
    spec = build_spec(*load_yaml(folder / MODEL)).for_length(len(summary["wild_type"]))
    values = load_file(folder / PARAMETERS)
    network = network_of(spec, summary["condition_levels"])
    network.set_values(values)
    measurements = {
        name: Measurement(entry.get("kind", "sorted_bins"), tuple(entry.get("bins", ())), _measured(values, name))
        for name, entry in summary["datasets"].items()
    }
    return SavedFit(network, measurements, summary)


def _measured(values: Mapping[str, torch.Tensor], dataset: str) -> dict[str, torch.Tensor]:
    start = f"measurement.{dataset}."
    return {name.removeprefix(start): value for name, value in values.items() if name.startswith(start)}
