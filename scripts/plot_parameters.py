"""Draw the parameters that several fits, or a fit and a publication, tell."""

from typing import TYPE_CHECKING

import pandas as pd

from cisphys.figures.parameters import draw_parameters
from cisphys.figures.style import save_figure
from cisphys.log import log_to
from cisphys.tables import read_table
from cisphys.units import kcal_per_kT

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        params = snakemake.params
        named = zip(params.fits, snakemake.input.parameters, strict=True)
        tables = {fit: read_table(path, ["name", "value"], ["name", "unit"]) for fit, path in named}
        kcal = kcal_per_kT(params.temperature_C)
        published = pd.DataFrame(params.published, columns=["name", "source", "value", "unit"])
        published["value"] = published["value"] / published["unit"].map({"kT": 1.0, "kcal/mol": kcal})
        save_figure(draw_parameters(tables, published.drop_duplicates(), kcal), snakemake.output)
