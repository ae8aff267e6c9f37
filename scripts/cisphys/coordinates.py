"""The user's numbering of the bases of a variant."""

from collections.abc import Sequence
from itertools import groupby


def coordinate(index: int, numbering: int | None) -> int:
    """Return the user's coordinate of a 0-based index on the variant; there is no 0 where the first base is below it."""
    if numbering is None:
        return index
    place = numbering + index
    return place + 1 if numbering < 0 <= place else place


def coordinate_label(place: int, numbering: int | None) -> str:
    """Return a coordinate as written on an axis: a true minus sign, and a plus sign where negative ones are about."""
    text = f"{place:,}".replace("-", "−")
    return f"+{text}" if numbering is not None and numbering < 0 < place else text


def spans(positions: Sequence[int], numbering: int | None) -> str:
    """Return positions in the user's numbering, three neighbours or more drawn together: ``-36``, ``-48, -45 to -42 and -33``."""
    runs = [[place for _, place in run] for _, run in groupby(enumerate(sorted(positions)), lambda pair: pair[1] - pair[0])]
    labels = [[coordinate_label(coordinate(place, numbering), numbering) for place in run] for run in runs]
    parts = [part for run in labels for part in ([f"{run[0]} to {run[-1]}"] if len(run) > 2 else run)]
    return " and ".join(part for part in (", ".join(parts[:-1]), *parts[-1:]) if part)
