"""Put the checks of all runs together: the share of reads that fit, unexpected indices, combinations of indices."""

from typing import TYPE_CHECKING

import pandas as pd

from cisphys.log import log_to
from cisphys.tables import read_table, write_table

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        given, made = snakemake.input, snakemake.output
        for paths, path in (
            (given.check, made.check),
            (given.unexpected, made.unexpected),
            (given.combinations, made.combinations),
        ):
            tables = [read_table(each, text=["run", "index", "sample", "nearest_sample", "would_fit"]) for each in paths]
            write_table(pd.concat(tables, ignore_index=True).astype(object), path)
