"""The measurement process where it is a curve: RNA/DNA, or a value with the intervals that it scatters in."""

import pandas as pd
from matplotlib.axes import Axes

from cisphys.figures.style import ACCENT, SOFT_INK

BANDS = (("95", 0.12), ("68", 0.22))  # intervals of measurement.tsv, and how dark they are


def draw_curve(axes: Axes, table: pd.DataFrame) -> None:
    """Draw the curve of one dataset over the latent.

    Parameters
    ----------
    table : rows of measurement.tsv with latent, and y, low68, high68, low95, high95, or rna_per_dna
    """
    if "y" in table and table["y"].notna().any():
        for level, dark in BANDS:
            axes.fill_between(table["latent"], table[f"low{level}"], table[f"high{level}"], color=ACCENT, alpha=dark, linewidth=0)
        axes.plot(table["latent"], table["y"], color=ACCENT, linewidth=1.2)
        axes.set_ylabel("y", labelpad=5)
    else:
        axes.axhline(1.0, color=SOFT_INK, linewidth=0.5, linestyle=":")
        axes.plot(table["latent"], table["rna_per_dna"], color=ACCENT, linewidth=1.2)
        axes.set_yscale("log")
        axes.set_ylabel("RNA/DNA", labelpad=5)
