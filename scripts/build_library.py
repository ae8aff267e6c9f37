"""Build a library of barcodes from its association runs."""

from typing import TYPE_CHECKING

from cisphys.association.build import LibraryOutputs, build_library
from cisphys.association.calls import Thresholds
from cisphys.association.designed import read_designed
from cisphys.association.reading import AssociationRun, association_fates
from cisphys.log import log_to
from cisphys.reads.layout import parse_layout
from cisphys.reads.merging import Merging
from cisphys.tables import write_table

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def build(given):
    """Build, and write the library's folder."""
    name, params, output = given.wildcards.library, given.params, given.output
    merging = Merging(**params.merging)
    runs = [AssociationRun(run, files, parse_layout(params.layouts[run], run), merging) for run, files in params.runs.items()]
    designed = read_designed(given.input.designed) if given.input.designed else None
    out = LibraryOutputs(output.library, output.rejected, output.sweep, output.summary)
    build_library(name, runs, Thresholds(**params.thresholds), out, designed)
    write_table(association_fates(name, runs), output.fates)


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        build(snakemake)
