"""Steady states of a kinetic graph by GTH elimination in log space, for many variants at once, with the exact gradient.

Channels i -> j with rates k_ij join the states; dP/dt = 0 is solved by P_s = W_s / sum_r W_r. W_s, the King-Altman sum of
state s, adds up the products of the rates of every spanning tree directed into s. Grassmann, Taksar and Heyman (1985) take the
states n out one by one, until one, the root, is left::

    s_n   = sum_j k_nj                      rate at which n is left for the states that remain
    k_ij += k_in k_nj / s_n                 detours through n
    W_root = product of all s_n             (matrix-tree theorem: they are the pivots of the Laplacian)
    W_n   = sum_i W_i k_in / s_n            back again, last state out first

Positive numbers are added, multiplied and divided, never subtracted, so no rate is lost however far apart they are. All of it is
done with logarithms: products of rates from 1e-8 to 1e8 overflow float32. The gradient is the same walk backwards: every
derivative of a log-sum is the share of one summand, a number from 0 to 1 that is made again from what the forward walk left.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable

from cisphys.models.king_altman import arrows, diagrams

_CHUNK = 16384  # variants at a time, so that what an elimination touches stays in a core's cache


@dataclass(frozen=True)
class Step:
    """One state's elimination. A slot holds the rate between two states.

    `arriving` pairs the states i with the slots of i -> state, `leaving` holds the slots of state -> j; `detours` are the slots
    (i -> state, state -> j, i -> j, whether i -> j is new).
    """

    state: int
    arriving: tuple[tuple[int, int], ...]
    leaving: tuple[int, ...]
    detours: tuple[tuple[int, int, int, bool], ...]


class SteadyState:
    """The steady states of one graph, whatever its rates.

    Parameters
    ----------
    states : number of states
    channels : (source, target) of each; every state must be reachable from every other, parallel channels add up, and a channel
        back to its own source does not matter
    """

    def __init__(self, states: int, channels: Sequence[tuple[int, int]]):
        self.states = states
        self._slots: dict[tuple[int, int], int] = {}
        self.entries = tuple((index, *self._slot(*pair)) for index, pair in enumerate(channels) if pair[0] != pair[1])
        self.steps = self._steps()
        self.size = len(self._slots)
        (self.root,) = set(range(states)) - {step.state for step in self.steps}
        targets = [entry[1] for entry in self.entries] + [detour[2] for step in self.steps for detour in step.detours]
        self.shared = frozenset(slot for slot in targets if targets.count(slot) > 1)

    def _slot(self, source: int, target: int) -> tuple[int, bool]:
        """Return the slot of a pair of states, and whether it is new."""
        new = (source, target) not in self._slots
        return self._slots.setdefault((source, target), len(self._slots)), new

    def _steps(self) -> tuple[Step, ...]:
        """Take out first the state through which the fewest detours lead: sparse graphs stay sparse."""
        remaining, steps = list(range(self.states)), []
        while len(remaining) > 1:
            state = min(remaining, key=lambda n: len(self._arriving(n, remaining)) * len(self._leaving(n, remaining)))
            arriving, leaving = self._arriving(state, remaining), self._leaving(state, remaining)
            if not (arriving and leaving):
                raise ValueError("some state cannot be reached from some other: there is no steady state of all")
            detours = [
                (slot_in, slot_out, *self._slot(i, j))
                for i, slot_in in arriving.items()
                for j, slot_out in leaving.items()
                if i != j
            ]
            steps.append(Step(state, tuple(arriving.items()), tuple(leaving.values()), tuple(detours)))
            remaining.remove(state)
        return tuple(steps)

    def _arriving(self, state: int, remaining: list[int]) -> dict[int, int]:
        return {i: self._slots[i, state] for i in remaining if (i, state) in self._slots}

    def _leaving(self, state: int, remaining: list[int]) -> dict[int, int]:
        return {j: self._slots[state, j] for j in remaining if (state, j) in self._slots}

    def log_occupancies(self, log_rates: Tensor) -> Tensor:
        """Return log P (variants, states) from log rates (variants, channels), of either float type. Differentiable once.

        Fastest where the log rates are the transpose of a contiguous tensor.
        """
        return _LogOccupancies.apply(log_rates.T.contiguous(), self).T

    @torch.no_grad()
    def king_altman_sums(self, log_rates: Tensor) -> Tensor:
        """Return log W (variants, states), in units of a rate to the power of states - 1, from log rates (variants, channels)."""
        _, left, weights = _solve(self, log_rates.T.contiguous())
        return (weights + left.sum(0)).T


def log_weights_by_diagrams(states: int, channels: Sequence[tuple[int, int]], log_rates: Tensor) -> Tensor:
    """Return log W (variants, states) from log rates (variants, channels) as the sum over diagrams: slow, to compare with.

    Raises
    ------
    ValueError : there are too many diagrams
    """
    rate_of = {arrow: log_rates[:, list(arrow)].logsumexp(1) for arrow in arrows(channels)}
    sums = [
        torch.stack([torch.stack([rate_of[arrow] for arrow in diagram]).sum(0) for diagram in own]).logsumexp(0)
        for own in diagrams(states, channels)
    ]
    return torch.stack(sums, 1)


class _LogOccupancies(torch.autograd.Function):
    """log P (states, variants) from log rates (channels, variants)."""

    @staticmethod
    def forward(ctx, log_rates: Tensor, graph: SteadyState) -> Tensor:
        rates, left, weights = _solve(graph, log_rates)
        ctx.graph = graph
        ctx.save_for_backward(log_rates, rates, left, weights)
        return weights.log_softmax(0).to(log_rates.dtype)

    @staticmethod
    @once_differentiable
    def backward(ctx, by_log_p: Tensor) -> tuple[Tensor, None]:
        log_rates, rates, left, weights = ctx.saved_tensors
        by_weights = by_log_p - by_log_p.sum(0) * weights.softmax(0).to(log_rates.dtype)
        by_log_rates = torch.zeros_like(log_rates)
        for part in _parts(log_rates.shape[1]):
            by_rates, by_left = torch.zeros_like(rates[:, part]), torch.empty_like(left[:, part])
            saved = rates[:, part], left[:, part]
            _substitute_back(ctx.graph, *saved, weights[:, part], by_weights[:, part], by_rates, by_left)
            _eliminate_back(ctx.graph, *saved, by_rates, by_left)
            _enter_back(ctx.graph, log_rates[:, part], rates[:, part], by_rates, by_log_rates[:, part])
        return by_log_rates, None


def _solve(graph: SteadyState, log_rates: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Return log k (slots, variants), each as it is when its first state goes, log s and log W / W_root (states, variants).

    W spans the product of all rates: it is kept in float64 whatever the rates are in.
    """
    variants = log_rates.shape[1]
    rates, left = log_rates.new_empty(graph.size, variants), log_rates.new_zeros(graph.states, variants)
    weights = log_rates.new_empty(graph.states, variants, dtype=torch.float64)
    for part in _parts(variants):
        _eliminate(graph, log_rates[:, part], rates[:, part], left[:, part])
        _substitute(graph, rates[:, part], left[:, part], weights[:, part])
    return rates, left, weights


