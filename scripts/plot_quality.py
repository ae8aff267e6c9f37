"""Draw the figures of the quality check, each from its table."""

from typing import TYPE_CHECKING

from cisphys.figures.quality import FIGURES
from cisphys.figures.style import all_objects_kept, save_figure
from cisphys.log import log_to
from cisphys.tables import read_table

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

if __name__ == "__main__":
    with log_to(snakemake.log[0]), all_objects_kept():
        for name in snakemake.params.figures:
            draw, words = FIGURES[name]
            figure = draw(read_table(snakemake.input[name], words, words))
            save_figure(figure, [snakemake.output[f"{name}_{form}"] for form in ("svg", "pdf", "png")])
