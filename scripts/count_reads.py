"""Count the reads of one sequencing run."""

from typing import TYPE_CHECKING

from cisphys.log import log_to
from cisphys.reads.count import count_run
from cisphys.reads.demultiplex import Demultiplexing
from cisphys.reads.layout import parse_layout
from cisphys.reads.library import read_library
from cisphys.reads.merging import Merging

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        libraries = {path: read_library(path) for path in set(snakemake.params.libraries.values())}
        count_run(
            snakemake.wildcards.run,
            snakemake.params.files,
            parse_layout(snakemake.params.layout, snakemake.params.layout_name),
            [tuple(sample) for sample in snakemake.params.samples],
            snakemake.output.counts,
            snakemake.output.fates,
            libraries={sample: libraries[path] for sample, path in snakemake.params.libraries.items()},
            fastq_folder=snakemake.output.get("fastq") or None,
            demultiplexing=Demultiplexing(**snakemake.params.demultiplexing),
            merging=Merging(**snakemake.params.merging),
            molecules_path=snakemake.output.get("molecules") or None,
            threads=snakemake.threads,
        )
