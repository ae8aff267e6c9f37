"""What a model lacks, in words: of each candidate for the table, and of those that held-out variants confirm for the report."""

from collections.abc import Sequence
from itertools import groupby

from cisphys.coordinates import coordinate, coordinate_label
from cisphys.inference.lacking_candidates import Candidate

MOST_NAMED = 12  # positions or pairs that a sentence names
TESTS = "score tests from the fit's optimum, judged on held-out variants"


def numbered(positions: Sequence[int], numbering: int | None) -> str:
    """Return positions in the user's numbering, separated by spaces."""
    return " ".join(str(coordinate(position, numbering)) for position in positions)


def what(candidate: Candidate, numbering: int | None) -> str:
    """Return what a candidate says, in words."""
    target = f"the energy of {candidate.site}" if candidate.site else "the latent"
    places = spans(candidate.positions, numbering)
    if candidate.kind == "position":
        return f"position {places} acts on {target}"
    if candidate.kind == "pair":
        left, right = (spans([position], numbering) for position in candidate.positions)
        return f"positions {left} and {right} act together on {target}"
    if candidate.kind == "shared_parameter":
        name, where = candidate.note.split("|")
        return f"{name or f'position {places} of {candidate.site}'} is another {where}"
    return f"{candidate.site} {_of_site(candidate, places)}"


def _of_site(candidate: Candidate, places: str) -> str:
    if candidate.kind == "site_wider":
        return f"also reads {places}"
    if candidate.kind == "site_narrower":
        return f"does not read {places}"
    if candidate.kind == "site_shifted":
        return f"covers {places} instead (shifted by {candidate.note})"
    return f"may lie at {places} as well, on the {candidate.note} strand"


def spans(positions: Sequence[int], numbering: int | None) -> str:
    """Return positions in the user's numbering, neighbours drawn together: ``-36``, ``-45 to -42``, ``-45, -43``."""
    runs = [list(run) for _, run in groupby(enumerate(sorted(positions)), lambda pair: pair[1] - pair[0])]
    return ", ".join(_run(run[0][1], run[-1][1], numbering) for run in runs)


def _run(first: int, last: int, numbering: int | None) -> str:
    ends = [coordinate_label(coordinate(end, numbering), numbering) for end in (first, last)]
    return ends[0] if first == last else (f"{ends[0]} and {ends[1]}" if last == first + 1 else f"{ends[0]} to {ends[1]}")
