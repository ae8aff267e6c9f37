"""Time runs that are counted by more than letters, by UMIs, mates merged or in halves, N in barcodes; and clustering.

Prints a table and writes results/bench/correct.json. Runs of made-up reads, plain FASTQ, go through `count_run` on one core; CPU
seconds of this process, after a small run that compiles. Run it as `bench_correct.py [reads of each run, in millions]`.
"""

import json
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).parents[2] / "scripts"))

from cisphys.reads.cluster import cluster_barcodes
from cisphys.reads.count import count_run
from cisphys.reads.layout import parse_layout

ROOT = Path(__file__).parents[2]
BARCODES, LENGTH, ERROR = 100_000, 20, 0.005
LETTERS = np.frombuffer(b"ACGT", dtype=np.uint8)
FEW = 5_000  # reads of the runs that compile
Part = Callable[[np.random.Generator, int], np.ndarray]  # codes (reads, bases)


def misread(random: np.random.Generator, codes: np.ndarray, chance: np.ndarray | float) -> np.ndarray:
    """Change each base to another with a chance."""
    wrong = random.random(codes.shape) < chance
    codes = codes.copy()
    codes[wrong] = (codes[wrong] + random.integers(1, 4, wrong.sum())) % 4
    return codes


def texts(codes: np.ndarray) -> list[str]:
    """Return the sequences of codes (sequences, length)."""
    return LETTERS[codes].view(f"S{codes.shape[1]}").ravel().astype(str).tolist()


def known_barcodes() -> np.ndarray:
    """Return (BARCODES, LENGTH) codes, the same in every call."""
    return np.random.default_rng(1).integers(0, 4, (BARCODES, LENGTH), dtype=np.uint8)


