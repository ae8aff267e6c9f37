"""Simulate the reads of one run from a saved fit."""

from pathlib import Path
from typing import TYPE_CHECKING

from cisphys.log import log_to
from cisphys.models.saved import load_fit
from cisphys.progress import Progress
from cisphys.reads.layout import parse_layout
from cisphys.simulate import Design, simulate_run

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

if __name__ == "__main__":
    with log_to(snakemake.log[0]), Progress(f"simulating reads of {snakemake.params.run}", "reads") as progress:
        simulate_run(
            load_fit(Path(snakemake.input.fit[0]).parent),
            parse_layout(snakemake.params.layout, "of the run"),
            snakemake.params.indices,
            Design(**snakemake.params.design),
            snakemake.params.seed,
            snakemake.output.reads,
            snakemake.params.run,
            progress.to,
        )
