"""The plane of a landscape: the latent over the binding energies of two sites, and lines around most of the library.

With one site that moves the latent, a curve over its energy with the library as bars.
"""

import matplotlib
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from cisphys.figures.style import ACCENT, FAINT, INK, NORMAL, PAPER, axes_at, shortened

LATENT_MAP = "PRGn"  # white: as the wild type
ENCLOSED = (0.95, 0.8, 0.5)
WILD_TYPE = {"marker": "*", "color": PAPER, "markeredgecolor": INK, "markersize": 9, "markeredgewidth": 0.8, "zorder": 6}
LATENT = "Δu against the wild type"
KEY = 0.09  # inches


def draw_latent(figure: Figure, place: tuple[float, float, float, float], own: pd.DataFrame, plane: pd.DataFrame) -> None:
    """Draw one dataset at a place (left, bottom, width, height in inches); colours and axes are those of the whole `plane`."""
    axes = axes_at(figure, *place)
    if own["y"].isna().all():
        _draw_curve(axes, own, place)
        return
    highest = float(abs(plane["latent"]).max()) or 1.0
    levels = MaxNLocator(24, steps=[1, 2, 5, 10], symmetric=True).tick_values(-highest, highest)
    colours = matplotlib.colormaps[LATENT_MAP]
    x, y, latent, variants = _cells(own)
    filled = axes.contourf(x, y, latent, levels=levels, cmap=colours, norm=Normalize(levels[0], levels[-1]))
    axes.contour(x, y, latent, levels=levels, colors=PAPER, linewidths=0.4, linestyles="solid")
    axes.contour(x, y, latent, levels=[0], colors=INK, linewidths=0.8, linestyles="dashed")
    _enclose(axes, x, y, variants)
    axes.plot(0, 0, **WILD_TYPE)
    for side, axis, site in (("x", axes.xaxis, own["x_site"].iloc[0]), ("y", axes.yaxis, own["y_site"].iloc[0])):
        axis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
        axis.set_label_text(_label(site, place[2] if side == "x" else place[3]))
        axis.labelpad = 2
    _draw_key(figure, place, filled)


def _cells(own: pd.DataFrame) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return x, y, and latents and variants (y, x)."""
    latent, variants = (own.pivot(index="y", columns="x", values=name) for name in ("latent", "variants"))
    return latent.columns.to_numpy(), latent.index.to_numpy(), latent.to_numpy(), variants.to_numpy(float)


def _enclose(axes: Axes, x: np.ndarray, y: np.ndarray, variants: np.ndarray) -> None:
    """Draw the lines of equal density that enclose these shares of the variants."""
    density = smoothed(variants)
    thresholds = [threshold(density, share) for share in ENCLOSED]
    for level, width in zip(thresholds, (0.5, 0.8, 1.1), strict=True):
        if 0 < level < density.max():
            axes.contour(x, y, density, levels=[level], colors=INK, linewidths=width)


def smoothed(counts: np.ndarray) -> np.ndarray:
    """Return counts blurred by a Gaussian of one cell along both sides."""
    kernel = np.exp(-0.5 * np.arange(-3, 4) ** 2)
    kernel /= kernel.sum()
    for axis in (0, 1):
        counts = np.apply_along_axis(np.convolve, axis, counts, kernel, mode="same")
    return counts


def threshold(density: np.ndarray, share: float) -> float:
    """Return the density above which so large a share of the whole lies."""
    ordered = np.sort(density.ravel())[::-1]
    total = np.cumsum(ordered)
    return float(ordered[min(np.searchsorted(total, share * total[-1]), len(ordered) - 1)])


def _draw_key(figure: Figure, place: tuple[float, float, float, float], filled) -> None:
    left, bottom, width, height = place
    axes = axes_at(figure, left + width + 0.1, bottom, KEY, height)
    figure.colorbar(filled, cax=axes)
    axes.yaxis.set_major_locator(MaxNLocator(7, steps=[1, 2, 5, 10]))
    axes.set_ylabel(shortened(LATENT, height, NORMAL), labelpad=3)
    axes.tick_params(length=2)


def _draw_curve(axes: Axes, own: pd.DataFrame, place: tuple[float, float, float, float]) -> None:
    own = own.sort_values("x")
    width = own["x"].iloc[1] - own["x"].iloc[0]
    low, high = own["latent"].min(), own["latent"].max()
    room = max(high - low, 1e-9)
    base = low - 0.35 * room
    tall = 0.3 * room * own["variants"] / max(own["variants"].max(), 1)
    axes.bar(own["x"], tall, width, bottom=base, color=FAINT, linewidth=0)
    axes.plot(own["x"], own["latent"], color=ACCENT, linewidth=1.4)
    axes.plot(0, 0, **WILD_TYPE)
    axes.set(ylim=(base, high + 0.1 * room))
    axes.set_xlabel(_label(own["x_site"].iloc[0], place[2]), labelpad=2)
    axes.set_ylabel(shortened(LATENT, place[3], NORMAL), labelpad=2)
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))


def _label(site: str, room: float) -> str:
    return f"ΔΔG of {shortened(str(site), room - 0.8, NORMAL)} (kT)"
