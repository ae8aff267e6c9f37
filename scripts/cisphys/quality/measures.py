"""The numbers that quality is judged by, from plain arrays and tables of counts."""

import numpy as np
import pandas as pd

LEAST_READS = 10  # of a variant in each of two replicates, to be compared
ONE_LENGTH = 0.9  # share of the reads that variants of one length must have, to be compared base by base
LETTERS = np.frombuffer(b"ACGT", dtype=np.uint8)


def lorenz_curve(reads: np.ndarray, missing: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Return the Lorenz curve: shares of the sequences (n + 1,), rarest first, and of the reads (n + 1,) that they have.

    `reads` (sequences,) are those of each sequence; `missing` sequences of the library were not seen, and have none.
    """
    ordered = np.sort(np.concatenate([np.zeros(missing), np.asarray(reads, dtype=float)]))
    total = ordered.sum()
    held = np.concatenate([[0.0], ordered.cumsum() / total if total else np.zeros(len(ordered))])
    return np.linspace(0, 1, len(ordered) + 1), held


def gini(reads: np.ndarray, missing: int = 0) -> float:
    """Return Gini's coefficient, 0 where all sequences have equal reads, near 1 where one has all; NaN without reads.

    G = sum_i (2 i - n - 1) x_i / (n sum_i x_i) over the n sequences in ascending order, i from 1.
    """
    ordered = np.sort(np.asarray(reads, dtype=float))
    n, total = len(ordered) + missing, ordered.sum()
    if not total:
        return float("nan")
    ranks = missing + np.arange(1, len(ordered) + 1)
    return float((2 * ranks - n - 1) @ ordered / (n * total))


def mutation_rates(sequences: pd.Series, reads: np.ndarray) -> pd.DataFrame | None:
    """Return for each position of the variants the share of reads that differ from its most frequent base.

    Parameters
    ----------
    sequences : (variants,) the variants; those of another than the most frequent length are passed over
    reads : (variants,) the reads of each

    Returns
    -------
    Table with the columns position (from 0), wild_type (its most frequent base), A, C, G, T (shares of the reads) and rate; None
    where the variants have no wild type in common: lengths differ, or most bases differ from the most frequent one.
    U counts as T.
    """
    reads = np.asarray(reads, dtype=float)
    lengths = sequences.str.len().to_numpy()
    if not reads.sum():
        return None
    of_length = pd.Series(reads).groupby(lengths).sum()
    length = int(of_length.idxmax())
    if not length or of_length[length] < ONE_LENGTH * reads.sum():
        return None
    kept = lengths == length
    shares = _base_shares("".join(sequences[kept]).replace("U", "T"), length, reads[kept])
    rates = 1 - shares.max(axis=1)
    if rates.mean() > 0.5:
        return None
    wild_type = list(LETTERS[shares.argmax(axis=1)].tobytes().decode())
    bases = dict(zip("ACGT", shares.T, strict=True))
    return pd.DataFrame({"position": range(length), "wild_type": wild_type, **bases, "rate": rates})


def _base_shares(letters: str, length: int, reads: np.ndarray) -> np.ndarray:
    """Return (length, 4), the share of the reads with A, C, G, T at each position."""
    bases = np.frombuffer(letters.encode(), dtype=np.uint8).reshape(-1, length)
    return np.stack([reads @ (bases == letter) for letter in LETTERS], axis=1) / reads.sum()


def activities(table: pd.DataFrame) -> pd.Series:
    """Return one number per variant that replicates should agree on, by sequence; variants with few reads are left out.

    Columns ``ct_1``, ``ct_2``, ...: the mean gate, each gate's reads as a share of all reads in that gate. One gate beside the
    library ``ct_0``, or ``rna`` beside ``dna``: the logarithm (base 2) of the ratio of those shares, where both have reads.
    """
    table = table.set_index("sequence")
    gates = sorted((name for name in table if name.startswith("ct_") and name != "ct_0"), key=lambda name: int(name[3:]))
    if len(gates) > 1:
        return _mean_gate(table[gates])
    pair = [*gates, "ct_0"] if gates else ["rna", "dna"]
    return _log_ratio(*(table[name] for name in pair)) if set(pair) <= set(table) else pd.Series(dtype=float)


def _mean_gate(counts: pd.DataFrame) -> pd.Series:
    counts = counts[counts.sum(axis=1) >= LEAST_READS]
    totals = counts.sum()
    shares = counts.loc[:, totals > 0] / totals[totals > 0]
    numbers = np.array([int(name[3:]) for name in shares], dtype=float)
    return (shares * numbers).sum(axis=1) / shares.sum(axis=1)


def _log_ratio(over: pd.Series, under: pd.Series) -> pd.Series:
    over, under = over / max(over.sum(), 1), under[(over > 0) & (under > 0) & (over + under >= LEAST_READS)] / max(under.sum(), 1)
    return np.log2(over[under.index] / under)


def molecule_tables(table: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Split a table with columns ``dna_<replicate>`` and ``rna_<replicate>`` into one of sequence, dna, rna per replicate."""
    names = [name.removeprefix("dna_") for name in table if name.startswith("dna_")]
    columns = {name: {f"dna_{name}": "dna", f"rna_{name}": "rna"} for name in names if f"rna_{name}" in table}
    return {name: table[["sequence", *pair]].rename(columns=pair) for name, pair in columns.items()}


def compare_replicates(first: pd.DataFrame, second: pd.DataFrame) -> pd.DataFrame:
    """Return the activities of the variants that both replicates tell: columns sequence, first, second."""
    both = pd.concat({"first": activities(first), "second": activities(second)}, axis=1, join="inner")
    return both.rename_axis("sequence").reset_index()


def correlation(pairs: pd.DataFrame) -> float:
    """Return Pearson's correlation of the columns first and second; NaN for fewer than three variants or no spread."""
    if len(pairs) < 3 or not pairs["first"].std() or not pairs["second"].std():
        return float("nan")
    return float(np.corrcoef(pairs["first"], pairs["second"])[0, 1])


def seen_barcodes(barcodes: pd.DataFrame) -> dict[str, pd.Series]:
    """Return the barcodes that were read: those of all bins together under ``""``, those of RNA and DNA by replicate.

    `barcodes` has the column barcode, and counts per bin, or ``dna_<replicate>`` and ``rna_<replicate>``.
    """
    names = [name.removeprefix("dna_") for name in barcodes if name.startswith("dna_")]
    if not names:
        return {"": barcodes["barcode"]}
    reads = {name: barcodes[f"dna_{name}"].fillna(0) + barcodes[f"rna_{name}"].fillna(0) for name in names}
    return {name: barcodes.loc[reads[name] > 0, "barcode"] for name in names}


def barcodes_per_variant(barcodes: pd.Series, library: dict[str, str]) -> pd.Series:
    """Return, for each variant of a library (barcode -> variant), how many of its barcodes were seen; zeros included."""
    variants = pd.Series(sorted(set(library.values())), dtype=str)
    return barcodes.map(library).value_counts().reindex(variants, fill_value=0)


def barcode_histogram(of: str, seen: pd.Series) -> pd.DataFrame:
    """Return how many variants have so many barcodes: as columns of, barcodes, variants, from those of each (variants,)."""
    counts = seen.value_counts().sort_index()
    return pd.DataFrame({"of": of, "barcodes": counts.index.to_numpy(int), "variants": counts.to_numpy(int)})


def histogram_of_library(name: str, variants: pd.Series, designed: float | None = None) -> pd.DataFrame:
    """Return the histogram of a library: `variants` (barcodes,) is the variant of each barcode.

    `designed` is how many variants were designed, of which those without a barcode are counted at 0.
    """
    seen = variants.value_counts()
    none = max(int(designed) - len(seen), 0) if designed else 0
    return barcode_histogram(name, pd.concat([seen, pd.Series([0] * none, dtype=int)]))
