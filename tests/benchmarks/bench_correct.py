"""Time the correction of barcodes and UMIs and the merging of pairs, on made-up reads whose truth is known.

Prints a table and writes results/bench/correct.json. CPU seconds of this process, after one call that compiles.
"""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).parents[2] / "scripts"))

from cisphys.reads.known_barcodes import KnownBarcodes

from cisphys.reads.cluster import cluster_barcodes
from cisphys.reads.codes import decode
from cisphys.reads.merge import merge_pairs
from cisphys.reads.umis import count_molecules

ROOT = Path(__file__).parents[2]
BARCODES, LENGTH, READS, ERROR = 100_000, 20, 12_000_000, 0.005
PAIRS, READ_LENGTH = 20_000, 150
LETTERS = np.frombuffer(b"ACGT", dtype=np.uint8)


def misread(random: np.random.Generator, codes: np.ndarray, chance: np.ndarray | float) -> np.ndarray:
    """Change each base to another with a chance."""
    wrong = random.random(codes.shape) < chance
    codes = codes.copy()
    codes[wrong] = (codes[wrong] + random.integers(1, 4, wrong.sum())) % 4
    return codes


def barcode_reads(random: np.random.Generator) -> tuple[list[str], list[str], np.ndarray, np.ndarray]:
    """Return the true barcodes, the distinct ones read, their reads, and the row of the true barcode of each."""
    true = random.integers(0, 4, (BARCODES, LENGTH), dtype=np.uint8)
    shares = random.lognormal(0, 1, BARCODES)
    origins = np.repeat(np.arange(BARCODES), random.multinomial(READS, shares / shares.sum()))
    read = misread(random, true[origins], ERROR)
    packed = np.zeros(len(read), dtype=np.uint64)
    for column in read.T:
        packed = packed * np.uint64(4) + column
    _, first, counts = np.unique(packed, return_index=True, return_counts=True)
    return decode(true), decode(read[first]), counts, origins[first]


def pairs_of_reads(random: np.random.Generator) -> tuple[list, list]:
    """Return first and second reads of fragments that they cover, read-through included."""
    chance = 10 ** (-np.linspace(38, 20, READ_LENGTH).astype(int) / 10)
    quality = bytes((np.linspace(38, 20, READ_LENGTH).astype(int) + 33).tolist()).decode()
    reads: tuple[list, list] = [], []
    for _ in range(PAIRS):
        fragment = random.integers(0, 4, random.integers(50, 290), dtype=np.uint8)
        for kept, strand in zip(reads, (fragment, 3 - fragment[::-1]), strict=True):
            whole = np.concatenate([strand, random.integers(0, 4, READ_LENGTH, dtype=np.uint8)])[:READ_LENGTH]
            kept.append((LETTERS[misread(random, whole, chance)].tobytes().decode(), quality))
    return reads


def umi_reads(random: np.random.Generator, rows: int = 2_000_000) -> pd.DataFrame:
    """Return UMIs of 10 bases in 60,000 groups."""
    umis = decode(random.integers(0, 4, (rows, 10), dtype=np.uint8))
    columns = {"sample": random.choice(["a", "b", "c"], rows), "sequence": random.integers(0, 20_000, rows), "umi": umis}
    return pd.DataFrame(columns).assign(reads=random.geometric(0.1, rows)).drop_duplicates(["sample", "sequence", "umi"])


def timed(call: Callable) -> tuple[float, object]:
    """Return CPU seconds and what the call gave."""
    start = time.process_time()
    given = call()
    return time.process_time() - start, given


def compile_all() -> None:
    """Call each function once on next to nothing."""
    cluster_barcodes(["ACGT", "ACGA"], np.array([10, 1]))
    KnownBarcodes(["ACGT"], 1).assign(["ACGA"])
    count_molecules(pd.DataFrame({"sample": "s", "sequence": "v", "umi": ["AA", "AC"], "reads": 1}))
    merge_pairs([("A" * 20, "I" * 20)], [("T" * 20, "I" * 20)])


def measure() -> list[tuple[str, int, float, str]]:
    """Return rows of what was done, to how many, in how many CPU seconds, and how well."""
    random, rows = np.random.default_rng(1), []
    true, read, counts, origins = barcode_reads(random)
    seconds, parents = timed(lambda: cluster_barcodes(read, counts))
    child, known = parents != np.arange(len(parents)), np.isin(read, true)
    left = counts[~known & ~child].sum() / counts.sum()
    words = f"{(known & child).sum()} true barcodes lost, {left:.2%} of the reads left in misread ones"
    rows.append(("barcodes clustered without a list", len(read), seconds, words))
    for mismatches in (1, 2):
        seconds, found = timed(lambda mismatches=mismatches: KnownBarcodes(true, mismatches).assign(read))
        right, wrong = counts[found == origins].sum(), counts[(found >= 0) & (found != origins)].sum()
        words = f"{right / counts.sum():.2%} of the reads right, {wrong / counts.sum():.4%} wrong"
        rows.append((f"barcodes assigned to a list, {mismatches} mismatches", len(read), seconds, words))
    umis = umi_reads(random)
    seconds, molecules = timed(lambda: count_molecules(umis))
    rows.append(("UMIs, directional", len(umis), seconds, f"{len(molecules)} groups"))
    first, second = pairs_of_reads(random)
    seconds, fragments = timed(lambda: merge_pairs(first, second))
    rows.append(("pairs of 150 bases merged", PAIRS, seconds, f"{np.mean([not one.reason for one in fragments]):.2%} merged"))
    return rows


if __name__ == "__main__":
    compile_all()
    names = ["task", "number", "cpu_s", "result"]
    table = pd.DataFrame(measure(), columns=names).assign(per_s=lambda rows: (rows["number"] / rows["cpu_s"]).round())
    print(table.to_string(index=False))
    out = ROOT / "results" / "bench" / "correct.json"
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps(table.to_dict("records"), indent=1) + "\n")
