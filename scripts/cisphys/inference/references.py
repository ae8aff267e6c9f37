"""What a fit is compared with: published matrices, or the truth that its reads were simulated from."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from cisphys.models.reference import load_reference
from cisphys.models.saved import load_fit
from cisphys.models.spec import NetworkSpec
from cisphys.units import kcal_per_kT

PUT_IN = "put in"


def reference_matrices(
    spec: NetworkSpec, paths: Sequence[str | Path], declared: Sequence[tuple[str, str, str]], temperature_C: float
) -> dict[str, tuple[str, np.ndarray]]:
    """Return site -> (name, matrix (length, 4) in kT).

    `declared` has (site, name, unit) for each path. Where nothing is declared, the only path is the table of matrices of the fit
    that was simulated from, and holds every site.
    """
    lengths = {block.name: block.length for site in spec.sites for block in site.blocks}
    if not declared:
        declared = [(site, PUT_IN, "kT") for site in lengths] if paths else []
        paths = [paths[0]] * len(declared) if paths else []
    kT = kcal_per_kT(temperature_C)
    return {
        site: (name, load_reference(path, site, lengths[site], unit, kT))
        for path, (site, name, unit) in zip(paths, declared, strict=True)
    }


def truth_of(folder: str | Path) -> Mapping[str, float]:
    """Return the chemical potentials and interactions (kT) of the fit that reads were simulated from."""
    values = load_fit(folder).network.named_values()
    return {name: float(value) for name, value in values.items() if value.ndim == 0}
