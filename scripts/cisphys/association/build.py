"""A library from association reads: the barcodes that stand for one variant, and the reason for each that does not."""

import logging
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from cisphys.association.assign import DesignedVariants
from cisphys.association.calls import LOW_FRACTION, REASONS, Call, Thresholds, call_designed, call_observed
from cisphys.association.collisions import expected_collisions
from cisphys.association.pairs import AMBIGUOUS, UNKNOWN, Pairs, Triple
from cisphys.association.sweep import FRACTIONS, SUPPORTS, sweep
from cisphys.errors import InputError
from cisphys.tables import write_table

logger = logging.getLogger(__name__)
MANY_UNKNOWN = 0.1  # share of the reads that show no designed variant
LIBRARY = ["barcode", "sequence", "variant", "support", "fraction"]
REJECTED = ["barcode", "reason", "sequence", "support", "reads", "fraction", "second", "second_reads", "left_out"]


@dataclass(frozen=True)
class LibraryOutputs:
    """The tables that `build_library` writes."""

    library: str | Path
    rejected: str | Path
    sweep: str | Path
    summary: str | Path


def build_library(
    name: str,
    runs: Iterable[Iterable[Triple]],
    thresholds: Thresholds,
    out: LibraryOutputs,
    designed: Mapping[str, str] | None = None,
) -> None:
    """Build a library.

    Parameters
    ----------
    name : what the config calls it, for messages
    runs : for each association run (replicate), its reads as (barcode, variant, qualities of the variant as in FASTQ)
    thresholds : what a barcode needs; for designed variants, `distance` is that between a read and its variant
    out : gets the library `barcode sequence [variant] support fraction`, the rejected barcodes with the reason, the sweep of the
        thresholds, and `quantity value` with the numbers of all of these
    designed : sequence -> name of the designed variants; None: variants are what the reads of a barcode show together

    Raises
    ------
    InputError : there are no reads, or no barcode is called
    """
    pairs = collect(runs, thresholds, designed)
    calls = call_all(pairs, thresholds, designed is not None)
    if not calls:
        raise InputError(
            f"library '{name}' has no association reads", remedy="Check the layout against the first reads of its runs"
        )
    called = [call for call in calls if not call.reason(thresholds)]
    numbers = summary(pairs, calls, thresholds, designed)
    logger.info("library %s: %s", name, ", ".join(f"{what.replace('_', ' ')} {value:g}" for what, value in numbers.items()))
    _warn_of_unknown(name, numbers, thresholds)
    if not called:
        raise _nothing_called(name, calls, thresholds)
    write_table(library_table(called, designed), out.library)
    write_table(rejected_table(calls, thresholds), out.rejected)
    write_table(swept(calls, thresholds), out.sweep)
    write_table(pd.DataFrame(numbers.items(), columns=["quantity", "value"]), out.summary)


def collect(runs: Iterable[Iterable[Triple]], thresholds: Thresholds, designed: Mapping[str, str] | None) -> Pairs:
    """Read all runs."""
    pairs = Pairs(qualities=designed is None)
    variants = DesignedVariants(designed, thresholds.distance) if designed else None
    for triples in runs:
        pairs.add_run(variants.assigned(triples) if variants else triples)
    return pairs


def call_all(pairs: Pairs, thresholds: Thresholds, are_designed: bool) -> list[Call]:
    """Call each barcode, sorted."""
    call = call_designed if are_designed else call_observed
    return [call(barcode, seen, thresholds) for barcode, seen in pairs.by_barcode()]


def library_table(called: Iterable[Call], designed: Mapping[str, str] | None) -> pd.DataFrame:
    """Make the table of called barcodes; `variant` is the designed name, and left out where variants are observed."""
    rows = [(call.barcode, call.variant, (designed or {}).get(call.variant), call.support, call.fraction) for call in called]
    table = pd.DataFrame(rows, columns=LIBRARY)
    return table if designed is not None else table.drop(columns="variant")


def rejected_table(calls: Iterable[Call], thresholds: Thresholds) -> pd.DataFrame:
    """Make the table of rejected barcodes, each with its reason and what speaks for and against its best variant."""
    rows = [
        (
            call.barcode,
            reason,
            call.variant,
            call.support,
            call.reads,
            call.fraction,
            call.second,
            call.second_reads,
            call.left_out,
        )
        for call in calls
        if (reason := call.reason(thresholds))
    ]
    return pd.DataFrame(rows, columns=REJECTED)


def swept(calls: Sequence[Call], thresholds: Thresholds) -> pd.DataFrame:
    """Sweep the thresholds over the usual values and those that were taken."""
    supports = sorted({*SUPPORTS, thresholds.min_support})
    return sweep(calls, supports, sorted({*FRACTIONS, thresholds.fraction}))


def summary(pairs: Pairs, calls: Sequence[Call], thresholds: Thresholds, designed: Mapping[str, str] | None) -> dict[str, float]:
    """Return the numbers of a library: reads and barcodes by outcome, variants, and collisions expected and seen."""
    reasons = Counter(call.reason(thresholds) for call in calls)
    per_variant = Counter(call.variant for call in calls if not call.reason(thresholds))
    trusted = [call.barcode for call in calls if call.reads >= max(2, thresholds.min_support)]
    return {
        "reads": sum(pairs.reads),
        **({} if designed is None else {f"reads_{what}": pairs.reads_of(what) for what in (UNKNOWN, AMBIGUOUS)}),
        "barcodes": len(calls),
        "called": reasons[""],
        **{f"rejected_{reason}": reasons[reason] for reason in REASONS},
        "variants": len(per_variant),
        **({} if designed is None else {"designed_variants": len(designed)}),
        "barcodes_per_variant": float(np.median(list(per_variant.values()))) if per_variant else 0.0,
        "expected_collisions": expected_collisions(trusted),
        "two_variants_seen": sum(_shows_two(call, thresholds) for call in calls),
    }


def _warn_of_unknown(name: str, numbers: Mapping[str, float], thresholds: Thresholds) -> None:
    """Say where many reads show no designed variant, which counts against every barcode."""
    share = numbers.get(f"reads_{UNKNOWN}", 0) / numbers["reads"]
    if share > MANY_UNKNOWN:
        far = f"{100 * share:.0f} % of the reads are further than {thresholds.distance} edits from every designed variant"
        logger.warning("library %s: %s. If these are sequencing errors, a larger `distance` takes them in", name, far)


def _shows_two(call: Call, thresholds: Thresholds) -> bool:
    """Say whether a barcode's second variant is supported well enough to be one itself, which chance collisions are."""
    return call.reason(thresholds) == LOW_FRACTION and call.second_reads >= max(2, thresholds.min_support)


def _nothing_called(name: str, calls: Iterable[Call], thresholds: Thresholds) -> InputError:
    reasons = Counter(call.reason(thresholds) for call in calls)
    text = ", ".join(f"{reason} took {number:,}" for reason, number in reasons.most_common())
    remedy = "Check the designed variants and the layout, or lower min_support and fraction"
    return InputError(f"no barcode of library '{name}' is called: {text}", remedy=remedy)
