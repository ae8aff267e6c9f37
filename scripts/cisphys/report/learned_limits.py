"""What the data leave open, beyond single parameters: a better optimum set aside, mirrors, null and sloppy directions, priors."""

from collections.abc import Iterator, Mapping
from typing import Any

from cisphys.models.spec import BLACK_BOX, LINEAR
from cisphys.report.folder import FitResults
from cisphys.report.learned_parameters import scale_of
from cisphys.report.set_aside import set_aside
from cisphys.tables import read_object

FILE = "identifiability.json"
SLOPPY = 0.5  # kT, of a direction's standard error that is worth a sentence
MOST = 3  # directions of one kind that are spelled out


def limits(fit: FitResults) -> Iterator[str]:
    """Yield the sentences; none of a black box, nor where the report was not given the file."""
    if fit.spec.family == BLACK_BOX or not fit.has(FILE):
        return
    told = read_object(fit.results / fit.folder / FILE)
    yield from (f"{_capital(better.words)}." for better in [set_aside(fit)] if better)
    yield from _mirrors(fit, told["mirrors"])
    yield from _unseen(told["unseen"])
    yield from _null(told["null"], scale_of(fit) == "no")
    yield from _sloppy(told["named"])
    yield from _pinned(told)


def _mirrors(fit: FitResults, mirrors: list[Mapping[str, Any]]) -> Iterator[str]:
    exact = [mirror for mirror in mirrors if mirror["exact"]]
    if fit.spec.family in LINEAR:
        yield from ["The sign of the energies is a convention: with the other sign the predictions are the same."] * bool(exact)
        return
    if exact:
        swapped = "; ".join(" and ".join(mirror["swapped"]) for mirror in exact)
        several = "other solutions predict" if len(exact) > 1 else "other solution predicts"
        yield (
            f"{len(exact)} {several} exactly the same, with bound and unbound exchanged for {swapped}: which one is shown is a "
            "convention, and so is the sign of what changes between them."
        )
    for mirror in mirrors:
        if not mirror["exact"] and (mirror["matrices_reversed"] or mirror["nats"] > SLOPPY):
            yield f"{_capital(mirror['words'])}."


def _unseen(unseen: list[Mapping[str, Any]]) -> Iterator[str]:
    for each in unseen:
        if each["all"]:
            yield f"Nothing is learned of the matrix of {each['matrix']}: it is the same in all training variants."
        else:
            which = f"{each['elements']} of {each['of']} energies of {each['matrix']}"
            yield f"Unknown are {which}: no training variant has these bases."


def _null(null: list[Mapping[str, Any]], scale_is_said: bool) -> Iterator[str]:
    """Spell out what no likelihood sees, but for what has its reason in the table of parameters already."""
    said = [("absorbed", "fitted"), *[("scale", "fitted")] * scale_is_said]
    kept = [each for each in null if (each["kind"], each["curve"]) not in said]
    for kind in dict.fromkeys((each["kind"], each["curve"]) for each in kept):
        own = [each for each in kept if (each["kind"], each["curve"]) == kind]
        for each in own[:MOST]:
            yield f"The data cannot tell {each['words']}."
        if len(own) > MOST:
            yield f"The same holds of {len(own) - MOST} more combinations."


def _sloppy(named: Mapping[str, Any]) -> Iterator[str]:
    """Spell out the direction that is told worst, where it is told badly and is no single parameter."""
    for worst in named["directions"][:1]:
        if worst["error_kT"] > SLOPPY and len(worst["of"]) > 1:
            size = f"{worst['error_kT']:.2g}" if worst["error_kT"] < 100 else "more than 100"
            yield (
                f"Told worst of all combinations: {worst['words'].replace(' - ', ' − ')}, with a standard error of {size} "
                "kT if all reads were independent; "
                "along it, these change together at little cost."
            )


def _pinned(told: Mapping[str, Any]) -> Iterator[str]:
    """Name what a prior holds, apart from what no likelihood sees at all."""
    null = {name for each in told["null"] for name in each["of"] if each["curve"] == "fitted"}
    held = [each["name"] for each in told["pinned"] if "elements" not in each and each["name"] not in null]
    if held:
        yield f"Held in place by a prior more than by the data: {', '.join(held)}."
    for each in told["pinned"]:
        if "elements" in each:
            yield f"{_capital(each['words'])}."


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
