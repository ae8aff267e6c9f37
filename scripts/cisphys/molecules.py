"""RNA and DNA counts of barcodes, joined to their variants: replicates side by side, filters that say what they took.

In each replicate a barcode was seen in the RNA, in the DNA, in both or in neither. A count of 0 means that only the other
molecule showed it; a missing count (an empty field) that neither did. Counts are sums of reads, and nothing is added to them.
"""

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from cisphys.barcode_filters import Filters, Kept, all_filtered, filter_replicate
from cisphys.errors import InputError
from cisphys.reads.library import read_library, read_names
from cisphys.tables import write_table
from cisphys.variants import check_in_library, nothing_left, read_counts

logger = logging.getLogger(__name__)
DNA, RNA = "dna", "rna"


@dataclass(frozen=True)
class Outputs:
    """The tables that `join_molecules` writes; `barcodes` only where there is a library."""

    variants: str | Path
    filters: str | Path
    barcodes: str | Path | None = None


def join_molecules(
    experiment: str,
    counts: Iterable[str | Path],
    samples: Sequence[tuple[str, str, str]],
    out: Outputs,
    *,
    library: str | Path | None = None,
    filters: Filters | None = None,
    merges: str | Path | None = None,
    fates: Iterable[str | Path] = (),
) -> None:
    """Join the RNA and DNA counts of an experiment's samples into its table of variants.

    Parameters
    ----------
    experiment : its name, for messages
    counts : tables `sample sequence reads` of the runs that hold its samples; other samples in them are passed over
    samples : a sample's name, its molecule (dna or rna) and its replicate; each replicate has one of both
    out : `variants` gets `sequence [variant] (dna_<replicate> rna_<replicate> n_bc_<replicate>)...`, `filters` what was
        counted, taken by each filter and kept, and `barcodes` every barcode that was read, before the filters:
        `barcode sequence [variant] (dna_<replicate> rna_<replicate>)...`
    library : table `barcode sequence [variant]`; without one, the sequences that were counted are the variants, there is no
        `n_bc`, and the filter by barcodes does not apply
    filters : what a barcode and a variant need to be kept
    merges : table of the barcodes that are joined to others (see `cisphys.variants.read_counts`)
    fates : tables `run sample fate reads` of the same runs, to say what took the reads where none are left

    Raises
    ------
    InputError : a replicate lacks a molecule, no read is left, or no variant passes the filters
    """
    filters = filters or Filters()
    replicates = check_replicates(experiment, samples)
    table = _spread(read_counts(counts, [name for name, *_ in samples], merges), samples, replicates)
    if table.empty:
        raise nothing_left(experiment, [name for name, *_ in samples], fates)
    if library is None:
        variants, record = sum_variants(table, None, filters)
        names: dict[str, str] = {}
    else:
        sequences, names = read_library(library), read_names(library)
        check_in_library(table.index, sequences, experiment, library)
        groups = table.index.map(sequences)
        _write(table.rename_axis("barcode").assign(sequence=groups), names, out.barcodes)
        variants, record = sum_variants(table, groups, filters)
    _log(experiment, record)
    if variants.empty:
        raise all_filtered(experiment, filters, record)
    write_table(record, out.filters)
    _write(variants.rename_axis("sequence"), names, out.variants)


def check_replicates(experiment: str, samples: Sequence[tuple[str, str, str]]) -> list[str]:
    """Return the replicates in their order.

    Raises
    ------
    InputError : a replicate has no sample of a molecule, or two
    """
    replicates = list(dict.fromkeys(replicate for *_, replicate in samples))
    for replicate in replicates:
        for molecule in (DNA, RNA):
            found = [name for name, kind, where in samples if (kind, where) == (molecule, replicate)]
            if len(found) != 1:
                said = f"has the {molecule} samples {' and '.join(found)}" if found else f"has no {molecule} sample"
                remedy = "Give each replicate one sample of dna and one of rna"
                raise InputError(f"replicate '{replicate}' of experiment '{experiment}' {said}", remedy=remedy)
    return replicates


