"""Join the barcode counts of a dataset's samples to its library of variants."""

from typing import TYPE_CHECKING

from cisphys.barcode_filters import BinFilters
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
            library=snakemake.input.barcodes,
            barcodes_out=snakemake.output.barcodes,
            filters=BinFilters(**snakemake.params.filters),
            filters_out=snakemake.output.filters,
            fates=snakemake.input.fates,
        )
