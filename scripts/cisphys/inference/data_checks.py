"""Whether the variants of a fit can teach its model anything, told before the fit begins."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from cisphys.errors import InputError
from cisphys.inference.dataset import Dataset
from cisphys.log import logger
from cisphys.models.sites import Site
from cisphys.models.spec import NetworkSpec


def check_variants(spec: NetworkSpec, datasets: Sequence[Dataset], paths: Sequence[str | Path]) -> None:
    """Check the variants of all datasets against the model; warn of sites that are the same in all training variants.

    Raises
    ------
    InputError : datasets differ in length, the variants are too short for the sites, or the training variants do not differ where
        the model reads them
    """
    _check_lengths(datasets, paths)
    for path, dataset in zip(paths, datasets, strict=True):
        spec.check_length(dataset.letters.shape[1], path)
    varies = varying_positions([dataset.only("training").letters for dataset in datasets])
    sites = spec.for_length(len(varies)).sites
    still = [site for site in sites if not varies[_covered(site, len(varies))].any()]
    if len(still) == len(sites):
        raise InputError(_nothing_varies(varies, still), path=paths[0], remedy="A model learns from variants that differ")
    for site in still:
        text = (
            "site %s is the same in all training variants: nothing can be learnt of its energies, and little of its interactions"
        )
        logger.warning(text, site.name)


def varying_positions(parts: Sequence[np.ndarray]) -> np.ndarray:
    """Return (length,): True where not all variants of all parts, (variants, length) each, have the same base."""
    return np.any([(letters != parts[0][0]).any(0) for letters in parts], axis=0)


def _check_lengths(datasets: Sequence[Dataset], paths: Sequence[str | Path]) -> None:
    lengths = [dataset.letters.shape[1] for dataset in datasets]
    for dataset, path, length in zip(datasets, paths, lengths, strict=True):
        if length != lengths[0]:
            problem = f"the variants of '{dataset.name}' have {length} bases, those of '{datasets[0].name}' have {lengths[0]}"
            remedy = "A fit covers variants of one length: give each length a fit and a model with its own coordinates"
            raise InputError(problem, path=path, remedy=remedy)


def _covered(site: Site, length: int) -> np.ndarray:
    covered = np.zeros(length, dtype=bool)
    for mode in site.modes:
        for place in mode.placements:
            covered[place.start : place.stop] = True
    return covered


def _nothing_varies(varies: np.ndarray, sites: Sequence[Site]) -> str:
    if not varies.any():
        return "all training variants have the same sequence"
    return f"the training variants differ, but not where the model reads them ({', '.join(site.name for site in sites)})"
