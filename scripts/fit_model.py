"""Fit one declared network to the variants of one experiment or several."""

from pathlib import Path
from typing import TYPE_CHECKING

import torch

from cisphys.inference.blackbox_fit import fit_blackbox
from cisphys.inference.data_checks import check_variants
from cisphys.inference.dataset import load_datasets
from cisphys.inference.device import chosen_device
from cisphys.inference.fit import FitOptions, fit_network
from cisphys.inference.outputs import write_fit
from cisphys.inference.references import reference_matrices, truth_of
from cisphys.log import log_to
from cisphys.models.language import build_spec
from cisphys.models.spec import BLACK_BOX
from cisphys.progress import Progress
from cisphys.yaml_lines import load_yaml

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def fit(given):
    """Fit, and write the fit's folder."""
    params = given.params
    spec = build_spec(*load_yaml(given.input.model))  # it was checked against its schema before anything ran
    datasets = load_datasets(given.input.variants, **params.data, alphabet=spec.alphabet)
    check_variants(spec, datasets, given.input.variants)
    spec = spec.for_length(datasets[0].letters.shape[1])
    references = reference_matrices(spec, given.input.references, params.references, params.about["temperature_C"])
    truth = truth_of(params.truth) if params.truth else None
    with Progress(f"fitting {params.about['fit']}", steady=False) as progress:
        fit_it = fit_blackbox if spec.family == BLACK_BOX else fit_network
        fitted = fit_it(spec, datasets, FitOptions(**params.options), progress.say, progress.to)
    folder = Path(given.output.parameters).parent
    write_fit(folder, fitted, datasets, Path(given.input.model).read_text(encoding="utf-8"), params.about, references, truth)


if __name__ == "__main__":
    torch.set_num_threads(snakemake.threads)
    with log_to(snakemake.log[0]), chosen_device(snakemake.params.device):
        fit(snakemake)
