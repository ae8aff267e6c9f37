"""Traces: every optimisation of a fit from its start to its end, and what each step says of the validation variants."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from promoters import OPTIONS, silent

from cisphys.inference.dataset import PARTS
from cisphys.inference.fit import fit_network
from cisphys.inference.fit_tables import trace_table
from cisphys.inference.search import FitOptions, Search
from cisphys.inference.solution import Unseen, latent_of
from cisphys.inference.start import random_start, ranked_effects
from cisphys.inference.traces import Traces


@pytest.fixture(scope="module")
def fit(truth, reads):
    """Return a fit that has to choose: two ridges, two numbers of splines."""
    options = replace(OPTIONS, restarts=2, ridge=(0.01, 10.0), spline=(6, 8), profiles=False)
    return fit_network(truth[0].spec, [reads], options, silent)


@pytest.fixture(scope="module")
def traces(fit):
    return trace_table(fit)


def test_every_optimisation_is_there(traces):
    """Start 1 and 2, the second ridge, more splines and their second ridge, and the end of what was chosen."""
    runs = traces.groupby("run").first()
    assert runs["stage"].tolist()[:5] == ["start", "start", "choice", "choice", "choice"]
    assert set(runs["stage"][5:]) == {"end"}
    assert runs["ridge"].tolist()[:5] == [0.01, 0.01, 10, 0.01, 10]
    assert runs["spline"].tolist()[:5] == [6, 6, 6, 8, 8]
    assert runs["restart"].tolist()[:2] == [1, 2]
    assert runs["restart"].nunique() == 2  # all later ones are of the best start


def test_steps_are_counted_from_the_start_of_each(traces):
    for _, own in traces.groupby("run"):
        assert own["iteration"].tolist() == list(range(len(own)))
        assert own["method"].iloc[0] == "start"
        assert set(own["method"].iloc[1:]) <= {"Newton", "L-BFGS"}
        assert own["promised"].isna().tolist() == [True] + [False] * (len(own) - 1)
        assert (own["promised"].iloc[1:] > 0).all()


def test_the_objective_falls_at_each_step(traces):
    for _, own in traces.groupby("run"):
        assert (own["objective"].diff().iloc[1:] < 0).all()
    assert traces.groupby("run")["objective"].agg(lambda own: own.iloc[0] - own.iloc[-1]).max() > 100


def test_each_begins_where_the_one_before_ended(traces):
    """Another ridge leaves the likelihood as it is; more splines give about the same curve; a mirror image predicts the same."""
    runs = dict(list(traces.groupby("run")))
    later = [own for own in runs.values() if own["stage"].iloc[0] != "start"]
    assert later
    for own in later:
        before = runs[own["after"].iloc[0]]
        same = 1e-6 if own["spline"].iloc[0] == before["spline"].iloc[0] else 30
        assert own["training_log_likelihood"].iloc[0] == pytest.approx(before["training_log_likelihood"].iloc[-1], abs=same)
    assert all(own["after"].isna().all() for own in runs.values() if own["stage"].iloc[0] == "start")


def test_ends_are_those_of_the_trials(fit, traces):
    ends = traces.groupby("run").last()
    rows = [trial for trial in fit.trials if trial.stage == "start" or trial.iterations]
    for trial in rows:
        own = ends[(ends[["stage", "ridge", "spline"]] == [trial.stage, trial.ridge, trial.spline]).all(axis=1)]
        own = own[own["restart"] == trial.restart]
        assert len(own) == 1
        assert own["iteration"].item() == trial.iterations
        assert own["objective"].item() == trial.objective
        assert own["validation_log_likelihood"].item() == pytest.approx(trial.validation_log_likelihood, rel=1e-9)
    assert len(rows) >= 4


def test_the_last_step_is_the_result(fit, traces):
    """The likelihood that the solver works with sums otherwise than the judgement: they agree to nine digits."""
    chosen = traces[traces["chosen"] == "yes"]
    last = chosen.iloc[-1]
    assert last["objective"] == fit.best.objective
    for part in ("training", "validation"):
        assert last[f"{part}_log_likelihood"] == pytest.approx(fit.information[part].log_likelihood, rel=1e-9)
        assert last[f"{part}_bits"] == pytest.approx(fit.information[part].I_var_bits, rel=1e-9)
    path = chosen.groupby("run", sort=False).first()
    assert path["stage"].iloc[0] == "start"
    assert path["after"].tolist()[1:] == path.index.tolist()[:-1]


def test_validation_is_told_all_the_way_to_the_result_and_at_other_ends(traces):
    told, chosen = traces["validation_log_likelihood"].notna(), traces["chosen"] == "yes"
    assert told[chosen].all()
    last = traces["iteration"] == traces.groupby("run")["iteration"].transform("max")
    searched = traces["stage"] != "end"
    assert (told == last)[~chosen & searched].all()
    along = traces.loc[chosen, "validation_bits"]
    assert along.iloc[0] < along.iloc[-1] - 0.05


def test_validation_on_the_way_is_that_of_the_validation_reads(truth, reads):
    """At the parameters after two steps, the log likelihood of each validation read by p(bin) as it stands there."""
    network, wild_type = truth
    training, validation = ([reads.only(part)] for part in PARTS[:2])
    problem = Search(network, training, validation, wild_type, FitOptions(ridge=(0.1,), spline=(6,)), silent)._problem(6)
    start = random_start(problem, ranked_effects(problem)[0], np.random.default_rng(1))
    found = Traces()
    best = found.minimise("start", problem, start, restart=1, tolerance=0.1)
    two = found.minimise("start", problem, start, restart=1, most=2)
    (latent,), (term,) = two.at.latents, problem.terms
    v = (latent_of(problem, two.p, validation[0]) - latent.mean) / latent.sd
    expected = (validation[0].counts * term.process.log_probability(two.p[term.beta], v).numpy()).sum()
    step = next(step for step in found.steps(best, Unseen(problem, validation)) if step.iteration == 2)
    assert step.validation_log_likelihood == pytest.approx(expected, rel=1e-9)
    assert step.training_log_likelihood == pytest.approx(two.at.measured[0].log_likelihood, rel=1e-12)


def test_a_table_of_one_start(truth, reads):
    fit = fit_network(truth[0].spec, [reads], replace(OPTIONS, restarts=1, ridge=(0.1,), profiles=False), silent)
    table = trace_table(fit)
    assert table["after"].dtype == pd.Int64Dtype()
    assert list(dict.fromkeys(table["stage"])) == ["start", "end"]
    assert set(table["chosen"]) == {"yes"}


def test_progress_is_told(truth, reads):
    """Of the search each step, of the profiles each point; what is done never reaches the total before the end."""
    told = []
    options = replace(OPTIONS, restarts=2, ridge=(0.01, 0.1))
    fit = fit_network(truth[0].spec, [reads], options, silent, lambda *each: told.append(each))
    assert all(0 <= done < total for done, total, _ in told)
    assert told[0][:2] == (0, 4)  # two starts, another ridge, and the end are planned
    assert told[0][2].startswith("start 1: step 0, objective ")
    profiles = [each for each in told if each[2].startswith("profile of ")]
    assert {words.split(":")[0] for _, _, words in profiles} == {f"profile of {name}" for name in fit.profiles}
    assert {total for _, total, _ in profiles} == {len(fit.profiles)}
