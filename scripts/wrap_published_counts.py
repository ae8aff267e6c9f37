"""Wrap published tables of counts back into the reads of one run."""

from typing import TYPE_CHECKING

from cisphys.log import log_to
from cisphys.progress import Progress
from cisphys.reads.layout import parse_layout
from cisphys.reads.published import wrap_counts_as_reads

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

if __name__ == "__main__":
    with log_to(snakemake.log[0]), Progress(f"writing reads of {snakemake.params.run}", "reads") as progress:
        wrap_counts_as_reads(
            snakemake.params.run,
            dict(zip(snakemake.params.samples, snakemake.input.tables, strict=True)),
            parse_layout(snakemake.params.layout, "of the run"),
            snakemake.params.indices,
            snakemake.output.reads,
            snakemake.params.seed,
            progress.to,
        )
