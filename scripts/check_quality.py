"""Measure the quality of an analysis and hold it against the limits of the config."""

from typing import TYPE_CHECKING

from cisphys.log import log_to
from cisphys.quality.check import DatasetFiles, check_quality, write_quality
from cisphys.quality.metrics import Limits

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        limits = {metric: Limits(**entry) for metric, entry in snakemake.params.limits.items()}
        findings = check_quality(
            {name: DatasetFiles(**files) for name, files in snakemake.params.datasets.items()},
            snakemake.params.replicates,
            fates=snakemake.input.fates or None,
            combinations=snakemake.input.combinations or None,
            counts=snakemake.input.counts,
            libraries=snakemake.params.libraries,
            controls=snakemake.params.controls,
        )
        figures = {name: path for name, path in snakemake.output.items() if name not in ("table", "summary")}
        write_quality(findings, limits, snakemake.output.table, snakemake.output.summary, figures)
