"""What stands below the levels of a landscape: the states' names, or where these are long, which sites they bind."""

from collections.abc import Iterator, Mapping

from matplotlib.axes import Axes

from cisphys.figures.style import FAINT, INK, SMALL, SOFT_INK, shortened, text_width

LONGEST, ROW, GROUPS = 0.95, 0.13, 0.24  # inches: a name on end, a row of dots, how many proteins are bound
MIDDLE = 0.42  # of a slot


class Names:
    """Names of states in slots of width 1: level, on end, or as dots for the sites that they bind.

    Parameters
    ----------
    sites : state -> the sites that it binds, in the order of the slots
    """

    def __init__(self, sites: Mapping[str, frozenset[str]]):
        self.sites = sites
        self.rows = list(dict.fromkeys(site for bound in sites.values() for site in sorted(bound)))
        self.widths = {state: text_width(shortened(state, LONGEST, SMALL), SMALL) for state in sites}
        told_by_sites = len(set(sites.values())) == len(sites)
        self.as_dots = told_by_sites and any(text_width(state, SMALL) > LONGEST for state in sites)

    def below(self, slot: float) -> float:
        """Return the inches that names need below slots of so many inches, how many proteins are bound included."""
        return self._depth(slot) + GROUPS

    def draw(self, axes: Axes, slot: float, room: float) -> None:
        """Draw below axes whose slots are so many inches wide, names of sites in `room` inches on their left."""
        axes.tick_params(axis="x", length=0)
        if self._level(slot):
            axes.set_xticks([place + MIDDLE for place in range(len(self.sites))], list(self.sites))
        elif self.as_dots:
            self._draw_dots(axes, room)
        else:
            names = [shortened(state, LONGEST, SMALL) for state in self.sites]
            axes.set_xticks([place + MIDDLE for place in range(len(names))], names, rotation=90)
        self._draw_groups(axes, slot)

    def _level(self, slot: float) -> bool:
        return all(text_width(state, SMALL) < 0.95 * slot for state in self.sites)

    def _depth(self, slot: float) -> float:
        if self._level(slot):
            return 0.2
        return 0.06 + ROW * len(self.rows) if self.as_dots else max(self.widths.values()) + 0.1

    def _draw_dots(self, axes: Axes, room: float) -> None:
        """Draw a row of dots for each site, full where a state binds it."""
        axes.set_xticks([])
        tall = axes.get_position().height * axes.figure.get_size_inches()[1]
        rows = {site: -(0.1 + ROW * row) / tall for row, site in enumerate(self.rows)}
        look = {"transform": axes.get_xaxis_transform(), "clip_on": False, "linewidth": 0.8}
        for place, bound in enumerate(self.sites.values()):
            heights = [rows[site] for site in self.rows if site in bound]
            axes.plot([place + MIDDLE] * len(rows), list(rows.values()), "o", color=FAINT, markersize=2.5, **look)
            axes.plot([place + MIDDLE] * len(heights), heights, "o-", color=INK, markersize=3.5, **look)
        for site, height in rows.items():
            at = {"xycoords": "axes fraction", "textcoords": "offset points", "ha": "right", "va": "center_baseline"}
            axes.annotate(shortened(site, room, SMALL), (0, height), (-3, 0), fontsize=SMALL, **at)

    def _draw_groups(self, axes: Axes, slot: float) -> None:
        """Say how many proteins are bound, and part the states by that."""
        place = {"xycoords": axes.get_xaxis_transform(), "textcoords": "offset points"}
        for number, first, last in self._groups():
            if first:
                axes.axvline(first - 0.06, color=FAINT, linewidth=0.5, linestyle=(0, (1, 2)), zorder=0)
            said = f"{number} bound" if (last - first + 1) * slot > 0.45 else str(number)
            at = (first + last) / 2 + MIDDLE, 0
            low = (0, -72 * (self._depth(slot) + 0.03))
            axes.annotate(said, at, low, **place, fontsize=SMALL, ha="center", va="top", color=SOFT_INK)

    def _groups(self) -> Iterator[tuple[int, int, int]]:
        """Yield each number of proteins bound, with its first and last slot."""
        numbers = [len(bound) for bound in self.sites.values()]
        for number in dict.fromkeys(numbers):
            own = [slot for slot, each in enumerate(numbers) if each == number]
            yield number, own[0], own[-1]
