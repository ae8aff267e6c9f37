"""Find the barcodes of an experiment that are probably misreadings of a more frequent one."""

from typing import TYPE_CHECKING

from cisphys.log import log_to
from cisphys.reads.cluster import find_merges
from cisphys.tables import write_table
from cisphys.variants import read_counts

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        counts = read_counts(snakemake.input.counts, snakemake.params.samples)
        write_table(find_merges(counts, snakemake.params.ratio), snakemake.output.merges)
