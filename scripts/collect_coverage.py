"""Collect the simulations from a fit: how often the intervals of each parameter held the truth."""

from typing import TYPE_CHECKING

from cisphys.inference.coverage import coverage_of_sites, coverage_table, read_simulations
from cisphys.log import log_to
from cisphys.tables import write_table

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def collect(given):
    """Read the parts, and write the two tables."""
    simulations = read_simulations(given.input.parts)
    write_table(coverage_table(simulations), given.output.coverage, digits=6)
    write_table(coverage_of_sites(simulations), given.output.sites, digits=6)


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        collect(snakemake)
