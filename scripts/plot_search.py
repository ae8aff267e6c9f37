"""Draw how a fit was found: its random starts, and the choice of ridge and splines."""

from typing import TYPE_CHECKING

from cisphys.figures.search import draw_search
from cisphys.figures.style import save_figure
from cisphys.log import log_to
from cisphys.tables import read_table

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        save_figure(draw_search(read_table(snakemake.input.restarts)), snakemake.output)