def _parts(variants: int) -> list[slice]:
    return [slice(start, min(start + _CHUNK, variants)) for start in range(0, variants, _CHUNK)]


def _add_to(total: Tensor, term: Tensor, new: bool) -> None:
    """total = log(exp(total) + exp(term)), or the term alone where the total is new."""
    if new:
        total.copy_(term)
    else:
        torch.logaddexp(total, term, out=total)


def _eliminate(graph: SteadyState, log_rates: Tensor, rates: Tensor, left: Tensor) -> None:
    """Fill log k (slots, n) and log s (states, n)."""
    k, s = rates.unbind(), left.unbind()
    for channel, slot, new in graph.entries:
        _add_to(k[slot], log_rates[channel], new)
    detour = torch.empty_like(s[0])
    for step in graph.steps:
        own = s[step.state]
        for number, slot in enumerate(step.leaving):
            _add_to(own, k[slot], number == 0)
        for slot_in, slot_out, slot, new in step.detours:
            torch.sub(k[slot_out], own, out=detour).add_(k[slot_in])
            _add_to(k[slot], detour, new)


def _substitute(graph: SteadyState, rates: Tensor, left: Tensor, weights: Tensor) -> None:
    """Fill log W / W_root (states, n)."""
    k, s, w = rates.unbind(), left.unbind(), weights.unbind()
    w[graph.root].zero_()
    for step in reversed(graph.steps):
        for number, (i, slot) in enumerate(step.arriving):
            _add_to(w[step.state], w[i] + k[slot], number == 0)
        w[step.state].sub_(s[step.state])


def _substitute_back(
    graph: SteadyState, rates: Tensor, left: Tensor, weights: Tensor, by_weights: Tensor, by_rates: Tensor, by_left: Tensor
) -> None:
    """From d/dlogW (states, n), which is used up: fill d/dlog s, and add d/dlog k as far as it comes from here."""
    k, s, w = rates.unbind(), left.unbind(), weights.unbind()
    dk, ds, dw = by_rates.unbind(), by_left.unbind(), by_weights.unbind()
    share = torch.empty_like(s[0])
    for step in graph.steps:
        influx = w[step.state] + s[step.state]
        for i, slot in step.arriving:
            share.copy_((w[i] - influx).add_(k[slot])).exp_().mul_(dw[step.state])
            dw[i].add_(share)
            dk[slot].add_(share)
        torch.neg(dw[step.state], out=ds[step.state])


def _eliminate_back(graph: SteadyState, rates: Tensor, left: Tensor, by_rates: Tensor, by_left: Tensor) -> None:
    """From d/dlog s and d/dlog k of the last rates: add what each slot did to those that were made from it."""
    k, s, dk, ds = rates.unbind(), left.unbind(), by_rates.unbind(), by_left.unbind()
    share = torch.empty_like(s[0])
    for step in reversed(graph.steps):
        own, total = s[step.state], ds[step.state]
        for slot_in, slot_out, slot, _ in step.detours:
            torch.sub(k[slot_in], own, out=share).add_(k[slot_out]).sub_(k[slot]).exp_().mul_(dk[slot])
            dk[slot_in].add_(share)
            dk[slot_out].add_(share)
            total.sub_(share)
        for slot in step.leaving:
            torch.sub(k[slot], own, out=share).exp_()
            dk[slot].addcmul_(share, total)


def _enter_back(graph: SteadyState, log_rates: Tensor, rates: Tensor, by_rates: Tensor, by_log_rates: Tensor) -> None:
    """Hand d/dlog k of the slots (slots, n) on to the channels: each has a share of its slot."""
    for channel, slot, _ in graph.entries:
        if slot in graph.shared:
            torch.sub(log_rates[channel], rates[slot], out=by_log_rates[channel]).exp_().mul_(by_rates[slot])
        else:
            by_log_rates[channel].copy_(by_rates[slot])
