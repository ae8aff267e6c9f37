"""Draw what the data tell of a fit's parameters."""

from typing import TYPE_CHECKING

from cisphys.figures.identifiability import draw_identifiability
from cisphys.figures.style import save_figure
from cisphys.log import log_to
from cisphys.tables import read_object

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        save_figure(draw_identifiability(read_object(snakemake.input.identifiability)), snakemake.output)
