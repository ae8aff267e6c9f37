"""Draw measurements from a fit and fit them again, for one job's share of the simulations."""

from pathlib import Path
from typing import TYPE_CHECKING

import torch

from cisphys.inference.bootstrap_tables import share_of
from cisphys.inference.coverage import simulate
from cisphys.inference.dataset import load_datasets
from cisphys.inference.device import chosen_device
from cisphys.inference.reopened import reopen
from cisphys.inference.search import FitOptions
from cisphys.inference.simulated import unshrunk
from cisphys.log import log_to
from cisphys.models.language import build_spec
from cisphys.progress import Progress
from cisphys.tables import write_table
from cisphys.yaml_lines import load_yaml

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def simulated(given):
    """Take the fit up again, simulate, refit, and write the part."""
    params, alphabet = given.params, build_spec(*load_yaml(given.input.model)).alphabet
    datasets = load_datasets(given.input.variants, **params.data, alphabet=alphabet)
    fit = reopen(Path(given.input.model).parent, datasets)
    share = share_of(params.simulations, params.jobs, int(given.wildcards.part))
    with Progress(f"simulating and fitting {given.wildcards.fit}, part {given.wildcards.part}", "simulations") as progress:
        truth, options = unshrunk(fit.problem, fit.best), FitOptions(**params.options)
        table = simulate(truth, datasets, options, share, progress.say, progress.to)
    write_table(table, given.output.part)


if __name__ == "__main__":
    torch.set_num_threads(snakemake.threads)
    with log_to(snakemake.log[0]), chosen_device(snakemake.params.device):
        simulated(snakemake)
