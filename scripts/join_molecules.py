"""Join the RNA and DNA counts of an experiment's samples into one table of variants."""

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
            Outputs(snakemake.output.variants, snakemake.output.filters),
            filters=Filters(**snakemake.params.filters),
            merges=snakemake.input.get("merges") or None,
            fates=snakemake.input.fates,
        )
