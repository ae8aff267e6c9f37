"""The table that a fit starts from: one row per variant, its reads in each bin.

Columns `sequence`, `ct_<bin>` with bins ascending (0 is the unsorted library), `n_bc` where there is a library, and `set` where
the user's own table brought one. Rows are sorted by sequence; counts are whole numbers as they were read, and no row is without a
read.
"""

import logging
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import pandas as pd

from cisphys.barcode_filters import BinFilters, all_filtered, filter_bins
from cisphys.errors import InputError
from cisphys.reads.fates import COLUMNS as FATE_COLUMNS
from cisphys.reads.fates import COUNTED, UNASSIGNED
from cisphys.reads.library import read_library
from cisphys.tables import read_table, write_table

logger = logging.getLogger(__name__)
COUNT_COLUMNS = ["sample", "sequence", "reads"]


def join_experiment(
    experiment: str,
    counts: Iterable[str | Path],
    samples: Sequence[tuple[str, int]],
    out: str | Path,
    *,
    library: str | Path | None = None,
    barcodes_out: str | Path | None = None,
    merges: str | Path | None = None,
    filters: BinFilters | None = None,
    filters_out: str | Path | None = None,
    fates: Iterable[str | Path] = (),
) -> None:
    """Join the counts of an experiment's samples into its table of variants.

    Parameters
    ----------
    experiment : its name, for messages
    counts : tables `sample sequence reads` of the runs that hold its samples; other samples in them are passed over
    samples : pairs of a sample's name and its bin; samples of one bin are added up
    out : gets the table of variants; with a library, a variant's count is the sum over its barcodes that pass the filters, and
        `n_bc` the number of these
    library : table `barcode sequence`, where barcodes were counted
    barcodes_out : gets the table by barcode (`barcode ct_<bin>...`), before the filters; only with a library
    merges : table of the barcodes that are joined to others (see `read_counts`)
    filters : what a barcode and a variant need to be kept; only with a library
    filters_out : gets what was counted, taken by each filter and kept, `step limit barcodes variants reads`; only with a library
    fates : tables `run sample fate reads` of the same runs, to say what took the reads where none are left

    Raises
    ------
    InputError : there is one bin only, no read is left, or no variant passes the filters
    """
    bin_of = {name: int(number) for name, number in samples}
    bins = sorted(set(bin_of.values()))
    _check_bins(experiment, bins)
    reads = read_counts(counts, bin_of, merges)
    if reads.empty:
        raise nothing_left(experiment, bin_of, fates)
    table = _spread(reads.assign(bin=reads["sample"].map(bin_of)), bins)
    if library is not None:
        sequences = read_library(library)
        check_in_library(table.index, sequences, experiment, library)
        barcodes, (table, record) = table, _sum_barcodes(table, sequences, filters or BinFilters())
        if table.empty:
            raise all_filtered(experiment, filters, record)
        for made, path in ((record, filters_out), (barcodes.rename_axis("barcode").reset_index(), barcodes_out)):
            if path is not None:
                write_table(made, path)
    total = int(table.filter(like="ct_").to_numpy().sum())
    logger.info("%s: %s reads of %s variants in %d bins", experiment, f"{total:,}", f"{len(table):,}", len(bins))
    write_table(table.rename_axis("sequence").reset_index(), out)


def _check_bins(experiment: str, bins: Sequence[int]) -> None:
    if len(bins) < 2:
        problem = f"experiment '{experiment}' has {'only bin ' + str(bins[0]) if bins else 'no bins'}"
        raise InputError(problem, remedy="Two bins are the least that tell variants apart; check its samples")


def read_counts(paths: Iterable[str | Path], samples: Iterable[str], merges: str | Path | None = None) -> pd.DataFrame:
    """Read the counts of the samples asked for: columns sample, sequence, reads.

    `merges` is a table `barcode reads parent parent_reads`, where given: barcodes in it count as their parents.
    """
    tables = [read_table(path, required=COUNT_COLUMNS, text=COUNT_COLUMNS[:2]) for path in paths]
    table = pd.concat(tables, ignore_index=True)
    table = table.loc[table["sample"].isin(list(samples)), COUNT_COLUMNS]
    if not merges:
        return table
    from cisphys.reads.cluster import COLUMNS, join_merged

    return join_merged(table, read_table(merges, required=COLUMNS, text=["barcode", "parent"]))


def _spread(reads: pd.DataFrame, bins: Sequence[int]) -> pd.DataFrame:
    """Turn rows of (sequence, bin, reads) into a table with one row per sequence, sorted, and one column per bin."""
    table = reads.groupby(["sequence", "bin"])["reads"].sum().unstack(fill_value=0).sort_index()
    table = table.reindex(columns=bins, fill_value=0).astype("int64")
    return table.set_axis([f"ct_{number}" for number in bins], axis="columns")


def _sum_barcodes(table: pd.DataFrame, sequences: Mapping[str, str], filters: BinFilters) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Filter barcodes, and add them up by their sequences; gives the table with `n_bc`, and the record of the filters."""
    codes, names = pd.factorize(table.index.map(sequences), sort=True)
    kept = filter_bins(table.to_numpy().sum(1), codes, len(names), filters)
    sums = table[kept.rows].groupby(codes[kept.rows]).sum()
    variants = sums.set_axis(names[sums.index]).assign(n_bc=kept.barcodes[sums.index])
    return variants, pd.DataFrame([step.row for step in kept.steps])


def check_in_library(barcodes: pd.Index, sequences: Mapping[str, str], experiment: str, library: str | Path) -> None:
    """Raise InputError where a counted barcode is not in the library: the run was counted with another one."""
    strangers = barcodes.difference(list(sequences))
    if len(strangers):
        problem = f"{len(strangers)} counted barcodes of experiment '{experiment}' are not in its library, such as {strangers[0]}"
        raise InputError(problem, path=library, remedy="Count its run with the same library")


def nothing_left(experiment: str, samples: Iterable[str], fates: Iterable[str | Path]) -> InputError:
    """Say where the reads of an experiment's samples, and of the unassigned, have gone."""
    tables = [read_table(path, required=FATE_COLUMNS, text=FATE_COLUMNS[:3]) for path in fates]
    problem = f"no reads are left for experiment '{experiment}'"
    remedy = "Check the layout, the sample indices and the library against the first reads of the run"
    if not tables:
        return InputError(problem, remedy=remedy)
    table = pd.concat(tables)
    concerned = table[table["sample"].isin([*samples, UNASSIGNED]) & (table["fate"] != COUNTED)]
    taken = concerned.groupby("fate")["reads"].sum().sort_values(ascending=False)
    text = ", ".join(f"{fate} took {reads:,}" for fate, reads in taken.items() if reads) or "the run holds none of its samples"
    return InputError(f"{problem}: {text}", remedy=remedy)
