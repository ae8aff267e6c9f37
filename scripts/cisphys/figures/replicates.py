"""Agreement of replicates: one point per variant, one panel per pair."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from cisphys.figures.panels import Panels, nothing_to_draw
from cisphys.figures.style import ACCENT, FAINT, NORMAL, SMALL, shortened, styled

PANEL = Panels(width=1.6, height=1.6, left=0.55, right=0.2, below=0.5, above=0.2)


@styled
def draw_replicates(pairs: pd.DataFrame) -> Figure:
    """Draw what each two replicates say of a variant: its mean gate, or its log2 ratio where there is one gate.

    Parameters
    ----------
    pairs : table with the columns first_dataset, second_dataset, first, second
    """
    groups = list(pairs.groupby(["first_dataset", "second_dataset"], sort=False))
    if not groups:
        return nothing_to_draw("no variant has enough reads in two replicates")
    figure, panels = PANEL.draw(len(groups))
    for axes, ((first, second), rows) in zip(panels, groups, strict=True):
        _draw_pair(axes, rows)
        axes.set_xlabel(shortened(first, PANEL.width + 0.3, NORMAL))
        axes.set_ylabel(shortened(second, PANEL.height + 0.3, NORMAL))
    return figure


def _draw_pair(axes: Axes, rows: pd.DataFrame) -> None:
    x, y = rows["first"].to_numpy(float), rows["second"].to_numpy(float)
    low, high = min(x.min(), y.min()), max(x.max(), y.max())
    ends = np.array([low, high]) + np.array([-0.05, 0.05]) * max(high - low, 1e-6)
    axes.plot(ends, ends, color=FAINT, zorder=1)
    axes.scatter(x, y, s=3, color=ACCENT, alpha=0.4, linewidths=0, rasterized=True)
    axes.set(xlim=ends, ylim=ends, aspect="equal")
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(MaxNLocator(4, steps=[1, 2, 5, 10]))
    axes.text(0, 1.03, f"{len(rows):,} variants shown", transform=axes.transAxes, fontsize=SMALL)
