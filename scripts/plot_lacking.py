"""Draw what a fitted network lacks, by position and by pair of positions."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

from cisphys.figures.lacking import draw_lacking
from cisphys.figures.style import save_figure
from cisphys.log import log_to
from cisphys.tables import read_table

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        summary = json.loads(Path(snakemake.input.summary).read_text(encoding="utf-8"))
        lacking = read_table(snakemake.input.lacking, text=["what", "site", "positions", "numbered"])
        matrices = read_table(snakemake.input.matrices)
        save_figure(draw_lacking(lacking, matrices, len(summary["wild_type"]), summary["numbering"]), snakemake.output)
