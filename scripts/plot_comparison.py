"""Draw how the fits compare that were judged on the same test variants."""

from typing import TYPE_CHECKING

from cisphys.figures.comparison import draw_comparison
from cisphys.figures.style import save_figure
from cisphys.log import log_to
from cisphys.tables import read_table

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        comparison = read_table(snakemake.input.comparison, text=["fit", "letters", "datasets"])
        save_figure(draw_comparison(comparison), snakemake.output)
