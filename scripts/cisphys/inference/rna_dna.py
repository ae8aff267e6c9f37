"""The measurement process of RNA and DNA counts: their log ratio is a monotone curve g(v) of the latent.

    eta = g(v_n) + shift_r

for an observation of variant n in replicate r; shift_r, 0 for the first replicate, takes up how deeply its RNA and its DNA were
sequenced. RNA scatters about eta by one of `cisphys.inference.count_noise`. A variant may have many observations (barcodes):
their log probabilities are summed.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from torch import Tensor

from cisphys.errors import InputError
from cisphys.inference.alone import fit_alone
from cisphys.inference.channels import Channel, channel_information, own_information
from cisphys.inference.count_noise import COUNT_NOISES, Probability
from cisphys.inference.curve import SplinePlace, monotone_or_constant, nearest_node
from cisphys.inference.measured import MoleculeCounts
from cisphys.inference.measurement import Evaluated, Fisher

_WEAK = 0.01  # precision of the log dispersion's prior: it stays finite where counts scatter no more than they must
_LOW, _HIGH = 0.05, 0.95  # quantiles of the log ratio that the curve starts between


@dataclass(frozen=True)
class Place:
    """Where the variants lie for the curve, and their nearest nodes (variants,)."""

    curve: SplinePlace | int
    cell: Tensor


class RnaDna:
    """The counts of one dataset, with the parameters of curve, shifts and dispersion; see `cisphys.inference.measurement`.

    Parameters
    ----------
    data : pairs of counts. Negative binomial noise leaves out those without DNA: `left_out` says how many.
    functions : B-splines of the curve, 4 or more; 1 makes it a constant
    noise : beta_binomial or negative_binomial

    Raises
    ------
    InputError : no pair of counts is left
    """

    kind = "rna_dna"

    def __init__(self, data: MoleculeCounts, functions: int, noise: str = "beta_binomial"):
        self.counts, self.noise = COUNT_NOISES[noise], noise
        kept = data.dna > 0 if self.counts.needs_dna else np.ones(len(data.dna), bool)
        self.left_out = int((~kept).sum())
        names = ("variant", "replicate", "rna", "dna")
        self.data = replace(data, **{name: getattr(data, name)[kept] for name in names})
        if not kept.any():
            raise InputError("no pair of RNA and DNA counts has DNA above 0")
        self.variant, self.replicate, self.rna, self.dna = (torch.as_tensor(getattr(self.data, name)) for name in names)
        self.curve, self.replicates = monotone_or_constant(functions), len(data.replicates)
        self.share = torch.as_tensor(self.data.weight / self.data.weight.sum())
        self.per_variant = torch.bincount(self.variant, minlength=len(data)).to(torch.float64)
        self.observations = float(len(self.rna))
        self.size = self.curve.size + self.replicates

    def start(self) -> Tensor:
        """Return a straight line between low and high log ratios, the replicates' shifts by their totals, a usual dispersion."""
        depth = self._depth()
        y, weight = self.response()
        low, high = (float(torch.quantile(y[weight > 0], q) + depth[0]) for q in (_LOW, _HIGH))
        return torch.cat([self.curve.start(low, max(high, low + 0.1)), depth[1:] - depth[0], torch.zeros(1, dtype=torch.float64)])

    def penalty(self, smoothness: float) -> Tensor:
        """Return the precision (size, size) of the priors on curve and dispersion; shifts are free."""
        rest = torch.zeros(self.replicates, self.replicates, dtype=torch.float64)
        rest[-1, -1] = _WEAK
        return torch.block_diag(self.curve.penalty(smoothness), rest)

    def evaluate(self, beta: Tensor, v: Tensor, place: Place | None = None) -> Evaluated:
        """Return the log likelihood (nats) and its gradients by v (variants,) and by beta (size,)."""
        place = self.place(v) if place is None else place
        curve = self.split(beta)[0]
        read = self.curve.read(curve, place.curve)
        at = self._probability(beta, read.value)
        by_value = torch.bincount(self.variant, at.by_eta, len(v))
        by_shift = torch.bincount(self.replicate, at.by_eta, self.replicates)[1:]
        by_beta = [self.curve.gradient(curve, place.curve, by_value), by_shift, at.by_dispersion.sum()[None]]
        return Evaluated(float(at.log.sum()), by_value * read.slope, torch.cat(by_beta), place)

    def information(self, beta: Tensor, v: Tensor, place: Place) -> Fisher:
        """Return the information about the log ratios (see the noise), with beta's part at each variant's nearest node.

        That of the dispersion is the sum of its squared scores, on its own.
        """
        curve = self.split(beta)[0]
        read = self.curve.read(curve, place.curve)
        slopes = [*[read.slope] * self.replicates, torch.zeros_like(v)]
        channels = [Channel(slope, table) for slope, table in zip(slopes, self._tables(curve), strict=True)]
        return channel_information(channels, self._between(beta, read.value), place.cell)

    def own_information(self, beta: Tensor, v: Tensor, place: Place) -> Tensor:
        """Return the information of beta, (size, size)."""
        curve = self.split(beta)[0]
        return own_information(self._tables(curve), self._between(beta, self.curve.read(curve, place.curve).value), place.cell)

    def log_likelihoods(self, beta: Tensor, v: Tensor) -> Tensor:
        """Return the log likelihood of each variant's counts (variants,), nats."""
        return torch.bincount(self.variant, self._probability(beta, self.expected(beta, v)).log, len(v))

    def beta_scores(self, beta: Tensor, v: Tensor) -> Tensor:
        """Return the gradient by beta of each variant's log likelihood, (variants, size)."""
        curve, place = self.split(beta)[0], self.curve.place(v)
        at = self._probability(beta, self.curve.read(curve, place).value)
        by_eta = torch.bincount(self.variant * self.replicates + self.replicate, at.by_eta, len(v) * self.replicates)
        by_eta = by_eta.view(-1, self.replicates)
        by_dispersion = torch.bincount(self.variant, at.by_dispersion, len(v))
        return torch.cat([self.curve.scores(curve, place, by_eta.sum(1)), by_eta[:, 1:], by_dispersion[:, None]], 1)

    def condensed(self, v: Tensor) -> tuple["RnaDna", Tensor]:
        """Return the process itself."""
        return self, v

    def resampled(self, generator: np.random.Generator, unit: str) -> "RnaDna":
        """Return the process with observations drawn from its own: single ones (``reads``), or those of whole ``variants``."""
        data = self.data.resampled(generator, unit)
        return RnaDna(data, self.curve.functions, self.noise)

    def repeated(self, times: np.ndarray) -> "RnaDna":
        """Return the process with the counts of each variant `times` (variants,) over."""
        return RnaDna(self.data.repeated(times), self.curve.functions, self.noise)

    def only(self, kept: np.ndarray) -> "RnaDna":
        """Return the process of some of the variants, a mask (variants,)."""
        return RnaDna(self.data.only(kept), self.curve.functions, self.noise)

    def null_log_likelihoods(self) -> Tensor:
        """Return each variant's log likelihood (variants,) by one ratio per replicate and the best dispersion."""
        null = type(self)(self.data, 1, self.noise)
        nowhere = torch.zeros_like(self.share)
        return null.log_likelihoods(fit_alone(null, nowhere), nowhere)

    def refined(self, beta: Tensor, functions: int) -> Tensor:
        """Return the beta of about the same process with another number of B-splines."""
        curve, *rest = self.split(beta)
        return torch.cat([self.curve.refined(curve, functions), *rest])

    def mirrored(self, beta: Tensor) -> Tensor:
        """Return the beta of the same process read at -v."""
        curve, shift, dispersion = self.split(beta)
        return torch.cat([self.curve.mirrored(curve), shift, dispersion])

    def response(self) -> tuple[Tensor, Tensor]:
        """Return each variant's log ratio beside its replicates' (0.5 added to a count), and 1, or 0 where it has no counts."""
        rna, dna = (torch.bincount(self.replicate, part, self.replicates) for part in (self.rna, self.dna))
        usual = (rna / (rna + dna).clamp(min=1))[self.replicate]
        total, seen, expected = (
            torch.bincount(self.variant, part, len(self.share))
            for part in (self.rna + self.dna, self.rna, (self.rna + self.dna) * usual)
        )
        ratio = ((seen + 0.5) / (total - seen + 0.5)).log() - ((expected + 0.5) / (total - expected + 0.5)).log()
        return ratio, (self.share > 0).to(torch.float64)

    def simulate(self, beta: Tensor, v: Tensor, generator: np.random.Generator) -> MoleculeCounts:
        """Return counts at the same depth (RNA + DNA, or DNA, as the noise takes them), drawn at beta and v."""
        eta = self._eta(beta, self.expected(beta, v)).numpy(force=True)
        dispersion = float(self.split(beta)[2])
        rna, dna = self.counts.draw(eta, dispersion, self.data.rna, self.data.dna, generator)
        return replace(self.data, rna=rna, dna=dna)

    def description(self) -> dict[str, Any]:
        """Return the kind, the noise, the replicates' names, and how many training pairs the noise left out."""
        return {"kind": self.kind, "noise": self.noise, "replicates": list(self.data.replicates), "left_out": self.left_out}

    def named(self, beta: Tensor) -> dict[str, Tensor]:
        """Return ``curve`` (functions,), spline coefficients of g; ``depth``, what g would be were RNA/DNA that of the totals;
        ``shift`` (replicates,); and ``concentration`` or ``size``.
        """
        curve, _, dispersion = self.split(beta)
        return {
            "depth": self._depth()[0],
            "curve": self.curve.coefficients(curve),
            "shift": self._shifts(beta),
            self.counts.parameter: self.counts.usual * dispersion[0].exp(),
        }

    def expected(self, beta: Tensor, v: Tensor) -> Tensor:
        """Return the curve g, a log ratio of RNA to DNA in the first replicate, at latents v, (points,)."""
        return self.curve.read(self.split(beta)[0], self.curve.place(v)).value

    def log_ratios(self, beta: Tensor, v: Tensor) -> Tensor:
        """Return eta, the log ratio of RNA to DNA that the latents v (variants,) say of each pair of counts, (observations,)."""
        return self._eta(beta, self.expected(beta, v))

    def by_log_ratio(self, beta: Tensor, v: Tensor) -> tuple[Tensor, Tensor]:
        """Return the slope of each observation's log likelihood by its log ratio, and the information, both (observations,)."""
        eta, dispersion = self.log_ratios(beta, v), self.split(beta)[2]
        at = self.counts.probability(eta, dispersion, self.rna, self.dna)
        return at.by_eta, self.counts.information(eta, dispersion, self.rna, self.dna)

    def curves(self, beta: Tensor, v: Tensor) -> dict[str, Tensor]:
        """Return ``rna_per_dna``, the ratio of the first replicate divided by that of its totals, (points,)."""
        return {"rna_per_dna": (self.expected(beta, v) - self._depth()[0]).exp()}

    def place(self, v: Tensor) -> Place:
        """Say where the variants with latent v (variants,) lie."""
        return Place(self.curve.place(v), nearest_node(v, self.curve.nodes))

    def split(self, beta: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return the parameters of curve, shifts (replicates - 1) and dispersion (1)."""
        return beta.split([self.curve.size, self.replicates - 1, 1])

    def _depth(self) -> Tensor:
        """Return the log ratio of the total RNA and DNA of each replicate, (replicates,)."""
        rna, dna = (torch.bincount(self.replicate, part, self.replicates) for part in (self.rna, self.dna))
        return ((rna + 0.5) / (dna + 0.5)).log()

    def _shifts(self, beta: Tensor) -> Tensor:
        return torch.cat([torch.zeros(1, dtype=beta.dtype), self.split(beta)[1]])

    def _eta(self, beta: Tensor, value: Tensor) -> Tensor:
        return value[self.variant] + self._shifts(beta)[self.replicate]

    def _probability(self, beta: Tensor, value: Tensor) -> Probability:
        return self.counts.probability(self._eta(beta, value), self.split(beta)[2], self.rna, self.dna)

    def _tables(self, curve: Tensor) -> list[Tensor]:
        """Return the derivatives by beta at the nodes (nodes, size) of each replicate's eta and of the dispersion."""
        nodes, own = self.curve.nodes, self.curve.size
        tables = [torch.zeros(nodes, self.size, dtype=torch.float64) for _ in range(self.replicates + 1)]
        of_curve = self.curve.table(curve, nodes)
        for replicate in range(self.replicates):
            tables[replicate][:, :own] = of_curve
            if replicate:
                tables[replicate][:, own + replicate - 1] = 1.0
        tables[-1][:, -1] = 1.0
        return tables

    def _between(self, beta: Tensor, value: Tensor) -> dict[tuple[int, int], Tensor]:
        """Return the information (variants,) within the channels: each replicate's eta, and the dispersion."""
        eta, dispersion = self._eta(beta, value), self.split(beta)[2]
        weight = self.counts.information(eta, dispersion, self.rna, self.dna)
        at = self._probability(beta, value)
        cells = torch.bincount(self.variant * self.replicates + self.replicate, weight, len(value) * self.replicates)
        own = cells.view(-1, self.replicates)
        found = {(r, r): own[:, r] for r in range(self.replicates)}
        last = self.replicates
        return found | {(last, last): torch.bincount(self.variant, at.by_dispersion**2, len(value))}
