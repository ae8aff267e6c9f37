"""The figures of the quality check by name: the function that draws each, and the columns of its table that are words."""

from collections.abc import Callable, Sequence

import pandas as pd
from matplotlib.figure import Figure

from cisphys.figures.barcodes import draw_barcodes_per_variant
from cisphys.figures.replicates import draw_replicates
from cisphys.figures.saturation import draw_saturation
from cisphys.figures.spread import draw_lorenz, draw_mutation_rates, draw_reads_per_bin

FIGURES: dict[str, tuple[Callable[[pd.DataFrame], Figure], Sequence[str]]] = {
    "saturation": (draw_saturation, ["sample", "part"]),
    "lorenz": (draw_lorenz, ["of"]),
    "reads_per_bin": (draw_reads_per_bin, ["dataset", "bin"]),
    "mutation_rates": (draw_mutation_rates, ["dataset", "wild_type"]),
    "barcodes_per_variant": (draw_barcodes_per_variant, ["of"]),
    "replicates": (draw_replicates, ["experiment", "first_dataset", "second_dataset", "sequence"]),
}
