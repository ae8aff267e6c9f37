"""Draw the model of a fit as a network, with its fitted values."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

from cisphys.figures.network import draw_network
from cisphys.figures.style import save_figure
from cisphys.log import log_to
from cisphys.models.language import build_spec
from cisphys.tables import read_table
from cisphys.yaml_lines import load_yaml

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        spec = build_spec(*load_yaml(snakemake.input.model))
        summary = json.loads(Path(snakemake.input.summary).read_text(encoding="utf-8"))
        table = read_table(snakemake.input.network, text=["layer", "node", "formula", "weight", "status"])
        parameters = read_table(snakemake.input.parameters)
        sites = read_table(snakemake.input.sites, text=["dataset", "site", "rests_on"])
        save_figure(draw_network(spec, table, parameters, sites, summary), snakemake.output)
