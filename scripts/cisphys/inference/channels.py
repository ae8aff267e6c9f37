"""The information of measurements whose distribution depends on a few numbers, each a function of the latent and of beta."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from cisphys.inference.measurement import Fisher


@dataclass(frozen=True)
class Channel:
    """One number eta_k per variant, such as a mean or a log width: `slope` d eta/dv (variants,), `table` d eta/d beta.

    The table (nodes, size) is that of the node that is nearest to the variant.
    """

    slope: Tensor
    table: Tensor


def channel_information(channels: Sequence[Channel], between: Mapping[tuple[int, int], Tensor], cell: Tensor) -> Fisher:
    """Return the information of v and beta from that of the channels.

    Parameters
    ----------
    between : (k, l), k <= l -> the information (variants,) between channels k and l; pairs that are left out have none
    cell : (variants,) each variant's node
    """
    w = torch.zeros_like(channels[0].slope)
    weights = [torch.zeros_like(w) for _ in channels]
    for (k, m), omega in between.items():
        weights[m] = weights[m] + omega * channels[k].slope
        w = w + omega * channels[k].slope * channels[m].slope
        if k != m:
            weights[k] = weights[k] + omega * channels[m].slope
            w = w + omega * channels[k].slope * channels[m].slope
    cross = [(weight, channel.table) for weight, channel in zip(weights, channels, strict=True)]
    return Fisher(w, cell, cross, own_information([channel.table for channel in channels], between, cell))


def own_information(tables: Sequence[Tensor], between: Mapping[tuple[int, int], Tensor], cell: Tensor) -> Tensor:
    """Return the part of beta, (size, size)."""
    nodes, size = tables[0].shape
    total = torch.zeros(size, size, dtype=tables[0].dtype)
    for (k, m), omega in between.items():
        product = tables[k].T @ (tables[m] * torch.bincount(cell, omega, nodes)[:, None])
        total += product if k == m else product + product.T
    return total
