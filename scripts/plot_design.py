"""Draw how the interval of a parameter would shrink with other data."""

from typing import TYPE_CHECKING

from cisphys.figures.design import draw_design
from cisphys.figures.style import save_figure
from cisphys.log import log_to
from cisphys.tables import read_table

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        save_figure(draw_design(read_table(snakemake.input.design)), snakemake.output)
