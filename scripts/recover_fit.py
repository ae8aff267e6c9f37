"""Draw measurements from a fit, fit them again, and compare with what was put in."""

from pathlib import Path
from typing import TYPE_CHECKING

import torch

from cisphys.inference.dataset import load_datasets
from cisphys.inference.device import chosen_device
from cisphys.inference.recovery import recover, recovery_summary
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


def recovered(given):
    """Take the fit up again, simulate, refit, and write both tables."""
    alphabet = build_spec(*load_yaml(given.input.model)).alphabet
    datasets = load_datasets(given.input.variants, **given.params.data, alphabet=alphabet)
    fit = reopen(Path(given.input.model).parent, datasets)
    chosen = {"ridge": (fit.problem.ridge.strength,), "spline": (fit.problem.functions,)}
    options = FitOptions(**given.params.options, **chosen)
    with Progress(f"recovering {given.wildcards.fit}", steady=False) as progress:
        table = recover(unshrunk(fit.problem, fit.best), datasets, options, [options.seed], progress.say, progress.to)
    write_table(table, given.output.recovery, digits=6)
    write_table(recovery_summary(table), given.output.summary, digits=6)


if __name__ == "__main__":
    torch.set_num_threads(snakemake.threads)
    with log_to(snakemake.log[0]), chosen_device(snakemake.params.device):
        recovered(snakemake)
