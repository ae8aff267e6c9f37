"""Sites that a fit says are bound in every variant of some condition, where bound in none of them says the same.

A site that is bound always, or never, leaves no trace of its sequence: what it then adds to the latent is a constant, which the
measurement takes up. Of the two, the data of such a condition (no inducer, a deleted gene) prefer whichever lets the site be seen
a little; a search that came from the other side stops at the wrong end. Mirror solutions of the whole model do not show this,
since they turn a site in all conditions at once.
"""

from cisphys.inference.newton import Optimum
from cisphys.inference.problem import Problem
from cisphys.inference.traces import Traces

ALWAYS, NEVER = -8.0, 10.0  # kT: chemical potentials beyond which hardly a variant is unbound, or bound


def unbound_where_that_fits(problem: Problem, best: Optimum, traces: Traces) -> Optimum:
    """Return the optimum in which sites that are always bound in a condition are never bound there, if it is no worse.

    `traces` notes how it was found.
    """
    for index, name in enumerate(problem.network.scalar_names, start=problem.elements):
        if name.startswith("mu.") and float(best.p[index]) < ALWAYS:
            q = best.p.clone()
            q[index] = NEVER
            other = traces.minimise("end", problem, q, best)
            if other.objective <= best.objective:
                best = other
    return best