def molecules(random: np.random.Generator, reads: int, copies: int = 3) -> np.ndarray:
    """Return reads of a barcode and a UMI of 10 bases, of which each is read three times on average."""
    drawn = random.integers(0, reads // copies, reads)
    barcodes = known_barcodes()[np.random.default_rng(2).integers(0, BARCODES, reads // copies)]
    umis = np.random.default_rng(3).integers(0, 4, (reads // copies, 10), dtype=np.uint8)
    return misread(random, np.concatenate([barcodes, umis], axis=1)[drawn], ERROR)


def mates(random: np.random.Generator, reads: int, length: int = 150) -> tuple[np.ndarray, np.ndarray]:
    """Return both mates of variants of 120 bases between two constants of 10."""
    fragments = random.integers(0, 4, (reads, length), dtype=np.uint8)
    fragments[:, :10], fragments[:, 130:140] = 0, 1
    strands = fragments[:, :140], 3 - fragments[:, 139::-1]
    return tuple(misread(random, np.hstack([strand, fragments[:, :10]]), ERROR) for strand in strands)


def write_fastq(path: Path, codes: np.ndarray, in_name: list[str] | None = None) -> Path:
    """Write reads, with these words at the end of their names."""
    quality = "".join(chr(int(score) + 33) for score in np.linspace(38, 25, codes.shape[1]))
    with open(path, "w", encoding="ascii") as out:
        for start in range(0, len(codes), 100_000):
            rows = enumerate(texts(codes[start : start + 100_000]), start=start)
            out.writelines(f"@r{n}{in_name[n] if in_name else ''}\n{bases}\n+\n{quality}\n" for n, bases in rows)
    return path


def runs(folder: Path, reads: int) -> Iterator[tuple[str, dict, str | dict, bool]]:
    """Yield what is measured: its name, its files, its layout, and whether barcodes are looked for in a library."""
    random = np.random.default_rng(4)
    codes = molecules(random, reads)
    both = {"read1": [write_fastq(folder / "umi.fastq", codes)]}
    yield "exact barcodes without UMIs, in blocks", both, "barcode[20]", True
    yield "barcodes as read, read by read", both, "barcode[20] [10]", False
    yield "UMIs as read", both, "barcode[20] umi[10]", False
    yield "UMIs corrected", both, "barcode[20] umi[10]~1", False
    yield "UMIs corrected, barcodes of a library ~1", both, "barcode[20]~1 umi[10]~1", True
    named = {"read1": [write_fastq(folder / "n.fastq", codes[:, :20], [f"_{umi}" for umi in texts(codes[:, 20:])])]}
    yield "UMIs in names, corrected", named, {"name": "umi[10]~1", "read1": "barcode[20]"}, False
    yield "barcodes of a library ~2, N allowed", both, "barcode[20]~2{n}", True
    one, two = mates(random, reads)
    pairs = {read: [write_fastq(folder / f"{read}.fastq", mate)] for read, mate in (("read1", one), ("read2", two))}
    ends = "AAAAAAAAAA~1 {} CCCCCCCCCC~1"
    yield "pairs of 150 bases merged", pairs, {"merged": ends.format("variant[120]")}, False
    halves = {"read1": "AAAAAAAAAA~1 variant[60]", "rc(read2)": "[80] variant[60] CCCCCCCCCC~1"}
    yield "pairs of 150 bases as halves", pairs, halves, False


def time_run(folder: Path, files: dict, layout: str | dict, library: bool) -> tuple[float, str]:
    """Count a run; return CPU seconds and the largest fates."""
    known = set(texts(known_barcodes()))
    start = time.process_time()
    where = folder / "counts.tsv.gz", folder / "fates.tsv"
    libraries = {"all": known} if library else {}
    molecules_path = folder / "molecules.tsv.gz"
    count_run("x", files, parse_layout(layout, "x"), [("all", "")], *where, libraries=libraries, molecules_path=molecules_path)
    seconds = time.process_time() - start
    fates = pd.read_csv(where[1], sep="\t").set_index("fate")["reads"].sort_values(ascending=False)
    return seconds, ", ".join(f"{fate} {reads / fates.sum():.1%}" for fate, reads in fates.head(3).items())


def time_clustering(reads: int) -> tuple[int, float, str]:
    """Cluster the distinct barcodes of so many reads; return their number, CPU seconds, and how well it went."""
    random, true = np.random.default_rng(5), known_barcodes()
    shares = random.lognormal(0, 1, BARCODES)
    read = misread(random, true[np.repeat(np.arange(BARCODES), random.multinomial(reads, shares / shares.sum()))], ERROR)
    counts = pd.Series(texts(read)).value_counts()
    barcodes, numbers, known = counts.index.tolist(), counts.to_numpy(), counts.index.isin(texts(true))
    start = time.process_time()
    child = cluster_barcodes(barcodes, numbers) != np.arange(len(barcodes))
    seconds = time.process_time() - start
    left = numbers[~known & ~child].sum() / numbers.sum()
    return len(barcodes), seconds, f"{(known & child).sum()} true barcodes lost, {left:.2%} of the reads left in misread ones"


def measure(reads: int) -> list[tuple[str, int, float, str]]:
    """Return rows of what was done, to how many, in how many CPU seconds, and what came of it."""
    rows = []
    with TemporaryDirectory() as name:
        folder = Path(name)
        for _, *run in runs(folder, FEW):
            time_run(folder, *run)
        for task, *run in runs(folder, reads):
            seconds, words = time_run(folder, *run)
            rows.append((task, reads, seconds, words))
    cluster_barcodes(["ACGT", "ACGA"], np.array([10, 1]))
    number, seconds, words = time_clustering(4 * reads)
    return [*rows, ("distinct barcodes clustered", number, seconds, words)]


if __name__ == "__main__":
    millions = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
    table = pd.DataFrame(measure(int(millions * 1e6)), columns=["task", "number", "cpu_s", "result"])
    table.insert(3, "ns_each", (1e9 * table["cpu_s"] / table["number"]).round().astype(int))
    print(table.to_string(index=False))
    out = ROOT / "results" / "bench" / "correct.json"
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps(table.to_dict("records"), indent=1) + "\n")
