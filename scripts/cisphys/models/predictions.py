"""What a saved fit says of any sequences, as a table that is written in chunks: memory does not grow with their number."""

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import chain, islice
from pathlib import Path

import numpy as np
import pandas as pd

from cisphys.dna import BASES
from cisphys.errors import InputError
from cisphys.files import open_to_write
from cisphys.log import logger
from cisphys.models.saved import SavedFit
from cisphys.sequence_files import Record, each_sequence

CHUNK = 16_384  # sequences
DIGITS = 8
MEASURED = {"rna_dna": "rna_per_dna", "continuous": "y"}  # columns of what is not in bins


def prediction_table(fit: SavedFit, sequences: Sequence[str], names: Sequence[str | None] | None = None) -> pd.DataFrame:
    """Return ``variant sequence dataset``, ``energy_<site>`` (kT), ``occupancy_<state>``, ``rate``, ``latent``, and the measured.

    The last is ``p_<bin>``, ``rna_per_dna`` or ``y``, empty where a dataset does not have it. A sequence has one row for each
    dataset of the fit, whose conditions it is predicted under. Models without energies or states lack their columns.

    Raises
    ------
    InputError : lengths differ from the fit's, or a letter is no base
    """
    names = [None] * len(sequences) if names is None else names
    parts = []
    for dataset in fit.measurements:
        table = pd.DataFrame({"variant": names, "sequence": sequences, "dataset": dataset})
        parts.append(pd.concat([table, pd.DataFrame(_columns(fit, sequences, dataset))], axis="columns"))
    table = pd.concat(parts).sort_index(kind="stable")
    bins = [f"p_{number}" for number in sorted({b for measurement in fit.measurements.values() for b in measurement.bins})]
    return table[[*(name for name in table if name not in bins), *bins]]


def _columns(fit: SavedFit, sequences: Sequence[str], dataset: str) -> dict[str, np.ndarray]:
    spec, found = fit.network.spec, {}
    if fit.network.blocks:
        energies = fit.energies(sequences, dataset)
        found |= {f"energy_{site}": energies[:, k] for k, site in enumerate(spec.site_names)}
    if spec.states:
        occupancies = fit.occupancies(sequences, dataset)
        found |= {f"occupancy_{state}": occupancies[:, s] for s, state in enumerate(spec.states)}
        found["rate"] = fit.rates(sequences, dataset)
    found["latent"] = fit.latent(sequences, dataset)
    measurement, measured = fit.measurements[dataset], fit.predict(sequences, dataset)
    if measurement.kind == "sorted_bins":
        return found | {f"p_{number}": measured[:, b] for b, number in enumerate(measurement.bins)}
    return found | {MEASURED[measurement.kind]: measured}


def write_predictions(
    fit: SavedFit, path: str | Path, out: str | Path, report: Callable[[int], None] = lambda done: None, chunk: int = CHUNK
) -> None:
    """Write the `prediction_table` of a file of sequences; gzipped, if `out` ends in ``.gz``.

    Parameters
    ----------
    path : FASTA, or a table with a column `sequence` and perhaps `variant`
    report : is told after each chunk how many sequences are done

    Raises
    ------
    InputError : there are no sequences; or with the line, one has another length than the fit's variants or holds other letters
    """
    records = each_sequence(path)
    first = next(records, None)
    if first is None:
        raise InputError("there are no sequences", path=path)
    records = chain([first], records)
    _warn_of_uninformed(fit)
    done = 0
    with open_to_write(out, level=1) as packed:
        while rows := list(islice(records, chunk)):
            packed.write(_text(fit, list(_checked(fit, rows, path)), header=not done))
            done += len(rows)
            report(done)
    logger.info("%s: %s sequences", path, f"{done:,}")


def _text(fit: SavedFit, rows: list[Record], header: bool) -> bytes:
    table = prediction_table(fit, [sequence for _, _, sequence in rows], [name for _, name, _ in rows])
    return table.to_csv(sep="\t", index=False, header=header, lineterminator="\n", float_format=f"%.{DIGITS}g").encode()


def _checked(fit: SavedFit, rows: list[Record], path: str | Path) -> Iterator[Record]:
    """Yield the records, each of the right length and letters."""
    letters = BASES[fit.network.spec.alphabet]
    wrong = re.compile(f"[^{letters}]")
    for line, name, sequence in rows:
        if len(sequence) != fit.length:
            problem = f"this sequence has {len(sequence)} bases, where the variants of the fit have {fit.length}"
            raise InputError(problem, path=path, where=f"line {line}", remedy="Give the same stretch of DNA as was fitted")
        if found := wrong.search(sequence):
            problem = f"'{found[0]}' at base {found.start() + 1} is no base"
            remedy = f"Use {', '.join(letters[:-1])} and {letters[-1]} only"
            raise InputError(problem, path=path, where=f"line {line}", remedy=remedy)
        yield line, name, sequence


def _warn_of_uninformed(fit: SavedFit) -> None:
    if names := fit.summary.get("not_identifiable"):
        text = "the data of the fit do not pin %s (parameters.tsv says why): energies, occupancies and rates depend on them"
        logger.warning(text, ", ".join(names))
