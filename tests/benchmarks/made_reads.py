"""A sequencing run made for benchmarks: inline sample indices, a spacer, known barcodes, and errors in all of them.

Reads are drawn in blocks of numpy arrays and packed at gzip level 6, one gzip member per block, so that a run of 20 million
reads takes minutes and little memory. A block depends on the seed and its own number alone.
"""

import sys
import zlib
from collections import deque
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np

LETTERS = np.frombuffer(b"ACGT", dtype=np.uint8)
QUALITIES = np.frombuffer(b"F:,#", dtype=np.uint8)  # the four bins of recent Illumina instruments
QUALITY_SHARES = [0.92, 0.05, 0.02, 0.01]
SPACER = "GCGATCGCTAGAACTCCATG"
SAMPLES, INDEX, BARCODES, BARCODE, READ = 24, 8, 100_000, 20, 75
INDEX_ERROR, BASE_ERROR = 0.01, 0.005
LAYOUT = f"sample[{INDEX}]~1 {SPACER}~2 barcode[{BARCODE}]~1"
BLOCK = 250_000
HEADER = b"@A00123:45:HGKL2DSXY:1:"  # then tile:x:y


@dataclass(frozen=True)
class Truth:
    """The indices and barcodes of a run, as letters."""

    indices: list[str]
    barcodes: list[str]


def make_truth(seed: int) -> Truth:
    """Draw indices that differ at 3 positions or more, and distinct barcodes."""
    rng = np.random.default_rng([seed, 0])
    indices: list[np.ndarray] = []
    while len(indices) < SAMPLES:
        index = rng.integers(0, 4, INDEX, dtype=np.uint8)
        if all((index != other).sum() >= 3 for other in indices):
            indices.append(index)
    barcodes = np.unique(rng.integers(0, 4, (BARCODES + 1000, BARCODE), dtype=np.uint8), axis=0)
    return Truth(_as_text(np.array(indices)), _as_text(rng.permutation(barcodes)[:BARCODES]))


def _as_text(codes: np.ndarray) -> list[str]:
    return [row.tobytes().decode() for row in LETTERS[codes]]


def write_run(path: Path, truth: Truth, reads: int, seed: int) -> None:
    """Write a run of `reads` reads (a multiple of the block) as gzip of several members."""
    tables = [
        np.frombuffer("".join(texts).encode(), dtype=np.uint8).reshape(len(texts), -1)
        for texts in (truth.indices, truth.barcodes)
    ]
    numbers = iter(range(reads // BLOCK))
    with ThreadPoolExecutor(2) as pool, open(path, "wb") as out:
        pending = deque(pool.submit(_packed_block, tables, seed, number) for number in islice(numbers, 3))
        while pending:
            out.write(pending.popleft().result())
            pending.extend(pool.submit(_packed_block, tables, seed, number) for number in islice(numbers, 1))


def _packed_block(tables: list[np.ndarray], seed: int, number: int) -> bytes:
    packer = zlib.compressobj(6, zlib.DEFLATED, 31)
    return b"".join([*(packer.compress(text) for text in _block(tables, seed, number)), packer.flush()])


def _block(tables: list[np.ndarray], seed: int, number: int) -> Iterator[bytes]:
    """Yield the text of one block of reads, in parts."""
    rng = np.random.default_rng([seed, 1, number])
    for part in range(10):
        bases = _bases(rng, *tables, BLOCK // 10)
        qualities = QUALITIES[np.searchsorted(np.cumsum(QUALITY_SHARES[:-1]), rng.random(bases.shape, dtype=np.float32))]
        yield _records(_headers(rng, 1101 + number % 78 * 10 + part, len(bases)), bases, qualities)


def _bases(rng: np.random.Generator, indices: np.ndarray, barcodes: np.ndarray, reads: int) -> np.ndarray:
    """Draw reads, shape (reads, 75): index, spacer, barcode, any letters; then put errors in."""
    bases = LETTERS[rng.integers(0, 4, (reads, READ), dtype=np.uint8)]
    ends = np.cumsum([INDEX, len(SPACER), BARCODE])
    bases[:, : ends[0]] = indices[rng.integers(0, len(indices), reads)]
    bases[:, ends[0] : ends[1]] = np.frombuffer(SPACER.encode(), dtype=np.uint8)
    bases[:, ends[1] : ends[2]] = barcodes[rng.integers(0, len(barcodes), reads)]
    rates = np.where(np.arange(READ) < INDEX, INDEX_ERROR, BASE_ERROR)
    wrong = rng.random(bases.shape, dtype=np.float32) < rates * 4 / 3  # a quarter of the draws gives the right letter again
    bases[wrong] = LETTERS[rng.integers(0, 4, int(wrong.sum()), dtype=np.uint8)]
    return bases


def _headers(rng: np.random.Generator, tile: int, reads: int) -> list[bytes]:
    x, y = rng.integers(1000, 33_000, reads).tolist(), np.sort(rng.integers(1000, 60_000, reads)).tolist()
    return [b"%s%d:%d:%d 1:N:0:1\n" % (HEADER, tile, one, other) for one, other in zip(x, y, strict=True)]


def _records(headers: list[bytes], bases: np.ndarray, qualities: np.ndarray) -> bytes:
    text = np.empty((len(bases), 2 * READ + 4), dtype=np.uint8)
    text[:, :READ], text[:, READ : READ + 3] = bases, np.frombuffer(b"\n+\n", dtype=np.uint8)
    text[:, READ + 3 : -1], text[:, -1] = qualities, ord("\n")
    rows = text.tobytes()
    width = text.shape[1]
    return b"".join(part for row, header in enumerate(headers) for part in (header, rows[row * width : (row + 1) * width]))


def write_inputs(folder: Path, truth: Truth) -> None:
    """Write what describes the run: layout, samples (also as adapters for cutadapt) and library."""
    names = [f"s{number:02}" for number in range(SAMPLES)]
    pairs = list(zip(names, truth.indices, strict=True))
    (folder / "layout.txt").write_text(LAYOUT)
    (folder / "samples.tsv").write_text("".join(f"{name}\t{index}\n" for name, index in pairs))
    (folder / "indices.fasta").write_text("".join(f">{name}\n^{index}\n" for name, index in pairs))
    (folder / "library.tsv").write_text("barcode\tsequence\n" + "".join(f"{barcode}\t{barcode}\n" for barcode in truth.barcodes))


if __name__ == "__main__":
    folder, lanes, reads, seed = Path(sys.argv[1]), *map(int, sys.argv[2:5])
    truth = make_truth(seed)
    write_inputs(folder, truth)
    for lane in range(1, lanes + 1):
        write_run(folder / f"lane{lane}.fastq.gz", truth, reads, seed + lane - 1)
