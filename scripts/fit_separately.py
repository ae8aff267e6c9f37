"""Fit one dataset of a joint fit alone, and write what the fit says of its test variants."""

from typing import TYPE_CHECKING

import torch

from cisphys.inference.comparison import table_of_tested
from cisphys.inference.data_checks import check_variants
from cisphys.inference.dataset import load_datasets
from cisphys.inference.device import chosen_device
from cisphys.inference.fit import FitOptions, fit_network
from cisphys.inference.outputs import sequences_tested
from cisphys.log import log_to
from cisphys.models.language import build_spec
from cisphys.progress import Progress
from cisphys.tables import write_table
from cisphys.yaml_lines import load_yaml

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def fit(given):
    """Fit, and write the table of test variants."""
    params = given.params
    spec = build_spec(*load_yaml(given.input.model))
    datasets = load_datasets([given.input.variants], **params.data, alphabet=spec.alphabet)
    check_variants(spec, datasets, [given.input.variants])
    task = f"fitting {given.wildcards.dataset} of {given.wildcards.fit} alone"
    with Progress(task, steady=False) as progress:
        fitted = fit_network(spec, datasets, FitOptions(**params.options, profiles=False), progress.say, progress.to)
    write_table(table_of_tested(fitted.tested, sequences_tested(datasets)), given.output.tested, digits=7)


if __name__ == "__main__":
    torch.set_num_threads(snakemake.threads)
    with log_to(snakemake.log[0]), chosen_device(snakemake.params.device):
        fit(snakemake)
