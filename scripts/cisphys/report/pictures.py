"""Figures inside the page: the SVG as data, with words for those who cannot see it and links to the files."""

import re
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar
from urllib.parse import quote

FORMATS = ("svg", "pdf", "png")
PIXELS_PER_POINT = 1.8


@dataclass(frozen=True)
class Link:
    """A link to a result file, relative to the report."""

    text: str
    address: str


@dataclass(frozen=True)
class Picture:
    """A figure: `source` is a data URI, `words` stand in for it, `caption` explains it, `links` lead to its files.

    `width` is how wide it is shown at most, in CSS pixels.
    """

    shows: ClassVar[str] = "picture"
    source: str
    width: int
    words: str
    caption: str
    links: Sequence[Link]


def picture(results: Path, stem: Path, words: str, caption: str) -> Picture:
    """Take a figure from the files `stem`.svg, .pdf and .png of the results; those that are there are linked.

    Raises
    ------
    FileNotFoundError : there is no SVG
    """
    drawn = (results / stem.with_name(f"{stem.name}.svg")).read_bytes()
    files = [stem.with_name(f"{stem.name}.{suffix}") for suffix in FORMATS]
    links = [Link(path.suffix[1:].upper(), address(path)) for path in files if (results / path).is_file()]
    return Picture(f"data:image/svg+xml;base64,{b64encode(drawn).decode()}", _shown_width(drawn), words, caption, links)


def _shown_width(svg: bytes) -> int:
    """Return the width to show an SVG at: larger than on paper, since screens are read from further away."""
    points = re.search(rb'<svg[^>]* width="([\d.]+)pt"', svg)
    return round(float(points[1]) * PIXELS_PER_POINT) if points else 900


def address(path: Path) -> str:
    """Return a path relative to the report as a link."""
    return quote(path.as_posix())
