"""Which transcription rates of a kinetic model the best of data could not tell apart.

A flexible measurement process sees the latent u up to any monotone function. So a change of the parameters shows only where it
moves two sequences apart that had the same u. Pairs of made-up binding energies with equal u give one linear condition each on
the changes that do not show: shifts of the scalars, and shifts and stretches of each site's energies, which other energy matrices
would take up.
"""

from itertools import combinations

import numpy as np
import torch
from torch import Tensor

from cisphys.log import logger
from cisphys.models.kinetic import KineticNetwork
from cisphys.models.network import Network

_PAIRS, _WIDTH, _FARTHEST = 400, 3.0, 40.0  # pairs, standard deviation of energies, largest energy (kT)
_BISECTIONS = 60
_NULL = 1e-7  # of the slopes of u: what moves equal latents apart by less does not show
_PART = 1e-3  # of a change that does not show: what moves two rates against each other by less leaves their ratio


def warn_of_rates(network: Network) -> None:
    """Log a warning for each pair of transcription rates of a kinetic network that no data could tell apart."""
    for a, b in rates_not_told_apart(network) if isinstance(network, KineticNetwork) else ():
        logger.warning(
            "the rates '%s' and '%s', by which states transcribe, cannot be told apart by the sequences: any ratio of them fits "
            "as well. Give both transitions one rate, or one of them a number",
            *(name.partition(".")[2] for name in (a, b)),
        )


def rates_not_told_apart(network: KineticNetwork) -> list[tuple[str, str]]:
    """Return the pairs of rate constants of transcription whose ratio no data could tell, of one condition and sorted bins."""
    names = _rates_of_transcription(network)
    if len(names) < 2:
        return []
    hidden = _changes_that_do_not_show(network)
    local = network.local_names

    def row(name: str) -> Tensor:
        return hidden[local.index(name)] if name in local else torch.zeros(hidden.shape[1], dtype=hidden.dtype)

    return [(a, b) for a, b in combinations(names, 2) if (row(a) - row(b)).norm() > _PART]


def _rates_of_transcription(network: KineticNetwork) -> list[str]:
    """Return the names of the constants, the unit of time included, by which states transcribe."""
    kinetics = network.spec.kinetics
    found = {}
    for channel in kinetics.channels:
        if channel.transcribes and channel.way == "rate":
            own = [name for name in channel.terms if name.startswith(("log_rate.", "log_factor."))]
            found |= dict.fromkeys(own or [f"log_rate.{channel.what}"])
    return list(found)


def _changes_that_do_not_show(network: KineticNetwork) -> Tensor:
    """Return an orthonormal basis (scalars + 2 x sites, changes) of what leaves equal latents equal."""
    random, sites = np.random.default_rng(1), len(network.spec.sites)
    left, right = (torch.as_tensor(random.normal(0, _WIDTH, (_PAIRS, sites))) for _ in range(2))
    point = torch.as_tensor(random.normal(0, 1, (1, len(network.local_names))))
    right, met = _brought_to(network, right, network.latent_of_sites(left, point), point)
    slopes = _slopes(network, left[met], point)
    _, values, directions = torch.linalg.svd(slopes - _slopes(network, right[met], point))
    return directions[int((values > _NULL * slopes.norm()).sum()) :].T


def _slopes(network: KineticNetwork, energies: Tensor, point: Tensor) -> Tensor:
    """Return du/d(scalars, shift of each site's energies, stretch of each site's energies), (pairs, scalars + 2 x sites)."""
    energies, scalars = energies.requires_grad_(), point.repeat(len(energies), 1).requires_grad_()
    u = network.latent_of_sites(energies, scalars)
    by_energy, by_scalar = torch.autograd.grad(u.sum(), (energies, scalars))
    return torch.cat([by_scalar, by_energy, by_energy * energies.detach()], 1)


def _brought_to(network: KineticNetwork, energies: Tensor, wanted: Tensor, point: Tensor) -> tuple[Tensor, Tensor]:
    """Move the first site's energy until u is as wanted; return the energies, and where that was possible."""
    low, high = energies.clone(), energies.clone()
    low[:, 0], high[:, 0] = -_FARTHEST, _FARTHEST
    below, above = network.latent_of_sites(low, point) - wanted, network.latent_of_sites(high, point) - wanted
    for _ in range(_BISECTIONS):
        middle = (low + high) / 2
        same_side = ((network.latent_of_sites(middle, point) - wanted) * below > 0)[:, None]
        low, high = torch.where(same_side, middle, low), torch.where(same_side, high, middle)
    return (low + high) / 2, below * above < 0
