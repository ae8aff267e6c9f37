"""Fits compared on the same held-out variants: ranked, with paired differences, and what can and cannot be told apart."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log
from typing import Any

import numpy as np
import pandas as pd

from cisphys.inference.metrics import Judged, influences, variational_information
from cisphys.inference.paired import Difference, letters, paired_differences

TESTED = ["dataset", "sequence", "observations", "log_likelihood", "null_log_likelihood"]
COMPARED = ["group", "fit", "letters", "datasets", "variants", "observations", "parameters", "log_likelihood"]
COMPARED += ["null_log_likelihood", "I_var_bits", "I_var_se_bits", "gained_bits_per_parameter", "I_pred_bits", "I_pred_sd_bits"]
COMPARED += ["I_int_low_bits", "I_int_high_bits", "less_bits", "less_se_bits", "less_low95_bits", "less_high95_bits"]
PAIRS = ["group", "fit", "other", "told_apart", "nats", "bits", "se_bits", "low95_bits", "high95_bits", "reason"]


def table_of_tested(tested: Mapping[str, Judged], sequences: Mapping[str, list[str]]) -> pd.DataFrame:
    """Return ``dataset sequence observations log_likelihood null_log_likelihood`` (nats) of a fit's test variants."""
    columns = ((name, sequences[name], each.observations, each.log_likelihood, each.null) for name, each in tested.items())
    return pd.concat([pd.DataFrame(dict(zip(TESTED, own, strict=True))) for own in columns], ignore_index=True)


@dataclass(frozen=True)
class Comparison:
    """`ranked`: a row per fit that has a partner, the best of each group first; `pairs`: a row per pair of fits."""

    ranked: pd.DataFrame
    pairs: pd.DataFrame


def compare(tested: Mapping[str, pd.DataFrame], summaries: Mapping[str, Mapping[str, Any]]) -> Comparison:
    """Compare fits by their tables of test variants (`table_of_tested`), with one another those that saw the same ones.

    Fits are on the same variants where datasets, sequences, observations and the null model agree: so the split and the noise
    do. Other pairs are not compared, and `pairs` says why.

    Parameters
    ----------
    summaries : of each fit, what summary.json says: ``datasets``, ``replicates``, ``parameters``, ``predictive``, ``intrinsic``

    Returns
    -------
    The columns `COMPARED` and `PAIRS`; log likelihoods in nats per observation, differences to the best of the group (0 or below)
    in bits per observation, with percentiles of the bootstrap over variants, none for the best itself. I_var is of sorted bins.
    """
    groups = [names for names in _groups(tested) if len(names) > 1]
    ranked, pairs = [], []
    for number, names in enumerate(groups, start=1):
        order = sorted(names, key=lambda name: -tested[name]["log_likelihood"].sum())
        rows, differences = _ranked(order, tested, summaries)
        ranked += [{"group": number} | row for row in rows]
        pairs += [{"group": number} | row for row in differences]
    pairs += _apart(tested, [{*names} for names in groups])
    return Comparison(pd.DataFrame(ranked, columns=COMPARED), pd.DataFrame(pairs, columns=PAIRS).astype({"group": "Int64"}))


def _groups(tested: Mapping[str, pd.DataFrame]) -> list[list[str]]:
    groups: list[list[str]] = []
    for name, table in tested.items():
        own = next((group for group in groups if not what_differs(tested[group[0]], table)), None)
        if own is None:
            groups.append([name])
        else:
            own.append(name)
    return groups


def what_differs(left: pd.DataFrame, right: pd.DataFrame) -> str:
    """Say why two fits cannot be compared, by their tables of test variants; "" where they can."""
    names = [list(dict.fromkeys(table["dataset"])) for table in (left, right)]
    if names[0] != names[1]:
        return f"other datasets: {', '.join(names[0])} and {', '.join(names[1])}"
    if len(left) != len(right) or not left[TESTED[:2]].equals(right[TESTED[:2]]):
        return "other test variants"
    if not np.array_equal(left["observations"], right["observations"]):
        return "other observations of the same test variants"
    alike = np.allclose(left["null_log_likelihood"], right["null_log_likelihood"], 1e-4, 1e-4)
    return "" if alike else "another noise, under which the same observations have another likelihood"


