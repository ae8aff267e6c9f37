"""Say how the interval of a parameter of a fit would shrink with other data."""

from pathlib import Path
from typing import TYPE_CHECKING

import torch

from cisphys.inference.dataset import load_datasets
from cisphys.inference.device import chosen_device
from cisphys.inference.planning import Question, plan_table
from cisphys.inference.reopened import reopen
from cisphys.inference.simulated import unshrunk
from cisphys.log import log_to
from cisphys.models.language import build_spec
from cisphys.progress import Progress
from cisphys.tables import write_table
from cisphys.yaml_lines import load_yaml

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def planned(given):
    """Take the fit up again, and write what each plan would give."""
    alphabet = build_spec(*load_yaml(given.input.model)).alphabet
    datasets = load_datasets(given.input.variants, **given.params.data, alphabet=alphabet)
    fit = reopen(Path(given.input.model).parent, datasets)
    source = unshrunk(fit.problem, fit.best)
    with Progress(f"planning with {given.wildcards.fit}", "simulations") as progress:
        table = plan_table(source, fit.part("training"), Question(**given.params.question), given.params.seed, progress.to)
    write_table(table, given.output.design, digits=6)


if __name__ == "__main__":
    torch.set_num_threads(snakemake.threads)
    with log_to(snakemake.log[0]), chosen_device(snakemake.params.device):
        planned(snakemake)
