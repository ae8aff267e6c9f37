"""Draw how often parts of the indices of a run were read together."""

from typing import TYPE_CHECKING

from cisphys.figures.cross_talk import draw_cross_talk
from cisphys.figures.style import save_figure
from cisphys.log import log_to
from cisphys.tables import read_table

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        words = ["run", "index", "sample"]
        combinations = read_table(snakemake.input.combinations, [*words, "reads"], words)
        save_figure(draw_cross_talk(combinations), snakemake.output)
