"""The search for a fit: random starts, then ridge and flexibility by the validation variants' likelihood."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor

from cisphys.inference.mirror_checks import inexact_mirrors
from cisphys.inference.newton import Optimum
from cisphys.inference.orientation import agreement, reflect
from cisphys.inference.problem import Problem
from cisphys.inference.solution import Unseen
from cisphys.inference.start import random_start, ranked_effects
from cisphys.inference.traces import Traces
from cisphys.progress import Step, unseen

_IMMATERIAL = 1e-4  # nats per observation of the validation data
TOLERANCE, MOST = 0.1, 100  # nats and iterations, of starts and of the choice; only what is chosen is followed to the end
USUAL_SPLINES = {"sorted_bins": (12,), "rna_dna": (12,), "continuous": (12, 20, 28)}  # numbers of B-splines to choose from


@dataclass(frozen=True)
class FitOptions:
    """How to fit: random starts, ridges and splines to choose from (None: as many as usual), seed; whether to profile."""

    restarts: int = 5
    ridge: tuple[float, ...] = (0.01, 0.1, 1.0)
    spline: tuple[int, ...] | None = None
    seed: int = 1
    profiles: bool = True

    def splines(self, kind: str) -> list[int]:
        """Return the numbers of splines to choose from for a kind of measurement, ascending."""
        return sorted(self.spline or USUAL_SPLINES[kind])


@dataclass(frozen=True)
class Trial:
    """One optimisation on the way.

    `stage`: a random start; ``relabelled``, from the best start's optimum with bound and unbound swapped at some sites; or a
    step of the ``choice`` on validation data.
    """

    stage: str
    restart: int
    ridge: float
    spline: int
    iterations: int
    objective: float
    validation_log_likelihood: float
    chosen: bool = False


@dataclass(frozen=True)
class Candidate:
    """An optimum at one ridge and number of splines, and the validation variants' log likelihoods, (variants,)."""

    problem: Problem
    optimum: Optimum
    trial: Trial
    held_out: np.ndarray


