"""Put the fates of all runs into one table."""

from typing import TYPE_CHECKING

from cisphys.log import log_to
from cisphys.reads.fates import collect_fates
from cisphys.tables import write_table

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        write_table(collect_fates(snakemake.input.fates), snakemake.output.fates)
