"""Compare the fits that were judged on the same test variants."""

from typing import TYPE_CHECKING

from cisphys.inference.comparison import TESTED, compare
from cisphys.log import log_to
from cisphys.tables import read_table, write_table

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        words = TESTED[:2]
        given = zip(snakemake.params.fits, snakemake.input.tested, strict=True)
        compared = compare({fit: read_table(path, TESTED, words) for fit, path in given})
        write_table(compared, snakemake.output.comparison, digits=6)
