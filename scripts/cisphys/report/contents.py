"""The contents of the report: its pages, in groups, each with its verdict and its parts."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cisphys.report.fit_page import FitPage


@dataclass(frozen=True)
class Entry:
    """A page or a part of one: its address, its title, its verdict (nothing where it has none), and its parts."""

    anchor: str
    title: str
    level: str = ""
    parts: Sequence["Entry"] = ()


@dataclass(frozen=True)
class Group:
    """Pages under one heading; `title` is empty where they need none."""

    title: str
    pages: Sequence[Entry]


def contents(told: Mapping[str, Any]) -> list[Group]:
    """Return the groups of pages that there are; `told` is what each page shows, by name."""
    fits = [_of_fit(fit) for fit in told["fits"]]
    about = [Entry("methods", "Methods"), Entry("files", "Files"), Entry("dictionary", "Data dictionary")]
    groups = [Group("", list(_of_data(told))), Group("Fits", fits), Group("About", about)]
    return [group for group in groups if group.pages]


def _of_fit(fit: FitPage) -> Entry:
    parts = [Entry(part.anchor, part.title) for part in fit.parts]
    return Entry(fit.anchor, fit.name, fit.level, [*parts, Entry(f"{fit.anchor}-files", "Files")])


def _of_data(told: Mapping[str, Any]) -> Iterator[Entry]:
    yield Entry("overview", "Overview")
    if told["reads"]:
        yield Entry("reads", "Reads")
    if told["libraries"]:
        yield Entry("libraries", "Libraries")
    if told["quality"]:
        yield Entry("quality", "Quality", told["quality"].level)
    if told["comparison"]:
        yield Entry("comparison", "Comparison")
