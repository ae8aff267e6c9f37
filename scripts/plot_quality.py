"""Draw one figure of the quality check from its table."""

from typing import TYPE_CHECKING

from cisphys.figures.quality import FIGURES
from cisphys.figures.style import save_figure
from cisphys.log import log_to
from cisphys.tables import read_table

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        draw, words = FIGURES[snakemake.wildcards.figure]
        save_figure(draw(read_table(snakemake.input.table, words, words)), snakemake.output)
