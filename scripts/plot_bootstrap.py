"""Draw a fit's bootstrap."""

from typing import TYPE_CHECKING

from cisphys.figures.bootstrap import draw_bootstrap
from cisphys.figures.style import save_figure
from cisphys.log import log_to
from cisphys.tables import read_table

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        bootstrap = read_table(snakemake.input.bootstrap, ["error_at_scale"], ["name", "site", "base"])
        replicates = read_table(snakemake.input.replicates, ["value"], ["name"])
        save_figure(draw_bootstrap(bootstrap, replicates), snakemake.output)
