"""The user's numbering of the bases of a variant."""


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
