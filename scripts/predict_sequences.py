"""Predict energies, occupancies, rates and bins of any sequences by a fit."""

from pathlib import Path
from typing import TYPE_CHECKING

import torch

from cisphys.log import log_to
from cisphys.models.predictions import write_predictions
from cisphys.models.saved import load_fit
from cisphys.progress import Progress

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

if __name__ == "__main__":
    torch.set_num_threads(snakemake.threads)
    with log_to(snakemake.log[0]):
        fit = load_fit(Path(snakemake.input.fit[0]).parent)
        with Progress(f"predicting {snakemake.wildcards.asked} by {snakemake.wildcards.fit}", "sequences") as progress:
            write_predictions(fit, snakemake.input.sequences, snakemake.output.predictions, progress.to)
