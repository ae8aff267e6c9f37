"""Where each site's panels stand in the energy-matrix figure.

Where the figure is wide enough for the variant and no two sites meet, the panels stand under the promoter track, base below
base. Otherwise they fill rows from left to right, in their order on the variant, each in a slot wide enough for its matrix
and its texts.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from cisphys.figures.sites import SiteMatrix, agreement_text, coordinate, coordinate_label
from cisphys.figures.style import LARGE, SMALL, shortened, text_width

NARROWEST = 0.07  # inches per base under the track; below it a base would be narrower than its letter
CELLS = (0.15, 0.14, 0.13, 0.12, 0.11)  # inches per base, to choose from
GAP = 0.2  # inches between two slots of a row


@dataclass(frozen=True)
class Block:
    """A site, the row that its panels stand in, and their left edge in inches from the left edge of the panels."""

    site: SiteMatrix
    row: int
    left: float


@dataclass(frozen=True)
class Placement:
    """All blocks, the width of one base in inches, and whether they stand under the promoter track."""

    blocks: tuple[Block, ...]
    cell: float
    aligned: bool

    def rows(self) -> list[list[Block]]:
        """Return the blocks row by row."""
        return [[block for block in self.blocks if block.row == row] for row in range(self.blocks[-1].row + 1)]


def place(sites: Sequence[SiteMatrix], variant_length: int, width: float, numbering: int | None) -> Placement:
    """Place the sites in `width` inches."""
    if _can_align(sites, variant_length, width):
        cell = width / variant_length
        return Placement(tuple(Block(site, 0, site.span[0] * cell) for site in sites), cell, True)
    widest = width / max(map(len, sites))
    tried = [Placement(_in_rows(sites, cell, width, numbering), cell, False) for cell in _cells(widest)]
    return min(tried, key=lambda placement: placement.blocks[-1].row)


def title(site: SiteMatrix, width: float) -> str:
    """Return the site's name, cut in its middle where it is wider than `width` inches."""
    return shortened(site.name, width, LARGE, "bold")


def subtitle(site: SiteMatrix, numbering: int | None) -> str:
    """Return where the site is and on which strand, such as ``−73 to −48, + strand``."""
    strand = {"+": "+ strand", "-": "− strand, read 5′ to 3′"}.get(site.strand, "both strands")
    if site.span is None:
        return f"several places, {strand}"
    first, last = (coordinate_label(coordinate(i, numbering), numbering) for i in (site.span[0], site.span[1] - 1))
    return f"{first} to {last}, {strand}"


def caption(site: SiteMatrix, width: float) -> str:
    """Return what stands above the reference's heat map; only the reference's name is cut to fit `width` inches."""
    numbers = agreement_text(site)
    name = shortened(site.reference[0], max(width - text_width(f":  {numbers}", SMALL), 0.4), SMALL)
    return f"{name}:  {numbers}"


def _can_align(sites: Sequence[SiteMatrix], variant_length: int, width: float) -> bool:
    if width < NARROWEST * variant_length or any(site.span is None or site.strand == "-" for site in sites):
        return False
    ends = [site.span[0] for site in sites[1:]] + [variant_length]
    apart = all(site.span[1] <= end for site, end in zip(sites, ends, strict=True))
    slots = [(end - site.span[0]) * width / variant_length for site, end in zip(sites, ends, strict=True)]
    captions = [text_width(caption(site, 2.0), SMALL) if site.reference else 0 for site in sites]
    return apart and all(needed <= slot for needed, slot in zip(captions, slots, strict=True))


def _cells(widest: float) -> list[float]:
    return [cell for cell in CELLS if cell <= widest] or [widest]


def _in_rows(sites: Sequence[SiteMatrix], cell: float, width: float, numbering: int | None) -> tuple[Block, ...]:
    blocks, row, left = [], 0, 0.0
    for site in sites:
        slot = _slot(site, cell, width, numbering)
        if left and left + slot > width + 1e-9:
            row, left = row + 1, 0.0
        blocks.append(Block(site, row, left))
        left += slot + GAP
    return tuple(blocks)


def _slot(site: SiteMatrix, cell: float, width: float, numbering: int | None) -> float:
    texts = [text_width(title(site, width), LARGE, "bold"), text_width(subtitle(site, numbering), SMALL)]
    if site.reference:
        texts.append(text_width(caption(site, width), SMALL))
    return min(width, max(len(site) * cell, *texts))
