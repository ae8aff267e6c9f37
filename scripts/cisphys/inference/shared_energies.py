"""Whether one set of energies explains several datasets: the joint fit against each dataset's fit of its own, held out.

Fits of single datasets have more freedom and fewer reads. Where they predict their own held-out variants better than the joint
fit does, something differs between the datasets that the model says is shared.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from cisphys.inference.paired import paired_differences

ALL = "all"
COLUMNS = ["dataset", "variants", "observations", "joint", "separate", "gained", "se", "low95", "high95", "better"]


def compare_with_separate(joint: pd.DataFrame, separate: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Compare a joint fit with fits of its datasets alone, by their tables of test variants (`comparison.table_of_tested`).

    Returns
    -------
    Table, a row per dataset and one for `ALL`: the log likelihoods (nats) of the joint and of the separate fit, what the joint
    one gained with its standard error and the percentiles of the paired bootstrap over variants (the same variant in several
    datasets is one unit), and which is ``better``: joint, separate, or neither.

    Raises
    ------
    ValueError : a separate fit was not judged on the variants of the joint one
    """
    columns = [joint, pd.concat([separate[name] for name in dict.fromkeys(joint["dataset"])], ignore_index=True)]
    for key in ("dataset", "sequence"):
        if not columns[0][key].equals(columns[1][key]):
            raise ValueError(f"the fits were not judged on the same variants: {key} differs")
    both = joint[["dataset", "sequence", "observations"]].assign(
        **{name: table["log_likelihood"] for name, table in zip(("joint", "separate"), columns, strict=True)}
    )
    rows = [_row(name, own) for name, own in both.groupby("dataset", sort=False)]
    return pd.DataFrame([*rows, _row(ALL, both)], columns=COLUMNS)


def _row(name: str, own: pd.DataFrame) -> dict:
    by_variant = own.groupby("sequence", sort=False)[["joint", "separate"]].sum().to_numpy(float)
    observations = float(own["observations"].sum())
    found = paired_differences(by_variant, observations)[0, 1]
    better = ("joint" if found.nats > 0 else "separate") if found.told_apart else "neither"
    row = {"dataset": name, "variants": len(by_variant), "observations": observations, "better": better}
    row |= dict(zip(("joint", "separate"), np.sum(by_variant, 0), strict=True))
    return row | {"gained": found.nats, "se": found.error, "low95": found.low95, "high95": found.high95}
