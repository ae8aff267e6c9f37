"""Coverage: how often intervals hold the truth, counted over many simulations from a fit, each fitted as data are.

Each simulation is one `recover`: all measurements are drawn anew from the fit's optimum without ridge and searched for as the
fit's own were. A 95 % interval that is what it says holds the truth in K of n simulations with K ~ Binomial(n, 0.95): shares come
with the exact (Clopper-Pearson) interval, and ``p95 = P(K <= held)`` says how rare so few would be. Matrix elements of one
simulation miss together, as they share the energies' scale: the error of a site's mean is that of the simulations' means.
"""

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
from scipy.stats import beta, binom, t

from cisphys.inference.dataset import Dataset
from cisphys.inference.recovery import LEVELS, holds, recover
from cisphys.inference.search import FitOptions
from cisphys.inference.simulated import Source
from cisphys.log import logger
from cisphys.progress import Step, unseen
from cisphys.tables import read_table

WORDS = ["name", "site", "position", "base", "unit", "covered"]  # columns of a part that are text
NAMES = ["name", "site", "position", "base"]  # what tells rows apart
SHARES = [f"covered{level}{end}" for level in LEVELS for end in ("", "_low", "_high")]
COLUMNS = [*NAMES, "unit", "true", "simulations", *SHARES, "p95", "bias", "sd", "width95", "open95"]
OF_SITES = [f"{what}{level}" for level in LEVELS for what in ("covered", "error")]
SITE_COLUMNS = ["site", "elements", "simulations", *OF_SITES, "p95", "least95"]
NOMINAL = 0.95


def simulate(
    truth: Source,
    datasets: Sequence[Dataset],
    options: FitOptions,
    numbers: Sequence[int],
    report: Callable[[str], None] = logger.info,
    progress: Step = unseen,
) -> pd.DataFrame:
    """Return the `recovery_table` of each simulation of these numbers, with a column ``simulation``, one below the other.

    What is drawn follows from the options' seed and the simulation's number alone. `progress` is told how many are done.
    """
    parts = []
    for done, number in enumerate(numbers):
        progress(done, len(numbers))
        table = recover(truth, datasets, options, [options.seed, number], report)
        report(f"simulation {number}: {(table['covered'] == 'yes').mean():.0%} of {len(table)} intervals hold the truth")
        parts.append(table.assign(simulation=number))
    return pd.concat(parts, ignore_index=True)


def read_simulations(paths: Sequence) -> pd.DataFrame:
    """Read tables that `simulate` made, in the order of the simulations' numbers."""
    table = pd.concat([read_table(path, ["simulation", *WORDS], WORDS) for path in paths], ignore_index=True)
    return table.sort_values("simulation", kind="stable", ignore_index=True)


def coverage_table(simulations: pd.DataFrame) -> pd.DataFrame:
    """Return a row of `COLUMNS` per named parameter, and below these per matrix element.

    ``simulations`` are those in which it has an interval, ``open95`` those in which that is open on one side; ``bias`` is the
    mean of found less true, ``sd`` the standard deviation of what is found, ``width95`` the median width of intervals with two
    ends.
    """
    table = _counted(simulations).assign(off=simulations["found"] - simulations["true"])
    width = table["high95"] - table["low95"]
    table = table.assign(width=width, opened=width.isna(), element=table["base"] != "")
    grouped = table.sort_values("element", kind="stable").groupby(NAMES, sort=False)
    covered = grouped.agg(
        unit=("unit", lambda units: "; ".join(dict.fromkeys(units))),
        true=("true", "first"),
        simulations=("true", "size"),
        held68=("in68", "sum"),
        held95=("in95", "sum"),
        bias=("off", "mean"),
        sd=("found", "std"),
        width95=("width", "median"),
        open95=("opened", "sum"),
    ).reset_index()
    return _with_shares(covered)[COLUMNS]


def coverage_of_sites(simulations: pd.DataFrame) -> pd.DataFrame:
    """Return a row of `SITE_COLUMNS` per energy matrix: the mean coverage of its elements with its error over simulations.

    ``p95`` is that of a mean so far below 95 % by a one-sided t test; ``least95`` the smallest share in one simulation.
    """
    table = _counted(simulations)
    elements, rows = table[table["base"] != ""], []
    for site, own in elements.groupby("site", sort=False):
        shares = own.groupby("simulation")[["in68", "in95"]].mean()
        means, errors = shares.mean(), shares.std(ddof=1) / np.sqrt(len(shares))
        told = [value for level in LEVELS for value in (means[f"in{level}"], errors[f"in{level}"])]
        number = len(own.drop_duplicates(NAMES))
        p = _p_of_mean(means["in95"], errors["in95"], len(shares))
        rows.append((site, number, len(shares), *told, p, shares["in95"].min()))
    return pd.DataFrame(rows, columns=SITE_COLUMNS)


def exact_interval(held: np.ndarray, of: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the Clopper-Pearson 95 % interval of a share, of which `held` in `of` trials were counted, each (rows,)."""
    held, of = np.asarray(held, float), np.asarray(of, float)
    low = np.where(held > 0, beta.ppf(0.025, np.maximum(held, 1), of - held + 1), 0.0)
    high = np.where(held < of, beta.ppf(0.975, held + 1, np.maximum(of - held, 1)), 1.0)
    return low, high


def _counted(simulations: pd.DataFrame) -> pd.DataFrame:
    return simulations.assign(**{f"in{level}": holds(simulations, level) for level in LEVELS})


def _with_shares(covered: pd.DataFrame) -> pd.DataFrame:
    """Return the table with the columns `SHARES` and p95, from held68, held95 and simulations."""
    of = covered["simulations"].to_numpy()
    for level in LEVELS:
        held = covered[f"held{level}"].to_numpy()
        low, high = exact_interval(held, of)
        covered = covered.assign(**{f"covered{level}": held / of, f"covered{level}_low": low, f"covered{level}_high": high})
    return covered.assign(p95=binom.cdf(covered["held95"], of, NOMINAL))


def _p_of_mean(mean: float, error: float, of: int) -> float:
    """Return how likely a mean so low is where the truth is 95 %; of means that never differ, 0 or 1."""
    if not error > 0:
        return float(mean >= NOMINAL)
    return float(t.cdf((mean - NOMINAL) / error, of - 1))
