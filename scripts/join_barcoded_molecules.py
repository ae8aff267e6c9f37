"""Join the RNA and DNA counts of an experiment's barcodes to its library of variants."""

from typing import TYPE_CHECKING

from cisphys.barcode_filters import Filters
from cisphys.log import log_to
from cisphys.molecules import Outputs, join_molecules

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        join_molecules(
            snakemake.wildcards.dataset,
            snakemake.input.counts,
            [tuple(sample) for sample in snakemake.params.samples],
            Outputs(snakemake.output.variants, snakemake.output.filters, snakemake.output.barcodes),
            library=snakemake.input.library,
            filters=Filters(**snakemake.params.filters),
            fates=snakemake.input.fates,
        )
