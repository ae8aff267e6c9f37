"""Draw what the test variants of a fit show beside what it says of them."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

from cisphys.figures.calibration import draw_calibration
from cisphys.figures.style import save_figure
from cisphys.log import log_to
from cisphys.tables import read_table

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        tests = json.loads(Path(snakemake.input.summary).read_text(encoding="utf-8"))["calibration"]
        calibration = read_table(snakemake.input.calibration, text=["dataset", "measured"])
        save_figure(draw_calibration(calibration, tests), snakemake.output)
