"""What each candidate of what a model might lack says, in words."""

from collections.abc import Sequence

from cisphys.coordinates import coordinate, spans
from cisphys.inference.lacking_candidates import Candidate


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