def sum_variants(table: pd.DataFrame, groups: Sequence[str] | None, filters: Filters) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Filter barcodes and add them up by variant, each replicate by itself.

    Parameters
    ----------
    table : (barcodes, 2 x replicates) counts `dna_<replicate>`, `rna_<replicate>`; missing where neither was seen
    groups : (barcodes,) the variant of each; None where the rows are the variants themselves
    filters : what a barcode and a variant need to be kept

    Returns
    -------
    The variants, sorted, that are kept in at least one replicate: sums `dna_<replicate>`, `rna_<replicate>` (missing where the
    variant is not kept in that replicate), and with groups `n_bc_<replicate>`, the barcodes that passed the filters on counts
    (0 where there is none; above 0 beside missing sums where they were fewer than `bc_threshold`); and the record of the filters,
    `replicate step limit barcodes variants dna rna`, where counted = what each filter took + kept.
    """
    barcoded = groups is not None
    codes, names = pd.factorize(pd.Index(groups if barcoded else table.index), sort=True)
    columns, kept_somewhere, rows = {}, np.zeros(len(names), bool), []
    for replicate in _replicates_of(table):
        counts = [table[f"{molecule}_{replicate}"] for molecule in (DNA, RNA)]
        kept = filter_replicate(*counts, codes, len(names), filters, barcoded)
        columns |= _columns_of(kept, replicate, barcoded)
        kept_somewhere |= kept.variants
        rows += [{"replicate": replicate, **step.row} for step in kept.steps]
    variants = pd.DataFrame(columns, index=pd.Index(names))
    return variants[kept_somewhere], pd.DataFrame(rows)


def _replicates_of(table: pd.DataFrame) -> list[str]:
    return [column.removeprefix(f"{DNA}_") for column in table if column.startswith(f"{DNA}_")]


def _columns_of(kept: Kept, replicate: str, barcoded: bool) -> dict[str, pd.Series | np.ndarray]:
    """Make the columns of one replicate; a variant that is not kept has missing sums."""
    columns = {f"{molecule}_{replicate}": pd.array(kept.sums[molecule], dtype="Int64") for molecule in (DNA, RNA)}
    for sums in columns.values():
        sums[~kept.variants] = pd.NA
    return {**columns, f"n_bc_{replicate}": kept.barcodes} if barcoded else columns


def _spread(reads: pd.DataFrame, samples: Sequence[tuple[str, str, str]], replicates: Sequence[str]) -> pd.DataFrame:
    """Turn rows of (sample, sequence, reads) into one row per sequence, sorted, and a column per molecule and replicate.

    Within a replicate, a sequence that one molecule shows and the other does not has 0 there.
    """
    column_of = {name: f"{molecule}_{replicate}" for name, molecule, replicate in samples}
    wide = reads.assign(column=reads["sample"].map(column_of)).groupby(["sequence", "column"])["reads"].sum().unstack()
    columns = [f"{molecule}_{replicate}" for replicate in replicates for molecule in (DNA, RNA)]
    wide = wide.reindex(columns=columns).sort_index().astype("Int64")
    for pair in zip(columns[::2], columns[1::2], strict=True):
        seen = wide[list(pair)].notna().any(axis="columns")
        wide.loc[seen, list(pair)] = wide.loc[seen, list(pair)].fillna(0)
    return wide.rename_axis(columns=None)


def _write(table: pd.DataFrame, names: Mapping[str, str], path: str | Path | None) -> None:
    """Write a table of counts: what its rows are called first, with the designed names where the library has them."""
    if path is None:
        return
    table = table.reset_index()
    if names:
        table["variant"] = table["sequence"].map(names)
    first = [name for name in ("barcode", "sequence", "variant") if name in table]
    write_table(table[[*first, *(name for name in table if name not in first)]], path)


def _log(experiment: str, record: pd.DataFrame) -> None:
    for row in record.itertuples():
        text = f"{row.barcodes:,} barcodes of {row.variants:,} variants ({row.dna:,} dna and {row.rna:,} rna reads)"
        limit = "" if pd.isna(row.limit) else f" {row.limit:g}"
        logger.info("%s, replicate %s, %s%s: %s", experiment, row.replicate, row.step, limit, text)
