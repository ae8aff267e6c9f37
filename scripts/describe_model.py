"""Tell a declared model as a network, layer by layer, before anything is fitted."""

from typing import TYPE_CHECKING

from cisphys.log import log_to
from cisphys.models.describe import write_description
from cisphys.models.language import build_spec
from cisphys.models.unfitted import unfitted_network
from cisphys.yaml_lines import load_yaml

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        spec = build_spec(*load_yaml(snakemake.input.model))
        network = unfitted_network(spec, snakemake.params.conditions, snakemake.params.length, snakemake.input.model)
        write_description(network, snakemake.output.text, snakemake.output.table)
