"""What is measured, which way is good, how it reads, and what to do where it falls short; and the verdict on each number."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pandas as pd

COLUMNS = ["metric", "kind", "of", "value", "warn", "fail", "verdict", "remedy"]


@dataclass(frozen=True)
class Limits:
    """Where a metric turns from ok to warn and from warn to fail; None where it never does."""

    warn: float | None
    fail: float | None


@dataclass(frozen=True)
class Metric:
    """One kind of measurement.

    Attributes
    ----------
    title : what it is, for people
    remedy : what to do where it is not ok
    form : how its value reads: ``count``, ``share`` or ``number``
    low_is_good : whether small values are the good ones
    """

    title: str
    remedy: str
    form: str
    low_is_good: bool = False


@dataclass(frozen=True)
class Measurement:
    """One value: of the metric, of the `kind` (run, sample, dataset or replicates) called `of`.

    `value` is None where there are too few data to measure it; `judged` is False where it is only to be known.
    `words` say more than the metric's remedy does.
    """

    metric: str
    kind: str
    of: str
    value: float | None
    judged: bool = True
    words: str = ""


METRICS = {
    "reads": Metric("Reads", "Sequence this sample deeper, or leave it out", "count"),
    "counted": Metric("Share of reads counted", "Look at the fates to see which part of the layout fails", "share"),
    "cross_talk": Metric(
        "Cross-talk: readings that join index parts of different molecules",
        "Samples leak into each other: use unique dual indices, clean free adapters away, look at the heat map for swapped wells",
        "share",
        True,
    ),
    "distinct": Metric(
        "Distinct sequences", "Look for a bottleneck: few cells sorted, few colonies, few templates in the PCR", "count"
    ),
    "saturation": Metric("Saturation: chance that a next read shows nothing new", "Sequence deeper", "share"),
    "gini": Metric(
        "Unevenness (Gini)", "A few sequences hold most reads: look for jackpots of the PCR or a bottleneck", "number", True
    ),
    "coverage": Metric(
        "Share of the library's variants seen", "Sequence deeper, or check that this is the right library", "share"
    ),
    "barcodes_per_variant": Metric(
        "Barcodes per variant, median", "Noise of single barcodes is not averaged out: add barcodes", "number"
    ),
    "smallest_bin": Metric(
        "Smallest bin, or RNA or DNA: its reads, by the mean", "Sequence it deeper; of a bin, sort more cells into it", "number"
    ),
    "mutation_rate": Metric(
        "Mutation rate, mean over positions", "Few mutations tell little of a model: mutate more strongly", "share"
    ),
    "constant_positions": Metric(
        "Positions where under 0.1 % of reads differ", "The energies of these positions cannot be told", "share", True
    ),
    "replicate_correlation": Metric(
        "Correlation of replicates", "Look at the figure: noise, a swap of samples, or too few reads?", "number"
    ),
}


def judge(measurements: Iterable[Measurement], limits: Mapping[str, Limits]) -> pd.DataFrame:
    """Hold measurements against the limits of their metrics.

    Returns
    -------
    Table with the columns metric, kind, of, value (empty: not measured), warn, fail (empty: no such limit), verdict (``ok``,
    ``warn``, ``fail``, or ``note`` where it was not judged) and remedy (empty where all is well)
    """
    return pd.DataFrame([_judged(one, limits[one.metric]) for one in measurements], columns=COLUMNS)


def _judged(one: Measurement, limits: Limits) -> tuple:
    metric = METRICS[one.metric]
    measured = one.value is not None and one.value == one.value
    verdict = verdict_on(one.value, limits, metric.low_is_good) if measured and one.judged else "note"
    shown = (limits.warn, limits.fail) if one.judged else (None, None)
    remedy = metric.remedy if verdict in ("warn", "fail") else "" if measured else "Too few data to tell"
    said = (" " if remedy.endswith("?") else ". ").join(part for part in (remedy, one.words) if part)
    return (one.metric, one.kind, one.of, one.value if measured else None, *shown, verdict, said)


def in_order(metric: str, limits: Limits) -> bool:
    """Tell whether a value that gets worse crosses `warn` before `fail`, or both at once."""
    if limits.warn is None or limits.fail is None:
        return True
    return limits.warn <= limits.fail if METRICS[metric].low_is_good else limits.warn >= limits.fail


def verdict_on(value: float, limits: Limits, low_is_good: bool = False) -> str:
    """Return ``ok``, ``warn`` or ``fail``; a value that equals a limit is on its good side."""
    sign = -1 if low_is_good else 1
    for verdict, limit in (("fail", limits.fail), ("warn", limits.warn)):
        if limit is not None and sign * value < sign * limit:
            return verdict
    return "ok"


def in_words(metric: str, value: float | None) -> str:
    """Return a value as people read it: ``12,345``, ``81.2 %`` or ``0.912``; a dash where there is none."""
    if value is None or value != value:
        return "–"
    form = METRICS[metric].form
    text = f"{value:,.0f}" if form == "count" else f"{100 * value:.1f} %" if form == "share" else f"{value:.3g}"
    return text.replace("-", "−")


def limits_in_words(metric: str, limits: Limits) -> str:
    """Return limits as people read them: ``≥ 70 %, fails below 40 %``; nothing where there are none."""
    low, beyond = ("≤", "above") if METRICS[metric].low_is_good else ("≥", "below")
    scale, unit = (100, " %") if METRICS[metric].form == "share" else (1, "")
    parts = [f"{low} {scale * limits.warn:,g}{unit}"] if limits.warn is not None else []
    parts += [f"fails {beyond} {scale * limits.fail:,g}{unit}"] if limits.fail is not None else []
    return ", ".join(parts)
