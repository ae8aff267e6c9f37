"""A whole fit: searched for, brought to the canonical mirror image, judged on held-out variants, and its parameters profiled."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch

from cisphys.dna import consensus, encode
from cisphys.inference.always_bound import unbound_where_that_fits
from cisphys.inference.dataset import PARTS, Dataset
from cisphys.inference.identifiability import assess, overdispersion
from cisphys.inference.metrics import Information, Judged, variational_information
from cisphys.inference.newton import Optimum
from cisphys.inference.orientation import orient
from cisphys.inference.problem import Problem
from cisphys.inference.profile import Profile
from cisphys.inference.profiles import Profiles, profile_all
from cisphys.inference.search import FitOptions, Search, Trial
from cisphys.inference.solution import judge, judge_fitted, network_values
from cisphys.inference.traces import TracedStep, Traces
from cisphys.log import logger
from cisphys.models.families import network_of
from cisphys.models.network import Network
from cisphys.models.spec import NetworkSpec
from cisphys.models.told_apart import warn_of_rates
from cisphys.progress import Step, unseen


@dataclass(frozen=True)
class Fit:
    """A fitted network with its measurement processes.

    `problem` and `best` hold the training data and the optimum; `profiles` and `uninformed` are those of
    `cisphys.inference.profiles`. `scale_error` is the relative standard error of the energies' common scale by the Fisher
    information; `tested` what the fit says of each test variant; `trials` and `traces` how it was found.
    """

    network: Network
    problem: Problem
    best: Optimum
    trials: tuple[Trial, ...]
    traces: tuple[TracedStep, ...]
    information: Mapping[str, Information]
    by_dataset: Mapping[str, Mapping[str, Information]]
    uninformed: Mapping[str, str]
    profiles: Mapping[str, Profile]
    scale_error: float
    tested: Mapping[str, Judged]


def fit_network(
    spec: NetworkSpec,
    datasets: Sequence[Dataset],
    options: FitOptions,
    report: Callable[[str], None] = logger.info,
    progress: Step = unseen,
) -> Fit:
    """Fit a declared network to one dataset or to several that share it.

    The training variants are fitted, the validation variants choose ridge and splines, the test variants only judge. `report` is
    told what was found, `progress` how far the fit is.
    """
    spec = spec.for_length(datasets[0].letters.shape[1])
    network = network_of(spec, condition_levels(spec, datasets))
    warn_of_rates(network)
    parts = {part: [dataset.only(part) for dataset in datasets] for part in PARTS}
    reference = wild_type(spec, parts["training"])
    search = Search(network, parts["training"], parts["validation"], reference, options, report, progress)
    problem, chosen, weakest = search.run()
    best = _finished(problem, chosen, search.traces)
    weakest = best if weakest is chosen or not options.profiles else _finished(problem, weakest, search.traces)
    report(f"objective {best.objective:.3f} nats, converged: {best.converged}")
    network.set_values(network_values(problem, best.p))
    judgements = judge_fitted(problem, best), search.unseen.judge(problem, best), judge(problem, best, parts["test"])
    by_dataset = dict(zip(PARTS, judgements, strict=True))
    profiles = profile_all(problem, weakest, report, progress) if options.profiles else Profiles({}, {})
    return Fit(
        network,
        problem,
        best,
        tuple(search.trials),
        tuple(search.traces.steps(best, search.unseen)),
        *informations(by_dataset),
        profiles.uninformed,
        profiles.found,
        _scale_error(problem, best),
        by_dataset["test"],
    )


def informations(
    by_dataset: Mapping[str, Mapping[str, Judged]],
) -> tuple[dict[str, Information], dict[str, dict[str, Information]]]:
    """Return what the model tells of each part of the split, and of each dataset in it."""
    pooled = {part: variational_information(list(judged.values())) for part, judged in by_dataset.items()}
    alone = {part: {name: variational_information([one]) for name, one in own.items()} for part, own in by_dataset.items()}
    return pooled, alone


def _finished(problem: Problem, found: Optimum, traces: Traces) -> Optimum:
    """Return the optimum near one that was found roughly, in the canonical mirror image."""
    best = traces.minimise("end", problem, orient(problem, found.p, found.at), found)
    return unbound_where_that_fits(problem, best, traces)


def condition_levels(spec: NetworkSpec, datasets: Sequence[Dataset]) -> dict[str, list[str]]:
    """Return, for each condition column that a site depends on, the values that the datasets have, in their order."""
    columns = spec.condition_columns
    return {column: list(dict.fromkeys(dataset.conditions[column] for dataset in datasets)) for column in columns}


def wild_type(spec: NetworkSpec, training: Sequence[Dataset]) -> np.ndarray:
    """Return the bases (length,) that ddG are told against: the model's, or the consensus of the training reads."""
    if spec.wild_type:
        return encode([spec.wild_type], alphabet=spec.alphabet)[0]
    letters = np.concatenate([dataset.letters for dataset in training])
    return consensus(letters, np.concatenate([dataset.weight for dataset in training]))


def _scale_error(problem: Problem, best: Optimum) -> float:
    """Return the relative standard error of the energies' common scale, over-dispersion included."""
    slope = torch.zeros(problem.size, dtype=best.p.dtype)
    slope[: problem.structural] = problem.slope_of_scale(best.at)
    return assess(problem, best).scale_error * overdispersion(problem, best, slope) ** 0.5
