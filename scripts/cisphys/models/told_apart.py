"""Which transcription rates of a kinetic model the best of data could not tell apart.

A flexible measurement process sees the latent u up to any monotone function. So a change of the parameters shows only where it
moves two sequences apart that had the same u. Pairs of made-up binding energies with equal u give one linear condition each on
the changes that do not show: shifts of the scalars, and shifts and stretches of each site's energies, which other energy matrices
would take up.
"""

from collections.abc import Sequence
from itertools import combinations

import numpy as np
import torch
from torch import Tensor

from cisphys.log import logger
from cisphys.models.kinetic import KineticNetwork
from cisphys.models.network import Network

_PAIRS, _WIDTH, _FARTHEST = 400, 3.0, 40.0  # pairs, standard deviation of energies, largest energy (kT)
_BISECTIONS = 60
NULL = 1e-7  # of the slopes of u: what moves equal latents apart by less does not show
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
    """Return an orthonormal basis (scalars + 2 x matrices, changes) of what leaves equal latents equal."""
    point = torch.as_tensor(np.random.default_rng(2).normal(0, 1, len(network.local_names)))
    moved, size = moved_apart(network, point)
    _, values, directions = torch.linalg.svd(moved)
    return directions[int((values > NULL * size).sum()) :].T


def moved_apart(network: Network, point: Tensor, varied: Sequence[bool] | None = None) -> tuple[Tensor, float]:
    """Return by how much sequences of equal latent move apart per change of a parameter, and the size of the latent's slopes.

    Parameters
    ----------
    point : (local,) the local scalars
    varied : per energy matrix whether variants differ in it; the energies of the others stay at 0

    Returns
    -------
    (pairs, local + 2 x matrices): the changes are those of the local scalars, then shifts of each matrix's energies, then
    stretches of them
    """
    random, places = np.random.default_rng(1), [place.block for place in network.placements]
    free = torch.ones(len(places)) if varied is None else torch.tensor([float(varied[block]) for block in places])
    left, right = (torch.as_tensor(random.normal(0, _WIDTH, (_PAIRS, len(places)))) * free for _ in range(2))
    by_energy = network.latent_and_slopes(left, point)[1]
    moving = int((by_energy.abs().mean(0) * free).argmax())
    wanted = network.latent(left, point[None])
    right, met = _brought_to(network, right, moving, wanted, point)
    slopes = _slopes(network, left[met], point)
    return slopes - _slopes(network, right[met], point), float(slopes.norm())


def _slopes(network: Network, placed: Tensor, point: Tensor) -> Tensor:
    """Return du/d(local scalars, shifts of the matrices' energies, stretches of these), one row per set of energies."""
    _, by_energy, by_scalar = network.latent_and_slopes(placed, point)
    to_block = torch.zeros(placed.shape[1], len(network.blocks), dtype=placed.dtype)
    to_block[torch.arange(placed.shape[1]), [place.block for place in network.placements]] = 1.0
    return torch.cat([by_scalar, by_energy @ to_block, (by_energy * placed) @ to_block], 1)


@torch.no_grad()
def _brought_to(network: Network, energies: Tensor, moving: int, wanted: Tensor, point: Tensor) -> tuple[Tensor, Tensor]:
    """Move what one placement reads until u is as wanted; return the energies, and where that was possible."""

    def off(at: Tensor) -> Tensor:
        return network.latent(at, point[None]) - wanted

    low, high = energies.clone(), energies.clone()
    low[:, moving], high[:, moving] = -_FARTHEST, _FARTHEST
    below, above = off(low), off(high)
    for _ in range(_BISECTIONS):
        middle = (low + high) / 2
        same_side = (off(middle) * below > 0)[:, None]
        low, high = torch.where(same_side, middle, low), torch.where(same_side, high, middle)
    return (low + high) / 2, below * above < 0
