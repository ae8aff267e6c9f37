"""The page of a fit, part by part. To show one more figure, table or sentence, add a line to `PARTS`.

A figure or table is shown where the rule make_report has its file among its inputs, and where it has something to say.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, Protocol

import pandas as pd

from cisphys.report import fit_figures as figures
from cisphys.report import fit_tables as tables
from cisphys.report.cells import Table
from cisphys.report.folder import FitResults
from cisphys.report.learned import learned
from cisphys.report.pictures import Link, Picture, address, picture
from cisphys.report.verdicts import judge_fit, worst
from cisphys.report.words import mirrors_in_words, model_in_words, model_tables


@dataclass(frozen=True)
class Passage:
    """Sentences, a paragraph each, and points below them."""

    shows: ClassVar[str] = "passage"
    paragraphs: Sequence[str]
    points: Sequence[str] = ()


Shown = Passage | Table | Picture


class Content(Protocol):
    """Something that a part of the page may show of a fit."""

    def shown(self, fit: FitResults) -> Iterator[Shown]:
        """Yield what there is to show of a fit; nothing where it has none."""


@dataclass(frozen=True)
class Said:
    """Sentences."""

    say: Callable[[FitResults], Passage | None]

    def shown(self, fit: FitResults) -> Iterator[Shown]:
        said = self.say(fit)
        if said:
            yield said


@dataclass(frozen=True)
class Drawn:
    """The figure figures/<fit>/<name>.{svg,pdf,png}; `say` returns its words and its caption."""

    name: str
    say: Callable[[FitResults], tuple[str, str]]

    def shown(self, fit: FitResults) -> Iterator[Shown]:
        stem = fit.figures / self.name
        if f"{stem.as_posix()}.svg" in fit.given:
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


def _estimates(fit: FitResults) -> Passage | None:
    said = "An estimate is given only where the data can tell it; the last column says how it was found, or why there is none."
    return Passage([said]) if len(fit.parameters) else None


def _mirrors(fit: FitResults) -> Passage | None:
    found = mirrors_in_words(fit)
    if not found:
        return None
    several = len(found) > 1
    said = f"{len(found)} mirror solution{'s predict' if several else ' predicts'} exactly the same as the one shown:"
    return Passage([said], found)


def _model(fit: FitResults) -> Sequence[Table]:
    return model_tables(fit.spec, fit.summary["wild_type"], fit.numbering)


def _information(fit: FitResults) -> Sequence[Table]:
    return [tables.information_table(fit)]


PARTS = (
    Part(
        "energies",
        "Energies",
        [Drawn("energy_matrices", figures.energy_matrices), Listed("pair_energies.tsv", tables.pairs_table)],
    ),
    Part("network", "The model as a network", [Drawn("network", figures.network), Made(_model)]),
    Part("occupancies", "Which states it is in", [Drawn("occupancies", figures.occupancies)]),
    Part(
        "parameters",
        "Parameters",
        [Said(_estimates), Listed("parameters.tsv", tables.parameters_table), Listed("cycles.tsv", tables.cycles_table)],
    ),
    Part(
        "identifiability",
        "What the data cannot tell apart",
        [Drawn("identifiability", figures.identifiability), Said(_mirrors)],
    ),
    Part(
        "references",
        "Against the reference",
        [Listed("references.tsv", tables.references_table), Drawn("recovery", figures.recovery)],
    ),
    Part(
        "information",
        "How much it tells",
        [Made(_information), Drawn("measurement", figures.measurement)],
    ),
    Part("lacking", "What the model lacks", [Listed("lacking.tsv", tables.lacking_table), Drawn("lacking", figures.lacking)]),
    Part("starts", "How it was found", [Drawn("search", figures.search), Listed("restarts.tsv", tables.restarts_table)]),
)


@dataclass(frozen=True)
class ShownPart:
    """A part of the page that has something to show; `anchor` is its address within the report."""

    anchor: str
    title: str
    shown: Sequence[Shown]


@dataclass(frozen=True)
class FitPage:
    """All that the page says of a fit. `about` is the model in words, `learned` what the fit says and what it does not."""

    anchor: str
    name: str
    level: str
    data: str
    about: Sequence[str]
    learned: Sequence[str]
    parts: Sequence[ShownPart]
    files: Sequence[Link]


def fit_page(fit: FitResults, anchor: str, comparison: pd.DataFrame) -> FitPage:
    """Put together the page of a fit.

    Parameters
    ----------
    fit : its results
    anchor : the address of its page within the report
    comparison : table of fits that were judged on the same test variants
    """
    found = [
        ShownPart(f"{anchor}-{part.name}", part.title, [one for content in part.contents for one in content.shown(fit)])
        for part in PARTS
    ]
    return FitPage(
        anchor=anchor,
        name=fit.name,
        level=worst(judge_fit(fit)),
        data=", ".join(fit.summary["datasets"]),
        about=model_in_words(fit.spec),
        learned=learned(fit, comparison),
        parts=[part for part in found if part.shown],
        files=[Link(path.name, address(path)) for path in fit.files],
    )
