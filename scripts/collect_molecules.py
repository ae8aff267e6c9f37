"""Add up the molecules of each sample, of all runs whose layouts have UMIs."""

from typing import TYPE_CHECKING

import pandas as pd

from cisphys.log import log_to
from cisphys.reads.molecules import sum_molecules
from cisphys.tables import write_table

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        runs = zip(snakemake.params.samples.items(), snakemake.input.molecules, strict=True)
        tables = [sum_molecules(run, path, samples) for (run, samples), path in runs]
        write_table(pd.concat(tables, ignore_index=True), snakemake.output.molecules)
