"""Refit one job's share of the replicates of a fit's bootstrap."""

from pathlib import Path
from typing import TYPE_CHECKING

import torch

from cisphys.inference.bootstrap_tables import share_of, write_part
from cisphys.inference.dataset import load_datasets
from cisphys.inference.device import chosen_device
from cisphys.inference.ensemble import Resampling, bootstrap
from cisphys.inference.reopened import reopen
from cisphys.inference.sandwich import clusters_of
from cisphys.log import log_to, logger
from cisphys.models.language import build_spec
from cisphys.models.saved import MODEL
from cisphys.progress import Progress
from cisphys.yaml_lines import load_yaml

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def refit(given):
    """Take up the fit again, refit, and write the part."""
    params, folder = given.params, Path(given.input.fit[0]).parent
    alphabet = build_spec(*load_yaml(folder / MODEL)).alphabet
    fit = reopen(folder, load_datasets(given.input.variants, **params.data, alphabet=alphabet))
    how = Resampling(**params.how, clusters=clusters_of(fit.part("training")))
    share = share_of(params.replicates, params.jobs, int(given.wildcards.part))
    with Progress(f"refitting {given.wildcards.fit}, part {given.wildcards.part}", "replicates") as progress:
        found = bootstrap(fit.problem, fit.best, share, how, progress=progress.to)
    logger.info("%d of %d replicates converged", found.converged.sum(), len(share))
    write_part(given.output.part, fit.problem, share, found)


if __name__ == "__main__":
    torch.set_num_threads(snakemake.threads)
    with log_to(snakemake.log[0]), chosen_device(snakemake.params.device):
        refit(snakemake)
