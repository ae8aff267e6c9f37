"""Small problems that several tests of the inference share."""

import numpy as np
import pytest
import torch
from promoters import TWO_SITES, dataset_of, draw_counts, mutants, random_letters, spec_of

from cisphys.inference.problem import Problem
from cisphys.models.network import ThermodynamicNetwork

LEVELS = {"dose": ["0", "10"]}


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
