"""Draw p(bin | latent) of each dataset of a fit."""

from typing import TYPE_CHECKING

from cisphys.figures.measurement import draw_measurement
from cisphys.figures.style import save_figure
from cisphys.log import log_to
from cisphys.tables import read_table

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        save_figure(draw_measurement(read_table(snakemake.input.measurement)), snakemake.output)
