"""A check before a long run: do its first reads fit the layout? If not, what would they fit?

What is tried instead: each read turned round, its elements some bases further on or back, its sample indices on the other strand,
and mates or index reads exchanged. A unit fits where every element is found and its sample is known; contents are not looked at.
"""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from cisphys.errors import InputError
from cisphys.reads.demultiplex import Demultiplexing
from cisphys.reads.elements import NAMES, Constant, Layout, Line, Sample, Skip
from cisphys.reads.fates import HAS_N, LOW_QUALITY
from cisphys.reads.mates import Unit, units_of
from cisphys.reads.merging import DEFAULT, Merging
from cisphys.reads.unit_match import compile_unit_matcher
from cisphys.reads.units import Files, naming_files

logger = logging.getLogger(__name__)
TRIED = 5000  # units that other layouts are tried on
SHIFTS = 10  # bases
DOUBTED = 0.7  # a share below which other layouts are tried, and those that fit better are named in the log
NAMED = 3  # of the layouts that would fit better
FITTING = ("", HAS_N, LOW_QUALITY)
EXCHANGED = (("read1", "read2"), ("index1", "index2"))
COLUMNS = ["run", "reads", "share_that_fits", "would_fit"]


@dataclass(frozen=True)
class LayoutCheck:
    """What the first units of a run say: how many were looked at, the share that fits, and what clearly more of them would fit.

    `better` holds the share that would fit and the words that say what to write, best first; it is empty where enough fit.
    """

    reads: int
    share: float
    better: tuple[tuple[float, str], ...] = ()

    @property
    def would_fit(self) -> str:
        """What would fit, in words; empty where nothing does clearly better."""
        return "; ".join(f"{_percent(share)} {words}" for share, words in self.better)


def share_that_fits(
    units: Sequence[Unit], layout: Layout, samples: Sequence[tuple[str, str]], reads: Sequence[str], how: Demultiplexing
) -> float:
    """Give the share of units that a layout fits."""
    match = compile_unit_matcher(layout, samples, reads, how)
    return sum(match(unit)[1] in FITTING for unit in units) / len(units)


def check_layout(
    run: str,
    files: Files,
    layout: Layout,
    samples: Sequence[tuple[str, str]],
    how: Demultiplexing,
    number: int = 50_000,
    least: float = 0.1,
    merging: Merging = DEFAULT,
) -> LayoutCheck:
    """Check that the first reads of a run fit its layout.

    Parameters
    ----------
    run : its name, for messages
    files, layout, samples, how, merging : as for `count_run`
    number : how many units are looked at
    least : the share of them that has to fit

    Raises
    ------
    InputError : fewer fit; it says what would, and how to write it
    """
    reads, all_units = units_of(layout, files, merging)
    with naming_files(files):
        units = list(islice(all_units, number))
        share = share_that_fits(units, layout, samples, reads, how)
        better = _better(units, layout, samples, reads, how) if share < max(least, DOUBTED) else []
    check = LayoutCheck(len(units), share, tuple(better))
    if share < least:
        raise _misfit(run, layout, check, least)
    if better:
        logger.warning("run %s: %s of the first reads fit the layout, but %s", run, _percent(share), check.would_fit)
    return check


def _misfit(run: str, layout: Layout, check: LayoutCheck, least: float) -> InputError:
    some = f"{_percent(check.share)} of the first {check.reads:,} reads of run '{run}'"
    fit = f"{some} fit layout '{layout.name}', below {_percent(least)}"
    if check.better:
        return InputError(f"{fit}; {check.would_fit}", remedy="Correct the layout, or set check > least in the config")
    tried = "nor would they with a read turned round, shifted or exchanged, or with indices of the other strand"
    remedy = "Compare some reads with the layout by eye; check > least in the config sets the limit"
    return InputError(f"{fit}; {tried}", remedy=remedy)


def _percent(share: float) -> str:
    return f"{100 * share:.3g} %"


def _better(units, layout, samples, reads, how) -> list[tuple[float, str]]:
    """Give the layouts that fit clearly better, best first: the share that fits, and what is changed."""
    units = units[:TRIED]
    now = share_that_fits(units, layout, samples, reads, how)
    tried = [(share_that_fits(units, changed, samples, reads, how), words) for changed, words in changes_of(layout, reads)]
    better = [(share, words) for share, words in tried if share > 2 * now and share > now + 0.05]
    return sorted(better, key=lambda each: -each[0])[:NAMED]


def changes_of(layout: Layout, reads: Sequence[str]) -> Iterator[tuple[Layout, str]]:
    """Yield layouts that one mistake may have turned into this one, each with words that say what to write."""
    for place, line in enumerate(layout.lines):
        for changed, words in _changes_of_line(line):
            lines = (*layout.lines[:place], changed, *layout.lines[place + 1 :])
            yield replace(layout, lines=lines), words
    for one, other in EXCHANGED:
        if one in reads and other in reads:
            swapped = {one: other, other: one}
            lines = tuple(replace(line, read=swapped.get(line.read, line.read)) for line in layout.lines)
            yield replace(layout, lines=lines), f"fit if {one} and {other} are exchanged"


def _changes_of_line(line: Line) -> Iterator[tuple[Line, str]]:
    turned = [line] if line.read in NAMES else [line, replace(line, reverse=not line.reverse)]
    for whole in turned:
        key, is_turned = f"rc({whole.read})" if whole.reverse else whole.read, whole is not line
        words = f"fit if {line.read} is reverse-complemented (write its line under {key}:)" if is_turned else ""
        if is_turned:
            yield whole, words
        for shifted, shift in _shifted(whole):
            yield shifted, f"{words} and {shift}" if words else f"fit if in the line of {key} {shift}"
    if any(isinstance(element, Sample) for element in line.elements):
        elements = (replace(each, reverse=not each.reverse) if isinstance(each, Sample) else each for each in line.elements)
        yield (
            replace(line, elements=tuple(elements)),
            f"fit if the sample index of {line.read} is reverse-complemented (write rc(sample[n]))",
        )


def _shifted(line: Line) -> Iterator[tuple[Line, str]]:
    """Yield the line with bases passed over before it, or with its first constant begun later."""
    first, *rest = line.elements
    for shift in range(1, SHIFTS + 1):
        yield replace(line, elements=(Skip(shift), *line.elements)), f"[{shift}] is put before its elements"
        if isinstance(first, Constant) and shift < first.length:
            later = Constant(first.letters[shift:], min(first.mismatches, (first.length - shift) // 3))
            bases = "base" if shift == 1 else f"{shift} bases"
            yield replace(line, elements=(later, *rest)), f"the first {bases} of the constant {first.letters} are left out"
