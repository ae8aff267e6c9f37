"""One dataset's part of a fit: the latent of its variants, standardised, and how the objective's derivatives pass through it."""

from copy import copy
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from cisphys.inference.dataset import Dataset
from cisphys.inference.design import Design
from cisphys.inference.measurement import Evaluated, Fisher, Process
from cisphys.inference.processes import process_of
from cisphys.models.network import Network


@dataclass(frozen=True)
class Latent:
    """The latent of one dataset's variants: v (variants,), what standardised it, and the Jacobian of u before that.

    `slopes` is du/d(energies of placements) (variants, placements), `extra` is du/d(local scalars) (variants, local).
    """

    v: Tensor
    mean: Tensor
    sd: Tensor
    slopes: Tensor
    extra: Tensor


class Term:
    """One dataset's part: its design, its measurement process, and where its parameters lie in p."""

    def __init__(self, network: Network, dataset: Dataset, reference: np.ndarray, functions: int):
        self.name = dataset.name
        self.design = Design(network.placements, dataset.letters, reference, network.blocks)
        self.process = process_of(dataset, functions)
        self.usual = torch.as_tensor(network.register_weights(network.registers()[0])).double().expand(self.design.variants, -1)
        self.offset = network.scalar_offset(dataset.conditions)
        self.scalars = [self.design.elements + index for index in network.scalar_index(dataset.conditions)]
        self.structural = torch.tensor([*range(self.design.elements), *self.scalars])
        self.beta = slice(0, 0)

    def measuring(self, process: Process) -> "Term":
        """Return the same term with other data of the same variants."""
        other = copy(self)
        other.process = process
        return other

    def measured_only(self) -> "Term":
        """Return the same term without the variants of which nothing was measured."""
        kept = (self.process.share > 0).numpy(force=True)
        if kept.all():
            return self
        other = self.measuring(self.process.only(kept))
        other.design, other.usual = self.design.only(kept), self.usual[torch.as_tensor(kept)]
        return other

    def local_scalars(self, p: Tensor) -> Tensor:
        """Return the network's scalars as this dataset sees them, (local,)."""
        return p[self.scalars] + self.offset

    def latent(self, network: Network, p: Tensor) -> Latent:
        """Return the standardised latent and its derivatives, one backward pass for all variants."""
        placed = self.design.energies(p[: self.design.elements])
        u, slopes, extra = network.latent_and_slopes(placed, self.local_scalars(p))
        mean = self.process.share @ u
        sd = (self.process.share @ (u - mean) ** 2).sqrt()
        return Latent((u - mean) / sd, mean, sd, slopes, extra)

    def gather(self, latent: Latent, weights: Tensor) -> Tensor:
        """Return J' weights, (structural, k), where J is du/d(structural parameters)."""
        return torch.cat([self.design.gather(latent.slopes, weights), latent.extra.T @ weights])

    def gradient(self, latent: Latent, by_v: Tensor) -> Tensor:
        """Return the gradient by the structural parameters, of a function with gradient by_v (variants,)."""
        share = self.process.share
        weights = torch.stack([by_v, share, share * latent.v], 1)
        raw, mean, stretch = self.gather(latent, weights).T
        return (raw - by_v.sum() * mean - (by_v @ latent.v) * stretch) / latent.sd

    def slope_of_sd(self, latent: Latent) -> Tensor:
        """Return d sd / d(structural parameters), the latent's standard deviation over the data."""
        return self.gather(latent, (self.process.share * latent.v)[:, None])[:, 0]

    def information(self, latent: Latent, measured: Evaluated, beta: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return the Fisher information: structural x structural, structural x beta, beta x beta."""
        fisher = self.process.information(beta, latent.v, measured.place)
        share = self.process.share
        shift = self.gather(latent, torch.stack([share, share * latent.v], 1))
        return self.outer(latent, fisher.w), self._mixed(latent, fisher, shift), fisher.own

    def outer(self, latent: Latent, w: Tensor) -> Tensor:
        """Return sum_n w_n j_n j_n', (structural, structural), where j_n = dv_n/d(structural parameters)."""
        share, v = self.process.share, latent.v
        sums = self.gather(latent, torch.stack([share, share * v, w, w * v], 1))
        shift, by_w = sums[:, :2], sums[:, 2:]  # J' q and J' q v;  J' w and J' w v
        moments = torch.stack([torch.stack([w.sum(), w @ v]), torch.stack([w @ v, w @ v**2])])
        raw = self._raw_information(latent, w)
        return (raw - by_w @ shift.T - shift @ by_w.T + shift @ moments @ shift.T) / latent.sd**2

    def _raw_information(self, latent: Latent, w: Tensor) -> Tensor:
        mixed = self.design.gather(latent.slopes, w[:, None] * latent.extra)
        corner = latent.extra.T @ (w[:, None] * latent.extra)
        top = torch.cat([self.design.fisher(latent.slopes, w), mixed], 1)
        return torch.cat([top, torch.cat([mixed.T, corner], 1)])

    def _mixed(self, latent: Latent, fisher: Fisher, shift: Tensor) -> Tensor:
        """Return the information of structural parameters with beta, the standardisation differentiated."""
        total = torch.zeros(len(shift), self.process.size, dtype=shift.dtype)
        for weight, table in fisher.cross:
            cells = len(table)
            moved = torch.stack([torch.bincount(fisher.cell, weight * x, cells) for x in (torch.ones_like(latent.v), latent.v)])
            by_cell = (self._by_cell(latent, weight, fisher.cell, cells) - shift @ moved) / latent.sd
            total += by_cell @ table
        return total

    def _by_cell(self, latent: Latent, weights: Tensor, cell: Tensor, cells: int) -> Tensor:
        extra = [torch.bincount(cell, weights * column, cells)[None] for column in latent.extra.T]
        return torch.cat([self.design.by_cell(latent.slopes, weights, cell, cells), *extra])
