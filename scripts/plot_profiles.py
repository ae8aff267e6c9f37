"""Draw the profile likelihoods of a fit."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

from cisphys.figures.profiles import draw_profiles
from cisphys.figures.style import save_figure
from cisphys.log import log_to
from cisphys.tables import read_table
from cisphys.units import kcal_per_kT

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        summary = json.loads(Path(snakemake.input.summary).read_text(encoding="utf-8"))
        profiles, parameters = read_table(snakemake.input.profiles), read_table(snakemake.input.parameters)
        save_figure(draw_profiles(profiles, parameters, kcal_per_kT(summary["temperature_C"])), snakemake.output)
