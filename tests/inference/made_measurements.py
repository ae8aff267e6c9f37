"""Made-up measurements of one dataset by every process, and the log likelihood of each by formulas of scipy and torch."""

import numpy as np
import scipy.stats
import torch

from cisphys.inference.continuous import ContinuousValues
from cisphys.inference.dirichlet import DirichletBins
from cisphys.inference.measured import BinCounts, MoleculeCounts, Values
from cisphys.inference.rna_dna import RnaDna

VARIANTS, FUNCTIONS = 40, 6


def latents(variants=VARIANTS, seed=2):
    """Return v (variants,), some far out."""
    v = np.random.default_rng(seed).normal(0, 1.2, variants)
    return torch.tensor(np.concatenate([v[:-3], [-9.0, 7.0, 0.0]]))


def standardised(values, share):
    """Return values (variants,) with mean 0 and standard deviation 1 under the weights `share` (variants,)."""
    centred = values - share @ values
    return centred / (share @ centred**2).sqrt()


def dirichlet_bins(variants=VARIANTS, reads=12.0):
    random = np.random.default_rng(3)
    counts = random.poisson(reads * random.dirichlet(np.ones(4), variants)).astype(float)
    counts[5] = 0
    return DirichletBins(BinCounts(counts, (0, 1, 2, 3)), FUNCTIONS)


def values(noise, width="constant", errors=False, variants=VARIANTS, each=2):
    """Return values; the last variant has none."""
    random = np.random.default_rng(4)
    variant = np.sort(random.integers(0, variants - 1, each * variants))
    dy = random.uniform(0.1, 2.0, len(variant)) * errors
    return ContinuousValues(Values(variants, variant, random.normal(5, 2, len(variant)), dy), FUNCTIONS, noise, width)


def rna_dna(noise, variants=VARIANTS, each=3, depth=30.0):
    """Return counts of two replicates; the last variant has none."""
    random = np.random.default_rng(5)
    variant = np.sort(random.integers(0, variants - 1, each * variants))
    replicate = random.integers(0, 2, len(variant))
    dna = random.negative_binomial(2, 2 / (2 + depth), len(variant)).astype(float)
    rna = random.poisson(dna * np.exp(random.normal(0, 1, len(variant)))).astype(float) + (dna == 0)
    return RnaDna(MoleculeCounts(variants, variant, replicate, rna, dna, ("1", "2")), FUNCTIONS, noise)


MAKERS = {
    "dirichlet": dirichlet_bins,
    "beta_binomial": lambda **sizes: rna_dna("beta_binomial", **sizes),
    "negative_binomial": lambda **sizes: rna_dna("negative_binomial", **sizes),
    "gaussian": lambda **sizes: values("gaussian", **sizes),
    "gaussian, errors": lambda **sizes: values("gaussian", "varying", errors=True, **sizes),
    "cauchy": lambda **sizes: values("cauchy", **sizes),
    "skewed_t": lambda **sizes: values("skewed_t", **sizes),
    "skewed_t, varying": lambda **sizes: values("skewed_t", "varying", errors=True, **sizes),
}


def some_beta(process, seed=1):
    """Return parameters (size,) near the process's start: a rising, bent curve, and everything else moved a little."""
    random = np.random.default_rng(seed)
    return process.start() + torch.tensor(random.normal(0, 0.4, process.size))


def spline(coefficients, v):
    """Return a uniform cubic B-spline at z = sigmoid(v / 0.8) by truncated powers, which autograd can pass through."""
    functions = len(coefficients)
    x = torch.sigmoid(v / 0.8)[:, None] * (functions - 3) - (torch.arange(functions) - 3.0)
    powers = [(-1) ** j * c * torch.relu(x - j) ** 3 for j, c in enumerate([1, 4, 6, 4, 1])]
    return sum(powers) / 6 @ coefficients


def monotone(own, v):
    """Return low + rise * (a spline whose coefficients climb from 0 to 1 by the steps softmax(delta))."""
    climbed = torch.stack([own[2:].softmax(0)[:i].sum() for i in range(len(own) - 1)])
    return own[0] + own[1] * spline(climbed, v)


def second_log_likelihoods(process, beta, v):
    """Return the log likelihood of each observation by torch's functions; for Dirichlet-multinomial, of each variant."""
    if process.noise == "dirichlet_multinomial":
        return _dirichlet(process, beta, v)
    curve = monotone(beta[: FUNCTIONS + 1], v)[process.variant]
    rest = beta[FUNCTIONS + 1 :]
    return _continuous(process, curve, rest, v) if process.kind == "continuous" else _rna_dna(process, curve, rest)


