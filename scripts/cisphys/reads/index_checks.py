"""Checks before a run that the indices of its samples fit the layout and can be told apart."""

from collections.abc import Sequence
from itertools import combinations, zip_longest
from pathlib import Path

from cisphys.errors import InputError
from cisphys.reads.elements import Constant, Layout, Sample
from cisphys.reads.search import distance, in_words

NEVER = 1 << 30  # the distance of two indices that cannot be taken for each other


def parts_of(index: str) -> tuple[str, ...]:
    """Give the parts of an index, one for each sample element of the layout."""
    return tuple(index.split("+"))


def check_indices(samples: Sequence[tuple[str, str]], layout: Layout, path: str | Path | None = None, margin: int = 1) -> None:
    """Check before a run that every read can be given to one sample.

    Parameters
    ----------
    samples : pairs of a sample's name and its index ("" where the whole run is this sample)
    layout : the layout of the run
    path : the sample sheet, for messages
    margin : at how many more positions the second nearest index must differ

    Raises
    ------
    InputError : a run without a sample element has several samples or an index; an index is missing, of another length,
        or holds other letters; two indices are equal, or closer than the mismatches or the margin permit (all are named)
    """
    if not samples:
        raise InputError(f"layout '{layout.name}' is used by a run without samples", path=path, remedy="Name its samples")
    if layout.sample is None:
        _check_whole_run(samples, layout, path)
        return
    for name, index in samples:
        _check_index(name, index, layout, path)
    _check_equal(samples, path)
    for place, by_constant in enumerate(ends_by_constant(layout)):
        _check_distances(samples, layout.samples[place], place, by_constant, path, margin)


def _check_whole_run(samples: Sequence[tuple[str, str]], layout: Layout, path: str | Path | None) -> None:
    remedy = "Add sample[n] to the layout, or give each sample a run of its own and leave its index empty"
    if len(samples) > 1:
        names = ", ".join(name for name, _ in samples)
        raise InputError(f"layout '{layout.name}' has no sample element to tell {names} apart", path=path, remedy=remedy)
    name, index = samples[0]
    if index:
        problem = f"sample '{name}' has the index {index}, but layout '{layout.name}' has no sample element"
        raise InputError(problem, path=path, remedy=remedy)


def _check_index(name: str, index: str, layout: Layout, path: str | Path | None) -> None:
    elements = layout.samples
    wanted = f"Layout '{layout.name}' has {' + '.join(f'sample[{element.range}]' for element in elements)}"
    if not index:
        raise InputError(f"sample '{name}' has no index", path=path, remedy=f"Write its {layout.sample_length} bases. {wanted}")
    if wrong := sorted(set(index) - set("ACGT+")):
        raise InputError(f"index {index} of sample '{name}' holds '{wrong[0]}'", path=path, remedy="Use A, C, G and T only")
    parts = parts_of(index)
    if len(parts) != len(elements):
        counted = "1 part" if len(parts) == 1 else f"{len(parts)} parts"
        problem = f"index {index} of sample '{name}' has {counted}"
        raise InputError(problem, path=path, remedy=f"{wanted}: join as many parts by +, in this order")
    for part, element in zip(parts, elements, strict=True):
        if not element.least <= len(part) <= element.length:
            whole = f"index {index}" if len(parts) == 1 else f"part {part or 'nothing'} of index {index}"
            raise InputError(f"{whole} of sample '{name}' has {len(part)} bases", path=path, remedy=wanted)


def _check_equal(samples: Sequence[tuple[str, str]], path: str | Path | None) -> None:
    first: dict[str, str] = {}
    for name, index in samples:
        if index in first:
            problem = f"{first[index]} ({index}) and {name} ({index}) differ at 0 positions"
            raise InputError(problem, path=path, remedy="Give each sample an index of its own")
        first[index] = name


def ends_by_constant(layout: Layout) -> list[bool]:
    """Say of each sample element of several lengths whether a constant tells its end."""
    return [
        not element.fixed and isinstance(following, Constant)
        for line in layout.lines
        for element, following in zip_longest(line.elements, line.elements[1:])
        if isinstance(element, Sample)
    ]


def _apart(one: str, two: str, by_constant: bool) -> int:
    """Count the positions at which two indices differ, as far as both reach; where a constant tells the end, length tells too."""
    if len(one) != len(two) and by_constant:
        return NEVER
    length = min(len(one), len(two))
    return distance(one[:length], two[:length])


def _check_distances(
    samples: Sequence[tuple[str, str]], element: Sample, place: int, by_constant: bool, path: str | Path | None, margin: int
) -> None:
    """Two indices must differ at 2k + 1 positions for k mismatches to have one answer, and at `margin` for any answer at all."""
    needed = max(2 * element.mismatches + 1, margin)
    first = {}
    for name, index in samples:
        first.setdefault(parts_of(index)[place], name)
    near = [
        (apart, f"{first[one]} ({one}) and {first[two]} ({two}) differ at {apart}")
        for one, two in combinations(first, 2)
        if (apart := _apart(one, two, by_constant)) < needed
    ]
    if not near:
        return
    least = min(apart for apart, _ in near)
    pairs = "; ".join(pair for _, pair in near)
    problem = f"for {in_words(element.mismatches)}, sample indices must differ at {needed} positions or more, but {pairs}"
    if margin > least:
        problem = f"for a margin of {margin}, sample indices must differ at {needed} positions or more, but {pairs}"
    permitted = f"Allow {in_words((least - 1) // 2)} in the layout, which these indices permit, or use others"
    raise InputError(problem, path=path, remedy=permitted if least else "Give each sample an index of its own")
