"""Binding sites: which bases they cover, in one place or in several, and which energy matrices read them.

A site is one box, or two boxes with a spacer of varying length between them. It may lie at several offsets and on both strands.
Each way to lie is a mode; modes share the energy matrices, and the site's binding energy is e = -log sum_modes exp(-e_mode).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import product


@dataclass(frozen=True)
class Block:
    """An energy matrix: its name, how many positions it has, and what it sees of them (``single`` bases, or pairs of them)."""

    name: str
    length: int
    features: str = "single"


@dataclass(frozen=True)
class Placement:
    """Where a block is read: bases [start, stop) of the variant, 5' to 3' on a strand; `block` counts within site or model."""

    block: int
    start: int
    stop: int
    strand: str


@dataclass(frozen=True)
class Mode:
    """One way for a site to lie: a placement of each of its blocks, and the length of its spacer (None: it has none)."""

    placements: tuple[Placement, ...]
    spacer: int | None = None


@dataclass(frozen=True)
class Box:
    """One of the two parts of a site, bases [start, stop) of the variant where the spacer has its usual length."""

    name: str
    start: int
    stop: int


@dataclass(frozen=True)
class Site:
    """A binding site: bases [start, stop) of the variant, read 5' to 3' on its strand (``+``, ``-``, ``both``).

    Attributes
    ----------
    condition : the condition column of whose values each has a chemical potential of its own (None: one value for all)
    mutants_weaken : which orientation is canonical: mutants of the wild type weaken binding on average, or not (None: unsaid)
    concentration : the condition column that holds the concentration of what binds: mu = mu0 - log(concentration)
    offsets : shifts of the site along the variant at which it may lie as well; the first is where energies are told against
    boxes : the two boxes of a site with a spacer, 5' to 3' on the strand; none for a plain site
    spacers : lengths of the spacer, the usual one first
    features : what the site's energies are made of: ``single`` bases, ``neighbour`` pairs or all pairs (``pairwise``) besides
    """

    name: str
    start: int
    stop: int
    strand: str = "+"
    condition: str | None = None
    mutants_weaken: bool | None = True
    concentration: str | None = None
    offsets: tuple[int, ...] = (0,)
    boxes: tuple[Box, ...] = ()
    spacers: tuple[int, ...] = ()
    features: str = "single"

    def __len__(self) -> int:
        return self.stop - self.start

    @property
    def blocks(self) -> tuple[Block, ...]:
        """The site's energy matrices: one with the site's name, or one per box, ``<site>.<box>``."""
        if not self.boxes:
            return (Block(self.name, len(self), self.features),)
        return tuple(Block(f"{self.name}.{box.name}", box.stop - box.start) for box in self.boxes)

    @property
    def modes(self) -> tuple[Mode, ...]:
        """Every way for the site to lie; the first is the one that `start`, `stop` and the usual spacer say."""
        strands = ("+", "-") if self.strand == "both" else (self.strand,)
        ways = product(self.offsets, self.spacers or (None,), strands)
        return tuple(self._mode(offset, spacer, strand) for offset, spacer, strand in ways)

    @property
    def footprint(self) -> tuple[int, int]:
        """First base and the base after the last, over all modes."""
        placements = [placement for mode in self.modes for placement in mode.placements]
        return min(each.start for each in placements), max(each.stop for each in placements)

    def _mode(self, offset: int, spacer: int | None, strand: str) -> Mode:
        spans = [(box.start + offset, box.stop + offset) for box in self.boxes] or [(self.start + offset, self.stop + offset)]
        if spacer is not None:
            longer = spacer - self.spacers[0]
            shift = -longer if strand == self.strand == "-" else longer
            spans[1] = (spans[1][0] + shift, spans[1][1] + shift)
        if self.strand == "both" and strand == "-":
            ends = min(start for start, _ in spans) + max(stop for _, stop in spans)
            spans = [(ends - stop, ends - start) for start, stop in spans]
        return Mode(tuple(Placement(block, *span, strand) for block, span in enumerate(spans)), spacer)


@dataclass(frozen=True)
class Arrangement:
    """All blocks and placements of a model's sites.

    `modes` holds, per site and mode, the numbers of its placements and its spacer; `sites_of` the site of each block.
    """

    blocks: tuple[Block, ...]
    placements: tuple[Placement, ...]
    modes: tuple[tuple[tuple[tuple[int, ...], int | None], ...], ...]
    sites_of: tuple[int, ...]


def arrange(sites: Iterable[Site]) -> Arrangement:
    """Number the blocks and placements of all sites, in their order."""
    blocks, placements, modes, sites_of = [], [], [], []
    for number, site in enumerate(sites):
        own = []
        for mode in site.modes:
            own.append((tuple(range(len(placements), len(placements) + len(mode.placements))), mode.spacer))
            placements += [Placement(len(blocks) + each.block, each.start, each.stop, each.strand) for each in mode.placements]
        modes.append(tuple(own))
        blocks += site.blocks
        sites_of += [number] * len(site.blocks)
    return Arrangement(tuple(blocks), tuple(placements), tuple(modes), tuple(sites_of))
