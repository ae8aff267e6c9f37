"""Fits compared on the same held-out variants: the difference of their log likelihoods, with its interval.

What variants have in common (their reads, how hard they are to predict) drops out of the paired difference, so its error is far
smaller than that of either log likelihood. Variants are the units that are drawn: the reads of one variant are not independent.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import log

import numpy as np
import pandas as pd

from cisphys.inference.metrics import Judged, variational_information

_REPLICATES, _SEED = 4000, 1
TESTED = ["dataset", "sequence", "observations", "log_likelihood", "null_log_likelihood"]
COMPARED = ["group", "fit", "datasets", "variants", "observations", "log_likelihood", "I_var_bits", "I_var_se_bits"]
COMPARED += ["less_bits", "less_se_bits", "less_low95_bits", "less_high95_bits"]


@dataclass(frozen=True)
class Difference:
    """By how much one fit predicts variants better than another.

    `nats` over all observations with its standard error; `low95` and `high95` are percentiles of the paired bootstrap over
    variants; `bits` is the difference per observation.
    """

    nats: float
    error: float
    low95: float
    high95: float
    bits: float


def paired_difference(better: Mapping[str, Judged], worse: Mapping[str, Judged]) -> Difference:
    """Compare two fits by what they say of the same variants, by dataset, in the same order.

    Raises
    ------
    ValueError : they were not judged on the same variants
    """
    if [(name, len(each.null)) for name, each in better.items()] != [(name, len(each.null)) for name, each in worse.items()]:
        raise ValueError("the fits were not judged on the same variants")
    gained = np.concatenate([better[name].log_likelihood - worse[name].log_likelihood for name in better])
    observations = sum(float(each.observations.sum()) for each in better.values())
    random = np.random.default_rng(_SEED)
    drawn = [gained[random.integers(0, len(gained), len(gained))].sum() for _ in range(_REPLICATES)]
    low, high = np.percentile(drawn, [2.5, 97.5])
    error = float(np.sqrt(len(gained)) * gained.std())
    return Difference(float(gained.sum()), error, float(low), float(high), float(gained.sum()) / log(2) / observations)


def table_of_tested(tested: Mapping[str, Judged], sequences: Mapping[str, list[str]]) -> pd.DataFrame:
    """Return ``dataset sequence observations log_likelihood null_log_likelihood`` (nats) of a fit's test variants."""
    columns = ((name, sequences[name], each.observations, each.log_likelihood, each.null) for name, each in tested.items())
    return pd.concat([pd.DataFrame(dict(zip(TESTED, own, strict=True))) for own in columns], ignore_index=True)


def compare(tested: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Compare fits by their tables of test variants (`table_of_tested`), with one another those that saw the same ones.

    Fits are on the same variants where datasets, sequences, observations and the null model agree: so the split and the noise
    do. Fits that have no partner are left out.

    Returns
    -------
    Table, per `group` the best first: group, fit, datasets, variants, observations, log_likelihood (nats per observation),
    I_var_bits, I_var_se_bits, and the paired difference to the best of the group per observation: less_bits (0 or below),
    less_se_bits, less_low95_bits, less_high95_bits (percentiles of the bootstrap over variants); empty for the best itself.
    """
    groups = [names for names in _groups(tested) if len(names) > 1]
    rows = [row for number, names in enumerate(groups, start=1) for row in _ranked(number, {n: tested[n] for n in names})]
    return pd.DataFrame(rows, columns=COMPARED)


def _groups(tested: Mapping[str, pd.DataFrame]) -> list[list[str]]:
    groups: list[list[str]] = []
    for name, table in tested.items():
        own = next((group for group in groups if _same(tested[group[0]], table)), None)
        if own is None:
            groups.append([name])
        else:
            own.append(name)
    return groups


def _same(left: pd.DataFrame, right: pd.DataFrame) -> bool:
    """Tell whether two fits were judged on the same observations, under the same null model up to rounding."""
    return left[TESTED[:3]].equals(right[TESTED[:3]]) and np.allclose(
        left["null_log_likelihood"], right["null_log_likelihood"], 1e-4, 1e-4
    )


def _ranked(group: int, tested: Mapping[str, pd.DataFrame]) -> list[dict]:
    judged = {name: _judged(table) for name, table in tested.items()}
    order = sorted(judged, key=lambda name: -tested[name]["log_likelihood"].sum())
    return [_compared(group, name, judged[name], judged[order[0]] if name != order[0] else None) for name in order]


def _judged(table: pd.DataFrame) -> dict[str, Judged]:
    return {
        str(name): Judged(*(rows[column].to_numpy(float) for column in TESTED[2:])) for name, rows in table.groupby("dataset")
    }


def _compared(group: int, name: str, own: Mapping[str, Judged], best: Mapping[str, Judged] | None) -> dict:
    told = variational_information(list(own.values()))
    row = {"group": group, "fit": name, "datasets": ", ".join(own), "variants": told.variants, "observations": told.reads}
    row |= {"log_likelihood": told.log_likelihood / told.reads, "I_var_bits": told.I_var_bits}
    row |= {"I_var_se_bits": told.I_var_se_bits}
    if best is None:
        return row
    less, per = paired_difference(own, best), told.reads * log(2)
    row |= {"less_bits": less.bits, "less_se_bits": less.error / per}
    return row | {"less_low95_bits": less.low95 / per, "less_high95_bits": less.high95 / per}
