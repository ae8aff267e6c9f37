"""Draw what a fit of simulated measurements finds against what was put in."""

from typing import TYPE_CHECKING

from cisphys.figures.found_against_true import draw_found_against_true
from cisphys.figures.style import save_figure
from cisphys.log import log_to
from cisphys.tables import read_table

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        words = ["name", "site", "position", "base", "unit", "covered"]
        recovery = read_table(snakemake.input.recovery, text=words)
        summary = read_table(snakemake.input.summary, text=["site"])
        save_figure(draw_found_against_true(recovery, summary), snakemake.output)
