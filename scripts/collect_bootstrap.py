"""Collect the replicates of a fit's bootstrap: errors and intervals, beside those of sandwich and profile."""

from typing import TYPE_CHECKING

from cisphys.inference.bootstrap_tables import bootstrap_table, parameter_replicates, read_parts
from cisphys.log import log_to
from cisphys.tables import read_table, write_table

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def collect(given):
    """Read the parts and the fit's tables, and write the two tables."""
    found = read_parts(given.input.parts)
    matrices = read_table(given.input.matrices, ["error_at_scale"], ["site", "base"])
    errors = read_table(given.input.errors, ["value"], ["name"])
    parameters = read_table(given.input.parameters, ["low95", "high95"], ["name", "site", "method"])
    write_table(bootstrap_table(found, matrices, errors, parameters), given.output.bootstrap, digits=6)
    write_table(parameter_replicates(found, errors), given.output.replicates, digits=6)


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        collect(snakemake)
