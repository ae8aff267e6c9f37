"""The objective of a fit worked out a second, slow way: one-hot sequences, sums over states, scipy's splines, all in numpy."""

import numpy as np
from scipy.interpolate import BSpline
from scipy.special import expit, log_softmax, logsumexp


def spline_basis(z: np.ndarray, functions: int) -> np.ndarray:
    """Return uniform cubic B-splines (points, functions) on [0, 1]."""
    intervals = functions - 3
    knots = np.arange(-3, intervals + 4) / intervals
    return BSpline(knots, np.eye(functions), 3)(z)


def log_p_bins(v: np.ndarray, beta: np.ndarray) -> np.ndarray:
    """Return log p(bin | v), (variants, bins), for beta (functions, bins - 1)."""
    psi = spline_basis(expit(v / 0.8), len(beta)) @ np.concatenate([beta, np.zeros((len(beta), 1))], 1)
    return log_softmax(psi, axis=1)


def one_hot(letters: np.ndarray) -> np.ndarray:
    """Return (variants, length, 4) 0/1."""
    return (letters[..., None] == np.arange(4)).astype(float)


def site_features(site, letters: np.ndarray, reference: np.ndarray) -> np.ndarray:
    """Return X (variants, 3 * length), one column for each mutant base in alphabetical order, position by position, 5' to 3'."""
    columns = []
    places = range(site.start, site.stop) if site.strand == "+" else range(site.stop - 1, site.start - 1, -1)
    for place in places:
        own = reference[place] if site.strand == "+" else 3 - reference[place]
        read = letters[:, place] if site.strand == "+" else 3 - letters[:, place]
        columns += [(read == base).astype(float) for base in range(4) if base != own]
    return np.stack(columns, 1)


def latent(spec, energies: np.ndarray, interactions: np.ndarray) -> np.ndarray:
    """Return u (variants,): a loop over states and their members."""
    on, off = [], []
    for name, members in spec.states.items():
        energy = sum((energies[:, spec.site_names.index(site)] for site in members), np.zeros(len(energies)))
        energy = energy + sum(
            value for pair, value in zip(spec.interactions, interactions, strict=True) if set(pair) <= set(members)
        )
        (on if name in spec.transcribes else off).append(-energy)
    return logsumexp(on, axis=0) - logsumexp(off, axis=0)


class SlowProblem:
    """The same parameters in the same order as `cisphys.inference.problem.Problem`: elements, mu, interactions, splines."""

    def __init__(self, spec, levels, datasets, reference, ridge, functions, smoothness=0.03):
        self.spec, self.datasets, self.functions, self.ridge, self.smoothness = spec, datasets, functions, ridge, smoothness
        self.features = [[site_features(site, d.letters, reference) for site in spec.sites] for d in datasets]
        self.mu_names = []
        for site in spec.sites:
            self.mu_names += [site.name + value for value in levels[site.condition]] if site.condition else [site.name]
        self.elements = 3 * sum(len(site) for site in spec.sites)

    def split(self, p: np.ndarray):
        """Return matrix elements per site, mu by name, interactions, and spline coefficients per dataset."""
        own = np.split(p[: self.elements], np.cumsum([3 * len(site) for site in self.spec.sites])[:-1])
        stop = self.elements + len(self.mu_names)
        mu = dict(zip(self.mu_names, p[self.elements : stop], strict=True))
        interactions, stop = p[stop : stop + len(self.spec.interactions)], stop + len(self.spec.interactions)
        splines = []
        for d in self.datasets:
            size = self.functions * (len(d.bins) - 1)
            splines.append(p[stop : stop + size].reshape(self.functions, -1))
            stop += size
        assert stop == len(p)
        return own, mu, interactions, splines

    def standardised(self, p: np.ndarray) -> tuple[list[np.ndarray], float]:
        """Return (u - mean) / sd per dataset, over its reads, and the variance about these means over all reads."""
        own, mu, interactions, _ = self.split(p)
        result, squares, total = [], 0.0, 0.0
        for d, features in zip(self.datasets, self.features, strict=True):
            names = [s.name + d.conditions[s.condition] if s.condition else s.name for s in self.spec.sites]
            G = np.stack([X @ e + mu[name] for X, e, name in zip(features, own, names, strict=True)], 1)
            u = latent(self.spec, G, interactions)
            reads = d.counts.sum(1)
            mean = np.average(u, weights=reads)
            squares, total = squares + reads @ (u - mean) ** 2, total + reads.sum()
            result.append((u - mean) / np.sqrt(np.average((u - mean) ** 2, weights=reads)))
        return result, float(squares / total)

    def log_p(self, p: np.ndarray) -> list[np.ndarray]:
        """Return log p(bin | variant), (variants, bins), per dataset."""
        return [log_p_bins(v, beta) for v, beta in zip(self.standardised(p)[0], self.split(p)[3], strict=True)]

    def shapes(self, p: np.ndarray) -> np.ndarray:
        """Return all matrices, one row (4,) per position with zero mean, in standard deviations of their site's energies."""
        result = []
        for k, elements in enumerate(self.split(p)[0]):
            reads = np.concatenate([d.counts.sum(1) for d in self.datasets])
            energies = np.concatenate([features[k] @ elements for features in self.features])
            spread = np.sqrt(np.average((energies - np.average(energies, weights=reads)) ** 2, weights=reads))
            rows = np.concatenate([elements.reshape(-1, 3), np.zeros((len(elements) // 3, 1))], 1)
            result.append((rows - rows.mean(1, keepdims=True)) / spread)
        return np.concatenate(result)

    def off_scale(self, p: np.ndarray) -> float:
        """Return how many widths (1.5) of its prior the logarithm of the latent's scale is off from that of 2 kT."""
        return np.log(np.sqrt(self.standardised(p)[1]) / 2.0) / 1.5

    def prior(self, p: np.ndarray) -> float:
        """Return the penalty in nats."""
        _, mu, interactions, splines = self.split(p)
        total = 0.5e-4 * (sum(value**2 for value in mu.values()) + interactions @ interactions)
        total += 0.5 * self.ridge * (self.shapes(p) ** 2).sum() + 0.5 * self.off_scale(p) ** 2
        for beta in splines:
            bends = beta[2:] - 2 * beta[1:-1] + beta[:-2]
            total += 0.5 * self.smoothness * ((bends**2).sum() + 0.01 * (beta**2).sum())
        return float(total)

    def objective(self, p: np.ndarray) -> float:
        """Return minus the log likelihood and the penalty, nats."""
        pairs = zip(self.datasets, self.log_p(p), strict=True)
        return self.prior(p) - sum(float((d.counts * log_p).sum()) for d, log_p in pairs)


def slopes(function, p: np.ndarray, step: float = 1e-5) -> np.ndarray:
    """Return the derivative of a function by each parameter, by central differences, along a new first axis."""
    moves = np.eye(len(p)) * step
    return np.stack([(np.asarray(function(p + move)) - np.asarray(function(p - move))) / (2 * step) for move in moves])
