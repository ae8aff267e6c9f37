"""Draw the occupancies of a fit's states, over its library and of the wild type."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

from cisphys.figures.occupancies import draw_occupancies
from cisphys.figures.style import save_figure
from cisphys.log import log_to
from cisphys.tables import read_table

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        summary = json.loads(Path(snakemake.input.summary).read_text(encoding="utf-8"))
        occupancies = read_table(snakemake.input.occupancies, text=["dataset", "group", "state"])
        save_figure(draw_occupancies(occupancies, summary["not_identifiable"]), snakemake.output)
