"""Draw a fit's chemical potentials against the condition that they depend on."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

from cisphys.figures.conditions import draw_conditions
from cisphys.figures.style import save_figure
from cisphys.log import log_to
from cisphys.models.language import build_spec
from cisphys.tables import read_table
from cisphys.units import kcal_per_kT
from cisphys.yaml_lines import load_yaml

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        given = snakemake.input
        levels = json.loads(Path(given.summary).read_text(encoding="utf-8"))["condition_levels"]
        sites = [site for site in build_spec(*load_yaml(given.model)).sites if site.condition]
        drawn = {site.name: (site.condition, levels[site.condition]) for site in sites}
        table = read_table(given.parameters, ["name", "value"], ["name", "unit"])
        save_figure(draw_conditions(table, drawn, kcal_per_kT(snakemake.params.temperature_C)), snakemake.output)
