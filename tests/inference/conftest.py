"""Small problems that several tests of the inference share."""

import numpy as np
import pytest
import torch
from promoters import (
    LEVELS,
    OPTIONS,
    TWO_SITES,
    activated,
    dataset_of,
    draw_counts,
    mutants,
    random_letters,
    silent,
    sorted_reads,
    spec_of,
)

from cisphys.inference.fit import fit_network
from cisphys.inference.newton import Optimum
from cisphys.inference.problem import Problem
from cisphys.inference.processes import process_of
from cisphys.inference.simulated import Source, drawn
from cisphys.inference.start import fit_measurement, random_start, ranked_effects
from cisphys.models.equilibrium import ThermodynamicNetwork


@pytest.fixture(scope="session", autouse=True)
def one_thread():
    """Let torch use one thread: several slow small problems down where other programs run."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture
def tiny():
    """Return spec, two datasets of 80 variants with 4 and 3 bins at two doses, and their wild type (18,)."""
    wild_type = random_letters(1, 18, seed=5)[0]
    random = np.random.default_rng(6)
    datasets = []
    for number, (dose, bins) in enumerate((("0", 4), ("10", 3))):
        letters = mutants(wild_type, 80, 0.25, seed=number)
        counts = draw_counts(random.dirichlet(np.ones(bins), 80), random.poisson(2, 80), seed=number)
        datasets.append(dataset_of(letters, counts, f"d{dose}", {"dose": dose}))
    return spec_of(TWO_SITES), datasets, wild_type


@pytest.fixture
def tiny_problem(tiny):
    """Return the problem of `tiny` with ridge 0.07 and 6 splines, and a random point, (size,)."""
    spec, datasets, wild_type = tiny
    problem = Problem(ThermodynamicNetwork(spec, LEVELS), datasets, wild_type, 0.07, 6)
    return problem, torch.tensor(np.random.default_rng(7).normal(0, 0.8, problem.size))


@pytest.fixture(scope="session")
def truth():
    """Return the network that `reads` are drawn from, and its wild type: A half saturated, A - P at -4 kT."""
    return activated({"0": -2.0}, interaction=-4.0)


@pytest.fixture(scope="session")
def reads(truth):
    """Return 200,000 reads of 4,000 variants in an unsorted library and four gates."""
    return sorted_reads(*truth, variants=5000, per_variant=40, dose="0", gate_count=4, seed=1)


@pytest.fixture(scope="session")
def fit(truth, reads):
    """Return the fit of `reads`."""
    return fit_network(truth[0].spec, [reads], OPTIONS, silent)


@pytest.fixture(scope="session")
def signal(truth):
    """Return a problem of 300 variants with 8 reads each, and a random start."""
    network, wild_type = truth
    dataset = sorted_reads(network, wild_type, 300, 8, "0", 3, seed=2)
    problem = Problem(network, [dataset], wild_type, 0.3, 5)
    start = random_start(problem, ranked_effects(problem)[0], np.random.default_rng(1))
    return problem, start


@pytest.fixture(scope="session")
def pinned():
    """Return a promoter to simulate from, its problem holding 400 reads drawn from it of each of 1,500 variants, and these."""
    network, wild_type = activated({"0": -2.0}, interaction=-4.0)
    dataset = sorted_reads(network, wild_type, 1500, 400, "0", 4, seed=4)
    problem = Problem(network, [dataset], wild_type, 1e-3, 6)
    problem.scale_width = 15.0
    design = problem.terms[0].design
    changes = [
        features.embedding(zero).T @ (theta - np.take_along_axis(theta, zero[:, None].astype(int), 1)).ravel()
        for features, zero, theta in zip(
            design.features, design.zeros, (each.detach().numpy() for each in network.theta), strict=True
        )
    ]
    p = torch.zeros(problem.size, dtype=torch.float64)
    p[: problem.structural] = torch.as_tensor(np.concatenate([*changes, network.scalars.detach().numpy()]))
    p = fit_measurement(problem, p)
    (dataset,) = drawn(Source(problem, Optimum(p, problem.evaluate(p), 0, True)), [dataset], np.random.default_rng(1))
    problem.terms[0] = problem.terms[0].measuring(process_of(dataset, problem.functions))
    return Source(problem, Optimum(p, problem.evaluate(p), 0, True)), dataset
