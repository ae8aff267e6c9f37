"""The promoter as a line with its sites: boxes at their place, pointing along their strand, names above."""

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.patches import Polygon

from cisphys.figures.sites import SiteMatrix, coordinate, coordinate_label
from cisphys.figures.style import FAINT, INK, NORMAL, PAPER, SITE_EDGE, SITE_FILL, SMALL, SOFT_INK, shortened, text_width

# inches: height of a box, box to box, name to name, the ruler below the line; length of the arrow at +1
BOX, STEP, TIER, RULER, ARROW = 0.15, 0.19, 0.14, 0.2, 0.16
DASHED = (0, (3, 2))


@dataclass(frozen=True)
class _Label:
    text: str
    left: float  # inches
    centre: float  # inches
    tier: int


class PromoterTrack:
    """Lays out the track of a variant for a line `width` inches long; `height` says how many inches it needs.

    Overlapping sites stand on lines of their own, and names that would meet stand in tiers. `start`: +1 gets an arrow. `moving`
    sites may lie elsewhere too, and are dashed.
    """

    def __init__(
        self,
        sites: Sequence[SiteMatrix],
        variant_length: int,
        width: float,
        numbering: int | None,
        ruler: bool,
        start: bool = True,
        moving: Sequence[SiteMatrix] = (),
    ):
        self.sites = [*(site for site in sites if site.span is not None), *moving]
        self.moving = {site.name for site in moving}
        self.length, self.width, self.numbering, self.ruler, self.has_start = variant_length, width, numbering, ruler, start
        self.scale = width / variant_length
        self.levels = first_free([site.span for site in self.sites])
        self.labels = self._labels()

    @property
    def height(self) -> float:
        """Inches from the ruler's labels to the highest name."""
        tiers = 1 + max((label.tier for label in self.labels), default=0)
        return self._line + self._names + tiers * TIER

    @property
    def _line(self) -> float:
        return RULER if self.ruler else 0.0

    @property
    def _names(self) -> float:
        return STEP * (1 + max(self.levels, default=0)) + 0.03

    @property
    def _start(self) -> int | None:
        """Index of the base +1 where the variant holds it, and transcription starts there."""
        if not self.has_start:
            return None
        places = [coordinate(index, self.numbering) for index in range(self.length)]
        return places.index(1) if self.numbering is not None and self.numbering < 0 and 1 in places else None

    def _labels(self) -> list[_Label]:
        labels = []
        spans = [] if self._start is None else [self._start_span()]
        first = len(spans)
        for site in self.sites:
            text = shortened(site.name, 0.6 * self.width, NORMAL, "bold")
            centre = sum(site.span) / 2 * self.scale
            wide = text_width(text, NORMAL, "bold")
            left = min(max(centre - wide / 2, 0.0), self.width - wide)
            spans.append((left, left + wide + 0.1))
            labels.append((text, left, centre))
        return [_Label(*label, tier) for label, tier in zip(labels, first_free(spans)[first:], strict=True)]

    def _start_span(self) -> tuple[float, float]:
        x = self._start * self.scale
        return x - 0.04, x + ARROW + 0.06

    def draw(self, axes: Axes) -> None:
        """Draw on axes of `width` x `height` inches."""
        axes.set(xlim=(0, self.width), ylim=(0, self.height))
        axes.axis("off")
        axes.plot([0, self.width], [self._line + BOX / 2] * 2, color=SOFT_INK, linewidth=1.0, zorder=1, clip_on=False)
        for site, level in zip(self.sites, self.levels, strict=True):
            axes.add_patch(self._box(site, self._line + level * STEP))
        for label, level in zip(self.labels, self.levels, strict=True):
            self._draw_label(axes, label, level)
        if self.ruler:
            self._draw_ruler(axes)
        if self._start is not None:
            self._draw_start(axes)

    def _box(self, site: SiteMatrix, bottom: float) -> Polygon:
        left, right = (edge * self.scale for edge in site.span)
        point = min(0.06, (right - left) / 2)
        corners = [(left, 0), (right - point, 0), (right, BOX / 2), (right - point, BOX), (left, BOX)]
        if site.strand == "-":
            corners = [(left + right - x, y) for x, y in corners]
        shape = [(x, bottom + y) for x, y in corners]
        line = DASHED if site.name in self.moving else "-"
        return Polygon(shape, facecolor=SITE_FILL, edgecolor=SITE_EDGE, linewidth=0.7, linestyle=line, zorder=2, clip_on=False)

    def _draw_label(self, axes: Axes, label: _Label, level: int) -> None:
        bottom = self._line + self._names + label.tier * TIER
        top_of_box = self._line + level * STEP + BOX
        if bottom - top_of_box > 0.1:
            axes.plot([label.centre] * 2, [top_of_box, bottom], color=FAINT, linewidth=0.6, zorder=0)
        behind = {"facecolor": PAPER, "edgecolor": "none", "pad": 0.4}  # hides leaders to higher names
        axes.text(label.left, bottom + 0.02, label.text, fontsize=NORMAL, weight="bold", va="baseline", bbox=behind)

    def _draw_ruler(self, axes: Axes) -> None:
        for index in ruler_ticks(0, self.length, self.scale, self.numbering):
            x = (index + 0.5) * self.scale
            axes.plot([x, x], [self._line - 0.045, self._line - 0.005], color=SOFT_INK, linewidth=0.6)
            text = coordinate_label(coordinate(index, self.numbering), self.numbering)
            half = text_width(text, SMALL) / 2
            axes.text(min(max(x, half), self.width - half), 0.0, text, fontsize=SMALL, ha="center", va="bottom")

    def _draw_start(self, axes: Axes) -> None:
        covered = [level for site, level in zip(self.sites, self.levels, strict=True) if self._start in site.positions]
        x, bottom = self._start * self.scale, self._line + (max(covered) * STEP + BOX if covered else BOX / 2)
        top = self._line + self._names + 0.07
        axes.plot([x, x], [bottom, top], color=INK, linewidth=0.9, solid_capstyle="butt")
        tip = {"arrowstyle": "-|>,head_width=0.15,head_length=0.3", "color": INK, "linewidth": 0.9, "shrinkA": 0, "shrinkB": 0}
        axes.annotate("", (x + ARROW, top), (x, top), arrowprops=tip, annotation_clip=False)


def first_free(spans: Sequence[tuple[float, float]]) -> list[int]:
    """Return for each span [start, stop) the lowest level on which it meets no earlier one."""
    levels: list[list[tuple[float, float]]] = []
    chosen = []
    for start, stop in spans:
        free = (n for n, level in enumerate(levels) if all(stop <= a or b <= start for a, b in level))
        level = next(free, len(levels))
        if level == len(levels):
            levels.append([])
        levels[level].append((start, stop))
        chosen.append(level)
    return chosen


def ruler_ticks(start: int, stop: int, scale: float, numbering: int | None) -> list[int]:
    """Return the indices of [start, stop) to be labelled: round coordinates whose labels stand apart.

    `scale` is the width of one base in inches. Where no round coordinate falls into the range, its first base is labelled.
    """
    places = {index: coordinate(index, numbering) for index in range(start, stop)}
    needed = 0.1 + max(text_width(coordinate_label(place, numbering), SMALL) for place in (places[start], places[stop - 1]))
    step = next(step for step in (5, 10, 20, 50, 100, 200, 500, 10**9) if step * scale >= needed)
    start_too = numbering is not None and numbering < 0 and (step - 1) * scale >= needed  # +1, where there is room for it
    shown = [index for index, place in places.items() if place % step == 0 or (start_too and place == 1)]
    return shown or [start]
