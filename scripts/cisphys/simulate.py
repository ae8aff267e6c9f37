"""Reads of a sort-seq experiment that never was: drawn from a saved fit, with sequencing errors and junk.

Each variant is the wild type with every base changed with the same probability. A read is of a variant drawn at random, and of
the bin that the fit's p(bin | variant) gives it; so what is found can be held against what was put in.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from cisphys.dna import LETTERS, decode, encode
from cisphys.errors import InputError
from cisphys.files import open_to_write
from cisphys.models.saved import SavedFit
from cisphys.progress import Step, unseen
from cisphys.reads.layout import Layout
from cisphys.reads.published import surroundings

_EVERY = 4096  # reads between two looks at the clock
_ASCII = np.frombuffer(LETTERS.encode(), np.uint8)


@dataclass(frozen=True)
class Design:
    """What is simulated: how many reads and variants, and the probabilities that a base of a variant is changed, that a base of a
    read is wrong, and that a read is junk.
    """

    reads: int
    variants: int
    mutation_rate: float
    sequencing_error: float
    junk: float


def mutate(wild_type: np.ndarray, variants: int, rate: float, generator: np.random.Generator) -> np.ndarray:
    """Return (variants, length) bases 0..3: copies of the wild type (length,) with each base changed with probability `rate`."""
    shape = (variants, len(wild_type))
    changed = generator.random(shape) < rate
    return ((wild_type + changed * generator.integers(1, 4, shape)) % 4).astype(np.uint8)


def draw_bins(probabilities: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    """Return a bin's index for each row of p(bin | variant), (reads, bins)."""
    return (generator.random((len(probabilities), 1)) > probabilities.cumsum(1)[:, :-1]).sum(1)


def with_errors(letters: np.ndarray, rate: float, generator: np.random.Generator) -> np.ndarray:
    """Return the bases 0..3 with each read as another one with probability `rate`."""
    wrong = generator.random(letters.shape) < rate
    return ((letters + wrong * generator.integers(1, 4, letters.shape)) % 4).astype(np.uint8)


def simulate_run(
    truth: SavedFit,
    layout: Layout,
    indices: Mapping[int, str],
    design: Design,
    seed: int,
    out_fastq: str | Path,
    name: str,
    progress: Step = unseen,
) -> None:
    """Write the reads of one sequencing run as FASTQ.

    Parameters
    ----------
    truth : the fit to draw from; its first dataset says which bins there are
    layout : what stands around each variant; `*` becomes nothing
    indices : bin -> the index of its sample
    name : records are called ``<name>:<n>``, n from 1
    progress : is told how many reads are written

    Raises
    ------
    InputError : the fit has bins that no sample stands for, or the layout does not hold its variants
    """
    bins = next(iter(truth.measurements.values())).bins
    length = len(truth.summary["wild_type"])
    _check(bins, indices, layout, length)
    generator = np.random.default_rng(seed)
    wild_type = encode([truth.summary["wild_type"]])[0]
    progress(0, design.reads, "drawing variants")
    variants = mutate(wild_type, design.variants, design.mutation_rate, generator)
    probabilities = truth.predict([decode(letters) for letters in variants])
    progress(0, design.reads, "drawing bins")
    chosen = generator.integers(0, design.variants, design.reads)
    drawn = draw_bins(probabilities[chosen], generator)
    sides = [[encode([side])[0] if side else np.empty(0, np.uint8) for side in surroundings(layout, indices[b])] for b in bins]
    progress(0, design.reads, "drawing errors")
    before, after = (np.stack([pair[k] for pair in sides])[drawn] for k in (0, 1))
    reads = with_errors(np.concatenate([before, variants[chosen], after], 1), design.sequencing_error, generator)
    junk = generator.random(design.reads) < design.junk
    reads[junk] = generator.integers(0, 4, (int(junk.sum()), reads.shape[1]))
    write_reads(reads, out_fastq, name, progress)


def write_reads(reads: np.ndarray, path: str | Path, name: str, progress: Step = unseen) -> None:
    """Write bases 0..3, (reads, length), as FASTQ with the constant quality 40."""
    quality = b"I" * reads.shape[1]
    with open_to_write(path) as out:
        for number, letters in enumerate(_ASCII[reads], start=1):
            out.write(b"@%s:%d\n%s\n+\n%s\n" % (name.encode(), number, letters.tobytes(), quality))
            if number % _EVERY == 0:
                progress(number, len(reads))


def _check(bins: Sequence[int], indices: Mapping[int, str], layout: Layout, length: int) -> None:
    missing = [str(number) for number in bins if number not in indices]
    if missing:
        raise InputError(
            f"the fit to simulate from has bins that no sample stands for: {', '.join(missing)}",
            where="simulate",
            remedy="Give the simulated run one sample per bin",
        )
    if layout.counted.name != "variant" or layout.counted.length != length:
        raise InputError(
            f"the layout counts {layout.counted.name}[{layout.counted.length}], but variants of {length} bases are simulated",
            where="simulate",
            remedy=f"Write variant[{length}] into the layout",
        )