def _apart(tested: Mapping[str, pd.DataFrame], groups: Sequence[set[str]]) -> list[dict]:
    """Return a row for each pair of fits that cannot be compared, with the reason."""
    names, rows = list(tested), []
    for i, name in enumerate(names):
        for other in names[i + 1 :]:
            if not any({name, other} <= group for group in groups):
                rows.append({"fit": name, "other": other, "reason": what_differs(tested[name], tested[other])})
    return rows


def _ranked(order: Sequence[str], tested, summaries) -> tuple[list[dict], list[dict]]:
    """Return the rows of one group, and those of its pairs."""
    by_variant = [tested[name].groupby("sequence")["log_likelihood"].sum().to_numpy() for name in order]
    observations = float(tested[order[0]]["observations"].sum())
    differences = paired_differences(np.stack(by_variant, 1), observations)
    marks = letters(len(order), [pair for pair, found in differences.items() if found.told_apart])
    rows, per = [], observations * log(2)
    for rank, name in enumerate(order):
        row = {"fit": name, "letters": marks[rank]} | _told(tested[name], summaries[name])
        if rank:
            less = differences[0, rank]
            row |= {"less_bits": -less.bits, "less_se_bits": less.error / per}
            row |= {"less_low95_bits": -less.high95 / per, "less_high95_bits": -less.low95 / per}
        rows.append(row)
    return rows, [_pair(order[i], order[j], found, per) for (i, j), found in differences.items()]


def _pair(name: str, other: str, found: Difference, per: float) -> dict:
    row = {"fit": name, "other": other, "told_apart": "yes" if found.told_apart else "no", "nats": found.nats}
    return row | {
        "bits": found.bits,
        "se_bits": found.error / per,
        "low95_bits": found.low95 / per,
        "high95_bits": found.high95 / per,
    }


def _told(table: pd.DataFrame, summary: Mapping[str, Any]) -> dict:
    """Return what a fit tells of its test variants."""
    judged = {
        str(name): Judged(*(rows[column].to_numpy(float) for column in TESTED[2:]))
        for name, rows in table.groupby("dataset", sort=False)
    }
    told, reads = variational_information(list(judged.values())), {name: each.observations.sum() for name, each in judged.items()}
    row = {"datasets": ", ".join(judged), "variants": table["sequence"].nunique(), "observations": told.reads}
    row |= {"parameters": summary["parameters"], "log_likelihood": told.log_likelihood / told.reads}
    row |= {"null_log_likelihood": told.null_log_likelihood / told.reads}
    row |= {"gained_bits_per_parameter": told.I_var_bits * told.reads / summary["parameters"]}
    if all(own["kind"] == "sorted_bins" for own in summary["datasets"].values()):
        row |= {"I_var_bits": told.I_var_bits, "I_var_se_bits": _clustered_error(table, judged)}
    return row | _predictive(summary, reads) | _intrinsic(summary, reads)


def _clustered_error(table: pd.DataFrame, judged: Mapping[str, Judged]) -> float:
    """Return the standard error of I_var, the same variant in several datasets being one unit."""
    sequence = np.concatenate([table.loc[table["dataset"] == name, "sequence"] for name in judged])
    return float(np.sqrt((np.bincount(pd.factorize(sequence)[0], np.concatenate(influences(list(judged.values())))) ** 2).sum()))


def _predictive(summary: Mapping[str, Any], reads: Mapping[str, float]) -> dict:
    """Return I_pred averaged over datasets by their observations; nothing where one of them has none."""
    found = summary["predictive"]
    if any(found.get(name) is None for name in reads):
        return {}
    share = {name: count / sum(reads.values()) for name, count in reads.items()}
    value = sum(share[name] * found[name]["I_pred_bits"] for name in reads)
    variance = sum((share[name] * found[name]["I_pred_sd_bits"]) ** 2 for name in reads)
    return {"I_pred_bits": value, "I_pred_sd_bits": variance**0.5}


def _intrinsic(summary: Mapping[str, Any], reads: Mapping[str, float]) -> dict:
    """Return the bounds of the intrinsic information, averaged in the same way."""
    whole = {name: experiment for experiment, names in summary["replicates"].items() for name in names}
    row = {}
    for side in ("low", "high"):
        bounds = [summary["intrinsic"].get(whole.get(name, name), {}).get(f"{side}_bits") for name in reads]
        if all(bound is not None for bound in bounds):
            row[f"I_int_{side}_bits"] = float(np.average(bounds, weights=list(reads.values())))
    return row
