"""Whether a barcode stands for one variant: how many of its reads say so, and the reason where it is left out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cisphys.association.consensus import agrees, consensus
from cisphys.association.pairs import AMBIGUOUS, UNKNOWN, Seen

FEW_RUNS, NO_VARIANT, TIE, LOW_SUPPORT, LOW_FRACTION = "few_runs", "no_variant", "tie", "low_support", "low_fraction"
REASONS = {
    FEW_RUNS: "No pair of it with a variant was seen in `min_runs` association runs.",
    NO_VARIANT: "None of its reads shows a designed variant.",
    TIE: "Two variants, or two bases of the consensus, have equally many reads or equal quality.",
    LOW_SUPPORT: "Fewer than `min_support` reads show its variant.",
    LOW_FRACTION: "Less than `fraction` of its reads show its variant: it stands for several, or reads are chimeras.",
}


@dataclass(frozen=True)
class Thresholds:
    """What a barcode needs to be called.

    Attributes
    ----------
    min_support : reads that show its variant
    fraction : share of these among all its reads
    min_runs : association runs (replicates) that must show a pair of barcode and variant for its reads to count at all; with 2,
        chimeras that one PCR made do not count
    min_quality : observed variants: the Phred score below which a differing base counts as misread
    distance : observed variants: how many other bases of a read may differ from the consensus
    """

    min_support: int = 3
    fraction: float = 0.75
    min_runs: int = 1
    min_quality: int = 20
    distance: int = 0


@dataclass(frozen=True, slots=True)
class Call:
    """What was found for one barcode.

    Attributes
    ----------
    variant : its best variant, "" where there is none
    support : reads that show it
    reads : all reads of the barcode that count
    second : the variant read next most often, "" where there is none
    second_reads : reads of that
    left_out : reads of pairs that too few runs show
    problem : the reason to reject it that no threshold on support or fraction changes, or ""
    """

    barcode: str
    variant: str
    support: int
    reads: int
    second: str = ""
    second_reads: int = 0
    left_out: int = 0
    problem: str = ""

    @property
    def fraction(self) -> float:
        """The share of the barcode's reads that show its variant."""
        return self.support / self.reads if self.reads else 0.0

    def reason(self, thresholds: Thresholds) -> str:
        """Return why the barcode is rejected, the first that applies in the order of `REASONS`, or "" where it is called."""
        if self.problem:
            return self.problem
        if self.support < thresholds.min_support:
            return LOW_SUPPORT
        return LOW_FRACTION if self.fraction < thresholds.fraction else ""


Caller = Callable[[str, Sequence[Seen], Thresholds], Call]


def call_designed(barcode: str, seen: Sequence[Seen], thresholds: Thresholds) -> Call:
    """Call a barcode whose reads were given to designed variants; reads of none of them count against every variant."""
    kept, left_out = _in_enough_runs(seen, thresholds)
    ranked = sorted((variant for variant in kept if not _is_none(variant)), key=lambda one: (-one.reads, one.variant))
    reads = sum(variant.reads for variant in kept)
    if not ranked:
        return Call(barcode, "", 0, reads, left_out=left_out, problem=NO_VARIANT if kept else FEW_RUNS)
    first = ranked[0]
    second = max((one for one in kept if one is not first), key=lambda one: (one.reads, one.variant), default=Seen("", 0, 0))
    tie = len(ranked) > 1 and ranked[1].reads == first.reads
    return Call(barcode, first.variant, first.reads, reads, second.variant, second.reads, left_out, TIE if tie else "")


def call_observed(barcode: str, seen: Sequence[Seen], thresholds: Thresholds) -> Call:
    """Call a barcode whose variant is the consensus of its reads."""
    kept, left_out = _in_enough_runs(seen, thresholds)
    reads = sum(variant.reads for variant in kept)
    if not kept:
        return Call(barcode, "", 0, 0, left_out=left_out, problem=FEW_RUNS)
    variant = consensus(kept)
    if variant is None:
        return Call(barcode, "", 0, reads, left_out=left_out, problem=TIE)
    others = [one for one in kept if not agrees(one, variant, thresholds.min_quality, thresholds.distance)]
    second = max(others, key=lambda one: (one.reads, one.variant), default=Seen("", 0, 0))
    support = reads - sum(one.reads for one in others)
    return Call(barcode, variant, support, reads, second.variant, second.reads, left_out)


def _is_none(seen: Seen) -> bool:
    return seen.variant in (UNKNOWN, AMBIGUOUS)


def _in_enough_runs(seen: Sequence[Seen], thresholds: Thresholds) -> tuple[list[Seen], int]:
    """Split off the pairs that too few runs show; give the others, and the reads of those split off."""
    kept = [variant for variant in seen if variant.runs >= thresholds.min_runs]
    return kept, sum(variant.reads for variant in seen) - sum(variant.reads for variant in kept)
