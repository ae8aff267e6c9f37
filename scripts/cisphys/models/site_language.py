"""One site of a model's YAML file: plain, at several offsets, on both strands, or two boxes with a spacer."""

from collections.abc import Iterable, Sequence
from typing import NoReturn

from cisphys.errors import nearest
from cisphys.models.sites import Box, Site
from cisphys.models.spec import LINEAR
from cisphys.yaml_lines import Lines


class Checks:
    """Raises InputErrors that name the model's file and line."""

    def __init__(self, lines: Lines):
        self.lines = lines

    def fail(self, problem: str, *keys, remedy: str = "") -> NoReturn:
        """Raise the error at the line of `keys`."""
        raise self.lines.error(problem, *keys, remedy=remedy)

    def members(self, members: Sequence[str], valid: Sequence[str], owner: str, *keys) -> None:
        """Check that `owner` names sites that there are, each once."""
        for name in members:
            if name not in valid:
                self.fail(f"{owner} names '{name}', which is no site ({nearest(name, valid)})", *keys)
        self.unique(members, f"site of {owner}", *keys)

    def unique(self, names: Iterable[object], what: str, *keys) -> None:
        """Check that nothing is given twice."""
        names = list(names)
        for name in names:
            if names.count(name) > 1:
                self.fail(f"{what} '{name}' is given twice", *keys)

    def has_keys(self, data: dict, keys: Iterable[str], owner: str) -> None:
        """Check that an entry has all these keys."""
        for key in keys:
            if data.get(key) is None:
                self.fail(f"the key '{key}' is missing: {owner} needs it", remedy=f"Add `{key}:`")

    def no_keys(self, data: dict, keys: Iterable[str], owner: str, *at) -> None:
        """Check that an entry has none of these keys."""
        for key in keys:
            if data.get(key):
                self.fail(f"'{key}' means nothing in {owner}", *at, key, remedy="Take it out")


def site_of(name: str, entry: dict, check: Checks) -> Site:
    """Return a declared site.

    Raises
    ------
    InputError : with the line, where coordinates, boxes or the spacer contradict each other
    """
    strand = entry.get("strand") or "+"
    if entry.get("boxes"):
        check.no_keys(entry, ("energy",), f"site '{name}' with boxes", "sites", name)
        boxes, spacers = _boxes(name, entry, strand, check)
        span = (min(box.start for box in boxes), max(box.stop for box in boxes))
    else:
        boxes, spacers, span = (), (), _span(name, entry, check)
    by, concentration = _potential(name, entry, check)
    offsets = tuple(entry.get("offsets") or (0,))
    check.unique(offsets, f"offset of site '{name}'", "sites", name, "offsets")
    return Site(
        name,
        *span,
        strand,
        by,
        (entry.get("mutants") or "weaken") == "weaken",
        concentration,
        offsets,
        boxes,
        spacers,
        LINEAR[entry.get("energy") or "additive"],
    )


def _potential(name: str, entry: dict, check: Checks) -> tuple[str | None, str | None]:
    """Return the condition columns of whose values each has a chemical potential, and that holds concentrations."""
    declared = entry.get("chemical_potential") or "free"
    if declared == "free":
        return None, None
    by, concentration = declared.get("by"), declared.get("concentration")
    if bool(by) == bool(concentration):
        check.fail(
            f"the chemical potential of site '{name}' needs either 'by' or 'concentration'", "sites", name, "chemical_potential"
        )
    return by, concentration


def _span(name: str, entry: dict, check: Checks) -> tuple[int, int]:
    check.no_keys(entry, ("spacer",), f"site '{name}' without boxes", "sites", name)
    for key in ("start", "stop"):
        if entry.get(key) is None:
            check.fail(f"site '{name}' has no '{key}'", "sites", name, remedy="Give `start` and `stop`, or `boxes`")
    if entry["stop"] <= entry["start"]:
        check.fail(f"site '{name}' stops at {entry['stop']}, which is not after its start {entry['start']}", "sites", name)
    return entry["start"], entry["stop"]


def _boxes(name: str, entry: dict, strand: str, check: Checks) -> tuple[tuple[Box, ...], tuple[int, ...]]:
    """Return the two boxes where the spacer is usual, and the lengths of the spacer, the usual one first."""
    check.no_keys(entry, ("start", "stop"), f"site '{name}' with boxes", "sites", name)
    at = ("sites", name, "boxes")
    declared = list(entry["boxes"].items())
    if len(declared) != 2 or not entry.get("spacer"):
        check.fail(f"site '{name}' needs two boxes and a spacer between them", *at)
    (first, a), (second, b) = declared
    if a.get("start") is None or a.get("stop") is None or a["stop"] <= a["start"]:
        check.fail(f"box '{first}' needs a start, and a stop after it", *at, first)
    if not b.get("length"):
        check.fail(f"box '{second}' needs a length: the spacer says where it starts", *at, second)
    lengths = tuple(entry["spacer"]["lengths"])
    check.unique(lengths, f"spacer of site '{name}'", "sites", name, "spacer")
    usual = entry["spacer"].get("usual") or sorted(lengths)[len(lengths) // 2]
    if usual not in lengths:
        check.fail(f"the usual spacer {usual} of site '{name}' is none of its lengths", "sites", name, "spacer")
    start = a["start"] - usual - b["length"] if strand == "-" else a["stop"] + usual
    boxes = (Box(first, a["start"], a["stop"]), Box(second, start, start + b["length"]))
    return boxes, (usual, *(length for length in lengths if length != usual))
