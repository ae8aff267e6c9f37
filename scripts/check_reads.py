"""Check that the first reads of one sequencing run fit its layout, and look at their indices."""

from typing import TYPE_CHECKING

import pandas as pd

from cisphys.log import log_to
from cisphys.progress import Progress
from cisphys.reads.demultiplex import Demultiplexing
from cisphys.reads.index_tables import count_indices, index_tables
from cisphys.reads.layout import parse_layout
from cisphys.reads.layout_check import COLUMNS, check_layout
from cisphys.reads.merging import Merging
from cisphys.tables import write_table

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        run, files, check = snakemake.wildcards.run, snakemake.params.files, snakemake.params.check
        layout = parse_layout(snakemake.params.layout, snakemake.params.layout_name)
        samples = [tuple(sample) for sample in snakemake.params.samples]
        how, merging = Demultiplexing(**snakemake.params.demultiplexing), Merging(**snakemake.params.merging)
        found = check_layout(run, files, layout, samples, how, check["reads"], check["least"], merging)
        row = (run, found.reads, found.share, found.would_fit)
        write_table(pd.DataFrame([row], columns=COLUMNS), snakemake.output.check)
        with Progress(f"reading indices of {run}", "reads") as progress:
            readings = count_indices(files, layout, check["indices"], merging, progress.to)
        unexpected, combinations = index_tables(run, readings, samples, layout, how)
        write_table(unexpected, snakemake.output.unexpected)
        write_table(combinations, snakemake.output.combinations)
