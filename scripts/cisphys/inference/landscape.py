"""The energy landscape of a fit: free energies of its states and of its sites, of the wild type and over the library.

    E_s = log W_ref - log W_s      kT, against the reference: the state with the fewest proteins bound, usually the empty one

In equilibrium that is the energy of the state; out of it (kinetic models) the effective free energy -log(P_s / P_ref). Where a
parameter that the data do not pin enters an energy, that energy is not known: `rests_on` names it, and `told` is what is left of
the wild type's energy without it.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import torch
from torch import Tensor

from cisphys.inference.cycle_table import spelled
from cisphys.inference.dataset import Dataset
from cisphys.inference.fit import Fit
from cisphys.inference.landscape_plane import PLANE_COLUMNS, moves_latent, plane_table
from cisphys.inference.library_energies import (
    SPREAD_COLUMNS,
    LibraryEnergies,
    energies_rest_on,
    library_energies,
    not_pinned,
    spread,
)
from cisphys.models.kinetics import ENERGY
from cisphys.models.network import Network
from cisphys.models.spec import NetworkSpec
from cisphys.models.state_network import StateNetwork

STATE_COLUMNS = ["dataset", "state", "bound", "reference", "quantity", "wild_type", "told", "rests_on", *SPREAD_COLUMNS]
SITE_COLUMNS = ["dataset", "site", "wild_type", "rests_on", *SPREAD_COLUMNS, "moves_latent"]
EQUILIBRIUM, STEADY_STATE = "free energy", "effective free energy"


def landscape_tables(fit: Fit, datasets: Sequence[Dataset], parameters: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return, by file, the tables of states, of sites, and of the plane of two sites; a model without states has no rows.

    Parameters
    ----------
    parameters : parameters.tsv; what it gives no value of is not known
    """
    states, sites, plane = (pd.DataFrame(columns=names) for names in (STATE_COLUMNS, SITE_COLUMNS, PLANE_COLUMNS))
    if fit.network.spec.states:
        libraries = [library_energies(fit, dataset) for dataset in datasets]
        rest_on = energies_rest_on(fit, parameters)
        unknown = not_pinned(fit.network, parameters) | {f"{ENERGY}{site}" for site, names in rest_on.items() if names}
        moves = np.array([moves_latent(fit.network, library) for library in libraries])
        states = pd.concat([state_rows(fit.network, each, unknown) for each in libraries], ignore_index=True)
        sites = [_site_rows(fit.network, each, rest_on, own) for each, own in zip(libraries, moves, strict=True)]
        sites, plane = pd.concat(sites, ignore_index=True), plane_table(fit.network, libraries, moves)
    return {"landscape.tsv": states, "landscape_sites.tsv": sites, "landscape_plane.tsv.gz": plane}


def state_rows(network: StateNetwork, library: LibraryEnergies, unknown: set[str]) -> pd.DataFrame:
    """Return the rows of one dataset's states; `unknown` are parameters, and ``energy.<site>``, that the data do not pin."""
    states = network.spec.states
    reference = min(states, key=lambda state: len(states[state]))
    place = list(states).index(reference)
    variants, wild_type = (
        _free_energies(network, each, library.scalars, place) for each in (library.variants, library.wild_type)
    )
    found = {"dataset": library.dataset, "state": list(states), "bound": ["+".join(sites) for sites in states.values()]}
    found |= {"reference": reference, "quantity": STEADY_STATE if network.spec.kinetics else EQUILIBRIUM}
    rows = pd.DataFrame(found | {"wild_type": wild_type[0].numpy(force=True)} | spread(variants))
    known = _in_steady_state if network.spec.kinetics else _in_equilibrium
    rows["told"], rows["rests_on"] = known(network, library, unknown, place, rows["wild_type"].to_numpy())
    return rows[STATE_COLUMNS]


@torch.no_grad()
def _free_energies(network: StateNetwork, energies: Tensor, scalars: Tensor, reference: int) -> Tensor:
    """Return E (variants, states) from binding energies e (variants, sites)."""
    log_weights = network.log_weights(energies, scalars)
    return log_weights[:, [reference]] - log_weights


def _in_equilibrium(
    network: Network, library: LibraryEnergies, unknown: set[str], reference: int, energies: np.ndarray
) -> tuple[np.ndarray, list[str]]:
    """Return each energy (states,) without the terms that are not known, and these as a sum: ``mu.CRP + mu.RNAP``."""
    values = network.named_values() | dict(zip(_energy_names(network.spec), library.wild_type[0], strict=True))
    names = [*_energy_names(network.spec), *library.scalar_names]
    times = _coefficients(network.spec, len(library.scalar_names))
    times -= times[reference]
    open_terms = np.array([name in unknown for name in names])
    told = energies - times[:, open_terms] @ [float(values[name]) for name in names if name in unknown]
    sums = [{name: int(n) for name, n, is_open in zip(names, row, open_terms, strict=True) if is_open and n} for row in times]
    return told, [spelled(terms, 0.0) if terms else "" for terms in sums]


def _energy_names(spec: NetworkSpec) -> list[str]:
    return [f"{ENERGY}{site}" for site in spec.site_names]


def _coefficients(spec: NetworkSpec, scalars: int) -> np.ndarray:
    """Return how often sites' energies, then local scalars, are in the energies of states: (states, sites + scalars)."""
    bound, interacting = spec.bound(), spec.interacting()
    own = scalars - len(spec.sites) - sum(len(site.spacers[1:]) for site in spec.sites)
    spacers = np.zeros((len(bound), scalars - len(spec.sites) - own))
    rates = np.zeros((len(bound), own - len(spec.interactions)))
    return np.hstack([bound, bound, spacers, interacting, rates])


def _in_steady_state(
    network: Network, library: LibraryEnergies, unknown: set[str], reference: int, energies: np.ndarray
) -> tuple[np.ndarray, list[str]]:
    """Return NaN for all states but the reference where any rate rests on what is not known, and a list of that."""
    kinetics = network.spec.kinetics
    pairs = zip(network.local_names, library.scalar_names, strict=True)
    used = [*kinetics.energies, *(name for local, name in pairs if local in kinetics.scalars)]
    rests_on = ", ".join(spelled({name: 1}, 0.0) for name in used if name in unknown)
    alone = np.arange(len(energies)) == reference
    return np.where(alone | (not rests_on), energies, np.nan), ["" if is_reference else rests_on for is_reference in alone]


def _site_rows(
    network: Network, library: LibraryEnergies, rest_on: Mapping[str, Sequence[str]], moves: np.ndarray
) -> pd.DataFrame:
    """Return the rows of one dataset's sites."""
    rows = {"dataset": library.dataset, "site": network.spec.site_names, "wild_type": library.wild_type[0].numpy(force=True)}
    rows |= {"rests_on": [", ".join(rest_on[site]) for site in network.spec.site_names], "moves_latent": moves}
    return pd.DataFrame(rows | spread(library.variants))[SITE_COLUMNS]
