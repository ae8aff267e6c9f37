"""Made-up promoters for tests of models and fits: declared models, libraries of variants, and reads drawn in plain numpy."""

from collections.abc import Sequence

import numpy as np
import torch
import yaml
from scipy.stats import norm

from cisphys.inference.dataset import Dataset
from cisphys.inference.measured import BinCounts
from cisphys.inference.search import FitOptions
from cisphys.models.equilibrium import ThermodynamicNetwork
from cisphys.models.language import build_spec
from cisphys.models.spec import NetworkSpec
from cisphys.yaml_lines import Lines

LEVELS = {"dose": ["0", "10"]}  # of the condition of `TWO_SITES`
OPTIONS = FitOptions(restarts=3, ridge=(0.01, 0.1), spline=(8,), seed=1)
LAC = """\
version: 1
type: thermodynamic
sites:
  CRP: {start: 1, stop: 5}
  RNAP: {start: 4, stop: 9}
interactions:
  - [CRP, RNAP]
states:
  empty: []
  CRP: [CRP]
  RNAP: [RNAP]
  CRP+RNAP: [CRP, RNAP]
transcribes: [RNAP, CRP+RNAP]
"""
# an activator A that depends on a condition, and a polymerase P on the minus strand
TWO_SITES = """\
version: 1
type: thermodynamic
sites:
  A: {start: 2, stop: 8, chemical_potential: {by: dose}}
  P: {start: 10, stop: 16, strand: "-"}
interactions:
  - [A, P]
states:
  empty: []
  A: [A]
  P: [P]
  A+P: [A, P]
transcribes: [P, A+P]
"""
REPRESSION = """\
version: 1
type: thermodynamic
sites:
  P: {start: 0, stop: 4}
  R: {start: 4, stop: 8}
states:
  empty: []
  P: [P]
  R: [R]
transcribes: [P]
"""
# A helps P to bind; R keeps P away, so that P and R, and A and R, are never bound together
THREE_SITES = """\
version: 1
type: thermodynamic
sites:
  A: {start: 0, stop: 3}
  P: {start: 3, stop: 6, strand: "-"}
  R: {start: 5, stop: 8}
interactions:
  - [A, P]
states:
  empty: []
  A: [A]
  P: [P]
  A+P: [A, P]
  R: [R]
transcribes: [P, A+P]
"""


def spec_of(text: str) -> NetworkSpec:
    """Return the spec of a model's YAML."""
    return build_spec(yaml.safe_load(text), Lines.at("model.yaml"))


def network_of(text: str, levels=None, seed: int = 1, scale: float = 1.0) -> ThermodynamicNetwork:
    """Return a network with random parameters (normal, sd `scale` kT)."""
    network = ThermodynamicNetwork(spec_of(text), levels)
    random = np.random.default_rng(seed)
    network.set_values({name: random.normal(0, scale, value.shape) for name, value in network.named_values().items()})
    return network


def silent(message: str) -> None:
    """Report nothing."""


def random_letters(variants: int, length: int, seed: int = 1) -> np.ndarray:
    """Return random bases 0..3, (variants, length)."""
    return np.random.default_rng(seed).integers(0, 4, (variants, length)).astype(np.uint8)


def mutants(wild_type: np.ndarray, variants: int, rate: float, seed: int = 1) -> np.ndarray:
    """Return copies of the wild type (length,) with each base redrawn from the three others with probability `rate`."""
    random = np.random.default_rng(seed)
    letters = np.repeat(wild_type[None], variants, axis=0)
    for n, i in np.argwhere(random.random(letters.shape) < rate):
        letters[n, i] = random.choice([base for base in range(4) if base != wild_type[i]])
    return letters


def dataset_of(letters: np.ndarray, counts: np.ndarray, name: str = "x", conditions=None, bins=None) -> Dataset:
    """Return a dataset that is split 60 : 20 : 20 in the order of its rows."""
    part = np.repeat([0, 1, 2], np.diff(np.round(np.array([0, 0.6, 0.8, 1]) * len(letters)).astype(int))).astype(np.int8)
    bins = tuple(bins or range(counts.shape[1]))
    return Dataset(name, letters, BinCounts(counts.astype(float), bins), part, conditions or {})


def gates(u: np.ndarray, sorted_bins: int, unsorted_share: float, noise: float) -> np.ndarray:
    """Return p(bin | u), (variants, 1 + sorted_bins): the unsorted library, then gates between quantiles of u + noise.

    The noise is normal with a standard deviation of `noise` times that of u.
    """
    width = noise * u.std()
    inner = np.quantile(u, np.arange(1, sorted_bins) / sorted_bins)
    below = norm.cdf((np.concatenate([inner, [np.inf]])[None] - u[:, None]) / width)
    sorted_share = np.diff(below, axis=1, prepend=0.0)
    return np.concatenate([np.full((len(u), 1), unsorted_share), (1 - unsorted_share) * sorted_share], 1)


def draw_counts(p: np.ndarray, reads: Sequence[int], seed: int = 1) -> np.ndarray:
    """Return counts (variants, bins) of so many reads per variant, each in a bin drawn by p(bin | variant)."""
    return np.random.default_rng(seed).multinomial(reads, p)


def activated(
    dose_energies: dict[str, float], interaction: float = -2.5, seed: int = 3
) -> tuple[ThermodynamicNetwork, np.ndarray]:
    """Return a `TWO_SITES` network, with mu.A for each dose, whose matrices weaken binding, and its wild type (18,)."""
    network = ThermodynamicNetwork(spec_of(TWO_SITES), {"dose": list(dose_energies)})
    random = np.random.default_rng(seed)
    wild_type = random.integers(0, 4, 18).astype(np.uint8)
    values = {}
    for site in network.spec.sites:
        own = wild_type[site.start : site.stop]
        own = own if site.strand == "+" else 3 - own[::-1]
        theta = random.gamma(2, 0.7, (len(site), 4))
        theta[np.arange(len(site)), own] = 0.0
        values[f"theta.{site.name}"] = theta
    values |= {f"mu.A.{dose}": energy for dose, energy in dose_energies.items()}
    network.set_values(values | {"mu.P": -0.5, "interaction.A.P": interaction})
    return network, wild_type


def sorted_reads(
    network: ThermodynamicNetwork, wild_type: np.ndarray, variants: int, per_variant: int, dose: str, gate_count: int, seed: int
) -> Dataset:
    """Return reads of mutants of the wild type (18 % per base), drawn from the network and `gates`."""
    letters = np.unique(mutants(wild_type, variants, 0.18, seed), axis=0)
    np.random.default_rng(seed).shuffle(letters)
    with torch.no_grad():
        u = network(letters, {"dose": dose}).numpy()
    counts = draw_counts(gates(u, gate_count, 0.2, 0.5), [per_variant] * len(letters), seed)
    return dataset_of(letters, counts, f"dose{dose}", {"dose": dose})
