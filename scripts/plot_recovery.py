"""Draw fitted energies against those of a reference."""

from typing import TYPE_CHECKING

from cisphys.figures.recovery import draw_recovery
from cisphys.figures.style import save_figure
from cisphys.log import log_to
from cisphys.models.reference import matrices_of
from cisphys.tables import read_table

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        references = matrices_of(read_table(snakemake.input.references))
        save_figure(draw_recovery(read_table(snakemake.input.matrices), references), snakemake.output)
