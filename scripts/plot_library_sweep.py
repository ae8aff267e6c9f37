"""Draw what other thresholds would call of a library."""

from typing import TYPE_CHECKING

from cisphys.figures.library_sweep import draw_library_sweep
from cisphys.figures.style import save_figure
from cisphys.log import log_to
from cisphys.tables import read_table

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        params = snakemake.params
        figure = draw_library_sweep(read_table(snakemake.input.sweep), params.min_support, params.fraction)
        save_figure(figure, snakemake.output)
