"""Draw the fits beside each other: what they tell of the same test variants, and their parameters with those of publications."""

from typing import TYPE_CHECKING

import pandas as pd

from cisphys.figures.comparison import draw_comparison
from cisphys.figures.parameters import draw_parameters
from cisphys.figures.style import all_objects_kept, save_figure
from cisphys.log import log_to
from cisphys.tables import read_table
from cisphys.units import kcal_per_kT

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def comparison():
    """Draw what the fits tell of the test variants."""
    return draw_comparison(read_table(snakemake.input.comparison, text=["fit", "letters", "datasets"]))


def parameters():
    """Draw the parameters of the fits."""
    params = snakemake.params
    named = zip(params.fits, snakemake.input.parameters, strict=True)
    tables = {fit: read_table(path, ["name", "value"], ["name", "unit"]) for fit, path in named}
    kcal = kcal_per_kT(params.temperature_C)
    published = pd.DataFrame(params.published, columns=["name", "source", "value", "unit"])
    published["value"] = published["value"] / published["unit"].map({"kT": 1.0, "kcal/mol": kcal})
    return draw_parameters(tables, published.drop_duplicates(), kcal)


if __name__ == "__main__":
    with log_to(snakemake.log[0]), all_objects_kept():
        for name in snakemake.params.figures:
            figure = {"comparison": comparison, "parameters": parameters}[name]()
            save_figure(figure, [snakemake.output[f"{name}_{form}"] for form in ("svg", "pdf", "png")])
