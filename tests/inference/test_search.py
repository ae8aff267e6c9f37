"""The choice among candidates, and the search on simulated reads."""

import numpy as np
import pytest
from promoters import silent

from cisphys.inference.dataset import PARTS
from cisphys.inference.search import Candidate, FitOptions, Search, Trial, _choose
from cisphys.inference.solution import latent_of


def candidate(ridge, held_out, spline=12):
    held_out = np.asarray(held_out, float)
    return Candidate(None, None, Trial("choice", 1, ridge, spline, 5, 0.0, held_out.sum()), held_out)


def chosen(*candidates, reads=4):
    found = _choose(candidates, reads).trial
    return found.ridge, found.spline


# what each variant loses against the best, whose log likelihoods are -1: its sum against sqrt(4) times its standard deviation
@pytest.mark.parametrize(
    ("lost", "reads", "expected"),
    [
        ([0, 0, 0, 2], 4, 1.0),  # 2 against 2 * 0.866: worse
        ([0, 0, 1, 1], 4, 1.0),  # 2 against 2 * 0.5: worse
        ([2, -2, 0, 1], 4, 0.01),  # 1 against 2 * 1.479: as good
        ([0.1, 0.1, 0.1, 0.1], 4, 1.0),  # 0.4 against 0: worse
        ([0.1, 0.1, 0.1, 0.1], 5000, 0.01),  # less than 1e-4 nat per read: as good
        ([0, 0, 0, 0], 4, 0.01),
    ],
)
def test_weakest_ridge_that_is_as_good_as_the_best(lost, reads, expected):
    weaker = -1 - np.array(lost)
    assert chosen(candidate(0.01, weaker), candidate(1.0, [-1, -1, -1, -1]), reads=reads)[0] == expected


def test_fewest_splines_among_equals():
    best = [-1.0, -1, -1, -1]
    assert chosen(candidate(0.1, best, 16), candidate(0.1, best, 12), candidate(1.0, best, 8)) == (0.1, 12)


def test_the_best_is_taken_where_all_others_are_worse():
    assert chosen(candidate(0.01, [-9, -9]), candidate(0.1, [-1, -1]), candidate(1.0, [-5, -5])) == (0.1, 12)


@pytest.fixture(scope="module")
def searched(truth, reads):
    network, wild_type = truth
    training, validation = ([reads.only(part)] for part in PARTS[:2])
    options = FitOptions(restarts=2, ridge=(1.0, 0.01), spline=(6, 8), seed=4)
    search = Search(network, training, validation, wild_type, options, silent)
    return search, *search.run()


def test_every_start_and_choice_is_noted(searched):
    search, problem, best, _ = searched
    assert [(trial.stage, trial.restart) for trial in search.trials[:2]] == [("start", 1), ("start", 2)]
    assert [(trial.ridge, trial.spline) for trial in search.trials[2:]] == [(0.01, 6), (1.0, 6), (0.01, 8), (1.0, 8)]
    (chosen,) = (trial for trial in search.trials if trial.chosen)
    assert chosen.stage == "choice"
    assert chosen.objective == pytest.approx(best.objective, abs=0.1)  # followed to its end once it is chosen
    assert (problem.ridge.strength, problem.functions) == (chosen.ridge, chosen.spline)


def test_the_optimum_belongs_to_the_problem_that_is_returned(searched):
    _, problem, best, weakest = searched
    assert problem.evaluate(best.p).objective == pytest.approx(best.objective, abs=1e-9)
    problem_ridge = problem.ridge.strength
    problem.set_ridge(0.01)
    assert problem.evaluate(weakest.p).objective == pytest.approx(weakest.objective, abs=1e-9)
    problem.set_ridge(problem_ridge)


def test_validation_likelihood_is_that_of_the_validation_reads(searched, reads):
    search, problem, best, _ = searched
    validation = reads.only("validation")
    (term,), (latent,) = problem.terms, best.at.latents
    v = (latent_of(problem, best.p, validation) - latent.mean) / latent.sd
    log_p = term.process.log_probability(best.p[term.beta], v).numpy()
    (chosen,) = (trial for trial in search.trials if trial.chosen)
    assert chosen.validation_log_likelihood == pytest.approx((validation.counts * log_p).sum())
