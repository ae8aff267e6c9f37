"""Planning: how the interval of one parameter would shrink with other data, by Fisher information and by simulation.

Each plan changes the fit's own experiment: more or fewer reads of each variant, more or fewer variants, fewer sorted bins, or one
more experiment in which a site's chemical potential is another. Measurements are drawn at the fit's parameters (without ridge) as
the plan would have them. The error is that of the inverse information there, measurement processes unknown, or the spread of fits
to many such draws. Both grow by the over-dispersion of the data at hand: deeper reads do not average what makes a variant differ.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import torch
from torch import Tensor

from cisphys.errors import InputError, nearest
from cisphys.inference.changed_data import fewer_bins, more_reads, more_variants, one_more_condition
from cisphys.inference.dataset import Dataset
from cisphys.inference.identifiability import assess, overdispersion
from cisphys.inference.newton import Optimum, minimise
from cisphys.inference.problem import Problem
from cisphys.inference.simulated import Source, drawn
from cisphys.inference.start import fit_measurement
from cisphys.log import logger
from cisphys.progress import Step, unseen

COLUMNS = ["parameter", "unit", "what", "amount", "method", "simulations", "observations", "error", "width95", "relative"]
ENERGIES = ("mu", "interaction", "spacer")  # kinds of parameters in kT; others are logarithms
FISHER, SIMULATION = "Fisher information", "simulation"
_Z = 1.96


@dataclass(frozen=True)
class Question:
    """What is asked: the parameter, factors of reads and of variants, numbers of sorted bins, and shifts (kT) of a site's mu.

    Without a site there are no shifts. `simulations` of each plan are fitted; with 0 there is the Fisher information only.
    """

    parameter: str
    reads: Sequence[float] = ()
    variants: Sequence[float] = ()
    bins: Sequence[int] = ()
    site: str | None = None
    shifts: Sequence[float] = ()
    simulations: int = 0


@dataclass(frozen=True)
class Plan:
    """Other data: what changes and by how much, and a function of a generator that returns source and datasets."""

    what: str
    amount: float
    made: Callable[[np.random.Generator], tuple[Source, list[Dataset]]]
    after: Callable[[Dataset], Dataset] = lambda dataset: dataset


def plan_table(
    source: Source, datasets: Sequence[Dataset], question: Question, seed: int, progress: Step = unseen
) -> pd.DataFrame:
    """Return ``parameter unit what amount method simulations observations error width95 relative``, a row per plan and method.

    Parameters
    ----------
    source : the fit's optimum without ridge
    datasets : its training variants
    progress : is told how many of all simulations are done

    Raises
    ------
    InputError : there is no such parameter or site, the reads do not inform it, or the data have no reads or bins to change
    """
    excess = _checked(source, question)
    unit = "kT" if question.parameter.split(".")[0] in ENERGIES else "log"
    rows = []
    plans = _plans(source, datasets, question)
    for number, plan in enumerate(plans):
        generator = np.random.default_rng([seed, number])

        def told(simulations: int, number: int = number, plan: Plan = plan) -> None:
            of_one = question.simulations
            progress(number * of_one + simulations, len(plans) * of_one, f"{plan.what} {plan.amount:g}")

        for method, error, observations in _errors(plan, question, generator, told):
            error = _with_overdispersion(error, excess, plan)
            simulations = question.simulations if method == SIMULATION else 0
            rows.append((question.parameter, unit, plan.what, plan.amount, method, simulations, observations, error))
            logger.info("%s %g by %s: error %.3g %s", plan.what, plan.amount, method, error, unit)
    table = pd.DataFrame(rows, columns=COLUMNS[:8])
    now = table["method"].map(table[table["what"] == "now"].set_index("method")["error"])
    return table.assign(width95=2 * _Z * table["error"], relative=table["error"] / now)[COLUMNS]


def _checked(source: Source, question: Question) -> float:
    """Return the variance that over-dispersion adds to the parameter's own."""
    problem, names = source.problem, source.problem.network.scalar_names
    if question.parameter not in names:
        raise InputError(f"the model has no parameter '{question.parameter}' ({nearest(question.parameter, names)})")
    index = problem.elements + names.index(question.parameter)
    found = assess(problem, source.optimum)
    if not found.informed[index]:
        remedy = "Ask about a parameter that parameters.tsv calls identifiable"
        raise InputError(f"the data at hand say nothing of {question.parameter}: there is no interval to shrink", remedy=remedy)
    unit = torch.zeros(problem.size, dtype=source.optimum.p.dtype)
    unit[index] = 1.0
    return (overdispersion(problem, source.optimum, unit) - 1) * float(found.error[index]) ** 2


def _with_overdispersion(error: float, excess: float, plan: Plan) -> float:
    """Return the error with what over-dispersion adds: deeper reads leave it as it is, more variants average it.

    One more condition is of the same variants: it leaves that as it is, too.
    """
    return (error**2 + excess / (plan.amount if plan.what == "variants" else 1.0)) ** 0.5


def _plans(source: Source, datasets: Sequence[Dataset], question: Question) -> list[Plan]:
    def of_all(change):
        return lambda generator: (source, [change(dataset, generator) for dataset in datasets])

    plans = [Plan("now", 1.0, lambda generator: (source, list(datasets)))]
    plans += [Plan("reads", factor, of_all(lambda one, g, f=factor: more_reads(one, f, g))) for factor in question.reads]
    plans += [Plan("variants", factor, of_all(lambda one, g, f=factor: more_variants(one, f, g))) for factor in question.variants]
    plans += [Plan("bins", k, plans[0].made, lambda one, k=k: fewer_bins(one, k)) for k in question.bins]
    for shift in question.shifts if question.site else ():
        changed = one_more_condition(source, datasets, question.site, shift)
        plans.append(Plan(f"condition of {question.site}", shift, lambda generator, changed=changed: changed))
    return plans


def _errors(
    plan: Plan, question: Question, generator: np.random.Generator, told: Callable[[int], None]
) -> Iterator[tuple[str, float, float]]:
    """Yield method, error and number of observations; `told` is told how many simulations are done."""
    problem, p, place = _drawn(plan, question.parameter, generator)
    at = Optimum(p, problem.evaluate(p), 0, True)
    observations = sum(term.process.observations for term in problem.terms)
    yield FISHER, float(assess(problem, at).error[place]), observations
    if question.simulations:
        found = []
        for _ in range(question.simulations):
            problem, p, place = _drawn(plan, question.parameter, generator)
            found.append(float(minimise(problem, p).p[place]))
            told(len(found))
        yield SIMULATION, float(np.diff(np.quantile(found, [0.16, 0.84]))[0] / 2), observations


def _drawn(plan: Plan, parameter: str, generator: np.random.Generator) -> tuple[Problem, Tensor, int]:
    """Return a problem with measurements drawn for the plan, parameters near its optimum, and where the parameter is in p."""
    source, datasets = plan.made(generator)
    old = source.problem
    datasets = [plan.after(dataset) for dataset in drawn(source, datasets, generator)]
    problem = Problem(old.network, datasets, old.reference, old.ridge.strength, old.functions)
    problem.scale_width = old.scale_width
    p = torch.zeros(problem.size, dtype=torch.float64)
    p[: problem.structural] = source.optimum.p[: old.structural]
    names = problem.network.scalar_names
    name = next(name for name in (parameter, f"{parameter}.now") if name in names)
    return problem, fit_measurement(problem, p), problem.elements + names.index(name)
