"""How a fit came to where it is: each step of its optimisations, by what it says of the training and the validation variants.

To note a step costs nothing: the likelihood of the training variants is part of the objective. The validation variants are
predicted afterwards at the steps that led to the result, and for the search at the end of every other optimisation.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from math import nan
from typing import NamedTuple

from torch import Tensor

from cisphys.inference.newton import Optimum, minimise
from cisphys.inference.problem import Evaluation, Problem
from cisphys.inference.solution import Unseen
from cisphys.progress import Step, unseen


class Standard(NamedTuple):
    """What standardises the latent of one dataset."""

    mean: Tensor
    sd: Tensor


@dataclass(frozen=True)
class Passed:
    """A point p (size,) that an optimisation came to, with the log likelihood of the training variants there (nats).

    `method` led there, ``start`` where it began; `promised` is what its quadratic model promised of the step (nats).
    """

    method: str
    p: Tensor
    objective: float
    promised: float
    training: float
    standards: tuple[Standard, ...]


@dataclass(eq=False)
class Trace:
    """One optimisation of a fit: what for, and every point that it came to; `after` is the one whose end it began at.

    `stage` is that of `cisphys.inference.search.Trial`, or ``end``: what was chosen, followed to its end. `held_out` is the
    validation variants' log likelihood at its end (nats), where that is known. `tell` is told each step, for whoever waits.
    """

    stage: str
    restart: int
    problem: Problem
    after: "Trace | None" = None
    held_out: float = nan
    tell: Callable[[str], None] | None = None
    ridge: float = field(init=False)
    points: list[Passed] = field(default_factory=list)

    def __post_init__(self):
        self.ridge = self.problem.ridge.strength

    def __call__(self, method: str, p: Tensor, at: Evaluation, promised: float) -> None:
        """Note a point, as `cisphys.inference.newton.minimise` tells it."""
        training = sum(each.log_likelihood for each in at.measured)
        standards = tuple(Standard(latent.mean, latent.sd) for latent in at.latents)
        self.points.append(Passed(method, p, at.objective, promised, training, standards))
        if self.tell:
            self.tell(f"{self.stage} {self.restart}: step {len(self.points) - 1}, objective {at.objective:,.2f} nats")

    def validation(self, unseen: Unseen) -> list[float]:
        """Return the validation variants' log likelihood (nats) at each point."""
        return [unseen.log_likelihood(self.problem, point.p, point.standards) for point in self.points]


@dataclass(frozen=True)
class TracedStep:
    """A row of traces.tsv.

    `run` numbers the optimisations from 1, and `after` is the one whose end it began at; `chosen` is what led to the result.
    Log likelihoods in nats, NaN where they are not known.
    """

    run: int
    after: int | None
    stage: str
    restart: int
    ridge: float
    spline: int
    iteration: int
    method: str
    objective: float
    promised: float
    training_log_likelihood: float
    validation_log_likelihood: float
    chosen: bool


class Traces:
    """The traces of all optimisations of a fit, in their order.

    Parameters
    ----------
    progress : is told each step, and how many of about so many `planned` optimisations are done
    """

    def __init__(self, progress: Step = unseen, planned: int | None = None):
        self.runs: list[Trace] = []
        self._progress, self._planned = progress, planned

    def minimise(
        self, stage: str, problem: Problem, start: Tensor, after: Optimum | None = None, restart: int = 0, **limits
    ) -> Optimum:
        """Minimise as `cisphys.inference.newton.minimise` does, and note it.

        Parameters
        ----------
        after : the optimum that `start` (size,) is from, with its trace
        restart : number of the random start, where it begins at one
        limits : tolerance and most of `minimise`
        """
        before = after.trace if after else None
        trace = Trace(stage, before.restart if before else restart, problem, before, tell=self._tell)
        self.runs.append(trace)
        return replace(minimise(problem, start, watch=trace, **limits), trace=trace)

    def _tell(self, words: str) -> None:
        done = len(self.runs) - 1
        self._progress(done, self._planned and max(self._planned, done + 1), words)

    def steps(self, best: Optimum, unseen: Unseen) -> list[TracedStep]:
        """Return all steps, those that led to `best` with what they say of the validation variants."""
        path = list(_back_from(best.trace))
        numbers = {trace: number for number, trace in enumerate(self.runs, start=1)}
        found = []
        for trace, number in numbers.items():
            chosen, unknown = trace in path, [nan] * (len(trace.points) - 1)
            held_out = trace.validation(unseen) if chosen else [*unknown, trace.held_out]
            found += _rows(trace, number, numbers.get(trace.after), held_out, chosen)
        return found


def _back_from(trace: Trace | None):
    while trace:
        yield trace
        trace = trace.after


def _rows(trace: Trace, number: int, after: int | None, held_out: Sequence[float], chosen: bool) -> list[TracedStep]:
    whose = (number, after, trace.stage, trace.restart, trace.ridge, trace.problem.functions)
    return [
        TracedStep(*whose, k, point.method, point.objective, point.promised, point.training, validation, chosen)
        for k, (point, validation) in enumerate(zip(trace.points, held_out, strict=True))
    ]
