"""Draw how many barcodes the variants of a library have."""

from typing import TYPE_CHECKING

from cisphys.figures.barcodes import draw_barcodes_per_variant
from cisphys.figures.style import save_figure
from cisphys.log import log_to
from cisphys.quality.measures import histogram_of_library
from cisphys.tables import read_table

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        library = read_table(snakemake.input.library, ["barcode", "sequence"], ["barcode", "sequence"])
        summary = read_table(snakemake.input.summary, ["quantity", "value"], ["quantity"]).set_index("quantity")["value"]
        counts = histogram_of_library(snakemake.wildcards.library, library["sequence"], summary.get("designed_variants"))
        save_figure(draw_barcodes_per_variant(counts), snakemake.output)
