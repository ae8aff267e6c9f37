"""Which states a fitted model puts the promoter in: the wild type's, and those of the library in groups by the latent."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from cisphys.inference.dataset import Dataset
from cisphys.inference.fit import Fit
from cisphys.inference.library_energies import sampled

COLUMNS = ["dataset", "group", "variants", "latent", "state", "occupancy"]
GROUPS = 50
WILD_TYPE = "wild type"


def occupancy_table(fit: Fit, datasets: Sequence[Dataset]) -> pd.DataFrame:
    """Return ``dataset group variants latent state occupancy``; a model without states has no rows.

    A group's rows hold the means over its training variants: group 1 has the lowest latent, and all are nearly of one size.
    """
    if not fit.network.spec.states:
        return pd.DataFrame(columns=COLUMNS)
    parts = [part for dataset in datasets for part in _of_dataset(fit, dataset)]
    return pd.concat(parts, ignore_index=True)[COLUMNS]


def _of_dataset(fit: Fit, dataset: Dataset) -> list[pd.DataFrame]:
    """Return the rows of one dataset, a table for the wild type and for each group."""
    letters = sampled(dataset.only("training").letters)
    latent, occupancies = _evaluate(fit, dataset, letters)
    order = np.argsort(latent, kind="stable")
    groups = enumerate(np.array_split(order, min(GROUPS, len(order))), start=1)
    means = [(str(number), len(own), latent[own].mean(), occupancies[own].mean(0)) for number, own in groups]
    wild_type = [values[0] for values in _evaluate(fit, dataset, fit.problem.reference[None])]
    return [_rows(fit, dataset, *found) for found in [(WILD_TYPE, 1, *wild_type), *means]]


def _evaluate(fit: Fit, dataset: Dataset, letters: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the latent (variants,) and the occupancies (variants, states) under a dataset's conditions."""
    network, conditions = fit.network, dataset.conditions
    return tuple(found.numpy(force=True) for found in (network(letters, conditions), network.occupancies(letters, conditions)))


def _rows(fit: Fit, dataset: Dataset, group: str, variants: int, latent: float, occupancies: np.ndarray) -> pd.DataFrame:
    about = {"dataset": dataset.name, "group": group, "variants": variants, "latent": latent}
    return pd.DataFrame(about | {"state": list(fit.network.spec.states), "occupancy": occupancies})
