"""What drives a fitted kinetic model: affinities of its reversible cycles and the entropy that it produces, on the wild type."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from cisphys.inference.dataset import Dataset
from cisphys.inference.fit import Fit
from cisphys.inference.parameter_table import ENDS, ends_of, verdict
from cisphys.inference.profile import Profile
from cisphys.inference.quantities import affinities
from cisphys.models.kinetics import ENERGY, Kinetics

CYCLE_COLUMNS = ["dataset", "quantity", "cycle", "formula", "value", "unit", *ENDS, "reason"]
BALANCED = "zero whatever the rates are: binding and unbinding that share their energies drive nothing"


def cycle_table(fit: Fit, datasets: Sequence[Dataset], unknown: Iterable[str]) -> pd.DataFrame:
    """Return ``dataset quantity cycle formula value unit``, the ends of intervals, and ``reason``; only kinetic models have rows.

    Per dataset, the affinity of each cycle of a basis of the reversible ones (kT) with its profile's intervals, and the entropy
    production (k_B per unit of time), both of the wild type. Where `reason` says why there is no number, `value` is NaN;
    `unknown` are the parameters that the data cannot tell.
    """
    if fit.network.spec.kinetics is None:
        return pd.DataFrame(columns=CYCLE_COLUMNS)
    rows = [row for dataset in datasets for row in _rows(fit, dataset, set(unknown))]
    return pd.DataFrame(rows, columns=CYCLE_COLUMNS).astype(dict.fromkeys(["value", *ENDS], float))


def _rows(fit: Fit, dataset: Dataset, unknown: set[str]) -> Iterator[dict[str, Any]]:
    kinetics, given = fit.network.spec.kinetics, (fit.problem.reference[None], dataset.conditions)
    estimates = fit.network.affinities(*given)[0].tolist()
    profiled = affinities(fit.problem) if fit.profiles else {}
    for cycle, estimate in zip(kinetics.cycles(), estimates, strict=True):
        terms, constant = kinetics.cycle_affinity(cycle)
        row = _row(dataset, "affinity", kinetics.in_words(cycle), spelled(terms, constant), "kT")
        quantity = profiled.get((dataset.name, cycle))
        if not terms and constant == 0:
            yield row | {"value": 0.0, "reason": BALANCED}
        elif quantity and quantity.name in fit.profiles:
            yield row | _interval(fit.profiles[quantity.name])
        else:
            reason = _rests_on(unknown & set(terms))
            yield row | {"value": None if reason else estimate, "reason": reason}
    reason = _irreversible(kinetics) or _rests_on(unknown & set(kinetics.scalars))
    formula = "sum over pairs (k_f P_i - k_b P_j) log (k_f P_i / (k_b P_j))"
    value = None if reason else fit.network.entropy_production(*given)[0].item()
    row = _row(dataset, "entropy production", "", formula, f"k_B x {time_unit(kinetics)}")
    yield row | {"value": value, "reason": reason}


def _row(dataset: Dataset, quantity: str, cycle: str, formula: str, unit: str) -> dict[str, Any]:
    return {"dataset": dataset.name, "quantity": quantity, "cycle": cycle, "formula": formula, "unit": unit}


def _interval(profile: Profile) -> dict[str, Any]:
    found = verdict(profile, exact=False)
    return ends_of(profile) | {"value": found.value, "reason": found.reason}


def _rests_on(names: Iterable[str]) -> str:
    listed = ", ".join(sorted(names))
    return f"it rests on what the data cannot tell: {listed}" if listed else ""


def _irreversible(kinetics: Kinetics) -> str:
    """Say which transitions to another state have no reverse; nothing where all have one."""
    paired = {channel for pair in kinetics.pairs for channel in pair}
    alone = [c.name for i, c in enumerate(kinetics.channels) if i not in paired and c.source != c.target]
    return f"infinite, since these have no reverse: {'; '.join(alone)}" if alone else ""


def time_unit(kinetics: Kinetics) -> str:
    """Return the unit of rates: the rate that is held at 1, or that of the numbers in the file."""
    return f"rate of {kinetics.time_unit}" if kinetics.time_unit else "unit of the rates given"


def spelled(terms: Mapping[str, int], constant: float) -> str:
    """Return an affinity as a formula: ``log_rate.a - log_rate.b``; 0 where all cancels."""
    parts = [f"{'-' if times < 0 else '+'} {_times(abs(times))}{_plain(name)}" for name, times in terms.items()]
    parts += [f"{'-' if constant < 0 else '+'} {abs(constant):.4g}"] if constant else []
    return " ".join(parts).removeprefix("+ ") or "0"


def _times(number: int) -> str:
    return "" if number == 1 else f"{number} "


def _plain(name: str) -> str:
    return f"e({name.removeprefix(ENERGY)})" if name.startswith(ENERGY) else name
