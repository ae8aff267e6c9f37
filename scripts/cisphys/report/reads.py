"""The part of the page on reads: what happened in words, fates, the layout check, indices that no sample has, cross-talk."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from cisphys.figures.read_fates import fate_table
from cisphys.quality.cross_talk import NO_SAMPLE, joined_by_chance, parts_of_run
from cisphys.reads.search import distance
from cisphys.report.cells import Cell, Table, count, missing, share, small_share
from cisphys.report.happened import Happened, what_happened
from cisphys.report.pictures import Link, Picture, address, picture
from cisphys.tables import read_table

SHOWN = 10  # unexpected indices and combinations of a run
LEAST_SHARE = 1e-4  # of the index readings of a run, that an unexpected index is told from
NAMED = 3  # samples that share a part of an index
LAYOUT_CHECK, UNEXPECTED, COMBINATIONS = "layout_check.tsv", "unexpected_indices.tsv", "index_combinations.tsv"


@dataclass(frozen=True)
class CrossTalk:
    """What the page says of the index combinations of one run; `strange` is None where only samples' own were read."""

    run: str
    said: str
    picture: Picture
    strange: Table | None


@dataclass(frozen=True)
class ReadsSection:
    """All that the page says of the reads. `unexpected` is None where there is nothing to tell."""

    happened: Happened
    picture: Picture
    fates: Table
    layout: Table
    unexpected: Table | None
    cross_talk: Sequence[CrossTalk]
    files: dict[str, Link]


def reads_section(
    results: Path,
    fates: pd.DataFrame,
    quality: pd.DataFrame,
    runs_of_parts: Sequence[str],
    libraries: Sequence[str],
) -> ReadsSection:
    """Put together what the page says of the reads.

    Parameters
    ----------
    results : the folder of results
    fates : table `run sample fate reads`
    quality : table `metric kind of value warn fail verdict remedy`
    runs_of_parts : runs whose indices have several parts
    libraries : names that stand for a sample in the fates of association runs
    """
    checks = {name: _read(results / name) for name in (LAYOUT_CHECK, UNEXPECTED, COMBINATIONS)}
    words = "Share and number of reads of each fate, one bar per sample."
    caption = "What became of the reads of each sample: shares on the left, numbers on the right."
    return ReadsSection(
        happened=what_happened(fates, quality, libraries),
        picture=picture(results, Path("figures/read_fates"), words, caption),
        fates=reads_table(fates),
        layout=layout_table(checks[LAYOUT_CHECK]),
        unexpected=unexpected_table(checks[UNEXPECTED]),
        cross_talk=[_cross_talk(results, run, checks[COMBINATIONS]) for run in runs_of_parts],
        files={name: Link(name, address(Path(name))) for name in checks},
    )


def _read(path: Path) -> pd.DataFrame:
    return read_table(path, ["run"], ["run", "index", "sample", "nearest_sample", "would_fit"])


def reads_table(fates: pd.DataFrame) -> Table:
    """Return one row per sample: all reads, the share counted, and the reads of each fate that occurs."""
    table = fate_table(fates)
    columns = ["Sample", "Reads", "Counted, %", *(fate.replace("_", " ") for fate in table.fates)]
    counted = table.shares()[:, list(table.fates).index("counted")] if "counted" in table.fates else [0.0] * len(table.labels)
    rows = [
        [Cell(label), count(row.sum()), share(part), *map(count, row)]
        for label, row, part in zip(table.labels, table.reads, counted, strict=True)
    ]
    return Table("Reads by sample and fate; fates that no read has are left out", columns, rows)


def layout_table(check: pd.DataFrame) -> Table:
    """Return what the first reads of each run said; the last column is there where another layout would have fitted better."""
    better = not check["would_fit"].map(missing).all()
    rows = [
        [Cell(row.run), count(row.reads), share(row.share_that_fits), *([Cell(row.would_fit or "–")] if better else [])]
        for row in check.itertuples()
    ]
    columns = ["Run", "First reads looked at", "Fit the layout", *(["What would fit better"] if better else [])]
    return Table("The layout, checked on the first reads of each run before all were read", columns, rows, stacks=better)


