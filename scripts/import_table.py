"""Check a user's own table of counts and bring it into the project's form."""

from typing import TYPE_CHECKING

from cisphys.given_table import import_table
from cisphys.log import log_to

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        import_table(snakemake.input.table, snakemake.output.variants)
