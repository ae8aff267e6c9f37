"""What drives a fitted kinetic model: affinities of its reversible cycles and the entropy that it produces, on the wild type."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from cisphys.inference.dataset import Dataset
from cisphys.inference.fit import Fit
from cisphys.models.cycles import Cycle
from cisphys.models.kinetics import ENERGY, Kinetics

CYCLE_COLUMNS = ["dataset", "quantity", "cycle", "formula", "value", "unit", "reason"]
BALANCED = "zero whatever the rates are: binding and unbinding that share their energies drive nothing"


def cycle_table(fit: Fit, datasets: Sequence[Dataset], unknown: Iterable[str]) -> pd.DataFrame:
    """Return ``dataset quantity cycle formula value unit reason``, no rows for models that are not kinetic.

    Per dataset, the affinity of each cycle of a basis of the reversible ones (kT), and the entropy production (k_B per unit of
    time), both of the wild type. Where `reason` says why there is no number, `value` is NaN; `unknown` are the parameters that
    the data cannot tell.
    """
    if fit.network.spec.kinetics is None:
        return pd.DataFrame(columns=CYCLE_COLUMNS)
    rows = [row for dataset in datasets for row in _rows(fit, dataset, set(unknown))]
    return pd.DataFrame(rows, columns=CYCLE_COLUMNS).astype({"value": float})


def _rows(fit: Fit, dataset: Dataset, unknown: set[str]) -> Iterator[dict[str, Any]]:
    kinetics, given = fit.network.spec.kinetics, (fit.problem.reference[None], dataset.conditions)
    found = fit.network.affinities(*given)[0].tolist()
    for cycle, affinity in zip(kinetics.cycles(), found, strict=True):
        terms, constant = kinetics.cycle_affinity(cycle)
        balanced = not terms and constant == 0
        reason = BALANCED if balanced else _rests_on(unknown & set(terms))
        value = 0.0 if balanced else float("nan") if reason else affinity
        yield _row(dataset, "affinity", cycle_in_words(kinetics, cycle), spelled(terms, constant), value, "kT", reason)
    reason = _irreversible(kinetics) or _rests_on(unknown & set(kinetics.scalars))
    value = float("nan") if reason else fit.network.entropy_production(*given)[0].item()
    formula = "sum over pairs (k_f P_i - k_b P_j) log (k_f P_i / (k_b P_j))"
    yield _row(dataset, "entropy production", "", formula, value, f"k_B x {time_unit(kinetics)}", reason)


def _row(dataset: Dataset, *values: object) -> dict[str, Any]:
    return dict(zip(CYCLE_COLUMNS, (dataset.name, *values), strict=True))


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


def cycle_in_words(kinetics: Kinetics, cycle: Cycle) -> str:
    """Return a cycle as its states in order: ``empty -> A -> A+P -> P -> empty``."""
    steps = [kinetics.pairs[number][0 if direction > 0 else 1] for number, direction in cycle]
    channels = [kinetics.channels[step] for step in steps]
    return " -> ".join([channels[0].source, *(channel.target for channel in channels)])


def spelled(terms: Mapping[str, int], constant: float) -> str:
    """Return an affinity as a formula: ``log_rate.a - log_rate.b``; 0 where all cancels."""
    parts = [f"{'-' if times < 0 else '+'} {_times(abs(times))}{_plain(name)}" for name, times in terms.items()]
    parts += [f"{'-' if constant < 0 else '+'} {abs(constant):.4g}"] if constant else []
    return " ".join(parts).removeprefix("+ ") or "0"


def _times(number: int) -> str:
    return "" if number == 1 else f"{number} "


def _plain(name: str) -> str:
    return f"e({name.removeprefix(ENERGY)})" if name.startswith(ENERGY) else name
