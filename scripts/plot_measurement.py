"""Draw what is measured given the latent, of each dataset of a fit."""

from typing import TYPE_CHECKING

from cisphys.figures.measurement import draw_measurement
from cisphys.figures.style import save_figure
from cisphys.log import log_to
from cisphys.models.describe import latent_in_words
from cisphys.models.language import build_spec
from cisphys.tables import read_table
from cisphys.yaml_lines import load_yaml

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        latent = latent_in_words(build_spec(*load_yaml(snakemake.input.model)))
        save_figure(draw_measurement(read_table(snakemake.input.measurement), latent), snakemake.output)
