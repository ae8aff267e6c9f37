"""Test what a fitted network lacks: positions, pairs of mutations, other widths and places of sites, unshared parameters."""

from pathlib import Path
from typing import TYPE_CHECKING

import torch

from cisphys.inference.dataset import load_datasets
from cisphys.inference.lacking import what_lacks
from cisphys.inference.reopened import reopen
from cisphys.log import log_to
from cisphys.models.language import build_spec
from cisphys.progress import Progress
from cisphys.tables import write_table
from cisphys.yaml_lines import load_yaml

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

if __name__ == "__main__":
    torch.set_num_threads(snakemake.threads)
    with log_to(snakemake.log[0]):
        spec = build_spec(*load_yaml(snakemake.input.model))
        datasets = load_datasets(snakemake.input.variants, **snakemake.params.data, alphabet=spec.alphabet)
        fit = reopen(Path(snakemake.input.model).parent, datasets)
        with Progress(f"testing what {snakemake.wildcards.fit} lacks", steady=False) as progress:
            table = what_lacks(fit, progress.to)
        write_table(table, snakemake.output.lacking, digits=6)
