"""Draw the figures of a fit, all in one go: to start a program takes longer than to draw a figure."""

from pathlib import Path
from typing import TYPE_CHECKING

from cisphys.figures.fit_figures import DRAW
from cisphys.figures.style import all_objects_kept, save_figure
from cisphys.log import log_to

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

if __name__ == "__main__":
    with log_to(snakemake.log[0]), all_objects_kept():
        fit = Path(snakemake.input[0]).parent
        for name in snakemake.params.figures:
            save_figure(DRAW[name](fit), [snakemake.output[f"{name}_{form}"] for form in ("svg", "pdf", "png")])
