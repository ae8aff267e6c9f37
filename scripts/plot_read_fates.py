"""Draw what became of the reads of each sample."""

from typing import TYPE_CHECKING

from cisphys.figures.read_fates import draw_read_fates
from cisphys.figures.style import save_figure
from cisphys.log import log_to
from cisphys.tables import read_table

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        save_figure(draw_read_fates(read_table(snakemake.input.fates, text=["run", "sample", "fate"])), snakemake.output)
