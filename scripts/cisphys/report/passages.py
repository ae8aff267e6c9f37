"""Sentences that a part of a fit's page shows between its figures and tables."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from cisphys.report.cells import decimal
from cisphys.report.folder import FitResults
from cisphys.report.lacking import lacking_sentences

CHANCE = 0.001  # p of a chi-square below which predicted and observed differ by more than chance


@dataclass(frozen=True)
class Passage:
    """Sentences, a paragraph each, and points below them."""

    shows: ClassVar[str] = "passage"
    paragraphs: Sequence[str]
    points: Sequence[str] = ()


def estimates(fit: FitResults) -> Iterator[Passage]:
    """Say which parameters have an estimate."""
    if len(fit.parameters):
        said = (
            "An estimate is given only where the data can tell it; the last column says how it was found, or why there is none."
        )
        yield Passage([said])


def identifiability(fit: FitResults) -> Iterator[Passage]:
    """List what the likelihood does not see, the mirror solutions, and what only a prior holds; a fit's own words."""
    told = fit.json("identifiability.json")
    yield from _listed("Changes that no likelihood sees:", told.get("null", []))
    yield from _listed("Mirror solutions, and how they do:", told.get("mirrors", []))
    yield from _listed("Bases that no training variant has:", [{"words": _unseen(each)} for each in told.get("unseen", [])])
    yield from _listed("Held by a prior more than by the reads:", told.get("pinned", []))


def _unseen(told: dict[str, Any]) -> str:
    named = ", ".join(told["names"])
    more = told["elements"] - len(told["names"])
    return f"of {told['matrix']}, {told['elements']} of {told['of']}: {named}{f' and {more} more' if more else ''}"


def _listed(intro: str, found: Sequence[dict[str, Any]]) -> Iterator[Passage]:
    if found:
        yield Passage([intro], [each["words"] for each in found])


def lacking(fit: FitResults) -> Iterator[Passage]:
    """Say what held-out variants ask for that the model lacks, or holds without need."""
    said = lacking_sentences(fit.table("lacking.tsv"), fit.numbering)
    yield Passage(["Tested from the optimum of this fit, and judged on variants that were not fitted:"], said)


def calibration(fit: FitResults) -> Iterator[Passage]:
    """Say whether what the test variants show differs from what the fit says of them by more than chance."""
    told = fit.summary.get("calibration", {})
    if told:
        yield Passage([_calibrated(dataset, entry) for dataset, entry in told.items()])


def _calibrated(dataset: str, told: dict[str, Any]) -> str:
    alike = "no more than chance would have it" if chance(told) else "more than chance would have it"
    said = f"On the test variants of {dataset}, observed and predicted differ by {alike} ({chi_square_in_words(told)})."
    correlated = told.get("read_correlation") or 0.0
    if correlated < 0.005:
        return said
    return f"{said} Two reads of one variant agree more than the fit explains, with a correlation of {decimal(correlated, 2)}."


def chance(told: dict[str, Any]) -> bool:
    """Tell whether a chi-square may be chance."""
    return told["p"] >= CHANCE


def chi_square_in_words(told: dict[str, Any]) -> str:
    """Return ``χ² = 70.2 with 79 degrees of freedom, p = 0.75``."""
    p = f"p < {CHANCE:g}" if told["p"] < CHANCE else f"p = {told['p']:.2g}"
    return f"χ² = {decimal(told['chi_square'], 1)} with {told['degrees_of_freedom']} degrees of freedom, {p}"