def unexpected_table(unexpected: pd.DataFrame) -> Table | None:
    """Return the most frequent indices of each run that are no sample's, without misreadings of more frequent ones, if any."""
    frequent = unexpected[unexpected["share"] >= LEAST_SHARE].rename(columns={"index": "reading"})
    rows = [
        [
            Cell(run),
            Cell(row.reading, kind="sequence"),
            count(row.reads),
            small_share(row.share),
            Cell(row.nearest_sample),
            Cell("–", kind="number") if missing(row.mismatches) else count(row.mismatches),
        ]
        for run, own in frequent.groupby("run", sort=False)
        for row in own[_apart(list(own["reading"]))].head(SHOWN).itertuples()
    ]
    columns = ["Run", "Index", "Reads", "Share of index readings", "Nearest sample", "Mismatches to it"]
    left_out = f"those with less than {LEAST_SHARE:.2%} and those one base off a more frequent one"
    caption = f"Unexpected indices, up to {SHOWN} of each run; {left_out.replace('%', ' %')} are left out"
    return Table(caption, columns, rows, stacks=True) if rows else None


def _apart(readings: Sequence[str]) -> list[bool]:
    """Tell for each reading, most frequent first, whether it differs in two places or more from all that are told before it."""
    kept: list[str] = []
    told = []
    for reading in readings:
        told.append(all(len(other) != len(reading) or distance(other, reading) > 1 for other in kept))
        kept += [reading] if told[-1] else []
    return told


def _cross_talk(results: Path, run: str, combinations: pd.DataFrame) -> CrossTalk:
    own = combinations[combinations["run"] == run]
    words = f"Reads by the parts of their indices in run {run}: combinations that no sample has are coloured by their number."
    caption = (
        "How often parts of indices were read together. A row or column that stands out belongs to a frequent sample, or to an "
        "impure primer; a single dark cell is rather a sample that the sheet lacks, or wells that were exchanged."
    )
    shown = picture(results, Path("figures/cross_talk") / run, words, caption)
    return CrossTalk(run, cross_talk_in_words(own), shown, strange_table(own))


def cross_talk_in_words(combinations: pd.DataFrame) -> str:
    """Say for one run how many of its readings are combinations of no sample, and what that tells of index hopping."""
    total, strange = combinations["reads"].sum(), combinations.loc[combinations["sample"] == NO_SAMPLE, "reads"].sum()
    if not total:
        return "No index was read whose parts are all known."
    known = f"{total:,} index readings with known parts"
    seen = f"{strange:,} of {known} ({_percent(strange / total)}) are combinations that no sample has."
    rate = joined_by_chance(combinations)
    if rate != rate:
        return f"{seen} Nearly every combination is a sample's, so index hopping hardly shows here and is not estimated."
    return (
        f"{seen} If parts of different molecules meet by chance (index hopping, chimeras, impure primers), {_percent(rate)} of "
        "the readings join parts of two molecules."
    )


def _percent(share: float) -> str:
    return f"{100 * share:.2g} %"


def strange_table(combinations: pd.DataFrame) -> Table | None:
    """Return the most frequent combinations that no sample has, with the samples that have each part, if any."""
    parts, used = parts_of_run(combinations), combinations["sample"] != NO_SAMPLE
    owners = [combinations.loc[used, "sample"].groupby(parts.loc[used, part]).agg(list) for part in parts]
    strange = combinations[~used].sort_values("reads", ascending=False, kind="stable").head(SHOWN)
    rows = [
        [
            Cell(strange.at[row, "index"], kind="sequence"),
            count(strange.at[row, "reads"]),
            small_share(strange.at[row, "share"]),
            *(Cell(_some(own[part])) for own, part in zip(owners, parts.loc[row], strict=True)),
        ]
        for row in strange.index
    ]
    columns = ["Combination", "Reads", "Share of index readings", *(f"Part {number + 1} is of" for number in parts)]
    return Table(f"The {SHOWN} most frequent combinations that no sample has", columns, rows, stacks=True) if rows else None


def _some(names: Sequence[str]) -> str:
    """Name a few, and say how many more there are."""
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more
