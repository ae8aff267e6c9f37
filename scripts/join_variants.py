"""Join the counts of a dataset's samples into one table of variants x bins."""

from typing import TYPE_CHECKING

from cisphys.log import log_to
from cisphys.variants import join_experiment

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        join_experiment(
            snakemake.wildcards.dataset,
            snakemake.input.counts,
            [tuple(sample) for sample in snakemake.params.samples],
            snakemake.output.variants,
            merges=snakemake.input.get("merges") or None,
            fates=snakemake.input.fates,
        )
