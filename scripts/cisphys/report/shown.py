"""What a part of a fit's page may show: sentences, figures and tables, each only where the report was given its file."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import pandas as pd

from cisphys.report.cells import Table
from cisphys.report.folder import FitResults
from cisphys.report.passages import Passage
from cisphys.report.pictures import Picture, address, picture

Shown = Passage | Table | Picture


class Content(Protocol):
    """Something that a part of the page may show of a fit."""

    def shown(self, fit: FitResults) -> Iterator[Shown]:
        """Yield what there is to show of a fit; nothing where it has none."""


@dataclass(frozen=True)
class Said:
    """Sentences; those that tell of fits/<fit>/<file> only where it was given."""

    say: Callable[[FitResults], Iterable[Passage]]
    file: str = ""

    def shown(self, fit: FitResults) -> Iterator[Shown]:
        if not self.file or fit.has(self.file):
            yield from self.say(fit)


@dataclass(frozen=True)
class Drawn:
    """The figure figures/<fit>/<name>.{svg,pdf,png}; `say` returns its words and its caption.

    `drawn` tells whether it shows anything.
    """

    name: str
    say: Callable[[FitResults], tuple[str, str]]
    drawn: Callable[[FitResults], bool] = lambda fit: True

    def shown(self, fit: FitResults) -> Iterator[Shown]:
        stem = fit.figures / self.name
        if f"{stem.as_posix()}.svg" in fit.given and self.drawn(fit):
            yield picture(fit.results, stem, *self.say(fit))


@dataclass(frozen=True)
class Listed:
    """The table fits/<fit>/<file>."""

    file: str
    make: Callable[[pd.DataFrame, FitResults], Table | None]

    def shown(self, fit: FitResults) -> Iterator[Shown]:
        made = self.make(fit.table(self.file), fit) if fit.has(self.file) else None
        if made:
            yield replace(made, file=address(fit.folder / self.file))


@dataclass(frozen=True)
class Made:
    """Tables that no file holds as they are."""

    make: Callable[[FitResults], Sequence[Table]]

    def shown(self, fit: FitResults) -> Iterator[Shown]:
        yield from self.make(fit)


@dataclass(frozen=True)
class Part:
    """A part of the page: its name in addresses, its title, and what it may show, in order."""

    name: str
    title: str
    contents: Sequence[Content]
