"""Mirror solutions put to the test: the relabelled parameters are put into the likelihood of the training variants.

Where a model's form is closed under the relabelling, the predictions are the same to rounding. Kinetic models, and states with
rates of their own, are not closed: there the fit begins again from the relabelled parameters, and the rise of the objective says
how far from a mirror its nearest optimum is.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from cisphys.inference.newton import Optimum, minimise
from cisphys.inference.orientation import reflect
from cisphys.inference.problem import Problem
from cisphys.models.mirrors import Mirror, find_mirrors
from cisphys.models.spec import LINEAR, NetworkSpec

_MOST_SITES, _MOST_STEPS, _TOLERANCE = 3, 40, 0.01


@dataclass(frozen=True)
class CheckedMirror:
    """A relabelling, and what it does.

    Attributes
    ----------
    exact : the form of the model is closed under it
    changed : the largest change of a predicted probability, ratio or value of a training variant, over the range of these
    nats : by how much the log likelihood of the training variants changes; of one that is not exact, to the optimum next to it
    parameters : scalar -> its value in the mirror image
    reversed : the matrices whose energies change sign
    settled : the refit of one that is not exact converged
    """

    mirror: Mirror
    exact: bool
    changed: float
    nats: float
    parameters: Mapping[str, float]
    reversed: tuple[str, ...]
    settled: bool


def check_mirrors(problem: Problem, best: Optimum) -> list[CheckedMirror]:
    """Return every relabelling of bound and unbound that the states are closed under, tested at the optimum."""
    spec = problem.network.spec
    exact = [_checked(problem, best, mirror) for mirror in find_mirrors(spec)]
    return exact + [_refitted(problem, best, mirror) for mirror in inexact_mirrors(spec)]


def inexact_mirrors(spec: NetworkSpec) -> list[Mirror]:
    """Return the relabellings that the states are closed under but the model is not; none where there are exact ones."""
    if find_mirrors(spec) or spec.family in LINEAR or not 0 < len(spec.sites) <= _MOST_SITES:
        return []
    return find_mirrors(in_equilibrium(spec))


def in_equilibrium(spec: NetworkSpec) -> NetworkSpec:
    """Return the thermodynamic model of the same states, all of which transcribe at one rate or not at all."""
    rates = {state: 1.0 if state in spec.transcribes else 0.0 for state in spec.states}
    return replace(spec, family="thermodynamic", kinetics=None, rates=rates, basal=0.0)


def _checked(problem: Problem, best: Optimum, mirror: Mirror) -> CheckedMirror:
    p = reflect(problem, best.p, mirror)
    return _compared(problem, best, Optimum(p, problem.evaluate(p), 0, True), mirror, exact=True)


def _refitted(problem: Problem, best: Optimum, mirror: Mirror) -> CheckedMirror:
    found = minimise(problem, reflect(problem, best.p, mirror), tolerance=_TOLERANCE, most=_MOST_STEPS)
    return _compared(problem, best, found, mirror, exact=False)


def _compared(problem: Problem, best: Optimum, image: Optimum, mirror: Mirror, exact: bool) -> CheckedMirror:
    scalars = image.p[problem.elements : problem.structural].tolist()
    network = problem.network
    turned = (
        block.name
        for block, own, site in zip(network.blocks, problem.terms[0].design.slices, network.sites_of, strict=True)
        if mirror.sign[site] < 0 and float(best.p[own] @ image.p[own]) < 0
    )
    before, after = (sum(each.log_likelihood for each in at.measured) for at in (best.at, image.at))
    return CheckedMirror(
        mirror,
        exact,
        _largest_change(problem, best, image),
        after - before,
        dict(zip(network.scalar_names, scalars, strict=True)),
        tuple(turned),
        image.converged,
    )


def _largest_change(problem: Problem, best: Optimum, image: Optimum) -> float:
    """Return the largest change of what is predicted, relative to its range over the variants and columns of a dataset."""
    worst = 0.0
    for term, one, other in zip(problem.terms, best.at.latents, image.at.latents, strict=True):
        before = term.process.curves(best.p[term.beta], one.v)
        after = term.process.curves(image.p[term.beta], other.v)
        names = [name for name in before if not name.startswith(("low", "high"))]
        span = max(float(before[name].max()) for name in names) - min(float(before[name].min()) for name in names)
        change = max(float((before[name] - after[name]).abs().max()) for name in names)
        worst = max(worst, change / max(span, 1e-300))
    return worst