class Search:
    """Random starts at the weakest ridge, then ridge and splines by the validation variants' likelihood.

    Where sites have spacers of varying length, each start favours other spacings, those first that explain most.
    The numbers of splines are tried from few to many, until more predict the validation reads worse. A network without scalars
    is a sum of effects: all starts would come to the same, so it has one.

    Of the candidates that predict the validation reads no worse than the best (within one standard error of the paired
    difference, or 1e-4 nat per observation) the one with the weakest ridge is taken, then the one with the fewest splines:
    shrinkage that does not predict better only biases the energies.
    """

    def __init__(self, network, training, validation, reference, options: FitOptions, report, progress: Step = unseen):
        self.network, self.training, self.validation, self.reference = network, training, validation, reference
        self.options, self.report = options, report
        self.ridges = sorted(options.ridge)
        self.splines = options.splines(training[0].data.kind)
        self.restarts = options.restarts if network.scalar_names else 1
        self.trials: list[Trial] = []
        mirrors, choices = len(inexact_mirrors(network.spec)), len(self.ridges) * len(self.splines)
        self.traces = Traces(progress, self.restarts + mirrors + choices)
        self.unseen: Unseen | None = None  # the validation variants

    def run(self) -> tuple[Problem, Optimum, Optimum]:
        """Return the chosen problem, its optimum, and that of its first, weakest ridge, both to a tenth of a nat."""
        problem = self._problem(self.splines[0])
        restart, best = self._best_start(problem)
        best, candidates, highest = replace(best, iterations=0), [], -np.inf  # the first choice is the best start
        for functions in self.splines:
            if functions != problem.functions:
                problem, best = self._finer(problem, best, functions)
            found = self._up_the_ridges(problem, best, restart)
            best = found[0].optimum
            candidates += found
            previous, highest = highest, max(each.trial.validation_log_likelihood for each in found)
            if highest < previous:
                break
        chosen = _choose(candidates, sum(dataset.data.observations for dataset in self.validation))
        self.trials[self.trials.index(chosen.trial)] = replace(chosen.trial, chosen=True)
        weakest = next(each for each in candidates if each.problem is chosen.problem)
        chosen.problem.set_ridge(chosen.trial.ridge)
        return chosen.problem, chosen.optimum, weakest.optimum

    def _problem(self, functions: int) -> Problem:
        return Problem(self.network, self.training, self.reference, self.ridges[0], functions)

    def _best_start(self, problem: Problem) -> tuple[int, Optimum]:
        effects = ranked_effects(problem)
        optima = []
        for restart in range(1, self.restarts + 1):
            generator = np.random.default_rng([self.options.seed, restart])
            start = random_start(problem, effects[(restart - 1) % len(effects)], generator)
            optima.append(self._minimise("start", problem, start, restart=restart))
            self._note("start", restart, problem, optima[-1])
        best = min(range(len(optima)), key=lambda index: optima[index].objective)
        return best + 1, self._of_relabelled(problem, best + 1, optima[best])

    def _of_relabelled(self, problem: Problem, restart: int, best: Optimum) -> Optimum:
        """Return an optimum, or a better one that begins with bound and unbound relabelled in it, where these are others.

        First comes the one in which mutants change binding as the model declares; the fit's mirrors say how the others do.
        """
        optima = [best]
        for mirror in inexact_mirrors(self.network.spec):
            optima.append(self._minimise("relabelled", problem, reflect(problem, best.p, mirror), best))
            self._note("relabelled", restart, problem, optima[-1])
        return min(optima, key=lambda optimum: (-agreement(problem, optimum.p), optimum.objective))

    def _finer(self, problem: Problem, best: Optimum, functions: int) -> tuple[Problem, Optimum]:
        """Return the problem with more splines at the weakest ridge, and its optimum, from that with fewer."""
        finer = self._problem(functions)
        measured = (term.process.refined(best.p[term.beta], functions) for term in problem.terms)
        start = torch.cat([best.p[: problem.structural], *measured])
        return finer, self._minimise("choice", finer, start, best)

    def _minimise(self, stage: str, problem: Problem, start: Tensor, after: Optimum | None = None, restart: int = 0) -> Optimum:
        return self.traces.minimise(stage, problem, start, after, restart, tolerance=TOLERANCE, most=MOST)

    def _up_the_ridges(self, problem: Problem, weakest: Optimum, restart: int) -> list[Candidate]:
        found: list[Candidate] = []
        for ridge in self.ridges:
            problem.set_ridge(ridge)
            before = found[-1].optimum if found else None
            optimum = self._minimise("choice", problem, before.p, before) if before else weakest
            found.append(Candidate(problem, optimum, *self._note("choice", restart, problem, optimum)))
        return found

    def _note(self, stage: str, restart: int, problem: Problem, optimum: Optimum) -> tuple[Trial, np.ndarray]:
        if self.unseen is None:
            self.unseen = Unseen(problem, self.validation)
        held_out = self.unseen.log_likelihoods(problem, optimum)
        total = optimum.trace.held_out = float(held_out.sum())
        trial = Trial(stage, restart, problem.ridge.strength, problem.functions, optimum.iterations, optimum.objective, total)
        self.trials.append(trial)
        self.report(
            f"{stage} {restart}: ridge {problem.ridge.strength:g}, {problem.functions} splines, {optimum.iterations} iterations, "
            f"objective {optimum.objective:.2f}, validation {total:.2f} nats"
        )
        return trial, held_out


def _choose(candidates: Sequence[Candidate], observations: float) -> Candidate:
    best = max(candidates, key=lambda each: each.trial.validation_log_likelihood)

    def as_good(each: Candidate) -> bool:
        lost = best.held_out - each.held_out
        return lost.sum() <= max(np.sqrt(len(lost)) * lost.std(), _IMMATERIAL * observations)

    return min(filter(as_good, candidates), key=lambda each: (each.trial.ridge, each.trial.spline))
