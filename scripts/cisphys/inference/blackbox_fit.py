"""A whole fit of a black box, with the outputs of all fits: starts and decays chosen on validation data, judged on test data."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import inf, log, nan

import numpy as np
import torch
from torch import Tensor

from cisphys.inference.blackbox import Look, Part, Training
from cisphys.inference.dataset import PARTS, Dataset
from cisphys.inference.fit import Fit, condition_levels, informations, wild_type
from cisphys.inference.measurement import Process
from cisphys.inference.metrics import Judged
from cisphys.inference.newton import Optimum
from cisphys.inference.problem import Evaluation
from cisphys.inference.processes import process_of
from cisphys.inference.search import FitOptions, Trial
from cisphys.inference.solution import judged
from cisphys.inference.term import Latent
from cisphys.inference.traces import TracedStep
from cisphys.log import logger
from cisphys.models.blackbox import BlackBoxNetwork
from cisphys.models.families import network_of
from cisphys.models.features import Features
from cisphys.models.spec import NetworkSpec
from cisphys.progress import Step, unseen

DECAYS = (10.0, 30.0)  # prior precisions of the weights, to choose from


@dataclass(frozen=True)
class Decay:
    """The prior on the weights, where other fits have their ridge."""

    strength: float


@dataclass(frozen=True)
class TrainedTerm:
    """One dataset's part: its measurement process, and where its parameters lie in p."""

    name: str
    process: Process
    beta: slice


@dataclass(frozen=True)
class TrainedProblem:
    """What the outputs of a fit ask of its problem."""

    terms: tuple[TrainedTerm, ...]
    reference: np.ndarray
    functions: int
    ridge: Decay
    free_parameters: int

    def log_scale(self, latents: Sequence[Latent]) -> float:
        """Return log s, s^2 the variance of the latent averaged over the datasets' observations."""
        weights = np.array([term.process.observations for term in self.terms])
        return 0.5 * log(np.average([float(latent.sd) ** 2 for latent in latents], weights=weights))


def fit_blackbox(
    spec: NetworkSpec,
    datasets: Sequence[Dataset],
    options: FitOptions,
    report: Callable[[str], None] = logger.info,
    progress: Step = unseen,
) -> Fit:
    """Train a black box on one dataset or on several that share it, from several random starts, each with each of `DECAYS`.

    The training variants are fitted, the validation variants say when to stop and choose start and decay, the test variants only
    judge. Of `options`, the number of restarts, the least number of splines and the seed are taken. `report` is told each
    training, `progress` how far they are.
    """
    spec = spec.for_length(datasets[0].letters.shape[1])
    levels, functions = condition_levels(spec, datasets), options.splines(datasets[0].data.kind)[0]
    parts = {part: [dataset.only(part) for dataset in datasets] for part in PARTS}
    reference = wild_type(spec, parts["training"])
    best, chosen, trials, looks = None, -1, [], []
    for restart in range(1, options.restarts + 1):
        for decay in DECAYS:
            network = network_of(spec, levels)
            training, validation = (_parts(network, parts[part], reference, functions) for part in PARTS[:2])
            generator = torch.Generator("cpu").manual_seed(1000 * options.seed + restart)
            run = Training(network, training, decay, generator)

            def told(steps: int, seen: float, restart: int = restart, decay: float = decay) -> None:
                words = f"start {restart}, decay {decay:g}: step {steps}, validation {seen:,.2f} nats"
                progress(len(trials), options.restarts * len(DECAYS), words)

            looks.append(run.run(validation, told))
            steps, seen = looks[-1][-1].steps, _kept(looks[-1]).validation
            objective = float(run()) * run.observations
            trials.append(Trial("start", restart, decay, functions, steps, objective, seen))
            report(f"start {restart}: decay {decay:g}, {steps} steps, validation {seen:.2f} nats")
            if best is None or seen > trials[chosen].validation_log_likelihood:
                best, chosen = run, len(trials) - 1
    trials[chosen] = replace(trials[chosen], chosen=True)
    return _as_fit(best, datasets, reference, functions, trials, chosen, _traced(trials, looks))


def _kept(looks: Sequence[Look]) -> Look:
    """Return the look that a training goes back to."""
    return max(looks[1:], key=lambda look: look.validation)


def _traced(trials: Sequence[Trial], looks: Sequence[Sequence[Look]]) -> tuple[TracedStep, ...]:
    """Return all looks of all trainings; of the chosen one, those up to the one that it goes back to led to the result."""
    return tuple(
        TracedStep(
            *(number, None, trial.stage, trial.restart, trial.ridge, trial.spline),
            *(look.steps, "L-BFGS" if look.steps else "start", look.objective, nan, look.training, look.validation),
            chosen=trial.chosen and look.steps <= _kept(own).steps,
        )
        for number, (trial, own) in enumerate(zip(trials, looks, strict=True), start=1)
        for look in own
    )


def _parts(network: BlackBoxNetwork, datasets: Sequence[Dataset], reference: np.ndarray, functions: int) -> list[Part]:
    site = network.spec.sites[0]
    own = slice(site.start, site.stop)
    return [
        Part(dataset.letters[:, own], reference[own], process_of(dataset, functions), network.level(dataset.conditions))
        for dataset in datasets
    ]


@torch.no_grad()
def _as_fit(
    run: Training,
    datasets: Sequence[Dataset],
    reference: np.ndarray,
    functions: int,
    trials: Sequence[Trial],
    chosen: int,
    traces: tuple[TracedStep, ...],
) -> Fit:
    """Return the trained network as a `Fit`: its p holds the parameters of the measurement processes alone."""
    site = run.network.spec.sites[0]
    embedding = Features("single", len(site)).embedding(reference[site.start : site.stop])
    run.network.first.copy_(torch.as_tensor(embedding @ run.free.numpy(force=True)).view(len(site), 4, -1))
    betas = [beta.detach() for beta in run.betas]
    stops = np.cumsum([0, *(len(beta) for beta in betas)])
    terms = tuple(
        TrainedTerm(dataset.name, part.process, slice(int(stops[k]), int(stops[k + 1])))
        for k, (dataset, part) in enumerate(zip(datasets, run.parts, strict=True))
    )
    latents = tuple(_latent(run, k) for k in range(len(terms)))
    measured = tuple(term.process.evaluate(beta, latent.v) for term, beta, latent in zip(terms, betas, latents, strict=True))
    at = Evaluation(trials[chosen].objective, latents, measured)
    best = Optimum(torch.cat(betas), at, trials[chosen].iterations, True)
    by_dataset = {part: _judge(run, betas, latents, [own.only(part) for own in datasets], functions) for part in PARTS}
    count = sum(each.numel() for each in run.parameters)
    problem = TrainedProblem(terms, reference, functions, Decay(trials[chosen].ridge), count)
    return Fit(run.network, problem, best, tuple(trials), traces, *informations(by_dataset), {}, {}, inf, by_dataset["test"])


def _latent(run: Training, k: int) -> Latent:
    standard = run.standard(k)
    nothing = standard.v.new_zeros(len(standard.v), 0)
    return Latent(standard.v, standard.mean, standard.sd, nothing, nothing)


def _judge(
    run: Training, betas: Sequence[Tensor], latents: Sequence[Latent], datasets: Sequence[Dataset], functions: int
) -> dict[str, Judged]:
    """Return, per dataset, how well its variants are predicted."""
    result = {}
    for beta, latent, dataset in zip(betas, latents, datasets, strict=True):
        v = (run.network(dataset.letters, dataset.conditions) - latent.mean) / latent.sd
        result[dataset.name] = judged(process_of(dataset, functions), beta, v)
    return result
