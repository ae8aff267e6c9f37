"""The latent over the energies of the two sites that move it most, and where the library lies there.

The latent of a cell is that of a variant whose two sites have the cell's binding energies and whose other sites are the wild
type's. Energies and latent are told against the wild type, so that no chemical potential that the data do not pin enters.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import torch
from torch import Tensor

from cisphys.inference.library_energies import LibraryEnergies
from cisphys.models.state_network import StateNetwork

PLANE_COLUMNS = ["dataset", "x_site", "y_site", "x", "y", "latent", "variants"]
CELLS = 40  # on each side of the plane
_INSIDE = (0.1, 99.9)  # percentiles of the library that the plane holds
_STILL = 1e-6  # a site that moves the latent by less does not vary


@torch.no_grad()
def moves_latent(network: StateNetwork, library: LibraryEnergies) -> np.ndarray:
    """Return the standard deviation of the latent over the library where only one site is not the wild type's, (sites,)."""
    found = []
    for site in range(len(network.spec.sites)):
        energies = library.wild_type.repeat(len(library.variants), 1)
        energies[:, site] = library.variants[:, site]
        found.append(network.latent_of_sites(energies, library.scalars).std(correction=0))
    return np.array([float(sd) for sd in found])


def plane_table(network: StateNetwork, libraries: Sequence[LibraryEnergies], moves: np.ndarray) -> pd.DataFrame:
    """Return ``dataset x_site y_site x y latent variants``, a row for each cell; with one site `y_site` and `y` are empty.

    Parameters
    ----------
    moves : how far each site moves the latent in each dataset (datasets, sites); the same sites and cells hold for all datasets
    """
    axes = _chosen(network, moves)
    if not axes:
        return pd.DataFrame(columns=PLANE_COLUMNS)
    edges = [_edges([library.variants[:, site] - library.wild_type[0, site] for library in libraries]) for site in axes]
    return pd.concat([_rows(network, library, axes, edges) for library in libraries], ignore_index=True)[PLANE_COLUMNS]


def _chosen(network: StateNetwork, moves: np.ndarray) -> list[int]:
    """Return the sites of the axes, at most two of those that move the latent, in their order on the DNA."""
    total = (moves**2).sum(0)
    most = [site for site in np.argsort(-total, kind="stable")[:2] if total[site] > _STILL]
    return sorted((int(site) for site in most), key=lambda site: network.spec.sites[site].start)


def _edges(changes: Sequence[Tensor]) -> np.ndarray:
    """Return the edges of cells that hold the energies of nearly all variants (kT, against the wild type), and 0."""
    ends = [0.0, *(end for each in changes for end in np.percentile(each.numpy(force=True), _INSIDE))]
    beyond = 0.03 * (max(ends) - min(ends))
    return np.linspace(min(ends) - beyond, max(ends) + beyond, CELLS + 1)


@torch.no_grad()
def _rows(network: StateNetwork, library: LibraryEnergies, axes: Sequence[int], edges: Sequence[np.ndarray]) -> pd.DataFrame:
    """Return the rows of one dataset; x runs slowest."""
    middles = np.meshgrid(*((each[1:] + each[:-1]) / 2 for each in edges), indexing="ij")
    energies = library.wild_type.repeat(middles[0].size, 1)
    for site, values in zip(axes, middles, strict=True):
        energies[:, site] += torch.as_tensor(values.ravel()).to(energies)
    of_wild_type = network.latent_of_sites(library.wild_type, library.scalars)
    latent = network.latent_of_sites(energies, library.scalars) - of_wild_type
    there = (library.variants - library.wild_type)[:, list(axes)].numpy(force=True)
    counts = np.histogramdd(there, list(edges))[0].astype(int)
    names = [network.spec.site_names[site] for site in axes]
    rows = {"dataset": library.dataset, "x_site": names[0], "x": middles[0].ravel(), "y_site": None, "y": None}
    rows |= {"y_site": names[1], "y": middles[1].ravel()} if len(axes) == 2 else {}
    return pd.DataFrame(rows | {"latent": latent.numpy(force=True), "variants": counts.ravel()})