def _dirichlet(process, beta, v):
    counts = torch.tensor(process.data.counts)
    free = beta[:-1].view(FUNCTIONS, -1)
    psi = torch.stack([spline(column, v) for column in free.T] + [torch.zeros_like(v)], 1)
    alpha = 30 * beta[-1].exp() * psi.softmax(1)
    total, rises = alpha.sum(1), torch.lgamma(alpha + counts) - torch.lgamma(alpha)
    return torch.lgamma(total) - torch.lgamma(total + counts.sum(1)) + rises.sum(1)


def _continuous(process, curve, rest, v):
    log_width = spline(rest[:FUNCTIONS], v)[process.variant] if process.width_kind == "varying" else rest[0]
    scale = ((2 * log_width).exp() + process.dy**2).sqrt()
    if process.noise == "gaussian":
        return torch.distributions.Normal(curve, scale).log_prob(process.y)
    if process.noise == "cauchy":
        return torch.distributions.Cauchy(curve, scale).log_prob(process.y)
    a, b = 2.5 * (6 * torch.tanh(rest[-2:] / 6)).exp()
    mode = (a - b) * (a + b).sqrt() / ((2 * a + 1) * (2 * b + 1)).sqrt()
    t = mode + (process.y - curve) / scale
    w = t / (a + b + t**2).sqrt()
    beta_function = torch.lgamma(a) + torch.lgamma(b) - torch.lgamma(a + b)
    constant = (1 - a - b) * np.log(2) - 0.5 * (a + b).log() - beta_function
    return constant + (a + 0.5) * torch.log1p(w) + (b + 0.5) * torch.log1p(-w) - scale.log()


def _rna_dna(process, curve, rest):
    eta = curve + torch.cat([torch.zeros(1), rest[:1]])[process.replicate]
    rna, dna = process.rna, process.dna
    if process.noise == "negative_binomial":
        size = 10 * rest[-1].exp()
        return torch.distributions.NegativeBinomial(size, logits=(dna * eta.exp() / size).log()).log_prob(rna)
    a, b = 30 * rest[-1].exp() * torch.stack([torch.sigmoid(eta), 1 - torch.sigmoid(eta)])
    rises = torch.lgamma(a + rna) + torch.lgamma(b + dna) - torch.lgamma(a + b + rna + dna)
    choices = torch.lgamma(rna + dna + 1) - torch.lgamma(rna + 1) - torch.lgamma(dna + 1)
    return choices + rises - torch.lgamma(a) - torch.lgamma(b) + torch.lgamma(a + b)


def scipy_log_likelihoods(process, beta, v):
    """Return the log likelihood of each variant (variants,) by scipy's distributions, from what the process names."""
    named, n = {name: value.numpy() for name, value in process.named(beta).items()}, len(v)
    if process.noise == "dirichlet_multinomial":
        counts = process.data.counts.astype(int)
        alpha = named["concentration"] * process.log_probability(beta, v).exp().numpy()
        whole = [scipy.stats.dirichlet_multinomial.logpmf(c, a, c.sum()) for c, a in zip(counts, alpha, strict=True)]
        orders = scipy.special.gammaln(counts.sum(1) + 1) - scipy.special.gammaln(counts + 1).sum(1)
        return np.array(whole) - orders
    curve = spline(torch.as_tensor(named["curve"]), v).numpy()[process.data.variant]
    density = _scipy_values(process, named, curve, v) if process.kind == "continuous" else _scipy_counts(process, named, curve)
    return np.bincount(process.data.variant, density, n)


def _scipy_values(process, named, curve, v):
    width = named["log_width"]
    own = spline(torch.as_tensor(width), v).numpy()[process.data.variant] if len(width) > 1 else width
    scale = np.sqrt(np.exp(2 * own) + process.data.dy**2)
    if process.noise != "skewed_t":
        family = {"gaussian": scipy.stats.norm, "cauchy": scipy.stats.cauchy}[process.noise]
        return family.logpdf(process.data.y, curve, scale)
    a, b = 2.5 * np.exp(6 * np.tanh(named["shape"] / 6))
    mode = (a - b) * np.sqrt(a + b) / np.sqrt((2 * a + 1) * (2 * b + 1))
    return scipy.stats.jf_skew_t.logpdf(mode + (process.data.y - curve) / scale, a, b) - np.log(scale)


def _scipy_counts(process, named, curve):
    eta, rna, dna = curve + named["shift"][process.data.replicate], process.data.rna, process.data.dna
    if process.noise == "negative_binomial":
        size = named["size"]
        return scipy.stats.nbinom.logpmf(rna, size, size / (size + dna * np.exp(eta)))
    p = 1 / (1 + np.exp(-eta))
    return scipy.stats.betabinom.logpmf(rna, rna + dna, named["concentration"] * p, named["concentration"] * (1 - p))
