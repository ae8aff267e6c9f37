"""Distributions of RNA counts given DNA counts: beta-binomial, and negative binomial.

Both say the RNA of an observation from eta, the log ratio of RNA to DNA that the latent says, and one dispersion. Each gives log
probabilities, their exact derivatives, an information that is positive definite, and draws.
"""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor


@dataclass(frozen=True)
class Probability:
    """Log probability and its derivatives by eta and by the log dispersion parameter, all (observations,)."""

    log: Tensor
    by_eta: Tensor
    by_dispersion: Tensor


class BetaBinomial:
    """RNA among RNA + DNA: both are noisy, and either may be 0.

    With share p = sigmoid(eta) and concentration A: RNA ~ BetaBinomial(RNA + DNA, A p, A (1 - p)). The parameter is log (A / 30).
    """

    name, parameter, usual, needs_dna = "beta_binomial", "concentration", 30.0, False

    def probability(self, eta: Tensor, parameter: Tensor, rna: Tensor, dna: Tensor) -> Probability:
        """Return the log probability of the RNA count and its derivatives."""
        concentration, p = self.usual * parameter.exp(), torch.sigmoid(eta)
        alpha, beta, total = concentration * p, concentration * torch.sigmoid(-eta), rna + dna
        log = _log_choose(rna, dna) + _log_rise(alpha, rna) + _log_rise(beta, dna) - _log_rise(concentration, total)
        by_alpha, by_beta = _slope_of_rise(alpha, rna), _slope_of_rise(beta, dna)
        by_eta = alpha * torch.sigmoid(-eta) * (by_alpha - by_beta)
        by_dispersion = alpha * by_alpha + beta * by_beta - concentration * _slope_of_rise(concentration, total)
        return Probability(log, by_eta, by_dispersion)

    def information(self, eta: Tensor, parameter: Tensor, rna: Tensor, dna: Tensor) -> Tensor:
        """Return an approximate information about eta: that of mean and variance, exact for one count and for A -> infinity."""
        concentration, p, total = self.usual * parameter.exp(), torch.sigmoid(eta), rna + dna
        return total * p * (1 - p) * (1 + concentration) / (total + concentration)

    def draw(self, eta: np.ndarray, parameter: float, rna: np.ndarray, dna: np.ndarray, generator: np.random.Generator):
        """Return RNA and DNA counts with the totals of those given, (observations,) each."""
        concentration, p = self.usual * np.exp(parameter), 1 / (1 + np.exp(-eta))
        total = (rna + dna).astype(int)
        drawn = generator.binomial(total, generator.beta(concentration * p, concentration * (1 - p))).astype(float)
        return drawn, total - drawn


class NegativeBinomial:
    """RNA given DNA, which is taken as exact and has to be above 0.

    With mean m = DNA exp(eta) and size k: RNA ~ NegBin of variance m + m^2 / k; the dispersion is 1 / k. The parameter is
    log (k / 10).
    """

    name, parameter, usual, needs_dna = "negative_binomial", "size", 10.0, True

    def probability(self, eta: Tensor, parameter: Tensor, rna: Tensor, dna: Tensor) -> Probability:
        """Return the log probability of the RNA count and its derivatives."""
        size = self.usual * parameter.exp()
        mean = dna * eta.exp()
        log_share = torch.log1p(mean / size)  # - log k / (k + m)
        log_other = (size.log() - mean.log() + log_share).neg()  # log m / (k + m)
        log = _log_rise(size, rna) - torch.lgamma(rna + 1) - size * log_share + rna * log_other
        by_eta = size * (rna - mean) / (size + mean)
        by_dispersion = size * (_slope_of_rise(size, rna) - log_share + (mean - rna) / (size + mean))
        return Probability(log, by_eta, by_dispersion)

    def information(self, eta: Tensor, parameter: Tensor, rna: Tensor, dna: Tensor) -> Tensor:
        """Return the expected information about eta; between eta and the dispersion there is none."""
        size, mean = self.usual * parameter.exp(), dna * eta.exp()
        return size * mean / (size + mean)

    def draw(self, eta: np.ndarray, parameter: float, rna: np.ndarray, dna: np.ndarray, generator: np.random.Generator):
        """Return RNA counts at the DNA counts given, and these, (observations,) each."""
        size = self.usual * np.exp(parameter)
        return generator.poisson(generator.gamma(size, dna * np.exp(eta) / size)).astype(float), dna


def _log_rise(x: Tensor, count: Tensor) -> Tensor:
    """Return log of x (x + 1) ... (x + count - 1)."""
    return torch.lgamma(x + count) - torch.lgamma(x)


def _slope_of_rise(x: Tensor, count: Tensor) -> Tensor:
    return torch.digamma(x + count) - torch.digamma(x)


def _log_choose(a: Tensor, b: Tensor) -> Tensor:
    return torch.lgamma(a + b + 1) - torch.lgamma(a + 1) - torch.lgamma(b + 1)


COUNT_NOISES = {noise.name: noise for noise in (BetaBinomial(), NegativeBinomial())}
