"""What happened to the reads, in sentences: how many were counted, where the others went, and which samples need a look."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from cisphys.quality.metrics import METRICS, Limits, in_words, limits_in_words
from cisphys.reads.fates import COUNTED, FATES

LISTED = 8  # runs and samples that are listed one by one


@dataclass(frozen=True)
class Happened:
    """Sentences, and two lists: what became of the reads that were not counted, and the runs and samples that do not pass."""

    counted: str
    lost: Sequence[tuple[str, str]]
    judged: str
    troubled: Sequence[tuple[str, str, str]]
    more: str


def what_happened(fates: pd.DataFrame, quality: pd.DataFrame, libraries: Sequence[str] = ()) -> Happened:
    """Say what happened.

    Parameters
    ----------
    fates : table `run sample fate reads`
    quality : table `metric kind of value warn fail verdict remedy`
    libraries : names that stand for a sample in the fates of association runs, and are none
    """
    reads = fates.groupby("fate", sort=False)["reads"].sum()
    total, counted = int(reads.sum()), int(reads.get(COUNTED, 0))
    runs = number(fates["run"].nunique(), "run")
    said = f"Of {total:,} reads in {runs}, {counted:,} ({percent(counted, total)}) were counted."
    judged = quality[quality["kind"].isin(["run", "sample"]) & ~quality["of"].isin(libraries)]
    troubled = troubles(judged)
    more = f"{len(troubled) - LISTED} more are in the table of checks." if len(troubled) > LISTED else ""
    return Happened(said, _lost(reads, total), _how_many_pass(judged), troubled[:LISTED], more)


def _lost(reads: pd.Series, total: int) -> list[tuple[str, str]]:
    """Return each fate but `counted` that reads have, most first: its name, and how many with what it means."""
    lost = reads[(reads.index != COUNTED) & (reads > 0)].sort_values(ascending=False, kind="stable")
    said = {fate: f"{int(many):,} reads ({percent(many, total)}). {FATES.get(fate, '')}" for fate, many in lost.items()}
    return [(fate.replace("_", " "), text.strip()) for fate, text in said.items()]


def _how_many_pass(judged: pd.DataFrame) -> str:
    """Say how many runs and samples pass the checks."""
    told = []
    for kind in ("run", "sample"):
        own = judged[judged["kind"] == kind]
        if len(own):
            told.append(_passing(own, kind))
    return " ".join(told)


def _passing(judged: pd.DataFrame, kind: str) -> str:
    levels = judged.groupby("of", sort=False)["verdict"].agg(lambda own: _worst(set(own)))
    fail, warn, total = (levels == "fail").sum(), (levels == "warn").sum(), len(levels)
    if not fail + warn:
        return f"All {total} {kind}s pass the quality check." if total > 1 else f"The {kind} passes the quality check."
    good = total - fail - warn
    said = f"{good or 'None'} of {number(total, kind)} {'pass' if good > 1 else 'passes'} the quality check"
    parts = [f"{fail} {'fail' if fail > 1 else 'fails'}"] if fail else []
    parts += [f"{warn} {'have' if warn > 1 else 'has'} a warning"] if warn else []
    return f"{said}; {' and '.join(parts)}."


def troubles(judged: pd.DataFrame) -> list[tuple[str, str, str]]:
    """Return each run and sample that warns or fails, the worst first: its worst verdict, its name, and what to do."""
    bad = judged[judged["verdict"].isin(["warn", "fail"])]
    found = [
        (_worst(set(rows["verdict"])), f"{kind} {of}", " ".join(map(_trouble, rows.sort_values("verdict").itertuples())))
        for (kind, of), rows in bad.groupby(["kind", "of"], sort=False)
    ]
    return sorted(found, key=lambda each: each[0] != "fail")


def _trouble(row) -> str:
    limits = Limits(*(None if pd.isna(limit) else limit for limit in (row.warn, row.fail)))
    what = METRICS[row.metric].title.partition(":")[0]
    return f"{what}: {in_words(row.metric, row.value)} ({limits_in_words(row.metric, limits)}). {row.remedy}."


def _worst(levels: set[str]) -> str:
    return next((level for level in ("fail", "warn") if level in levels), "ok")


def number(of: int, noun: str) -> str:
    """Return ``1 run`` or ``3 runs``."""
    return f"{of:,} {noun}" if of == 1 else f"{of:,} {noun}s"


def percent(part: float, total: float) -> str:
    """Return a share as a percentage; one that would round to nothing as ``below 0.1 %``."""
    share = 100 * part / max(total, 1)
    return "below 0.1 %" if 0 < share < 0.05 else f"{share:.1f} %"
