"""Binding energies of a dataset's variants and of its wild type, by which the landscape of a fit is drawn.

e_k(x) is the binding energy of site k without its chemical potential (`cisphys.models.network`), in kT. Where parameters that the
data do not pin enter it, such as the cost of a spacer, its value rests on them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import torch
from torch import Tensor

from cisphys.inference.dataset import Dataset
from cisphys.inference.fit import Fit
from cisphys.models.network import Network

MOST = 20_000  # variants, evenly spaced among all of a dataset, that tables of the library are of
SPREAD = (2.5, 16, 50, 84, 97.5)  # percentiles over the library
SPREAD_COLUMNS = [f"library_{percent:g}" for percent in SPREAD]
_TOLD = 0.05  # kT, changes of an energy that are no reason to call it unknown


@dataclass(frozen=True)
class LibraryEnergies:
    """Binding energies e of training variants (variants, sites) and of the wild type (1, sites), in kT.

    `scalars` (1, local) hold under the dataset's conditions; `scalar_names` are the names that parameters.tsv has for them.
    """

    dataset: str
    variants: Tensor
    wild_type: Tensor
    scalars: Tensor
    scalar_names: Sequence[str]


@torch.no_grad()
def library_energies(fit: Fit, dataset: Dataset) -> LibraryEnergies:
    """Return the energies that a fit gives a dataset's training variants, at most `MOST` of them, and the wild type."""
    network = fit.network
    scalars = network.local_scalars(dataset.conditions)
    letters = sampled(dataset.only("training").letters), fit.problem.reference[None]
    energies = (network.site_energies(network.placed_energies(each), scalars) for each in letters)
    names = [network.scalar_names[number] for number in network.scalar_index(dataset.conditions)]
    return LibraryEnergies(dataset.name, *energies, scalars, names)


def sampled(letters: np.ndarray) -> np.ndarray:
    """Return at most `MOST` of the variants (variants, length), evenly spaced."""
    return letters[:: max(-(-len(letters) // MOST), 1)]


def spread(values: Tensor) -> dict[str, np.ndarray]:
    """Return the percentiles of values (variants, columns) by the names of their columns of a table."""
    return dict(zip(SPREAD_COLUMNS, np.percentile(values.numpy(force=True), SPREAD, axis=0), strict=True))


def not_pinned(network: Network, parameters: pd.DataFrame) -> set[str]:
    """Return the named parameters that parameters.tsv gives no value of."""
    return set(parameters.loc[parameters["value"].isna(), "name"]) & set(network.scalar_names)


@torch.no_grad()
def energies_rest_on(fit: Fit, parameters: pd.DataFrame) -> dict[str, list[str]]:
    """Return, by site, the costs of spacers that the data do not pin and that the wild type's binding energy rests on.

    A cost that the data bound below is no such reason where that keeps the spacing from changing the energy by 0.05 kT.
    """
    network, unknown = fit.network, not_pinned(fit.network, parameters)
    placed, scalars = network.placed_energies(fit.problem.reference[None]), network.local_names
    lowest = dict(zip(parameters["name"], parameters["low95"].fillna(-np.inf), strict=True))
    values = network.named_values()
    local = torch.stack([values.get(name, torch.zeros(())) for name in scalars])[None].to(placed)
    found = {}
    for number, site in enumerate(network.spec.sites):
        costs = network.mode_spacers(number)
        energies = network.mode_energies(number, placed, local)[:, 0].numpy(force=True)
        found[site.name] = _unsettled(energies, costs, {name: lowest[name] - float(values[name]) for name in unknown & {*costs}})
    return found


def _unsettled(energies: np.ndarray, costs: Sequence[str | None], slack: Mapping[str, float]) -> list[str]:
    """Return the names in `slack` (kT by which a mode's energy may be lower) where their modes may change the sum over modes."""
    told = np.array([name not in slack for name in costs])
    lowest = energies + np.array([slack.get(name, 0.0) for name in costs])
    change = np.logaddexp.reduce(-lowest) - np.logaddexp.reduce(-energies[told])
    return [] if change < _TOLD else sorted(slack)
